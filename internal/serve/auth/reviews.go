// SPDX-License-Identifier: Apache-2.0

package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"net/http"
	"time"

	"github.com/go-logr/logr"
	"golang.org/x/sync/singleflight"
	"golang.org/x/time/rate"
	"k8s.io/apimachinery/pkg/util/cache"
	"k8s.io/utils/clock"

	"github.com/rolewright/rolewright/internal/authzen"
)

const (
	// maxCached bounds how many reviews are cached.
	maxCached = 4096
	// reviewTimeout bounds one review.
	reviewTimeout = 10 * time.Second
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

// reviews asks for reviews and caches their answers. Answers are cached under keyed hashes, so that no token stays in memory.
type reviews[T any] struct {
	options   CacheOptions
	answers   *cache.LRUExpireCache
	requests  singleflight.Group
	hashKey   []byte
	errorLogs rate.Sometimes
}

func newReviews[T any](options CacheOptions) *reviews[T] {
	if options.Clock == nil {
		options.Clock = clock.RealClock{}
	}
	r := &reviews[T]{
		options: options, answers: cache.NewLRUExpireCacheWithClock(maxCached, options.Clock),
		hashKey: make([]byte, sha256.Size), errorLogs: rate.Sometimes{First: 1, Interval: time.Second},
	}
	_, _ = rand.Read(r.hashKey)
	return r
}

// get returns a cached answer, or asks for a review. Concurrent callers with the same key share one review, which goes on
// if one of them gives up.
func (r *reviews[T]) get(ctx context.Context, key string, review func(context.Context) (T, error)) (T, error) {
	if answer, cached := r.answers.Get(key); cached {
		return answer.(T), nil
	}
	answer, err, _ := r.requests.Do(key, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), reviewTimeout)
		defer cancel()
		answer, err := review(ctx)
		if err == nil {
			r.answers.Add(key, answer, r.options.TTL)
		}
		return answer, err
	})
	return answer.(T), err
}

// unavailable is the answer while reviews fail. The log gets the cause, at most once a second.
func (r *reviews[T]) unavailable(err error, message string) *authzen.StatusError {
	r.errorLogs.Do(func() { r.options.Log.Error(err, message) })
	return &authzen.StatusError{
		Status:  http.StatusServiceUnavailable,
		Message: "callers cannot be authenticated and authorized now, because the API server does not answer: try again later",
		Header:  http.Header{"Retry-After": {"1"}},
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
