// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	authenticationv1 "k8s.io/api/authentication/v1"

	"github.com/rolewright/rolewright/internal/authzen"
)

// fakeReviewer knows one token, and whether its owner may ask about shop/acme.
type fakeReviewer struct {
	mutex          sync.Mutex
	err            error
	token          string
	allowed        bool
	tokens, access int
}

func (r *fakeReviewer) ReviewToken(_ context.Context, token string) (*authenticationv1.UserInfo, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.tokens++
	if r.err != nil || token != r.token {
		return nil, r.err
	}
	return &authenticationv1.UserInfo{Username: "backend", Groups: []string{"apps"}}, nil
}

func (r *fakeReviewer) ReviewAccess(_ context.Context, _ *authenticationv1.UserInfo, namespace, organization string) (bool, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.access++
	return r.allowed && namespace == "shop" && organization == "acme", r.err
}

// fakeClock is moved by the test.
type fakeClock struct{ now time.Time }

func (c *fakeClock) Now() time.Time { return c.now }

const ttl = 10 * time.Second

func newAuth(r *fakeReviewer) (*Authenticator, *Authorizer, *fakeClock) {
	c := &fakeClock{now: time.Unix(1e9, 0)}
	options := CacheOptions{TTL: ttl, Clock: c, Log: logr.Discard()}
	return NewAuthenticator(r, options), NewAuthorizer(r, options), c
}

func challengeOf(err *authzen.StatusError) string { return err.Header.Get("WWW-Authenticate") }

func TestAuthenticate(t *testing.T) {
	authenticator, _, _ := newAuth(&fakeReviewer{token: "good"})
	const missing, invalid = challenge, challenge + `, error="invalid_token"`
	for header, want := range map[string]string{
		"Bearer good": "", "bearer good": "", "Bearer  good ": "",
		"": missing, "Bearer": missing, "Bearer ": missing, "Basic good": missing, "good": missing,
		"Bearer bad": invalid, "Bearer good, Bearer bad": invalid, "Bearer " + strings.Repeat("x", maxTokenBytes+1): invalid,
	} {
		user, err := authenticator.Authenticate(t.Context(), header)
		switch {
		case want == "" && (err != nil || user.Username != "backend"):
			t.Errorf("%.40q: got %v, %v; want the user backend", header, user, err)
		case want != "" && (user != nil || err.Status != http.StatusUnauthorized || challengeOf(err) != want || err.Message == ""):
			t.Errorf("%.40q: got %v, %+v; want status 401 with the challenge %s", header, user, err, want)
		}
	}
}

// TestTokenOfMaximumSize: the bound itself is still allowed.
func TestTokenOfMaximumSize(t *testing.T) {
	token := strings.Repeat("x", maxTokenBytes)
	authenticator, _, _ := newAuth(&fakeReviewer{token: token})
	if _, err := authenticator.Authenticate(t.Context(), "Bearer "+token); err != nil {
		t.Errorf("a token of %d bytes is rejected: %v", len(token), err)
	}
}

func TestAuthorize(t *testing.T) {
	_, authorizer, _ := newAuth(&fakeReviewer{allowed: true})
	user := &authenticationv1.UserInfo{Username: "backend"}
	if err := authorizer.Authorize(t.Context(), user, "shop", "acme"); err != nil {
		t.Errorf("rejected: %+v", err)
	}
	err := authorizer.Authorize(t.Context(), user, "shop", "other")
	if err == nil || err.Status != http.StatusForbidden || challengeOf(err) != "" || !strings.Contains(err.Message,
		`backend may not ask for decisions about organization shop/other: it needs the verb "create" on resource "organizations/decisions" of group "rolewright.dev"`) {
		t.Errorf("got %+v", err)
	}
}

