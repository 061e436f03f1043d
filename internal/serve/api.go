// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"net/http"
	"time"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/serve/decisionlog"
	"github.com/rolewright/rolewright/internal/serve/tenants"
)

// view lets the API see the tenants as it wants to.
type view struct{ registry *tenants.Registry }

var _ authzen.Tenants = view{}

// Only implements authzen.Tenants.
func (v view) Only() (authzen.Tenant, bool) { return v.registry.Only() }

// Tenant implements authzen.Tenants.
func (v view) Tenant(namespace, organization string) (authzen.Tenant, bool) {
	return v.registry.Tenant(namespace, organization)
}

// api is the API over the registry, with everybody who looks on.
func (s *Server) api() http.Handler {
	options := s.options.API
	options.Observe = s.observe
	options.Answered = s.answered
	if s.options.Gate != nil {
		options.Admit = s.admit
	}
	return s.limited(authzen.NewHandler(view{s.options.Registry}, options))
}

// admit asks the gate who calls, and whether they may ask about the organization. At the root, while there is not just one
// organization, there is nothing to have a right to.
func (s *Server) admit(r *http.Request, target authzen.Target) (string, *authzen.Refusal) {
	caller, refused := s.options.Gate.Authenticate(r.Context(), r.Header.Get("Authorization"))
	if refused == nil && target.Organization != "" {
		refused = s.options.Gate.Authorize(r.Context(), caller, target.Namespace, target.Organization)
	}
	if refused == nil {
		return caller.Name, nil
	}
	refusal := &authzen.Refusal{Status: refused.Status, Message: refused.Message, Header: http.Header{}}
	if refused.Challenge != "" {
		refusal.Header.Set("WWW-Authenticate", refused.Challenge)
	}
	if refused.Status == http.StatusServiceUnavailable {
		refusal.Header.Set("Retry-After", "1")
	}
	return "", refusal
}

// observe counts a decision, and writes it down.
func (s *Server) observe(d authzen.Decision) {
	evaluation := d.Endpoint == authzen.Evaluation || d.Endpoint == authzen.Evaluations
	if evaluation {
		s.options.Metrics.Decided(tenants.Key{Namespace: d.Namespace, Organization: d.Organization}, d.Decision)
	}
	if s.options.Decisions == nil {
		return
	}
	line := decisionlog.Decision{
		Time: time.Now(), RequestID: d.RequestID, Namespace: d.Namespace, Organization: d.Organization, Revision: d.Revision,
		Endpoint: string(d.Endpoint), Caller: d.Caller, Request: d.Request, Decision: d.Decision, Reason: d.Reason, Problem: d.Problem,
	}
	if !evaluation {
		line.Results = &d.Results
	}
	s.options.Decisions.Write(line)
}

// answered counts an answer.
func (s *Server) answered(e authzen.Exchange) {
	endpoint := string(e.Endpoint)
	if endpoint == "" {
		endpoint = "none"
	}
	s.options.Metrics.Answered(endpoint, e.Status, e.Duration)
}

// limited refuses requests while too many are being answered: each holds memory, and none would be answered sooner.
func (s *Server) limited(next http.Handler) http.Handler {
	places := make(chan struct{}, s.options.MaxInFlight)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
			next.ServeHTTP(w, r)
		default:
			s.options.Metrics.Refused(http.StatusTooManyRequests)
			if id := r.Header.Get("X-Request-ID"); id != "" && len(id) <= longestID {
				w.Header().Set("X-Request-ID", id)
			}
			w.Header().Set("Retry-After", "1")
			http.Error(w, "too many requests are being answered: try again later", http.StatusTooManyRequests)
		}
	})
}

// longestID is the length, in bytes, of the longest request identifier that is repeated.
const longestID = 512
