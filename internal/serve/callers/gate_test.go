// SPDX-License-Identifier: Apache-2.0

package callers

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// reviewer knows one token, and who may ask about acme.
type reviewer struct {
	mutex        sync.Mutex
	err          error
	known        string
	allowed      bool
	whos, mights int
}

func (r *reviewer) Who(_ context.Context, token string) (*Caller, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.whos++
	if r.err != nil || token != r.known {
		return nil, r.err
	}
	return &Caller{Name: "backend", Groups: []string{"apps"}}, nil
}

func (r *reviewer) May(_ context.Context, _ *Caller, namespace, organization string) (bool, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.mights++
	return r.allowed && namespace == "shop" && organization == "acme", r.err
}

// clock is moved by the test.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func newGate(r *reviewer) (*Gate, *clock) {
	c := &clock{now: time.Unix(1e9, 0)}
	return NewGate(r, 10*time.Second, c, slog.New(slog.DiscardHandler)), c
}

func TestAuthenticate(t *testing.T) {
	g, _ := newGate(&reviewer{known: "good"})
	for header, want := range map[string]int{
		"Bearer good": 0, "bearer good": 0, "Bearer  good ": 0,
		"": 401, "Bearer": 401, "Bearer ": 401, "Basic good": 401, "good": 401, "Bearer bad": 401,
		"Bearer good, Bearer bad": 401, "Bearer " + strings.Repeat("x", longestToken+1): 401,
	} {
		caller, refused := g.Authenticate(t.Context(), header)
		switch {
		case want == 0 && (refused != nil || caller.Name != "backend"):
			t.Errorf("%.40q is refused: %v", header, refused)
		case want != 0 && (caller != nil || refused.Status != want || !strings.HasPrefix(refused.Challenge, "Bearer realm=") || refused.Message == ""):
			t.Errorf("%.40q is answered %v, %+v", header, caller, refused)
		}
	}
}

func TestAuthorize(t *testing.T) {
	g, _ := newGate(&reviewer{allowed: true})
	caller := &Caller{Name: "backend"}
	if refused := g.Authorize(t.Context(), caller, "shop", "acme"); refused != nil {
		t.Errorf("refused: %+v", refused)
	}
	refused := g.Authorize(t.Context(), caller, "shop", "other")
	if refused == nil || refused.Status != http.StatusForbidden || refused.Challenge != "" ||
		!strings.Contains(refused.Message, `verb "create" on resource "organizations/decisions" of group "rolewright.dev"`) {
		t.Errorf("got %+v", refused)
	}
}

func TestAnswersAreKeptForATime(t *testing.T) {
	r := &reviewer{known: "good", allowed: true}
	g, c := newGate(r)
	ask := func() (ok bool) {
		caller, refused := g.Authenticate(t.Context(), "Bearer good")
		return refused == nil && g.Authorize(t.Context(), caller, "shop", "acme") == nil
	}
	for range 5 {
		if !ask() {
			t.Fatal("refused")
		}
	}
	if r.whos != 1 || r.mights != 1 {
		t.Errorf("the reviewer was asked %d and %d times; once each is enough", r.whos, r.mights)
	}
	// What is taken away counts once the time is over, and not before; so does what is given.
	r.allowed = false
	c.now = c.now.Add(9 * time.Second)
	if !ask() {
		t.Error("an answer was forgotten before its time")
	}
	c.now = c.now.Add(2 * time.Second)
	if ask() {
		t.Error("a right that was taken away still counts after the time")
	}
	r.allowed = true
	if ask() {
		t.Error("a refusal was not kept")
	}
	c.now = c.now.Add(11 * time.Second)
	if !ask() {
		t.Error("a right that was given does not count after the time")
	}
}

func TestWhoeverDiffersIsAskedAbout(t *testing.T) {
	r := &reviewer{allowed: true}
	g, _ := newGate(r)
	for _, caller := range []*Caller{
		{Name: "a"}, {Name: "a", UID: "1"}, {Name: "a", Groups: []string{"x"}}, {Name: "a", Groups: []string{"x", "y"}}, {Name: "a", Groups: []string{"xy"}},
		{Name: "a", Extra: map[string][]string{"x": {"y"}}}, {Name: "a", Extra: map[string][]string{"x": {"y", "z"}}},
	} {
		for _, organization := range []string{"acme", "other"} {
			g.Authorize(t.Context(), caller, "shop", organization)
		}
	}
	if r.mights != 14 {
		t.Errorf("14 different questions were asked of the reviewer %d times", r.mights)
	}
}

func TestErrorsAreNeverKept(t *testing.T) {
	r := &reviewer{known: "good", allowed: true, err: errors.New("connection refused")}
	g, _ := newGate(r)
	caller, refused := g.Authenticate(t.Context(), "Bearer good")
	if caller != nil || refused == nil || refused.Status != http.StatusServiceUnavailable || strings.Contains(refused.Message, "connection refused") {
		t.Errorf("while the reviewer fails: %v, %+v", caller, refused)
	}
	if refused := g.Authorize(t.Context(), &Caller{Name: "a"}, "shop", "acme"); refused == nil || refused.Status != http.StatusServiceUnavailable {
		t.Errorf("while the reviewer fails: %+v", refused)
	}
	r.err = nil
	if _, refused := g.Authenticate(t.Context(), "Bearer good"); refused != nil {
		t.Errorf("the error was kept: %+v", refused)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	r := &reviewer{}
	g, _ := newGate(r)
	for i := range remembered + 100 {
		_, _ = g.Authenticate(t.Context(), "Bearer "+strings.Repeat("x", i%100)+time.Duration(i).String())
	}
	if kept := len(g.tokens.Keys()); kept > remembered {
		t.Errorf("%d tokens are kept; at most %d may be", kept, remembered)
	}
}