func TestAnswersAreCachedForTheTTL(t *testing.T) {
	r := &fakeReviewer{token: "good", allowed: true}
	authenticator, authorizer, c := newAuth(r)
	ask := func() (ok bool) {
		user, err := authenticator.Authenticate(t.Context(), "Bearer good")
		return err == nil && authorizer.Authorize(t.Context(), user, "shop", "acme") == nil
	}
	for range 5 {
		if !ask() {
			t.Fatal("rejected")
		}
	}
	if r.tokens != 1 || r.access != 1 {
		t.Errorf("%d tokens and %d accesses were reviewed; want one of each", r.tokens, r.access)
	}
	// A right that is revoked counts until the TTL is over, and so does the lack of one that is granted.
	r.allowed = false
	c.now = c.now.Add(ttl - time.Second)
	if !ask() {
		t.Error("an answer was forgotten before its TTL")
	}
	c.now = c.now.Add(2 * time.Second)
	if ask() {
		t.Error("a revoked right still counts after the TTL")
	}
	r.allowed = true
	if ask() {
		t.Error("a negative answer was not cached")
	}
	c.now = c.now.Add(ttl + time.Second)
	if !ask() {
		t.Error("a granted right does not count after the TTL")
	}
}

// TestAccessIsReviewedForEachIdentity: everything that RBAC may look at tells two users apart.
func TestAccessIsReviewedForEachIdentity(t *testing.T) {
	r := &fakeReviewer{allowed: true}
	_, authorizer, _ := newAuth(r)
	users := []*authenticationv1.UserInfo{
		{Username: "a"}, {Username: "a", UID: "1"},
		{Username: "a", Groups: []string{"x"}}, {Username: "a", Groups: []string{"x", "y"}}, {Username: "a", Groups: []string{"xy"}},
		{Username: "a", Extra: map[string]authenticationv1.ExtraValue{"x": {"y"}}},
		{Username: "a", Extra: map[string]authenticationv1.ExtraValue{"x": {"y", "z"}}},
		{Username: "a", Extra: map[string]authenticationv1.ExtraValue{"y": {"y"}}},
	}
	organizations := [][2]string{{"shop", "acme"}, {"shop", "other"}, {"other", "acme"}}
	for range 2 {
		for _, user := range users {
			for _, organization := range organizations {
				if err := authorizer.Authorize(t.Context(), user, organization[0], organization[1]); err == nil && organization[1] == "other" {
					t.Errorf("%+v may ask about %v", user, organization)
				}
			}
		}
	}
	if want := len(users) * len(organizations); r.access != want {
		t.Errorf("access was reviewed %d times; want %d", r.access, want)
	}
	// The order of groups does not matter.
	err := authorizer.Authorize(t.Context(), &authenticationv1.UserInfo{Username: "a", Groups: []string{"y", "x"}}, "shop", "acme")
	if want := len(users) * len(organizations); err != nil || r.access != want {
		t.Error("the same groups in another order were reviewed again")
	}
}

func TestErrorsAreNotCached(t *testing.T) {
	r := &fakeReviewer{token: "good", allowed: true, err: errors.New("connection refused")}
	authenticator, authorizer, _ := newAuth(r)
	user, failed := authenticator.Authenticate(t.Context(), "Bearer good")
	if user != nil || failed == nil {
		t.Fatalf("while reviews fail: %v, %+v", user, failed)
	}
	for _, err := range []*authzen.StatusError{
		failed, authorizer.Authorize(t.Context(), &authenticationv1.UserInfo{Username: "backend"}, "shop", "acme"),
	} {
		if err == nil || err.Status != http.StatusServiceUnavailable || err.Header.Get("Retry-After") != "1" ||
			strings.Contains(err.Message, "connection refused") {
			t.Errorf("while reviews fail: %+v; want status 503 without the cause", err)
		}
	}
	r.err = nil
	user, err := authenticator.Authenticate(t.Context(), "Bearer good")
	if err != nil || authorizer.Authorize(t.Context(), user, "shop", "acme") != nil {
		t.Errorf("an error was cached: %+v", err)
	}
}

func TestCacheIsBounded(t *testing.T) {
	authenticator, _, _ := newAuth(&fakeReviewer{})
	for i := range maxCached + 100 {
		_, _ = authenticator.Authenticate(t.Context(), "Bearer "+strings.Repeat("x", i%100)+time.Duration(i).String())
	}
	if cached := len(authenticator.reviews.answers.Keys()); cached != maxCached {
		t.Errorf("%d tokens are cached; want %d", cached, maxCached)
	}
}
