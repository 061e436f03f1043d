// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"net/http"
	"time"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/serve/decisionlog"
	"github.com/rolewright/rolewright/internal/serve/tenants"
)

// api returns the API over the registry, with authorization, metrics and the decision log.
func (s *Server) api() http.Handler {
	options := s.options.API
	options.OnDecision = s.onDecision
	options.OnResponse = s.onResponse
	options.IsOwnHost = s.isOwnHost
	if s.options.Authenticator != nil {
		options.Authorize = s.authorize
	}
	return s.limitInFlight(authzen.NewHandler(s.options.Registry, options))
}

// authorize finds out who sends a request, and whether they may ask about the organization. A request at the root names no
// organization unless there is exactly one: then there is nothing to have a right to.
func (s *Server) authorize(r *http.Request, target authzen.Target) (string, *authzen.StatusError) {
	user, err := s.options.Authenticator.Authenticate(r.Context(), r.Header.Get("Authorization"))
	if err == nil && target.Organization != "" {
		err = s.options.Authorizer.Authorize(r.Context(), user, target.Namespace, target.Organization)
	}
	if err != nil {
		return "", err
	}
	return user.Username, nil
}

// onDecision counts a decision, and logs it.
func (s *Server) onDecision(d authzen.Decision) {
	evaluation := d.Target.Endpoint == authzen.Evaluation || d.Target.Endpoint == authzen.Evaluations
	if evaluation {
		s.options.Metrics.Decided(tenants.Key{Namespace: d.Target.Namespace, Organization: d.Target.Organization}, d.Decision)
	}
	if s.options.Decisions == nil {
		return
	}
	line := decisionlog.Decision{
		Time: time.Now(), RequestID: d.RequestID, Namespace: d.Target.Namespace, Organization: d.Target.Organization, Revision: d.Revision,
		Endpoint: string(d.Target.Endpoint), Caller: d.Caller, Request: d.Request, Decision: d.Decision, Reason: d.Reason, Problem: d.Problem,
	}
	if !evaluation {
		line.Results = &d.Results
	}
	s.options.Decisions.Write(line)
}

// onResponse counts an answer.
func (s *Server) onResponse(response authzen.Response) {
	endpoint := string(response.Target.Endpoint)
	if endpoint == "" {
		endpoint = "none"
	}
	s.options.Metrics.Responded(endpoint, response.Status, response.Duration)
}

// limitInFlight rejects requests while too many are being answered: each holds memory, and none would be answered sooner.
func (s *Server) limitInFlight(next http.Handler) http.Handler {
	slots := make(chan struct{}, s.options.MaxInFlight)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
			next.ServeHTTP(w, r)
		default:
			s.options.Metrics.Rejected(http.StatusTooManyRequests)
			if id := r.Header.Get("X-Request-ID"); id != "" && len(id) <= authzen.MaxRequestIDBytes {
				w.Header().Set("X-Request-ID", id)
			}
			w.Header().Set("Retry-After", "1")
			http.Error(w, "too many requests are being answered: try again later", http.StatusTooManyRequests)
		}
	})
}
