// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"cmp"
	"crypto/tls"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"

	"github.com/rolewright/rolewright/internal/accessrequest"
	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/extauthz"
	"github.com/rolewright/rolewright/internal/serve/auth"
	"github.com/rolewright/rolewright/internal/serve/decisionlog"
	"github.com/rolewright/rolewright/internal/serve/metrics"
	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/internal/telemetry"
)

// Options say how the service is hosted. Registry, Metrics and Log must be set.
type Options struct {
	// Registry holds the organizations.
	Registry *tenants.Registry
	// API holds the limits of requests and answers, and the address in the metadata. The server sets its callbacks.
	API authzen.Options
	// TLS is nil for plain HTTP.
	TLS *tls.Config
	// Authenticator and Authorizer decide who is answered. Without an authenticator everybody is, and without an authorizer everybody who is
	// authenticated.
	Authenticator *auth.Authenticator
	Authorizer    *auth.Authorizer
	// External is about Envoy's external authorization.
	External External
	// AccessRequests lets callers ask for access that was denied; nil for nobody. It needs an Authenticator, and the base URL of API. The
	// server sets what it knows itself.
	AccessRequests *accessrequest.Options
	// Origins are those whose pages may ask from within a browser.
	Origins []string
	// Decisions is the decision log; nil for none.
	Decisions *decisionlog.Log
	// Telemetry exports traces and metrics; nil for neither. The server shuts it down at its end.
	Telemetry *telemetry.Telemetry
	// Metrics count.
	Metrics *metrics.Metrics
	// Log receives what goes wrong.
	Log logr.Logger
	// MaxInFlight bounds the requests that are being answered.
	MaxInFlight int
	// Timeouts bound how long things may take.
	Timeouts Timeouts
}

// External says what external authorization decides.
type External struct {
	// Mapping says what requests are about. It is read for every request.
	Mapping *atomic.Pointer[extauthz.Mapping]
	// Prefix begins the paths of requests over HTTP; it is the path_prefix of Envoy.
	Prefix string
}

// Timeouts bound how long things may take. Zero values stand for the defaults.
type Timeouts struct {
	// Header is for a request's headers, Read for the whole request, Write for request and answer, Idle between requests.
	Header, Read, Write, Idle time.Duration
	// ShutdownDelay is how long the service goes on answering after it has reported that it is not ready, so that load
	// balancers stop sending requests; Shutdown is how long requests in flight may then take.
	ShutdownDelay, Shutdown time.Duration
}

// Defaults.
const (
	DefaultMaxInFlight = 512
	DefaultRead        = 10 * time.Second
	DefaultWrite       = 60 * time.Second
	DefaultIdle        = 2 * time.Minute
	DefaultShutdown    = 10 * time.Second

	maxHeaderTimeout = 5 * time.Second
	maxHeaderBytes   = 64 << 10
)

func (t Timeouts) withDefaults() Timeouts {
	t.Read = cmp.Or(t.Read, DefaultRead)
	t.Header = cmp.Or(t.Header, min(maxHeaderTimeout, t.Read))
	t.Write = cmp.Or(t.Write, DefaultWrite)
	t.Idle = cmp.Or(t.Idle, DefaultIdle)
	t.Shutdown = cmp.Or(t.Shutdown, DefaultShutdown)
	return t
}
