// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"net/http"
	"net/netip"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"

	"github.com/rolewright/rolewright/internal/accessrequest"
	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/buildinfo"
	"github.com/rolewright/rolewright/internal/extauthz"
	"github.com/rolewright/rolewright/internal/serve/auth"
	"github.com/rolewright/rolewright/internal/serve/decisionlog"
	"github.com/rolewright/rolewright/internal/serve/metrics"
	"github.com/rolewright/rolewright/internal/serve/openapi"
	"github.com/rolewright/rolewright/internal/serve/tenants"
)

// api returns the API over the registry, with authorization, metrics and the decision log.
func (s *Server) api() http.Handler {
	options := s.options.API
	options.OnDecision = s.onDecision
	options.OnResponse = s.onResponse
	options.IdentifyDecisions = s.options.Decisions != nil
	options.IsOwnHost = s.isOwnHost
	if s.options.Authenticator != nil {
		options.Authorize = s.authorize
	}
	options.Places = s.places
	options.OpenAPI = s.description(options.BaseURL)
	if s.options.AccessRequests == nil {
		return authzen.NewHandler(s.options.Registry, options)
	}
	profile := *s.options.AccessRequests
	profile.Tenants, profile.BaseURL, profile.Log = s.options.Registry, options.BaseURL, s.options.Log
	profile.OnResponse = s.onResponse
	profile.Identify = func(r *http.Request, target authzen.Target) (*authenticationv1.UserInfo, *authzen.StatusError) {
		return s.identify(r.Context(), credentialOf(r), target)
	}
	requests := accessrequest.New(profile)
	options.Profile = requests
	return requests.Handler(authzen.NewHandler(s.options.Registry, options))
}

// description returns the OpenAPI document of the service as it is configured.
func (s *Server) description(baseURL string) []byte {
	return openapi.Document(openapi.Options{
		BaseURL: baseURL, Version: buildinfo.Read().Version, Routes: s.routes(), Tokens: s.options.Authenticator != nil,
		Certificates: s.options.Authenticator != nil && s.options.TLS != nil && s.options.TLS.ClientCAs != nil,
	})
}

// credential is what shows who sends a request: where it comes from, its Authorization header, and its TLS connection, if it has one.
type credential struct {
	address, authorization string
	tls                    *tls.ConnectionState
}

func credentialOf(r *http.Request) *credential {
	return &credential{r.RemoteAddr, r.Header.Get("Authorization"), r.TLS}
}

// authorize finds out who sends a request, and whether they may ask about the organization.
func (s *Server) authorize(r *http.Request, target authzen.Target) (string, *authzen.StatusError) {
	return s.authorizeCaller(r.Context(), credentialOf(r), target)
}

// authorizeCaller finds out who sends a request, and whether they may ask about the organization.
func (s *Server) authorizeCaller(ctx context.Context, shown *credential, target authzen.Target) (string, *authzen.StatusError) {
	user, err := s.identify(ctx, shown, target)
	if err != nil {
		return "", err
	}
	return user.Username, nil
}

// identify finds out what authorizeCaller does, and returns all that is known of the caller. A request at the root names no organization
// unless there is exactly one: then there is nothing to have a right to.
func (s *Server) identify(
	ctx context.Context, shown *credential, target authzen.Target,
) (*authenticationv1.UserInfo, *authzen.StatusError) {
	user, err := s.authenticate(ctx, shown)
	if err == nil && s.options.Authorizer != nil && target.Organization != "" {
		err = s.options.Authorizer.Authorize(ctx, user, target.Namespace, target.Organization)
	}
	if err != nil {
		return nil, err
	}
	return user, nil
}

// authenticate finds out who sends a request: the owner of its token or, without one, of the certificate that its connection has shown.
func (s *Server) authenticate(ctx context.Context, shown *credential) (*authenticationv1.UserInfo, *authzen.StatusError) {
	if shown.authorization == "" && shown.tls != nil && len(shown.tls.VerifiedChains) > 0 {
		if user := auth.CertificateUser(shown.tls.VerifiedChains[0][0]); user != nil {
			return user, nil
		}
	}
	return s.options.Authenticator.Authenticate(ctx, source(shown.address), shown.authorization)
}

// source is where a request comes from: a host, or of IPv6 the network that one host may have all addresses of.
func source(remote string) string {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return remote
	}
	const hostNetwork = 64
	address := at.Addr().Unmap()
	if prefix, err := address.Prefix(hostNetwork); err == nil && address.Is6() {
		return prefix.String()
	}
	return address.String()
}

// onDecision counts a decision, notes it in its span, and logs it.
func (s *Server) onDecision(ctx context.Context, d authzen.Decision) {
	// What is denied before an organization is asked, for its route for example, is no decision of one.
	external := d.Target.Endpoint == extauthz.EndpointGRPC || d.Target.Endpoint == extauthz.EndpointHTTP
	if !d.Target.Endpoint.IsSearch() && (!external || d.Problem == "") {
		s.options.Metrics.Decided(tenants.Key{Namespace: d.Target.Namespace, Organization: d.Target.Organization}, d.Decision)
	}
	if s.options.Decisions != nil && d.ID == "" && s.records(ctx) {
		d.ID = rand.Text()
	}
	s.traceDecision(ctx, &d)
	if s.options.Decisions == nil {
		return
	}
	line := decisionlog.Decision{
		Time: time.Now(), ID: d.ID, RequestID: d.RequestID,
		Namespace: d.Target.Namespace, Organization: d.Target.Organization, Revision: d.Revision,
		Endpoint: string(d.Target.Endpoint), Caller: d.Caller, Request: d.Request, Decision: d.Decision, Reason: d.Reason, Problem: d.Problem,
	}
	if d.Target.Endpoint.IsSearch() {
		line.Results = &d.Results
	}
	line.TraceID, line.SpanID = identifiers(ctx)
	s.options.Decisions.Write(line)
}

// onResponse counts an answer, and notes it in its span.
func (s *Server) onResponse(ctx context.Context, response authzen.Response) {
	s.traceResponse(ctx, &response)
	endpoint := string(response.Target.Endpoint)
	if endpoint == "" {
		endpoint = "none"
	}
	s.options.Metrics.Responded(endpoint, response.Status, response.Duration)
}

// places are those of requests that are being answered: each holds memory, and with more of them none would be answered sooner.
type places struct {
	taken   chan struct{}
	metrics *metrics.Metrics
}

// Take implements authzen.Places.
func (p *places) Take() bool {
	select {
	case p.taken <- struct{}{}:
		return true
	default:
		p.metrics.Rejected(http.StatusTooManyRequests)
		return false
	}
}

// Leave implements authzen.Places.
func (p *places) Leave() { <-p.taken }
