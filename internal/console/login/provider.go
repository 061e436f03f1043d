// SPDX-License-Identifier: Apache-2.0

package login

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/rolewright/rolewright/internal/console/texts"
)

// ProviderOptions are how the console is known to an OpenID provider.
type ProviderOptions struct {
	// Issuer is the provider's URL.
	Issuer string
	// ClientID is the console's name there, and the audience of its tokens.
	ClientID string
	// ClientSecret is empty for a public client.
	ClientSecret string
	// RedirectURL is the console's address with the path CallbackPath.
	RedirectURL string
	// Scopes are asked for beside openid.
	Scopes []string
	// SigningAlgorithms are those by which a token may be signed: RS256 if there are none.
	SigningAlgorithms []string
	// Client sends requests to the provider.
	Client *http.Client
	Clock  func() time.Time
}

// Algorithms are those by which a token may be signed, as for the API server.
var Algorithms = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512,
}

// provider speaks with an OpenID provider. It reads what the provider says of itself when that is first needed, and again until it can.
type provider struct {
	options ProviderOptions

	reading sync.Mutex
	known   *discovered
	// failure is why it could not be read the last time, which counts until retry.
	failure error
	retry   time.Time
}

// retryAfter is how long the provider is left alone after it could not be read.
const retryAfter = 5 * time.Second

// discovered is what a provider says of itself.
type discovered struct {
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
	// bearer verifies tokens that callers send.
	bearer *oidc.IDTokenVerifier
	// endSession is where people log out of the provider; empty if it has no such address.
	endSession *url.URL
}

// discover returns what the provider says of itself.
func (p *provider) discover(ctx context.Context) (*discovered, error) {
	p.reading.Lock()
	defer p.reading.Unlock()
	if p.known == nil && !p.options.Clock().Before(p.retry) {
		if p.known, p.failure = p.read(ctx); p.failure != nil {
			p.retry = p.options.Clock().Add(retryAfter)
		}
	}
	return p.known, p.failure
}

func (p *provider) read(ctx context.Context) (*discovered, error) {
	// Keys are read with this context for as long as the console runs.
	ctx = oidc.ClientContext(context.WithoutCancel(ctx), p.options.Client)
	remote, err := oidc.NewProvider(ctx, p.options.Issuer)
	if err != nil {
		return nil, err
	}
	d := &discovered{
		oauth: oauth2.Config{
			ClientID: p.options.ClientID, ClientSecret: p.options.ClientSecret, Endpoint: remote.Endpoint(),
			RedirectURL: p.options.RedirectURL, Scopes: append([]string{oidc.ScopeOpenID}, p.options.Scopes...),
		},
		verifier: remote.Verifier(&oidc.Config{
			ClientID: p.options.ClientID, SupportedSigningAlgs: p.options.SigningAlgorithms, Now: p.options.Clock,
		}),
	}
	var metadata struct {
		EndSession string `json:"end_session_endpoint"`
		Keys       string `json:"jwks_uri"`
	}
	if err := remote.Claims(&metadata); err != nil {
		return nil, err
	}
	if d.bearer, err = p.newBearerVerifier(ctx, metadata.Keys); err != nil {
		return nil, err
	}
	if end, err := url.Parse(metadata.EndSession); err == nil && end.Scheme == "https" && end.Host != "" {
		d.endSession = end
	}
	return d, nil
}

// address returns where a browser goes to log in.
func (d *discovered) address(a *attempt) string {
	return d.oauth.AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier))
}

// token is what a provider says of a person.
type token struct {
	claims  map[string]json.RawMessage
	expires time.Time
}

// redeem exchanges a code for a token, and checks that it is for this attempt.
func (p *provider) redeem(ctx context.Context, d *discovered, a *attempt, code string) (*token, error) {
	ctx = oidc.ClientContext(ctx, p.options.Client)
	answer, err := d.oauth.Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return nil, err
	}
	raw, is := answer.Extra("id_token").(string)
	if !is {
		return nil, texts.ErrNoToken
	}
	verified, err := d.verifier.Verify(ctx, raw)
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare([]byte(verified.Nonce), []byte(a.Nonce)) != 1 {
		return nil, texts.ErrOtherNonce
	}
	t := &token{expires: verified.Expiry}
	if err := verified.Claims(&t.claims); err != nil {
		return nil, err
	}
	// OpenID Connect Core, section 3.1.3.7: an authorized party must be this client.
	if value, has := t.claims["azp"]; has {
		if party, err := text(t.claims, "azp"); err != nil || party != p.options.ClientID {
			return nil, texts.OtherClient(string(value))
		}
	}
	return t, nil
}

// ValidAlgorithms reports whether tokens may be signed so.
func ValidAlgorithms(names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(Algorithms, name) })
}
