// SPDX-License-Identifier: Apache-2.0

package login

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/rolewright/rolewright/internal/console/texts"
)

// Bearer finds out whose bearer tokens of an OpenID provider are, as the API server does with its flags --oidc-*. It may be used by any
// number of goroutines.
type Bearer struct {
	provider provider
	claims   Claims
}

// NewBearer returns a Bearer for the tokens of a provider whose audience is the client.
func NewBearer(options ProviderOptions, claims Claims) (*Bearer, error) {
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
		return nil, texts.SigningAlgorithms(Algorithms)
	}
	return &Bearer{provider: provider{options: options}, claims: claims}, nil
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
	found, err := b.provider.discover(ctx)
	if err != nil {
		return nil, texts.ProviderNotRead(b.provider.options.Issuer, err)
	}
	failed := &keysFailed{}
	verified, err := found.bearer.Verify(context.WithValue(ctx, keysFailed{}, failed), token)
	if failed.err != nil {
		return nil, texts.KeysNotRead(b.provider.options.Issuer, failed.err)
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

// newBearerVerifier returns a verifier of bearer tokens with the keys that the provider names.
func (p *provider) newBearerVerifier(ctx context.Context, jwks string) (*oidc.IDTokenVerifier, error) {
	if jwks == "" {
		return nil, texts.ErrNoKeys
	}
	return oidc.NewVerifier(p.options.Issuer, keySet{oidc.NewRemoteKeySet(ctx, jwks)}, &oidc.Config{
		ClientID: p.options.ClientID, SupportedSigningAlgs: p.options.SigningAlgorithms, Now: p.options.Clock,
	}), nil
}
