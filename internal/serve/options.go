// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"cmp"
	"crypto/tls"
	"log/slog"
	"time"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/serve/callers"
	"github.com/rolewright/rolewright/internal/serve/decisionlog"
	"github.com/rolewright/rolewright/internal/serve/metrics"
	"github.com/rolewright/rolewright/internal/serve/tenants"
)

// Options say how the service is hosted. Registry, Metrics and Log must be set.
type Options struct {
	// Registry holds the organizations.
	Registry *tenants.Registry
	// API are the limits of requests and answers, and the address in the metadata. What it has to observe is set here.
	API authzen.Options
	// TLS is nil for plain HTTP.
	TLS *tls.Config
	// Gate lets callers in; nil lets everybody in.
	Gate *callers.Gate
	// Decisions are written down there; nil writes none.
	Decisions *decisionlog.Log
	// Metrics count.
	Metrics *metrics.Metrics
	// Log is told of what goes wrong.
	Log *slog.Logger
	// MaxInFlight bounds the requests that are answered at once.
	MaxInFlight int
	// Times bound how long things may take.
	Times Times
}

// Times bound how long things may take. Zero values stand for the defaults.
type Times struct {
	// Header is for a request's headers, Read for the whole request, Write for request and answer, Idle between requests.
	Header, Read, Write, Idle time.Duration
	// Delay is how long requests are still answered after readiness is taken back, so that nobody sends new ones; Drain is how
	// long those that have begun may then take.
	Delay, Drain time.Duration
}

// Defaults.
const (
	DefaultMaxInFlight = 512
	DefaultRead        = 10 * time.Second
	DefaultWrite       = 60 * time.Second
	DefaultIdle        = 2 * time.Minute
	DefaultDrain       = 10 * time.Second

	longestHeader  = 5 * time.Second
	maxHeaderBytes = 64 << 10
)

func (t Times) withDefaults() Times {
	t.Read = cmp.Or(t.Read, DefaultRead)
	t.Header = cmp.Or(t.Header, min(longestHeader, t.Read))
	t.Write = cmp.Or(t.Write, DefaultWrite)
	t.Idle = cmp.Or(t.Idle, DefaultIdle)
	t.Drain = cmp.Or(t.Drain, DefaultDrain)
	return t
}
