// SPDX-License-Identifier: Apache-2.0

package openid

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// keyServer is a provider whose keys change.
type keyServer struct {
	*httptest.Server
	keys   atomic.Pointer[jose.JSONWebKeySet]
	broken atomic.Bool
}

func newKeyServer(t *testing.T) *keyServer {
	t.Helper()
	s := &keyServer{}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"issuer": s.URL, "jwks_uri": s.URL + "/keys", "authorization_endpoint": s.URL + "/authorize"})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		if s.broken.Load() {
			http.Error(w, "broken", http.StatusInternalServerError)
			return
		}
		_ = json.NewEncoder(w).Encode(s.keys.Load())
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// publish replaces the keys.
func (s *keyServer) publish(keys map[string]*apiServer) {
	set := &jose.JSONWebKeySet{}
	for id, of := range keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: of.key.Public(), KeyID: id, Algorithm: "ES256", Use: "sig"})
	}
	s.keys.Store(set)
}

// TestBearer: a token counts if it is of the provider, for the audience, not expired, and signed by one of the provider's present keys.
func TestBearer(t *testing.T) {
	server, first, second := newKeyServer(t), newAPIServer(t), newAPIServer(t)
	server.publish(map[string]*apiServer{"first": first})
	bearer, err := NewBearer(Options{Issuer: server.URL, ClientID: "rolewright", SigningAlgorithms: []string{"ES256"}}, Claims{UsernamePrefix: "-", Groups: "groups"})
	if err != nil {
		t.Fatal(err)
	}
	claims := func(change func(map[string]any)) map[string]any {
		all := map[string]any{
			"iss": server.URL, "aud": "rolewright", "sub": "backend", "groups": []string{"apps", "system:masters"}, "exp": time.Now().Add(time.Hour).Unix(),
		}
		change(all)
		return all
	}
	as := func(name string, value any) func(map[string]any) {
		return func(all map[string]any) { all[name] = value }
	}
	plain := func(map[string]any) {}
	hour := time.Now().Add(-time.Hour).Unix()
	for name, c := range map[string]struct {
		token string
		valid bool
	}{
		"valid":                      {first.token(claims(plain)), true},
		"of several audiences":       {first.token(claims(as("aud", []string{"x", "rolewright"}))), true},
		"of another audience":        {first.token(claims(as("aud", "x"))), false},
		"of no audience":             {first.token(claims(func(all map[string]any) { delete(all, "aud") })), false},
		"of another issuer":          {first.token(claims(as("iss", "https://evil.example"))), false},
		"expired":                    {first.token(claims(as("exp", hour))), false},
		"without end":                {first.token(claims(func(all map[string]any) { delete(all, "exp") })), false},
		"not yet valid":              {first.token(claims(as("nbf", time.Now().Add(time.Hour).Unix()))), false},
		"of nobody":                  {first.token(claims(func(all map[string]any) { delete(all, "sub") })), false},
		"of the API server's people": {first.token(claims(as("sub", "system:admin"))), false},
		"signed by another key":      {second.token(claims(plain)), false},
		"no token":                   {"a.b.c", false},
		"nothing":                    {"", false},
	} {
		who, err := bearer.Identify(t.Context(), c.token)
		if err != nil || (who != nil) != c.valid {
			t.Errorf("%s: %+v, %v", name, who, err)
		}
		if who != nil && (who.User != "backend" || len(who.Groups) != 1 || who.Groups[0] != "apps") {
			t.Errorf("%s: it is of %+v", name, who)
		}
	}
	if !bearer.IsOf(first.token(claims(plain))) || bearer.IsOf(first.token(claims(as("iss", "x")))) || bearer.IsOf("a.b.c") || bearer.IsOf("") {
		t.Error("tokens of the provider are not told from others")
	}
	rotated := second.token(claims(plain))
	server.broken.Store(true)
	afterReading(t, func() bool {
		who, err := bearer.Identify(t.Context(), rotated)
		if who != nil {
			t.Fatalf("while keys cannot be read: %+v", who)
		}
		return err != nil
	})
	if who, err := bearer.Identify(t.Context(), first.token(claims(plain))); who == nil || err != nil {
		t.Errorf("a token of a key that is known, while keys cannot be read: %+v, %v", who, err)
	}
	server.broken.Store(false)
	server.publish(map[string]*apiServer{"second": second})
	afterReading(t, func() bool {
		who, err := bearer.Identify(t.Context(), rotated)
		return who != nil && err == nil
	})
	if who, err := bearer.Identify(t.Context(), first.token(claims(plain))); who != nil || err != nil {
		t.Errorf("a key that is gone: %+v, %v", who, err)
	}
	server.Close()
	fresh, err := NewBearer(Options{Issuer: server.URL, ClientID: "rolewright", SigningAlgorithms: []string{"ES256"}}, Claims{})
	if err != nil {
		t.Fatal(err)
	}
	if who, err := fresh.Identify(t.Context(), rotated); who != nil || err == nil {
		t.Errorf("a provider that is gone: %+v, %v", who, err)
	}
	if _, err := NewBearer(Options{SigningAlgorithms: []string{"none"}}, Claims{}); err == nil {
		t.Error("tokens may be unsigned")
	}
}

// afterReading asks until the answer is the one that comes once the keys are read once more: a question that is asked in the instant in
// which an earlier reading ends is answered with that one's result.
func afterReading(t *testing.T, answered func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !answered(); {
		if time.Now().After(deadline) {
			t.Fatal("the answer never follows the keys")
		}
	}
}
