// SPDX-License-Identifier: Apache-2.0

package login

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/openid"
)

// ProviderOptions are how the console is known to an OpenID provider.
type ProviderOptions struct {
	openid.Options

	// ClientSecret is empty for a public client.
	ClientSecret string
	// RedirectURL is the console's address with the path CallbackPath.
	RedirectURL string
	// Scopes are asked for beside openid.
	Scopes []string
}

// provider logs people in at an OpenID provider.
type provider struct {
	*openid.Provider

	options ProviderOptions
}

// oauth is how the console takes part in a log-in.
func (p *provider) oauth(d *openid.Discovered) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.options.ClientID, ClientSecret: p.options.ClientSecret, Endpoint: d.Endpoint,
		RedirectURL: p.options.RedirectURL, Scopes: append([]string{oidc.ScopeOpenID}, p.options.Scopes...),
	}
}

// address returns where a browser goes to log in.
func (p *provider) address(d *openid.Discovered, a *attempt) string {
	return p.oauth(d).AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier))
}

// token is what a provider says of a person.
type token struct {
	claims  map[string]json.RawMessage
	expires time.Time
}

// redeem exchanges a code for a token, and checks that it is for this attempt.
func (p *provider) redeem(ctx context.Context, d *openid.Discovered, a *attempt, code string) (*token, error) {
	ctx = p.Context(ctx)
	answer, err := p.oauth(d).Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return nil, err
	}
	raw, is := answer.Extra("id_token").(string)
	if !is {
		return nil, texts.ErrNoToken
	}
	verified, err := d.IDTokens.Verify(ctx, raw)
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
		var party string
		if err := json.Unmarshal(value, &party); err != nil || party != p.options.ClientID {
			return nil, texts.OtherClient(string(value))
		}
	}
	return t, nil
}
