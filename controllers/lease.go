// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/transport"
)

// errLapsed is why a process that leads no more may not write.
var errLapsed = errors.New("the lease of this process has lapsed, and another may lead: nothing is written")

// Lease keeps a process from writing once its lease may be another's. A process that was frozen as leader wakes up between two
// steps and learns only later that it leads no more: its writes would undo those of its successor.
type Lease struct {
	// Duration is how long others let a lease stand that is not renewed.
	Duration time.Duration
	// Clock returns the time.
	Clock func() time.Time

	renewed atomic.Pointer[time.Time]
}

// Observed returns the configuration for the client that acquires and renews the lease, and nothing else.
func (l *Lease) Observed(config *rest.Config) *rest.Config { return wrapped(config, l.observe) }

// Guarded returns the configuration for all other clients. Their writes fail once the lease has lapsed; before the process led, and
// where there is no lease, they do not.
func (l *Lease) Guarded(config *rest.Config) *rest.Config { return wrapped(config, l.guard) }

func wrapped(config *rest.Config, wrap transport.WrapperFunc) *rest.Config {
	config = rest.CopyConfig(config)
	config.Wrap(wrap)
	return config
}

func (l *Lease) observe(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(request *http.Request) (*http.Response, error) {
		// The lease is counted from before the request: the others count from when they see it.
		began := l.Clock()
		response, err := next.RoundTrip(request)
		if err == nil && !isRead(request) && response.StatusCode < http.StatusMultipleChoices {
			l.renewed.Store(&began)
		}
		return response, err
	})
}

func (l *Lease) guard(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(request *http.Request) (*http.Response, error) {
		if isRead(request) || !l.lapsed() {
			return next.RoundTrip(request)
		}
		if request.Body != nil {
			_ = request.Body.Close() // A RoundTripper closes the body, of a request that fails too.
		}
		return nil, errLapsed
	})
}

// lapsed reports whether the process led and has not renewed its lease in time. While a machine is suspended, the monotonic clock
// may stand still: the wall clock counts as well.
func (l *Lease) lapsed() bool {
	renewed := l.renewed.Load()
	if renewed == nil {
		return false
	}
	now := l.Clock()
	return max(now.Sub(*renewed), now.Round(0).Sub(renewed.Round(0))) > l.Duration
}

func isRead(request *http.Request) bool {
	return request.Method == http.MethodGet || request.Method == http.MethodHead
}

type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }
