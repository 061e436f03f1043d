// SPDX-License-Identifier: Apache-2.0

package openid

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	upstreamkeys "github.com/coreos/go-oidc"
	"github.com/go-jose/go-jose/v4"
	"k8s.io/apiserver/pkg/apis/apiserver"
	upstream "k8s.io/apiserver/plugin/pkg/authenticator/token/oidc"
	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/test/property"
)

const issuer = "https://id.example.com"

// apiServer is what kube-apiserver makes of tokens, by its own code.
type apiServer struct {
	t    *testing.T
	key  *ecdsa.PrivateKey
	sign jose.Signer
}

func newAPIServer(t *testing.T) *apiServer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &apiServer{t: t, key: key, sign: signer}
}

// VerifySignature implements the key set of the API server's library.
func (s *apiServer) VerifySignature(_ context.Context, text string) ([]byte, error) {
	signed, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return nil, err
	}
	return signed.Verify(s.key.Public())
}

var _ upstreamkeys.KeySet = &apiServer{}

// authenticator configures it as ToAuthenticationConfig of kube-apiserver does it from flags.
func (s *apiServer) authenticator(c *Claims) upstream.AuthenticatorTokenWithHealthCheck {
	s.t.Helper()
	prefix := c.UsernamePrefix
	if prefix == "" && c.Username != "email" {
		prefix = issuer + "#"
	}
	if c.UsernamePrefix == "-" {
		prefix = ""
	}
	jwt := apiserver.JWTAuthenticator{
		Issuer:        apiserver.Issuer{URL: issuer, Audiences: []string{"console"}},
		ClaimMappings: apiserver.ClaimMappings{Username: apiserver.PrefixedClaimOrExpression{Prefix: new(prefix), Claim: c.Username}},
	}
	if c.Groups != "" {
		jwt.ClaimMappings.Groups = apiserver.PrefixedClaimOrExpression{Prefix: new(c.GroupsPrefix), Claim: c.Groups}
	}
	for claim, value := range c.Required {
		jwt.ClaimValidationRules = append(jwt.ClaimValidationRules, apiserver.ClaimValidationRule{Claim: claim, RequiredValue: value})
	}
	a, err := upstream.New(s.t.Context(), upstream.Options{
		JWTAuthenticator: jwt, KeySet: s, SupportedSigningAlgs: []string{"ES256"}, Client: http.DefaultClient,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

// token signs claims.
func (s *apiServer) token(claims map[string]any) string {
	s.t.Helper()
	content, err := json.Marshal(claims)
	if err != nil {
		s.t.Fatal(err)
	}
	signed, err := s.sign.Sign(content)
	if err != nil {
		s.t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		s.t.Fatal(err)
	}
	return text
}

// TestPeopleAreNamedAsTheAPIServerNamesThem asks the API server's own code and ours who the person of a token is, for random flags and
// claims. Ours may refuse more, for reasons that are known, and never names a person otherwise.
func TestPeopleAreNamedAsTheAPIServerNamesThem(t *testing.T) {
	server := newAPIServer(t)
	name := rapid.SampledFrom([]string{"ann", "Ann", "", "zoë", "a b", " ann", "system:admin", "a\nb", "jane@example.com"})
	agreed, refused := 0, 0
	property.Check(t, func(t *rapid.T) {
		c := &Claims{
			Username:       rapid.SampledFrom([]string{"sub", "email", "preferred_username"}).Draw(t, "username claim"),
			UsernamePrefix: rapid.SampledFrom([]string{"", "-", "oidc:"}).Draw(t, "username prefix"),
			Groups:         rapid.SampledFrom([]string{"", "groups", "role"}).Draw(t, "groups claim"),
			GroupsPrefix:   rapid.SampledFrom([]string{"", "oidc:"}).Draw(t, "groups prefix"),
		}
		if rapid.IntRange(0, 3).Draw(t, "required") == 0 {
			c.Required = map[string]string{"tenant": "acme"}
		}
		claims := map[string]any{"iss": issuer, "aud": "console", "exp": 4102444800}
		for _, claim := range []string{"sub", "email", "preferred_username", "tenant", "role"} {
			switch is := rapid.IntRange(0, 5).Draw(t, claim); {
			case is == 0:
			case is == 1 && claim != "sub": // Which both libraries refuse before they look at claims.
				claims[claim] = 7
			case is == 2:
				claims[claim] = "acme"
			default:
				claims[claim] = name.Draw(t, claim)
			}
		}
		switch rapid.IntRange(0, 3).Draw(t, "groups") {
		case 1:
			claims["groups"] = rapid.SliceOf(name).Draw(t, "group list")
		case 2:
			claims["groups"] = []any{"a", 1}
		case 3:
			claims["role"] = rapid.SliceOf(name).Draw(t, "role list")
		}
		if is := rapid.IntRange(0, 3).Draw(t, "email_verified"); is > 0 {
			claims["email_verified"] = []any{true, false, "true"}[is-1]
		}
		theirs, _, theirError := server.authenticator(c).AuthenticateToken(t.Context(), server.token(claims))
		ours, ourError := c.Identify(issuer, rawOf(t, claims))
		switch {
		case theirError != nil:
			refused++
			if ourError == nil {
				t.Fatalf("the API server refuses (%v), and we name %+v", theirError, ours)
			}
		case ourError != nil:
			// The names that are never passed on, and those that a claim leaves empty.
			if claims[c.Username] != "" && unusable(theirs.User.GetName()) == "" {
				t.Fatalf("the API server names %q, and we refuse: %v", theirs.User.GetName(), ourError)
			}
		default:
			agreed++
			if ours.User != theirs.User.GetName() {
				t.Fatalf("the API server names %q, and we %q", theirs.User.GetName(), ours.User)
			}
			var want []string
			for _, group := range theirs.User.GetGroups() {
				if unusable(group) == "" && group != c.GroupsPrefix && !slices.Contains(want, group) {
					want = append(want, group)
				}
			}
			if !slices.Equal(ours.Groups, want) {
				t.Fatalf("the API server names groups %q, and we %q", theirs.User.GetGroups(), ours.Groups)
			}
		}
	}, func() string {
		if agreed < 10 || refused < 10 {
			return fmt.Sprintf("%d tokens were taken and %d refused", agreed, refused)
		}
		return ""
	})
}

func rawOf(t rapid.TB, claims map[string]any) map[string]json.RawMessage {
	t.Helper()
	content, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(content, &raw); err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestIdentify(t *testing.T) {
	for _, test := range []struct {
		name    string
		claims  Claims
		token   map[string]any
		user    string
		groups  string
		leftOut string
		refused string
	}{
		{name: "the default prefix", token: map[string]any{"sub": "ann"}, user: issuer + "#ann"},
		{name: "no prefix", claims: Claims{UsernamePrefix: "-"}, token: map[string]any{"sub": "ann"}, user: "ann"},
		{name: "an e-mail address", claims: Claims{Username: "email"}, token: map[string]any{"email": "a@b"}, user: "a@b"},
		{
			name: "an e-mail address that is not verified", claims: Claims{Username: "email"},
			token: map[string]any{"email": "a@b", "email_verified": false}, refused: "not verified",
		},
		{name: "no claim", claims: Claims{Username: "upn"}, token: map[string]any{"sub": "ann"}, refused: `no claim "upn"`},
		{name: "an empty name", claims: Claims{UsernamePrefix: "-"}, token: map[string]any{"sub": ""}, refused: "is empty"},
		{
			name: "a name of the cluster's own", claims: Claims{UsernamePrefix: "-"}, token: map[string]any{"sub": "system:admin"},
			refused: `begins with "system:"`,
		},
		{
			name: "a prefix that makes it one", claims: Claims{UsernamePrefix: "system:"}, token: map[string]any{"sub": "admin"},
			refused: `begins with "system:"`,
		},
		{
			name: "a header within a name", claims: Claims{UsernamePrefix: "-"},
			token: map[string]any{"sub": "ann\r\nImpersonate-Group: system:masters"}, refused: "control characters",
		},
		{name: "white space at the end", claims: Claims{UsernamePrefix: "-"}, token: map[string]any{"sub": "ann "}, refused: "white space"},
		{name: "an invisible character", claims: Claims{UsernamePrefix: "-"}, token: map[string]any{"sub": "a\u200bnn"}, refused: "invisible"},
		{name: "another script", claims: Claims{UsernamePrefix: "-"}, token: map[string]any{"sub": "zoë"}, user: "zoë"},
		{
			name: "groups", claims: Claims{UsernamePrefix: "-", Groups: "groups", GroupsPrefix: "id:"},
			token: map[string]any{"sub": "ann", "groups": []string{"a", "b", "a"}}, user: "ann", groups: "id:a id:b",
		},
		{
			name: "groups that are never passed on", claims: Claims{UsernamePrefix: "-", Groups: "groups"},
			token: map[string]any{"sub": "ann", "groups": []string{"a", "system:masters", "", "b\nc"}}, user: "ann", groups: "a",
			leftOut: "system:masters  b\nc",
		},
		{
			name: "groups that are elsewhere", claims: Claims{UsernamePrefix: "-", Groups: "groups"},
			token: map[string]any{"sub": "ann", "_claim_names": map[string]string{"groups": "src1"}}, refused: "more groups",
		},
		{
			name: "a required claim", claims: Claims{UsernamePrefix: "-", Required: map[string]string{"hd": "example.com"}},
			token: map[string]any{"sub": "ann", "hd": "other.example"}, refused: `the claim "hd" is not "example.com"`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			who, err := test.claims.Identify(issuer, rawOf(t, test.token))
			switch {
			case test.refused != "" && (err == nil || !strings.Contains(err.Error(), test.refused)):
				t.Errorf("got %+v, %v", who, err)
			case test.refused == "" && err != nil:
				t.Error(err)
			case test.refused == "" && (who.User != test.user || strings.Join(who.Groups, " ") != test.groups ||
				strings.Join(who.LeftOut, " ") != test.leftOut):
				t.Errorf("got %+v", who)
			}
		})
	}
}
