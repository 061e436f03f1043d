// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"encoding/base64"
	"encoding/pem"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
)

const appURL = "https://app.example/callback"

// startProvider starts an OpenID provider with two clients, and returns it with a file that has its certificate.
func startProvider(t *testing.T) (provider *httptest.Server, certificate string) {
	t.Helper()
	var handler http.Handler
	provider = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(provider.Close)
	storage.RegisterClients(storage.WebClient("rolewright", "secret", appURL), storage.WebClient("another", "secret", appURL))
	handler = exampleop.SetupServer(provider.URL, storage.NewStorage(storage.NewUserStore(provider.URL)),
		slog.New(slog.NewTextHandler(io.Discard, nil)), false)
	certificate = filepath.Join(t.TempDir(), "provider.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: provider.Certificate().Raw})
	if err := os.WriteFile(certificate, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return provider, certificate
}

// logIn logs the user of a provider in for a client, as a browser does, and returns the ID token.
func logIn(t *testing.T, provider *httptest.Server, client string) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	token := ""
	browser := &http.Client{Transport: provider.Client().Transport, Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), appURL) {
			answer, err := url.ParseQuery(r.URL.Fragment)
			token = answer.Get("id_token")
			if err != nil || token == "" {
				t.Errorf("the provider answers with %s", r.URL)
			}
			return http.ErrUseLastResponse
		}
		return nil
	}}
	asked, err := browser.Get(provider.URL + "/auth?" + url.Values{
		"client_id": {client}, "redirect_uri": {appURL}, "response_type": {"id_token"}, "scope": {"openid"}, "nonce": {"n"}, "state": {"s"},
	}.Encode())
	if err != nil {
		t.Fatal(err)
	}
	page, _ := io.ReadAll(asked.Body)
	_ = asked.Body.Close()
	done, err := browser.PostForm(provider.URL+"/login/username", url.Values{
		"id": {asked.Request.URL.Query().Get("authRequestID")}, "username": {"test-user@127.0.0.1"}, "password": {"verysecure"},
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = done.Body.Close()
	if token == "" {
		t.Fatalf("no token: %s leads to %s: %s", asked.Request.URL, done.Request.URL, page)
	}
	return token
}

// TestProviderCallers: callers send tokens of a real OpenID provider; others are refused, and while the provider cannot be asked, all are.
func TestProviderCallers(t *testing.T) {
	provider, certificate := startProvider(t)
	flags := []string{
		"-f", "../../config/samples/quickstart", "--oidc-client-id", "rolewright", "--oidc-ca-file", certificate, "--decision-log", "-",
	}
	good, other := logIn(t, provider, "rolewright"), logIn(t, provider, "another")
	s := start(t, append(flags, "--oidc-issuer-url", provider.URL)...)
	s.awaitReady()
	body := []byte(`{"subject":{"type":"user","id":"karl@library.example"},"action":{"name":"collection.edit"},"resource":{"type":"book","id":"1"}}`)
	ask := func(s *service, token string) int {
		t.Helper()
		var headers []string
		if token != "" {
			headers = []string{"Authorization", "Bearer " + token}
		}
		return s.post("/access/v1/evaluation", body, headers...).status
	}
	parts := strings.Split(good, ".")
	unsigned := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + parts[1] + "."
	flipped := []byte(parts[2])
	flipped[10] ^= 1
	for name, c := range map[string]struct {
		token  string
		status int
	}{
		"a token":                      {good, http.StatusOK},
		"none":                         {"", http.StatusUnauthorized},
		"for another audience":         {other, http.StatusUnauthorized},
		"without a signature":          {unsigned, http.StatusUnauthorized},
		"with another signature":       {parts[0] + "." + parts[1] + "." + string(flipped), http.StatusUnauthorized},
		"that is none":                 {"abc", http.StatusUnauthorized},
		"cut off":                      {parts[0] + "." + parts[1], http.StatusUnauthorized},
		"the same again, out of cache": {good, http.StatusOK},
	} {
		if got := ask(s, c.token); got != c.status {
			t.Errorf("a caller with a token %s is answered %d, want %d", name, got, c.status)
		}
	}
	s.await("the caller in the decision log", func() bool {
		return strings.Contains(s.out.String(), `"caller":"`+provider.URL+`#id1"`)
	})
	gone := httptest.NewTLSServer(http.NotFoundHandler())
	gone.Close()
	unreachable := start(t, append(flags, "--oidc-issuer-url", gone.URL)...)
	unreachable.awaitReady()
	says := base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"` + gone.URL + `"}`))
	if got := ask(unreachable, parts[0]+"."+says+"."+parts[2]); got != http.StatusServiceUnavailable {
		t.Errorf("while the provider cannot be reached, a caller is answered %d", got)
	}
	if got := ask(unreachable, good); got != http.StatusUnauthorized {
		t.Errorf("a token of another provider is answered %d", got)
	}
}
