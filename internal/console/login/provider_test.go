// SPDX-License-Identifier: Apache-2.0

package login

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/internal/openid"
)

// liar is an OpenID provider that a test can make lie. Its tokens are for the person ann.
type liar struct {
	*httptest.Server
	key, foreign *ecdsa.PrivateKey
	// claims change what a token says; unsigned makes it one with the algorithm none, and forged signs it with another key.
	claims           map[string]any
	unsigned, forged bool
	// nonce and challenge are those of the log-in that was begun last, code is what it led to.
	nonce, challenge, code string
	// noLogout leaves out the address to log out at.
	noLogout bool
	// down makes it answer nothing about itself.
	down bool
	now  time.Time
}

func newLiar(t *testing.T) *liar {
	t.Helper()
	l := &liar{claims: map[string]any{}, now: now}
	for _, key := range []**ecdsa.PrivateKey{&l.key, &l.foreign} {
		var err error
		if *key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", l.discovery)
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		write(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: l.key.Public(), KeyID: "1", Algorithm: "ES256", Use: "sig"}}})
	})
	mux.HandleFunc("/token", l.token)
	l.Server = httptest.NewTLSServer(mux)
	t.Cleanup(l.Close)
	return l
}

func write(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}

func (l *liar) discovery(w http.ResponseWriter, _ *http.Request) {
	if l.down {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return
	}
	metadata := map[string]any{
		"issuer": l.URL, "authorization_endpoint": l.URL + "/authorize", "token_endpoint": l.URL + "/token", "jwks_uri": l.URL + "/keys",
		"end_session_endpoint": l.URL + "/end", "id_token_signing_alg_values_supported": []string{"ES256", "none", "HS256"},
	}
	if l.noLogout {
		delete(metadata, "end_session_endpoint")
	}
	write(w, metadata)
}

// authorize lets the person log in who was sent to an address, and returns the answer that the browser brings back.
func (l *liar) authorize(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	if u.Path != "/authorize" || query.Get("client_id") != "console" || query.Get("code_challenge_method") != "S256" ||
		query.Get("response_type") != "code" || query.Get("redirect_uri") != "https://console.example.com/-/login/callback" ||
		query.Get("scope") != "openid groups" {
		t.Fatalf("the browser is sent to %s", address)
	}
	l.nonce, l.challenge, l.code = query.Get("nonce"), query.Get("code_challenge"), rand.Text()
	return url.Values{"state": {query.Get("state")}, "code": {l.code}}
}

// token redeems a code, once, of who knows the secret of PKCE.
func (l *liar) token(w http.ResponseWriter, r *http.Request) {
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if code := r.PostFormValue("code"); code == "" || code != l.code || base64.RawURLEncoding.EncodeToString(sum[:]) != l.challenge {
		w.WriteHeader(http.StatusBadRequest)
		write(w, map[string]string{"error": "invalid_grant"})
		return
	}
	l.code = ""
	claims := map[string]any{
		"iss": l.URL, "aud": "console", "sub": "ann", "groups": []string{"auditors"}, "nonce": l.nonce,
		"iat": l.now.Unix(), "exp": l.now.Add(time.Hour).Unix(),
	}
	maps.Copy(claims, l.claims)
	content, _ := json.Marshal(claims)
	write(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": l.sign(content)})
}

func (l *liar) sign(content []byte) string {
	if l.unsigned {
		return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(content) + "."
	}
	key := l.key
	if l.forged {
		key = l.foreign
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "1"}}, nil)
	if err != nil {
		return err.Error()
	}
	signed, err := signer.Sign(content)
	if err != nil {
		return err.Error()
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		return err.Error()
	}
	return text
}

// browser keeps cookies as a browser does.
type browser struct {
	t       *testing.T
	login   *Login
	cookies map[string]string
}

func newBrowser(t *testing.T, l *Login) *browser {
	t.Helper()
	return &browser{t: t, login: l, cookies: map[string]string{}}
}

func (b *browser) request(address string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, address, http.NoBody)
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return r
}

// keep takes the cookies of an answer.
func (b *browser) keep(w *httptest.ResponseRecorder) {
	b.t.Helper()
	for _, cookie := range w.Result().Cookies() {
		if !strings.HasPrefix(cookie.Name, "__Host-") || !cookie.Secure || !cookie.HttpOnly || cookie.Path != "/" || cookie.Domain != "" ||
			cookie.SameSite != http.SameSiteLaxMode {
			b.t.Errorf("the cookie %s is not bound to the host: %s", cookie.Name, cookie)
		}
		if cookie.MaxAge < 0 {
			delete(b.cookies, cookie.Name)
		} else {
			b.cookies[cookie.Name] = cookie.Value
		}
	}
}

// begin asks for a page, and returns where the browser is sent.
func (b *browser) begin(path string) string {
	b.t.Helper()
	w := httptest.NewRecorder()
	if err := b.login.Begin(w, b.request(path), path); err != nil {
		b.t.Fatal(err)
	}
	b.keep(w)
	return w.Header().Get("Location")
}

// finish brings the provider's answer back.
func (b *browser) finish(answer url.Values) (string, error) {
	b.t.Helper()
	w := httptest.NewRecorder()
	path, err := b.login.Finish(w, b.request(CallbackPath+"?"+answer.Encode()))
	b.keep(w)
	return path, err
}

// session returns the session that the console sees of the browser.
func (b *browser) session() *Session {
	r, _, err := b.login.Authenticate(b.request("/"))
	if err != nil {
		b.t.Fatal(err)
	}
	return FromContext(r.Context())
}

// newLogin returns what logs people in at a provider, by its clock.
func newLogin(t *testing.T, p *liar) *Login {
	t.Helper()
	l, err := New(Options{
		Provider: ProviderOptions{
			Options:     openid.Options{Issuer: p.URL, ClientID: "console", Client: p.Client(), SigningAlgorithms: []string{"ES256"}},
			RedirectURL: "https://console.example.com" + CallbackPath, Scopes: []string{"groups"},
		},
		Claims: openid.Claims{UsernamePrefix: "-", Groups: "groups"}, Lifetime: 30 * time.Minute, Keys: keysOf(t, newSecret), Log: logr.Discard(),
		Clock: func() time.Time { return p.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}
