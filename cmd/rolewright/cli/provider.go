// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/rolewright/rolewright/internal/openid"
)

// providerTimeout bounds a request to the OpenID provider.
const providerTimeout = 10 * time.Second

// providerUsage are the texts that differ from command to command.
type providerUsage struct{ issuer, client string }

// addProviderFlags adds the flags about an OpenID provider and the claims of its tokens. They are called what kube-apiserver calls them.
func addProviderFlags(
	flags *pflag.FlagSet, provider *openid.Options, claims *openid.Claims, required *[]string, caFile *string, usage providerUsage,
) {
	flags.StringVar(&provider.Issuer, "oidc-issuer-url", "", usage.issuer)
	flags.StringVar(&provider.ClientID, "oidc-client-id", "", usage.client)
	flags.StringVar(&claims.Username, "oidc-username-claim", "sub", "`CLAIM` with the name of the user, as for kube-apiserver")
	flags.StringVar(&claims.UsernamePrefix, "oidc-username-prefix", "",
		"`PREFIX` of all names; by default the issuer's URL and #, unless the claim is email; - stands for none")
	flags.StringVar(&claims.Groups, "oidc-groups-claim", "", "`CLAIM` with the groups of the user; without it, people have no groups")
	flags.StringVar(&claims.GroupsPrefix, "oidc-groups-prefix", "", "`PREFIX` of all groups")
	flags.StringArrayVar(required, "oidc-required-claim", nil, "`CLAIM=VALUE` that a token must have; may be repeated")
	flags.StringSliceVar(&provider.SigningAlgorithms, "oidc-signing-algs", []string{"RS256"}, "`ALGORITHMS` by which tokens may be signed")
	flags.StringVar(caFile, "oidc-ca-file", "",
		"`FILE` with the certificates that the provider's is verified by, instead of those of the system")
}

// parseRequired parses the claims that a token must have.
func parseRequired(required []string, claims *openid.Claims) error {
	claims.Required = map[string]string{}
	for _, text := range required {
		claim, value, is := strings.Cut(text, "=")
		if !is || claim == "" {
			return usagef("--oidc-required-claim %s: write CLAIM=VALUE", text)
		}
		claims.Required[claim] = value
	}
	return nil
}

func validateIssuer(issuer string) error {
	if u, err := url.Parse(issuer); err != nil || !isPlainHTTPS(u) {
		return usagef("--oidc-issuer-url %s: write an URL that begins with https://, as the API server has it", issuer)
	}
	return nil
}

// providerClient returns a client for the provider, whose certificate is verified by those of a file, if one is named.
func providerClient(caFile string) (*http.Client, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if caFile != "" {
		certificates, err := os.ReadFile(caFile)
		if err != nil {
			return nil, fmt.Errorf("--oidc-ca-file: %w", err)
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(certificates) {
			return nil, fmt.Errorf("--oidc-ca-file: %s contains no certificate in PEM", caFile)
		}
		transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}
	}
	return &http.Client{Transport: transport, Timeout: providerTimeout}, nil
}
