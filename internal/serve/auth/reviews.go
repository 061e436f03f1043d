// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-logr/logr"
	"go.opentelemetry.io/otel/codes"
	"golang.org/x/sync/singleflight"
	"golang.org/x/time/rate"
	"k8s.io/apimachinery/pkg/util/cache"
	"k8s.io/utils/clock"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/telemetry"
)

const (
	// maxCached bounds how many reviews are cached.
	maxCached = 4096
	// reviewTimeout bounds one review.
	reviewTimeout = 10 * time.Second
	// knownFor is how long it is remembered that something was good.
	knownFor = time.Hour
)

// CacheOptions say how long the answers of reviews are cached, and who hears of reviews that fail.
type CacheOptions struct {
	// TTL is how long an answer is used, be it good or bad.
	TTL time.Duration
	// Clock measures it; nil stands for the machine's.
	Clock cache.Clock
	// Log receives the errors of reviewers.
	Log logr.Logger
}

// reviews asks for reviews and caches their answers. Answers are cached under keyed hashes, so that no token stays in memory. Good and
// bad ones have caches of their own: however many bad tokens are sent, they displace no good one.
type reviews[T any] struct {
	options CacheOptions
	// name is that of the spans of reviews.
	name      string
	isGood    func(T) bool
	good, bad *cache.LRUExpireCache
	// known are the keys of what was good lately: its review is renewed whatever else its source sends.
	known     *cache.LRUExpireCache
	budgets   *budgets
	requests  singleflight.Group
	hashKey   []byte
	errorLogs rate.Sometimes
}

func newReviews[T any](options CacheOptions, name string, isGood func(T) bool) *reviews[T] {
	if options.Clock == nil {
		options.Clock = clock.RealClock{}
	}
	newCache := func() *cache.LRUExpireCache { return cache.NewLRUExpireCacheWithClock(maxCached, options.Clock) }
	r := &reviews[T]{
		options: options, name: name, isGood: isGood, good: newCache(), bad: newCache(), known: newCache(), budgets: newBudgets(options.Clock),
		hashKey: make([]byte, sha256.Size), errorLogs: rate.Sometimes{First: 1, Interval: time.Second},
	}
	_, _ = rand.Read(r.hashKey)
	return r
}

// get returns a cached answer, or asks for a review. Concurrent callers with the same key share one review, which goes on
// if one of them gives up. A source gets only so many bad answers in a time: errTooMany then, unless the key was good lately.
func (r *reviews[T]) get(ctx context.Context, source, key string, review func(context.Context) (T, error)) (T, error) {
	for _, answers := range []*cache.LRUExpireCache{r.good, r.bad} {
		if answer, cached := answers.Get(key); cached {
			return answer.(T), nil
		}
	}
	answer, err, _ := r.requests.Do(key, func() (any, error) {
		return r.ask(ctx, source, key, review)
	})
	return answer.(T), err
}

// ask asks for a review, and caches its answer.
func (r *reviews[T]) ask(ctx context.Context, source, key string, review func(context.Context) (T, error)) (answer T, err error) {
	_, known := r.known.Get(key)
	if !known && !r.budgets.take(source) {
		return answer, errTooMany
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), reviewTimeout)
	defer cancel()
	ctx, span := telemetry.Span(ctx, r.name)
	defer span.End()
	if answer, err = review(ctx); err != nil {
		span.SetStatus(codes.Error, "")
	}
	switch isGood := err == nil && r.isGood(answer); {
	case isGood:
		r.good.Add(key, answer, r.options.TTL)
		r.known.Add(key, true, knownFor)
	case err == nil:
		r.bad.Add(key, answer, r.options.TTL)
		r.known.Remove(key)
		return answer, nil
	}
	if !known {
		r.budgets.giveBack(source)
	}
	return answer, err
}

// failure is the answer where there is none: too many bad ones were asked for, or reviews fail.
func (r *reviews[T]) failure(err error, message string) *authzen.StatusError {
	if errors.Is(err, errTooMany) {
		return &authzen.StatusError{
			Status: http.StatusTooManyRequests, Message: "too many of these requests were refused lately: try again in a second",
			Header: http.Header{"Retry-After": {"1"}},
		}
	}
	return r.unavailable(err, message)
}

// unavailable is the answer while reviews fail. The log gets the cause, at most once a second.
func (r *reviews[T]) unavailable(err error, message string) *authzen.StatusError {
	r.errorLogs.Do(func() { r.options.Log.Error(err, message) })
	return &authzen.StatusError{
		Status: http.StatusServiceUnavailable,
		Message: "callers cannot be authenticated and authorized now, because the API server or the OpenID provider does not answer: " +
			"try again later",
		Header: http.Header{"Retry-After": {"1"}},
	}
}

// hash returns a key of fixed size that reveals none of the parts.
func (r *reviews[T]) hash(parts ...string) string {
	sum := hmac.New(sha256.New, r.hashKey)
	for _, part := range parts {
		_, _ = fmt.Fprintf(sum, "%d:%s", len(part), part)
	}
	return string(sum.Sum(nil))
}
