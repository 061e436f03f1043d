// SPDX-License-Identifier: Apache-2.0

package openid

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Options say which provider it is, and what its tokens must be.
type Options struct {
	// Issuer is the provider's URL.
	Issuer string
	// ClientID is the audience of tokens: the name of the program at the provider.
	ClientID string
	// SigningAlgorithms are those by which a token may be signed: RS256 if there are none.
	SigningAlgorithms []string
	// Client sends requests to the provider; nil stands for http.DefaultClient.
	Client *http.Client
	// Clock returns the time; nil stands for time.Now.
	Clock func() time.Time
}

// Algorithms are those by which a token may be signed, as for the API server.
var Algorithms = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512,
}

// ValidAlgorithms reports whether tokens may be signed so.
func ValidAlgorithms(names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(Algorithms, name) })
}

// Provider speaks with an OpenID provider. It reads what the provider says of itself when that is first needed, and again until it can.
type Provider struct {
	options Options

	reading sync.Mutex
	known   *Discovered
	// failure is why it could not be read the last time, which counts until retry.
	failure error
	retry   time.Time
}

// NewProvider returns a provider, with which it does not speak yet.
func NewProvider(options Options) (*Provider, error) {
	if options.Clock == nil {
		options.Clock = time.Now
	}
	if options.Client == nil {
		options.Client = http.DefaultClient
	}
	if len(options.SigningAlgorithms) == 0 {
		options.SigningAlgorithms = []string{oidc.RS256}
	}
	if !ValidAlgorithms(options.SigningAlgorithms) {
		return nil, signingAlgorithms(Algorithms)
	}
	return &Provider{options: options}, nil
}

// retryAfter is how long the provider is left alone after it could not be read.
const retryAfter = 5 * time.Second

// Discovered is what a provider says of itself.
type Discovered struct {
	// Endpoint is where people log in, and codes are redeemed.
	Endpoint oauth2.Endpoint
	// IDTokens verifies the tokens of people who have logged in.
	IDTokens *oidc.IDTokenVerifier
	// EndSession is where people log out of the provider; nil if it has no such address.
	EndSession *url.URL
	// bearer verifies tokens that callers send.
	bearer *oidc.IDTokenVerifier
}

// Context returns a context in which requests go to the provider by the client of the options.
func (p *Provider) Context(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.options.Client)
}

// Discover returns what the provider says of itself.
func (p *Provider) Discover(ctx context.Context) (*Discovered, error) {
	p.reading.Lock()
	defer p.reading.Unlock()
	if p.known == nil && !p.options.Clock().Before(p.retry) {
		if p.known, p.failure = p.read(ctx); p.failure != nil {
			p.failure = providerNotRead(p.options.Issuer, p.failure)
			p.retry = p.options.Clock().Add(retryAfter)
		}
	}
	return p.known, p.failure
}

func (p *Provider) read(ctx context.Context) (*Discovered, error) {
	// Keys are read with this context for as long as the program runs.
	ctx = p.Context(context.WithoutCancel(ctx))
	remote, err := oidc.NewProvider(ctx, p.options.Issuer)
	if err != nil {
		return nil, err
	}
	var metadata struct {
		EndSession string `json:"end_session_endpoint"`
		Keys       string `json:"jwks_uri"`
	}
	if err := remote.Claims(&metadata); err != nil {
		return nil, err
	}
	if metadata.Keys == "" {
		return nil, errNoKeys
	}
	config := &oidc.Config{ClientID: p.options.ClientID, SupportedSigningAlgs: p.options.SigningAlgorithms, Now: p.options.Clock}
	d := &Discovered{
		Endpoint: remote.Endpoint(), IDTokens: remote.Verifier(config),
		bearer: oidc.NewVerifier(p.options.Issuer, keySet{oidc.NewRemoteKeySet(ctx, metadata.Keys)}, config),
	}
	if end, err := url.Parse(metadata.EndSession); err == nil && end.Scheme == "https" && end.Host != "" {
		d.EndSession = end
	}
	return d, nil
}
