// SPDX-License-Identifier: Apache-2.0

package openid

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
)

// Bearer finds out whose bearer tokens of an OpenID provider are, as the API server does with its flags --oidc-*. It may be used by any
// number of goroutines.
type Bearer struct {
	provider *Provider
	claims   Claims
}

// NewBearer returns a Bearer for the tokens of a provider whose audience is the client.
func NewBearer(options Options, claims Claims) (*Bearer, error) {
	provider, err := NewProvider(options)
	if err != nil {
		return nil, err
	}
	return &Bearer{provider: provider, claims: claims}, nil
}

// IsOf reports whether a token says that it is of the provider. Whether it is, Identify finds out.
func (b *Bearer) IsOf(token string) bool {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return false
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	var says struct {
		Issuer string `json:"iss"`
	}
	return err == nil && json.Unmarshal(payload, &says) == nil && says.Issuer == b.provider.options.Issuer
}

// Identify returns whose a token is, nil if it is not valid: of another provider, for another audience, expired, or not signed by a key of
// the provider. An error means that there is no answer, since the provider cannot be reached.
func (b *Bearer) Identify(ctx context.Context, token string) (*Identity, error) {
	found, err := b.provider.Discover(ctx)
	if err != nil {
		return nil, err
	}
	failed := &keysFailed{}
	verified, err := found.bearer.Verify(context.WithValue(ctx, keysFailed{}, failed), token)
	if failed.err != nil {
		return nil, keysNotRead(b.provider.options.Issuer, failed.err)
	}
	var claims map[string]json.RawMessage
	if err != nil || verified.Claims(&claims) != nil {
		return nil, nil //nolint:nilerr // an invalid token is nobody's, which is an answer
	}
	who, err := b.claims.Identify(b.provider.options.Issuer, claims)
	if err != nil {
		return nil, nil //nolint:nilerr // a token that names nobody is nobody's
	}
	return who, nil
}

// keysFailed holds why keys could not be read while a token was verified. It is also the key of its pointer in a context.
type keysFailed struct{ err error }

// keySet are the keys of a provider. It tells a token that is signed by none of them from keys that cannot be read, which a verifier
// reports alike.
type keySet struct{ remote oidc.KeySet }

// VerifySignature implements oidc.KeySet.
func (s keySet) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	payload, err := s.remote.VerifySignature(ctx, token)
	if err != nil && strings.HasPrefix(err.Error(), "fetching keys ") {
		if failed, is := ctx.Value(keysFailed{}).(*keysFailed); is {
			failed.err = err
		}
	}
	return payload, err
}
