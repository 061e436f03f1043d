// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/go-logr/logr"
	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"

	"github.com/rolewright/rolewright/internal/console"
	"github.com/rolewright/rolewright/internal/console/fromcluster"
	"github.com/rolewright/rolewright/internal/console/impersonation"
	"github.com/rolewright/rolewright/internal/console/login"
	"github.com/rolewright/rolewright/internal/console/revocation"
	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/openid"
)

// consoleLogin are the flags of a console that people log in to.
type consoleLogin struct {
	provider                login.ProviderOptions
	claims                  openid.Claims
	required                []string
	secretFile, caFile      string
	cookieKeyFile           string
	lifetime, reviewCache   time.Duration
	namespaces              []string
	sessions                string
	maxViews                int
	certificate, privateKey string
	insecure                bool
	flags                   *pflag.FlagSet
	// first is the first of these flags that is set; empty if none is.
	first string
}

const (
	defaultLifetime    = 8 * time.Hour
	defaultReviewCache = 10 * time.Second
	defaultMaxViews    = 32
)

// newFlags returns the flags. Those of the provider are called what kube-apiserver calls them.
func (l *consoleLogin) newFlags() *pflag.FlagSet {
	flags := pflag.NewFlagSet("login", pflag.ContinueOnError)
	l.flags = flags
	addProviderFlags(flags, &l.provider.Options, &l.claims, &l.required, &l.caFile, providerUsage{
		issuer: "`URL` of the OpenID provider at which people log in; each then sees what they may read",
		client: "`ID` of the console at the provider, which is the audience of its tokens",
	})
	flags.StringVar(&l.secretFile, "oidc-client-secret-file", "", "`FILE` with the secret of the console at the provider, if it has one")
	flags.StringVar(&l.provider.RedirectURL, "oidc-redirect-url", "",
		"`URL` to which the provider sends people back: the address of the console with the path "+login.CallbackPath)
	flags.StringSliceVar(&l.provider.Scopes, "oidc-extra-scope", nil,
		"`SCOPE` to ask for beside openid, such as email or groups; may be repeated")
	flags.StringVar(&l.cookieKeyFile, "cookie-key-file", "",
		"`FILE` with the keys of session cookies, one on each line: the first encrypts, all decrypt")
	flags.DurationVar(&l.lifetime, "session-lifetime", defaultLifetime, "how long a session lasts at most; it ends with the provider's token")
	flags.DurationVar(&l.reviewCache, "review-cache", defaultReviewCache,
		"how long to cache what a person may read; for that long a right that was withdrawn still counts")
	flags.StringVar(&l.sessions, "sessions-configmap", "",
		"`NAMESPACE/NAME` of the ConfigMap by which replicas know which sessions people have ended; without it, each knows its own")
	flags.StringSliceVar(&l.namespaces, "namespaces", nil,
		"`NAMESPACES` to show to people who may not read all; by default all that they may list")
	flags.IntVar(&l.maxViews, "max-views", defaultMaxViews, "how many different sets of rights to keep the objects of at the same time")
	flags.StringVar(&l.certificate, "tls-cert-file", "",
		"`FILE` with the certificate and its intermediate certificates; re-read when it changes")
	flags.StringVar(&l.privateKey, "tls-private-key-file", "", "`FILE` with the certificate's private key; re-read when it changes")
	flags.BoolVar(&l.insecure, "insecure", false, "allow plain HTTP on addresses other than loopback, for a proxy that speaks HTTPS")
	return flags
}

// complete finds out whether one of the flags is set.
func (l *consoleLogin) complete() {
	l.flags.VisitAll(func(flag *pflag.Flag) {
		if flag.Changed && l.first == "" {
			l.first = flag.Name
		}
	})
}

// enabled reports whether people log in.
func (l *consoleLogin) enabled() bool { return l.provider.Issuer != "" }

// validate refuses flags that do not make a console that people can log in to.
func (l *consoleLogin) validate(input *inputFlags, listen string) error {
	for _, rule := range []struct {
		violated bool
		message  string
	}{
		{!l.enabled(), "--" + l.first + " is for a console that people log in to: name the provider with --oidc-issuer-url"},
		{input.fromManifests(), "-f: people who log in see the cluster: leave out -f or --oidc-issuer-url"},
		{input.allNamespaces || *input.cluster.Namespace != "", "-n and -A are for your own rights: people who log in see all that " +
			"they may read, or what lies in the namespaces of --namespaces"},
		{l.provider.ClientID == "", "--oidc-issuer-url needs --oidc-client-id: the name by which the provider knows the console"},
		{l.provider.RedirectURL == "", "--oidc-issuer-url needs --oidc-redirect-url: https://HOST" + login.CallbackPath},
		{l.cookieKeyFile == "", "--oidc-issuer-url needs --cookie-key-file: a file with what openssl rand -hex 32 prints"},
		{(l.certificate == "") != (l.privateKey == ""), "--tls-cert-file and --tls-private-key-file belong together: name both"},
		{l.sessions != "" && !isNamespacedName(l.sessions), "--sessions-configmap: write NAMESPACE/NAME, such as " +
			"rolewright-system/rolewright-console-sessions"},
		{!openid.ValidAlgorithms(l.provider.SigningAlgorithms), "--oidc-signing-algs: signing algorithms are " +
			strings.Join(openid.Algorithms, ", ")},
		{l.lifetime <= 0, "--session-lifetime: write a time above 0, such as 8h"},
		{l.reviewCache < 0, "--review-cache: write a time, such as 10s"},
		{l.maxViews < 1, "--max-views: write at least 1"},
	} {
		if rule.violated {
			return usagef("%s", rule.message)
		}
	}
	return errors.Join(l.validateURLs(), l.validateListen(listen), parseRequired(l.required, &l.claims))
}

