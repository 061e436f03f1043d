// SPDX-License-Identifier: Apache-2.0

package login

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/openid"
)

func TestLogin(t *testing.T) {
	p := newLiar(t)
	l := newLogin(t, p)
	b := newBrowser(t, l)
	if b.session() != nil {
		t.Fatal("there is a session before anyone logged in")
	}
	answer := p.authorize(t, b.begin("/shop/acme/matrix?role=a"))
	path, err := b.finish(answer)
	if err != nil || path != "/shop/acme/matrix?role=a" {
		t.Fatalf("got %q, %v", path, err)
	}
	s := b.session()
	if s == nil || s.User != "ann" || !slices.Equal(s.Groups, []string{"auditors"}) || len(s.ID) < 20 {
		t.Fatalf("the session is %+v", s)
	}
	if len(b.cookies) != 1 {
		t.Errorf("the browser keeps %d cookies", len(b.cookies))
	}
	// It ends after the time that sessions last.
	p.now = p.now.Add(30*time.Minute - time.Second)
	if b.session() == nil {
		t.Error("the session ended early")
	}
	p.now = p.now.Add(time.Second)
	if b.session() != nil {
		t.Error("the session lasts for longer than it may")
	}
}

// TestSessionsEndWithTheirToken: however long sessions may last, none outlives what the provider said.
func TestSessionsEndWithTheirToken(t *testing.T) {
	p := newLiar(t)
	p.claims["exp"] = now.Add(5 * time.Minute).Unix()
	b := newBrowser(t, newLogin(t, p))
	if _, err := b.finish(p.authorize(t, b.begin("/"))); err != nil {
		t.Fatal(err)
	}
	p.now = now.Add(5 * time.Minute)
	if b.session() != nil {
		t.Error("the session outlives its token")
	}
}

// TestTokensThatLie: whatever is wrong with a token, nobody is logged in by it.
func TestTokensThatLie(t *testing.T) {
	for name, lie := range map[string]func(*liar){
		"of another issuer":           func(p *liar) { p.claims["iss"] = "https://evil.example" },
		"for another audience":        func(p *liar) { p.claims["aud"] = "other" },
		"issued to another client":    func(p *liar) { p.claims["aud"] = []string{"console", "other"}; p.claims["azp"] = "other" },
		"of another log-in":           func(p *liar) { p.claims["nonce"] = "other" },
		"without nonce":               func(p *liar) { p.claims["nonce"] = "" },
		"that has expired":            func(p *liar) { p.claims["exp"] = now.Add(-time.Second).Unix() },
		"that is not valid yet":       func(p *liar) { p.claims["nbf"] = now.Add(time.Hour).Unix() },
		"with the algorithm none":     func(p *liar) { p.unsigned = true },
		"signed with another key":     func(p *liar) { p.forged = true },
		"of the cluster's own":        func(p *liar) { p.claims["sub"] = "system:admin" },
		"with an empty name":          func(p *liar) { p.claims["sub"] = "" },
		"with a header in the name":   func(p *liar) { p.claims["sub"] = "ann\r\nImpersonate-Group: system:masters" },
		"with groups that do not fit": func(p *liar) { p.claims["groups"] = manyGroups() },
	} {
		t.Run(name, func(t *testing.T) {
			p := newLiar(t)
			lie(p)
			b := newBrowser(t, newLogin(t, p))
			if path, err := b.finish(p.authorize(t, b.begin("/"))); err == nil || path != "" {
				t.Errorf("got %q, %v", path, err)
			}
			if s := b.session(); s != nil || len(b.cookies) != 0 {
				t.Errorf("logged in as %+v, with %d cookies", s, len(b.cookies))
			}
		})
	}
}

// manyGroups returns groups whose names do not pack well.
func manyGroups() []string {
	groups := make([]string, 200)
	for i := range groups {
		groups[i] = fmt.Sprintf("%x", sha256.Sum256([]byte{byte(i)}))
	}
	return groups
}

// TestAnswersThatAreNotOfThisLogin: an answer of the provider is worth something once, in the browser that asked for it.
func TestAnswersThatAreNotOfThisLogin(t *testing.T) {
	p := newLiar(t)
	l := newLogin(t, p)
	refused := func(t *testing.T, b *browser, answer url.Values, want string) {
		t.Helper()
		if path, err := b.finish(answer); err == nil || !strings.Contains(err.Error(), want) || path != "" {
			t.Errorf("got %q, %v; want %q", path, err, want)
		}
	}
	t.Run("another browser", func(t *testing.T) {
		answer := p.authorize(t, newBrowser(t, l).begin("/"))
		other := newBrowser(t, l)
		other.begin("/")
		refused(t, other, answer, "not begun in this browser")
	})
	t.Run("without state", func(t *testing.T) {
		b := newBrowser(t, l)
		answer := p.authorize(t, b.begin("/"))
		answer.Del("state")
		refused(t, b, answer, "not begun in this browser")
	})
	t.Run("a second time", func(t *testing.T) {
		b := newBrowser(t, l)
		answer := p.authorize(t, b.begin("/"))
		kept := maps.Clone(b.cookies)
		if _, err := b.finish(answer); err != nil {
			t.Fatal(err)
		}
		refused(t, b, answer, "has been finished")
		// With a copy of the cookie, the provider refuses the code.
		copied := newBrowser(t, l)
		copied.cookies = kept
		refused(t, copied, answer, "cannot be trusted")
	})
	t.Run("a code of another log-in", func(t *testing.T) {
		b, victim := newBrowser(t, l), newBrowser(t, l)
		mine := p.authorize(t, b.begin("/"))
		stolen := p.authorize(t, victim.begin("/"))
		mine.Set("code", stolen.Get("code"))
		refused(t, b, mine, "cannot be trusted")
	})
	t.Run("of another provider", func(t *testing.T) {
		b := newBrowser(t, l)
		answer := p.authorize(t, b.begin("/"))
		answer.Set("iss", "https://evil.example")
		refused(t, b, answer, "another provider")
	})
	t.Run("a refusal", func(t *testing.T) {
		b := newBrowser(t, l)
		answer := p.authorize(t, b.begin("/"))
		answer.Set("error", "access_denied")
		refused(t, b, answer, `refuses: "access_denied"`)
	})
	t.Run("too late", func(t *testing.T) {
		b := newBrowser(t, l)
		answer := p.authorize(t, b.begin("/"))
		p.now = p.now.Add(attemptTime)
		refused(t, b, answer, "took longer than 10 minutes")
	})
}

// TestSeveralTabsLogInAtOnce: attempts that begin at the same time do not disturb each other, and their cookies are few.
func TestSeveralTabsLogInAtOnce(t *testing.T) {
	p := newLiar(t)
	b := newBrowser(t, newLogin(t, p))
	first := b.begin("/first")
	var last string
	for range 200 {
		if next := b.begin("/last"); cookieName(stateOf(t, next)) != cookieName(stateOf(t, first)) {
			last = next
		}
	}
	if len(b.cookies) > 40 {
		t.Errorf("%d attempts are kept", len(b.cookies))
	}
	if path, err := b.finish(p.authorize(t, last)); err != nil || path != "/last" {
		t.Errorf("got %q, %v", path, err)
	}
}

func stateOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("state")
}

func TestLogout(t *testing.T) {
	p := newLiar(t)
	l := newLogin(t, p)
	b := newBrowser(t, l)
	if _, err := b.finish(p.authorize(t, b.begin("/"))); err != nil {
		t.Fatal(err)
	}
	copied := newBrowser(t, l)
	copied.cookies[sessionCookie] = b.cookies[sessionCookie]
	w := httptest.NewRecorder()
	if err := l.End(w, b.request(LogoutPath)); err != nil {
		t.Error(err)
	}
	b.keep(w)
	want := p.URL + "/end?client_id=console&post_logout_redirect_uri=" + url.QueryEscape("https://console.example.com/-/logged-out")
	if address := l.LogoutAddress(t.Context()); address != want {
		t.Errorf("people log out of the provider at %s; want %s", address, want)
	}
	if b.session() != nil || len(b.cookies) != 0 {
		t.Error("the browser is still logged in")
	}
	if copied.session() != nil {
		t.Error("a copy of the cookie still counts")
	}
}

func TestLogoutWithoutAddressOfTheProvider(t *testing.T) {
	p := newLiar(t)
	p.noLogout = true
	if address := newLogin(t, p).LogoutAddress(t.Context()); address != "" {
		t.Errorf("people log out of the provider at %s", address)
	}
}

// TestProviderThatIsDown: people are told, and can log in once the provider is back.
func TestProviderThatIsDown(t *testing.T) {
	p := newLiar(t)
	l := newLogin(t, p)
	p.down = true
	b := newBrowser(t, l)
	if err := l.Begin(httptest.NewRecorder(), b.request("/"), "/"); err == nil || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("got %v", err)
	}
	if err := l.Ready(t.Context()); err == nil {
		t.Error("the console is ready without a provider")
	}
	p.down = false
	p.now = p.now.Add(time.Minute)
	if err := l.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	for want, options := range map[string]ProviderOptions{
		"must have the path /-/login/callback": {RedirectURL: "https://console.example.com/"},
		"signing algorithms are RS256": {
			Options: openid.Options{SigningAlgorithms: []string{"none"}}, RedirectURL: "https://console.example.com/-/login/callback",
		},
	} {
		if _, err := New(Options{Provider: options}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v; want %q", err, want)
		}
	}
}
