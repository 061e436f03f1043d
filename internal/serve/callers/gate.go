// SPDX-License-Identifier: Apache-2.0

package callers

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"golang.org/x/sync/singleflight"
	"golang.org/x/time/rate"
	"k8s.io/apimachinery/pkg/util/cache"
)

// Reviewer is who is asked about tokens and rights. An error means that there is no answer.
type Reviewer interface {
	// Who says whose a token is, nil if it is nobody's.
	Who(ctx context.Context, token string) (*Caller, error)
	// May says whether the caller may ask for decisions about an organization.
	May(ctx context.Context, caller *Caller, namespace, organization string) (bool, error)
}

// Refusal is why a request is not answered.
type Refusal struct {
	// Status is the status code of HTTP.
	Status int
	// Challenge is the value of WWW-Authenticate; it is empty where a better token would not help.
	Challenge string
	// Message says what is wrong and what would be right.
	Message string
}

const (
	// remembered bounds how many tokens, and how many rights, are kept.
	remembered = 4096
	// longestToken bounds a token, in bytes: longer ones are nobody's.
	longestToken = 16 << 10
	// patience is how long a reviewer may take.
	patience = 10 * time.Second
)

// Gate lets callers in. It may be used by any number of goroutines.
type Gate struct {
	reviewer Reviewer
	keep     time.Duration
	log      *slog.Logger
	quietly  rate.Sometimes
	// key keeps tokens out of the memory of the cache.
	key     []byte
	tokens  *cache.LRUExpireCache
	rights  *cache.LRUExpireCache
	flights singleflight.Group
}

// NewGate returns a gate that keeps the reviewer's answers for a time, by a clock.
func NewGate(reviewer Reviewer, keep time.Duration, clock cache.Clock, log *slog.Logger) *Gate {
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key)
	return &Gate{
		reviewer: reviewer, keep: keep, log: log, quietly: rate.Sometimes{First: 1, Interval: time.Second}, key: key,
		tokens: cache.NewLRUExpireCacheWithClock(remembered, clock),
		rights: cache.NewLRUExpireCacheWithClock(remembered, clock),
	}
}

// Authenticate says who sent a request with an Authorization header.
func (g *Gate) Authenticate(ctx context.Context, authorization string) (*Caller, *Refusal) {
	scheme, token, _ := strings.Cut(strings.TrimSpace(authorization), " ")
	token = strings.TrimSpace(token)
	if authorization == "" || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return nil, &Refusal{
			Status: http.StatusUnauthorized, Challenge: challenge,
			Message: "who asks is not known: send the header Authorization: Bearer <token>, with a token of the cluster",
		}
	}
	invalid := &Refusal{
		Status: http.StatusUnauthorized, Challenge: challenge + `, error="invalid_token"`,
		Message: "the bearer token is not valid: it has expired, is for another audience, or is not of this cluster",
	}
	if len(token) > longestToken {
		return nil, invalid
	}
	answer, err := g.ask(ctx, g.tokens, g.hash("token", token), func(ctx context.Context) (any, error) {
		return g.reviewer.Who(ctx, token)
	})
	if err != nil {
		return nil, g.unavailable("Tokens cannot be reviewed", err)
	}
	if caller, _ := answer.(*Caller); caller != nil {
		return caller, nil
	}
	return nil, invalid
}

// Authorize says whether the caller may ask about an organization; nil says yes.
func (g *Gate) Authorize(ctx context.Context, caller *Caller, namespace, organization string) *Refusal {
	question := g.hash("right", append([]string{caller.Name, caller.UID, namespace, organization}, caller.identity()...)...)
	answer, err := g.ask(ctx, g.rights, question, func(ctx context.Context) (any, error) {
		return g.reviewer.May(ctx, caller, namespace, organization)
	})
	if err != nil {
		return g.unavailable("Rights cannot be reviewed", err)
	}
	if allowed, _ := answer.(bool); allowed {
		return nil
	}
	return &Refusal{Status: http.StatusForbidden, Message: fmt.Sprintf(
		"%s may not ask for decisions about organization %s/%s: it needs the verb %q on resource %q of group %q there",
		caller.Name, namespace, organization, Verb, Resource+"/"+Subresource, Group)}
}

// What a caller needs the right to do, in the organization's namespace and with its name.
const (
	Verb        = "create"
	Group       = "rolewright.dev"
	Resource    = "organizations"
	Subresource = "decisions"
)

const challenge = `Bearer realm="rolewright"`

// ask answers out of a cache, or asks the reviewer once for all who want to know the same, and keeps the answer. What one
// of them gives up is still wanted by the others.
func (g *Gate) ask(
	ctx context.Context, answers *cache.LRUExpireCache, question string, review func(context.Context) (any, error),
) (any, error) {
	if answer, known := answers.Get(question); known {
		return answer, nil
	}
	answer, err, _ := g.flights.Do(question, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		answer, err := review(ctx)
		if err == nil {
			answers.Add(question, answer, g.keep)
		}
		return answer, err
	})
	return answer, err
}

func (g *Gate) unavailable(what string, err error) *Refusal {
	g.quietly.Do(func() { g.log.Error(what+": requests are refused", "error", err) })
	return &Refusal{
		Status:  http.StatusServiceUnavailable,
		Message: "who asks, and what they may, cannot be found out now: the API server does not answer; try again later",
	}
}

// hash makes a key of fixed size, from which nothing can be read.
func (g *Gate) hash(kind string, parts ...string) string {
	sum := hmac.New(sha256.New, g.key)
	for _, part := range append([]string{kind}, parts...) {
		_, _ = fmt.Fprintf(sum, "%d:%s", len(part), part)
	}
	return string(sum.Sum(nil))
}