// isNamespacedName reports whether a text is a namespace and a name.
func isNamespacedName(text string) bool {
	namespace, name, is := strings.Cut(text, "/")
	return is && namespace != "" && name != "" && !strings.Contains(name, "/")
}

func (l *consoleLogin) validateURLs() error {
	if err := validateIssuer(l.provider.Issuer); err != nil {
		return err
	}
	u, err := url.Parse(l.provider.RedirectURL)
	if err != nil || !isPlainHTTPS(u) || u.Path != login.CallbackPath {
		return usagef("--oidc-redirect-url %s: write https://HOST%s: cookies need HTTPS, by the console or by a proxy before it",
			l.provider.RedirectURL, login.CallbackPath)
	}
	return nil
}

// isPlainHTTPS reports whether an URL has a scheme, a host and a path, and no more.
func isPlainHTTPS(u *url.URL) bool {
	return u.Scheme == "https" && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

func (l *consoleLogin) validateListen(listen string) error {
	host, err := hostOf(listen)
	if err != nil {
		return err
	}
	if !isLoopback(host) && l.certificate == "" && !l.insecure {
		return usagef("--listen %s can be reached from other machines: name a certificate with --tls-cert-file and --tls-private-key-file, "+
			"or allow plain HTTP behind a proxy with --insecure", listen)
	}
	return nil
}

// fromLogins shows to each person who logs in what they may read of the cluster, as them.
func (o *consoleOptions) fromLogins(ctx context.Context, log logr.Logger) (*consoleSource, error) {
	l := &o.login
	keys, err := login.ReadKeys(l.cookieKeyFile)
	if err != nil {
		return nil, fmt.Errorf("--cookie-key-file: %w", err)
	}
	if err := l.readProviderFiles(); err != nil {
		return nil, err
	}
	config, err := o.input.restConfig("")
	if err != nil {
		return nil, err
	}
	config.QPS, config.UserAgent = -1, "rolewright-console"
	options := login.Options{Provider: l.provider, Claims: l.claims, Lifetime: l.lifetime, Keys: keys, Log: log}
	ended, err := l.revocations(config, log)
	if err != nil {
		return nil, err
	}
	if ended != nil {
		options.Revocations = ended
	}
	logins, err := login.New(options)
	if err != nil {
		return nil, usagef("%v", err)
	}
	people, err := impersonation.New(impersonation.Options{
		Config: config, Namespaces: l.namespaces, ReviewTTL: l.reviewCache, MostViews: l.maxViews, Log: log,
		NewView: func(config *rest.Config, namespaces []string, log logr.Logger) (impersonation.View, error) {
			// --request-timeout is for answers; a watch has no end.
			config.Timeout = 0
			return fromcluster.New(config, namespaces, log)
		},
	})
	if err != nil {
		return nil, err
	}
	source := &consoleSource{
		Options: console.Options{
			Source: people, People: people, Login: logins, FormKey: keys.FormKey(), Host: l.host(),
			Ready: logins.Ready, Log: log, Footer: texts.OfLogin,
		},
		follow: people.Run,
	}
	if ended != nil {
		source.Ready = func(ctx context.Context) error { return errors.Join(logins.Ready(ctx), ended.Ready(ctx)) }
		source.follow = func(ctx context.Context) {
			go ended.Run(ctx)
			people.Run(ctx)
		}
	}
	source.tls, err = tlsConfig(ctx, l.certificate, l.privateKey, log)
	return source, err
}

// revocations returns the list of sessions that all replicas share; nil if this one is alone.
func (l *consoleLogin) revocations(config *rest.Config, log logr.Logger) (*revocation.List, error) {
	if l.sessions == "" {
		return nil, nil
	}
	namespace, name, _ := strings.Cut(l.sessions, "/")
	config = rest.CopyConfig(config)
	// --request-timeout is for answers; a watch has no end, and requests have ends of their own.
	config.Timeout = 0
	return revocation.New(revocation.Options{Config: config, Key: types.NamespacedName{Namespace: namespace, Name: name}, Log: log})
}

// host returns the host that browsers name.
func (l *consoleLogin) host() string {
	u, err := url.Parse(l.provider.RedirectURL)
	if err != nil {
		return "" // Validate has parsed it.
	}
	return u.Host
}

// readProviderFiles reads the client's secret and the certificates of the provider.
func (l *consoleLogin) readProviderFiles() error {
	if l.secretFile != "" {
		secret, err := os.ReadFile(l.secretFile)
		if err != nil {
			return fmt.Errorf("--oidc-client-secret-file: %w", err)
		}
		if l.provider.ClientSecret = strings.TrimSpace(string(secret)); l.provider.ClientSecret == "" {
			return fmt.Errorf("--oidc-client-secret-file: %s is empty", l.secretFile)
		}
	}
	var err error
	l.provider.Client, err = providerClient(l.caFile)
	return err
}
