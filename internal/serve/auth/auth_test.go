// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-logr/logr"
	authenticationv1 "k8s.io/api/authentication/v1"
	"k8s.io/apimachinery/pkg/util/cache"

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
		user, err := authenticator.Authenticate(t.Context(), "10.0.0.1", header)
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
	if _, err := authenticator.Authenticate(t.Context(), "10.0.0.1", "Bearer "+token); err != nil {
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
		user, err := authenticator.Authenticate(t.Context(), "10.0.0.1", "Bearer good")
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
	user, failed := authenticator.Authenticate(t.Context(), "10.0.0.1", "Bearer good")
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
	user, err := authenticator.Authenticate(t.Context(), "10.0.0.1", "Bearer good")
	if err != nil || authorizer.Authorize(t.Context(), user, "shop", "acme") != nil {
		t.Errorf("an error was cached: %+v", err)
	}
}

func TestCacheIsBounded(t *testing.T) {
	authenticator, _, _ := newAuth(&fakeReviewer{})
	for i := range maxCached + 100 {
		_, _ = authenticator.Authenticate(t.Context(), fmt.Sprint(i), "Bearer "+fmt.Sprint(i))
	}
	for name, cached := range map[string]*cache.LRUExpireCache{
		"answers": authenticator.reviews.bad, "sources": authenticator.reviews.budgets.sources,
	} {
		if count := len(cached.Keys()); count != maxCached {
			t.Errorf("%d %s are cached; want %d", count, name, maxCached)
		}
	}
}

// TestMadeUpTokens: 300 of them are not 300 reviews, and lock out no good one.
func TestMadeUpTokens(t *testing.T) {
	r := &fakeReviewer{token: "good"}
	authenticator, _, c := newAuth(r)
	ask := func(source, token string) int {
		_, err := authenticator.Authenticate(t.Context(), source, "Bearer "+token)
		if err == nil {
			return http.StatusOK
		}
		if err.Status == http.StatusTooManyRequests && err.Header.Get("Retry-After") != "1" {
			t.Errorf("%+v does not say when to try again", err)
		}
		return err.Status
	}
	if got := ask("attacker", "good"); got != http.StatusOK {
		t.Fatalf("good: %d", got)
	}
	flood := func(source string) (statuses map[int]int) {
		statuses = map[int]int{}
		for i := range 300 {
			statuses[ask(source, fmt.Sprint(source, c.now, i))]++
		}
		return statuses
	}
	before := r.tokens
	if got := flood("attacker"); got[http.StatusUnauthorized] != mostRefusals || got[http.StatusTooManyRequests] != 300-mostRefusals {
		t.Errorf("300 made-up tokens are answered %v", got)
	}
	if reviews := r.tokens - before; reviews != mostRefusals {
		t.Errorf("300 made-up tokens were reviewed %d times; want %d", reviews, mostRefusals)
	}
	// Who was known is reviewed again, even from there, and who is new is from elsewhere.
	c.now = c.now.Add(ttl + time.Millisecond)
	flood("attacker")
	if got := ask("attacker", "good"); got != http.StatusOK {
		t.Errorf("a token that was good lately is answered %d among made-up ones", got)
	}
	r.token = "new"
	if got := ask("neighbor", "new"); got != http.StatusOK {
		t.Errorf("a new token from elsewhere is answered %d", got)
	}
	// The budget comes back, and what is good does not use it up.
	if got := ask("attacker", "another"); got != http.StatusTooManyRequests {
		t.Errorf("a new token from the same source: %d", got)
	}
	c.now = c.now.Add(refusalEvery)
	if got := ask("attacker", "another"); got != http.StatusUnauthorized {
		t.Errorf("a second later: %d", got)
	}
	for i := range 5 * mostRefusals {
		r.token = fmt.Sprint("rotated", i)
		if got := ask("neighbor", r.token); got != http.StatusOK {
			t.Fatalf("good token %d: %d", i, got)
		}
	}
	// A token that is good no more is known no more.
	c.now = c.now.Add(time.Minute)
	r.token = "none"
	if got := ask("neighbor", "new"); got != http.StatusUnauthorized {
		t.Errorf("a token that ended: %d", got)
	}
	flood("neighbor")
	if got := ask("neighbor", "new"); got != http.StatusUnauthorized {
		t.Errorf("a token that ended, cached: %d", got)
	}
	c.now = c.now.Add(ttl + time.Millisecond)
	flood("neighbor")
	if got := ask("neighbor", "new"); got != http.StatusTooManyRequests {
		t.Errorf("a token that ended is still known: %d", got)
	}
}

// TestMadeUpOrganizations: a caller who has no rights does not pass on a review for each name.
func TestMadeUpOrganizations(t *testing.T) {
	r := &fakeReviewer{allowed: true}
	_, authorizer, c := newAuth(r)
	user := &authenticationv1.UserInfo{Username: "backend"}
	if err := authorizer.Authorize(t.Context(), user, "shop", "acme"); err != nil {
		t.Fatal(err)
	}
	for i := range 300 {
		_ = authorizer.Authorize(t.Context(), user, "shop", fmt.Sprint(i))
	}
	if r.access != 1+mostRefusals {
		t.Errorf("300 made-up organizations were reviewed %d times; want %d", r.access-1, mostRefusals)
	}
	c.now = c.now.Add(ttl + time.Second)
	for i := range 300 {
		_ = authorizer.Authorize(t.Context(), user, "shop", fmt.Sprint(i))
	}
	if err := authorizer.Authorize(t.Context(), user, "shop", "acme"); err != nil {
		t.Errorf("the organization that they may ask about: %v", err)
	}
}

// TestErrorsUseUpNothing: while the API server does not answer, nobody loses what they may ask once it does.
func TestErrorsUseUpNothing(t *testing.T) {
	r := &fakeReviewer{token: "good", err: errors.New("connection refused")}
	authenticator, _, _ := newAuth(r)
	for i := range 2 * mostRefusals {
		if _, err := authenticator.Authenticate(t.Context(), "a", "Bearer "+fmt.Sprint(i)); err.Status != http.StatusServiceUnavailable {
			t.Fatalf("%d: %+v", i, err)
		}
	}
	r.err = nil
	if _, err := authenticator.Authenticate(t.Context(), "a", "Bearer good"); err != nil {
		t.Errorf("%+v", err)
	}
}

// TestOneReviewForMany: callers with the same token share one review, and one part of the budget.
func TestOneReviewForMany(t *testing.T) {
	release := make(chan struct{})
	r := &slowReviewer{release: release}
	authenticator := NewAuthenticator(r, CacheOptions{TTL: ttl, Log: logr.Discard()})
	const callers = 300
	statuses := make(chan int, callers)
	for range callers {
		go func() {
			_, err := authenticator.Authenticate(t.Context(), "a", "Bearer same")
			statuses <- err.Status
		}()
	}
	close(release)
	for range callers {
		if got := <-statuses; got != http.StatusUnauthorized {
			t.Fatalf("got %d", got)
		}
	}
	if got := r.asked.Load(); got < 1 || got > mostRefusals {
		t.Errorf("%d reviews", got)
	}
}

// slowReviewer knows no token, and answers once it is released.
type slowReviewer struct {
	release <-chan struct{}
	asked   atomic.Int64
}

func (r *slowReviewer) ReviewToken(context.Context, string) (*authenticationv1.UserInfo, error) {
	r.asked.Add(1)
	<-r.release
	return nil, nil
}
