// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"context"
	"net/http"
	"strconv"

	authv3 "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/extauthz"
	"github.com/rolewright/rolewright/internal/telemetry"
)

// Spans name organizations, decisions and paths whose parts are known. Whom and what a question is about is for the decision log alone,
// which masks it: the identifier of the decision leads there.

// Attributes of spans that OpenTelemetry has no name for.
const (
	attributeNamespace    = attribute.Key("rolewright.namespace")
	attributeOrganization = attribute.Key("rolewright.organization")
	attributeRevision     = attribute.Key("rolewright.revision")
	attributeDecision     = attribute.Key("rolewright.decision")
	attributeDecisionID   = attribute.Key("rolewright.decision.id")
	attributeReason       = attribute.Key("rolewright.reason")
	attributeResults      = attribute.Key("rolewright.results")

	// decisionEvent is one of several decisions on one request.
	decisionEvent = "decision"
)

// traced answers each request within a span of its trace. Without traces, it only lets the decision log know the trace.
func (s *Server) traced(next http.Handler) http.Handler {
	tracer := s.options.Telemetry.Tracer()
	switch {
	case tracer != nil:
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, span := tracer.Start(telemetry.Extract(r.Context(), r.Header.Values), r.Method, trace.WithSpanKind(trace.SpanKindServer))
			defer span.End()
			if span.IsRecording() {
				span.SetAttributes(semconv.URLScheme(scheme(r)))
			}
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	case s.options.Decisions != nil:
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if len(r.Header["Traceparent"]) > 0 {
				r = r.WithContext(telemetry.Extract(r.Context(), r.Header.Values))
			}
			next.ServeHTTP(w, r)
		})
	default:
		return next
	}
}

func scheme(r *http.Request) string {
	if r.TLS != nil {
		return "https"
	}
	return "http"
}

// tracedCalls does for gRPC what traced does for HTTP; nil if there is nothing to do.
func (s *Server) tracedCalls() grpc.UnaryServerInterceptor {
	tracer := s.options.Telemetry.Tracer()
	if tracer == nil && s.options.Decisions == nil {
		return nil
	}
	return func(ctx context.Context, asked any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		if check, is := asked.(*authv3.CheckRequest); is {
			ctx = telemetry.Extract(ctx, extauthz.TraceHeaders(ctx, check))
		}
		if tracer == nil {
			return next(ctx, asked)
		}
		ctx, span := tracer.Start(ctx, string(extauthz.EndpointGRPC), trace.WithSpanKind(trace.SpanKindServer))
		defer span.End()
		return next(ctx, asked)
	}
}

// records reports whether the request of a context is recorded.
func (s *Server) records(ctx context.Context) bool {
	return s.options.Telemetry != nil && trace.SpanFromContext(ctx).IsRecording()
}

// identifiers are those of the trace that the request of a context belongs to, and of the span in which it is answered; empty if there is
// none.
func identifiers(ctx context.Context) (traceID, spanID string) {
	at := trace.SpanContextFromContext(ctx)
	if !at.IsValid() {
		return "", ""
	}
	if !at.IsRemote() {
		spanID = at.SpanID().String()
	}
	return at.TraceID().String(), spanID
}

// traceDecision notes a decision: as attributes of the span, or as an event if a request may ask for several.
func (s *Server) traceDecision(ctx context.Context, d *authzen.Decision) {
	if !s.records(ctx) {
		return
	}
	span := trace.SpanFromContext(ctx)
	made := []attribute.KeyValue{attributeDecision.Bool(d.Decision)}
	if d.ID != "" {
		made = append(made, attributeDecisionID.String(d.ID))
	}
	if d.Reason != "" {
		made = append(made, attributeReason.String(string(d.Reason)))
	}
	if d.Target.Endpoint.IsSearch() {
		made = append(made, attributeResults.Int(d.Results))
	}
	span.SetAttributes(attributeRevision.Int64(d.Revision))
	if d.Target.Endpoint == authzen.Evaluations {
		span.AddEvent(decisionEvent, trace.WithAttributes(made...))
		return
	}
	span.SetAttributes(made...)
}

// traceResponse notes an answer.
func (s *Server) traceResponse(ctx context.Context, r *authzen.Response) {
	if !s.records(ctx) {
		return
	}
	span := trace.SpanFromContext(ctx)
	if r.Target.Organization != "" {
		span.SetAttributes(attributeNamespace.String(r.Target.Namespace), attributeOrganization.String(r.Target.Organization))
	}
	switch r.Target.Endpoint {
	case extauthz.EndpointGRPC:
		span.SetAttributes(semconv.RPCSystemNameGRPC, semconv.RPCMethod(string(extauthz.EndpointGRPC)), semconv.RPCResponseStatusCode("OK"))
	case extauthz.EndpointHTTP:
		span.SetName(string(extauthz.EndpointHTTP))
		span.SetAttributes(semconv.HTTPResponseStatusCode(extauthz.StatusHTTP(r.Status)))
	default:
		traceHTTP(span, r)
	}
}

// traceHTTP names the span of an HTTP request by its method and its route.
func traceHTTP(span trace.Span, r *authzen.Response) {
	method, name := semconv.HTTPRequestMethodKey.String(r.Method), r.Method
	if !standardMethod(r.Method) {
		method, name = semconv.HTTPRequestMethodOther, "HTTP"
	}
	span.SetAttributes(method, semconv.HTTPResponseStatusCode(r.Status))
	if route := r.Route(); route != "" {
		span.SetAttributes(semconv.HTTPRoute(route))
		name += " " + route
	}
	span.SetName(name)
	if r.Status >= http.StatusInternalServerError {
		span.SetAttributes(semconv.ErrorTypeKey.String(strconv.Itoa(r.Status)))
		span.SetStatus(codes.Error, "")
	}
}

func standardMethod(method string) bool {
	switch method {
	case http.MethodConnect, http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPatch, http.MethodPost,
		http.MethodPut, http.MethodTrace:
		return true
	default:
		return false
	}
}
