// SPDX-License-Identifier: Apache-2.0

package console_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/internal/console"
	"github.com/rolewright/rolewright/internal/console/login"
	"github.com/rolewright/rolewright/internal/openid"
)

const host = "console.example.com"

// withLogin returns a console at which nobody is logged in, and the address of its provider, which is only known by what it says of itself.
func withLogin(t *testing.T) (handler http.Handler, provider string) {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewTLSServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{
			"issuer": server.URL, "authorization_endpoint": server.URL + "/authorize", "token_endpoint": server.URL + "/token",
			"jwks_uri": server.URL + "/keys", "end_session_endpoint": server.URL + "/end",
		})
	})
	keys, err := login.NewKeys(strings.Repeat("k", 32))
	if err != nil {
		t.Fatal(err)
	}
	l, err := login.New(login.Options{
		Provider: login.ProviderOptions{
			Options:     openid.Options{Issuer: server.URL, ClientID: "console", Client: server.Client()},
			RedirectURL: "https://" + host + login.CallbackPath,
		},
		Lifetime: time.Hour, Keys: keys, Log: logr.Discard(),
	})
	if err != nil {
		t.Fatal(err)
	}
	// A source that is asked would show everything: no request of this test may reach it.
	handler, err = console.New(console.Options{
		Source: source{state: stateOf(t, "../../config/samples/quickstart")}, Login: l, Host: host, Log: logr.Discard(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return handler, server.URL
}

func ask(handler http.Handler, method, path string, header map[string]string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(method, path, http.NoBody)
	r.Host = host
	for name, value := range header {
		r.Header.Set(name, value)
	}
	handler.ServeHTTP(w, r)
	return w
}

// TestNothingIsShownWithoutLogin: whatever is asked for, nothing of the state is in the answer, and a browser is sent to the provider.
func TestNothingIsShownWithoutLogin(t *testing.T) {
	handler, provider := withLogin(t)
	htmx := map[string]string{"HX-Request": "true"}
	for _, test := range []struct {
		method, path string
		header       map[string]string
		status       int
	}{
		{http.MethodGet, "/", nil, http.StatusSeeOther},
		{http.MethodGet, "/quickstart/harbour/matrix?role=a", map[string]string{"Sec-Fetch-Dest": "document"}, http.StatusSeeOther},
		{http.MethodGet, "/quickstart/harbour/matrix.csv", nil, http.StatusSeeOther},
		{http.MethodGet, "/-/search?q=harbour", map[string]string{"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-origin"}, http.StatusUnauthorized},
		{http.MethodGet, "/quickstart/harbour/matrix", htmx, http.StatusUnauthorized},
		{http.MethodGet, "/quickstart/harbour/matrix", map[string]string{"Sec-Fetch-Dest": "image"}, http.StatusUnauthorized},
		{http.MethodPost, "/quickstart/harbour/changes", nil, http.StatusUnauthorized},
		{http.MethodGet, "/-/live?version=0", htmx, http.StatusNoContent},
		{http.MethodGet, "/-/object?kind=Role", nil, http.StatusSeeOther},
		{http.MethodGet, "/-/login/callback?state=a&code=b", nil, http.StatusForbidden},
		{http.MethodGet, "/", map[string]string{"Cookie": "__Host-rolewright-session=forged"}, http.StatusSeeOther},
	} {
		w := ask(handler, test.method, test.path, test.header)
		if w.Code != test.status || strings.Contains(w.Body.String(), "harbour</") || w.Header().Get("HX-Trigger") != "" {
			t.Errorf("%s %s %v: %d %s", test.method, test.path, test.header, w.Code, w.Body)
		}
		if w.Code == http.StatusSeeOther && !strings.HasPrefix(w.Header().Get("Location"), provider+"/authorize?") {
			t.Errorf("%s leads to %s", test.path, w.Header().Get("Location"))
		}
	}
}

// TestFormsOfEndedSessions: a form to search that is sent when the session is over leads to the provider over a page, since browsers let no
// redirect that answers a form go to another site.
func TestFormsOfEndedSessions(t *testing.T) {
	handler, _ := withLogin(t)
	w := ask(handler, http.MethodGet, "/-/search?q=a+b", map[string]string{"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "document"})
	if want := "0; url=/-/login?return=%2F-%2Fsearch%3Fq%3Da%2Bb"; w.Header().Get("Refresh") != want || w.Header().Get("Location") != "" {
		t.Errorf("it leads to %s%s, want %s", w.Header().Get("Refresh"), w.Header().Get("Location"), want)
	}
	if w.Header().Get("Set-Cookie") != "" {
		t.Error("a log-in has begun")
	}
}

func TestLoginPages(t *testing.T) {
	handler, provider := withLogin(t)
	w := ask(handler, http.MethodGet, "/-/login/callback?state=a", nil)
	if body := w.Body.String(); !strings.Contains(body, "not begun in this browser") || !strings.Contains(body, `href="/-/login"`) {
		t.Errorf("the page of a refused log-in is %s", body)
	}
	if w := ask(handler, http.MethodGet, "/-/static/console.css", nil); w.Code != http.StatusOK {
		t.Errorf("the style sheet: %d", w.Code)
	}
	w = ask(handler, http.MethodPost, "/-/logout", map[string]string{"Sec-Fetch-Site": "same-origin"})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/-/logged-out?leaving=1" {
		t.Errorf("logging out: %d, to %s", w.Code, w.Header().Get("Location"))
	}
	w = ask(handler, http.MethodGet, w.Header().Get("Location"), nil)
	leave := provider + "/end?client_id=console&post_logout_redirect_uri=" + url.QueryEscape("https://"+host+"/-/logged-out")
	if w.Code != http.StatusOK || w.Header().Get("Refresh") != "0; url="+leave {
		t.Errorf("after logging out: %d, to %s", w.Code, w.Header().Get("Refresh"))
	}
	if w := ask(handler, http.MethodGet, "/-/logged-out", nil); w.Code != http.StatusOK || w.Header().Get("Refresh") != "" {
		t.Errorf("back from the provider: %d, to %s", w.Code, w.Header().Get("Refresh"))
	}
	if w := ask(handler, http.MethodPost, "/-/logout", map[string]string{"Sec-Fetch-Site": "cross-site"}); w.Code != http.StatusForbidden {
		t.Errorf("logging out by another site: %d", w.Code)
	}
}

// TestHosts: a console with a name answers to it alone, and probes need none.
func TestHosts(t *testing.T) {
	handler, _ := withLogin(t)
	for name, status := range map[string]int{
		host: http.StatusSeeOther, "CONSOLE.example.com:443": http.StatusSeeOther, host + ":8443": http.StatusMisdirectedRequest,
		"localhost": http.StatusMisdirectedRequest, "evil.example": http.StatusMisdirectedRequest,
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.Host = name
		handler.ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("%s: %d; want %d", name, w.Code, status)
		}
		r = httptest.NewRequest(http.MethodGet, "/-/healthz", http.NoBody)
		r.Host = "10.0.0.7:8443"
		w = httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK || w.Body.String() != "ok\n" {
			t.Errorf("the probe: %d %s", w.Code, w.Body)
		}
	}
}

func TestReadiness(t *testing.T) {
	var cause error
	handler, err := console.New(console.Options{
		Source: source{}, Log: logr.Discard(), Ready: func(context.Context) error { return cause },
	})
	if err != nil {
		t.Fatal(err)
	}
	if w := ask(handler, http.MethodGet, "/-/readyz", nil); w.Code != http.StatusOK {
		t.Errorf("ready: %d", w.Code)
	}
	cause = errors.New("secret")
	if w := ask(handler, http.MethodGet, "/-/readyz", nil); w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("not ready: %d %s", w.Code, w.Body)
	}
}
