// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	authv3 "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/rolewright/rolewright/internal/extauthz"
	"github.com/rolewright/rolewright/internal/serve/decisionlog"
	"github.com/rolewright/rolewright/internal/serve/metrics"
	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/internal/telemetry"
	"github.com/rolewright/rolewright/internal/telemetry/telemetrytest"
)

// recorded is a service whose spans go to a collector, and whose decisions to a log.
type recorded struct {
	*described

	collector *telemetrytest.Collector
	exported  *telemetry.Telemetry
	log       bytes.Buffer
	decisions *decisionlog.Log
}

func newRecorded(t *testing.T) *recorded {
	t.Helper()
	s := &recorded{collector: telemetrytest.Start(t)}
	var err error
	s.exported, err = telemetry.Start(t.Context(), telemetry.Options{
		Service: "tested", Metrics: prometheus.NewRegistry(), Traces: true, AskedPerSecond: 1000, Log: logr.Discard(),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.decisions, err = decisionlog.New(func() (io.WriteCloser, error) { return closer{&s.log}, nil }, decisionlog.Options{Sample: 1, Log: logr.Discard()})
	if err != nil {
		t.Fatal(err)
	}
	s.described = newDescribed(t, func(o *Options) { o.Telemetry, o.Decisions = s.exported, s.decisions })
	return s
}

// end ends the service, and returns its spans by their traces, in the order of their beginnings, with the lines of the log.
func (s *recorded) end() (spans map[string][]*trace.Span, lines map[string][]map[string]any) {
	s.t.Helper()
	s.http.Close()
	if err := s.exported.Shutdown(context.WithoutCancel(s.t.Context())); err != nil {
		s.t.Fatal(err)
	}
	if err := s.decisions.Close(context.WithoutCancel(s.t.Context())); err != nil {
		s.t.Fatal(err)
	}
	spans, lines = map[string][]*trace.Span{}, map[string][]map[string]any{}
	for _, span := range s.collector.Spans() {
		id := hex.EncodeToString(span.GetTraceId())
		spans[id] = append(spans[id], span)
	}
	for text := range strings.Lines(s.log.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			s.t.Fatal(err)
		}
		id, _ := line["traceID"].(string)
		lines[id] = append(lines[id], line)
	}
	return spans, lines
}

const parentSpan = "00f067aa0ba902b7"

// traceNumbered is the identifier of a trace of a test.
func traceNumbered(n int) string { return fmt.Sprintf("%032x", n+1) }

// TestSpansOfRequests: each request is answered within a span of the trace that it names, which says at which path an organization was asked
// and what was decided, and has the identifiers of the decision log. It names neither subjects nor resources.
func TestSpansOfRequests(t *testing.T) {
	const (
		of       = "/{namespace}/{organization}"
		question = "access/v1/evaluation"
	)
	about := func(attributes map[string]any) map[string]any {
		attributes["rolewright.namespace"], attributes["rolewright.organization"] = "shop", "acme"
		return attributes
	}
	cases := []struct {
		method, path, body, name string
		attributes               map[string]any
		events                   []map[string]any
	}{
		{
			path: "shop/acme/" + question, body: annBuys, name: "POST " + of + "/" + question,
			attributes: about(map[string]any{"rolewright.decision": true, "rolewright.revision": int64(1), "http.response.status_code": int64(200)}),
		},
		{
			path: question, body: annViews + explain, name: "POST /" + question,
			attributes: about(map[string]any{
				"rolewright.decision": false, "rolewright.reason": "NotGranted", "rolewright.revision": int64(1), "http.response.status_code": int64(200),
			}),
		},
		{
			path: "access/v1/evaluations", body: annBuys + `,"evaluations":[{},{"resource":{"type":"branch","id":"west"}},{"subject":7}]`,
			name:       "POST /access/v1/evaluations",
			attributes: about(map[string]any{"rolewright.revision": int64(1), "http.response.status_code": int64(200)}),
			events:     []map[string]any{{"rolewright.decision": true}, {"rolewright.decision": false}, {"rolewright.decision": false}},
		},
		{
			path: "access/v1/search/subject", body: `"subject":{"type":"user"},"action":{"name":"buy"},"resource":{"type":"branch","id":"east"}`,
			name: "POST /access/v1/search/subject",
			attributes: about(map[string]any{
				"rolewright.decision": true, "rolewright.results": int64(1), "rolewright.revision": int64(1), "http.response.status_code": int64(200),
			}),
		},
		{path: question, body: `"subject":"ann"`, name: "POST /" + question, attributes: about(map[string]any{"http.response.status_code": int64(400)})},
		{path: "orders/of/ann", body: `"x":1`, name: "POST", attributes: map[string]any{"http.response.status_code": int64(404)}},
		{
			method: "ANN", path: question, name: "HTTP /" + question,
			attributes: map[string]any{"http.response.status_code": int64(405), "http.request.method": "_OTHER"},
		},
		{
			method: http.MethodGet, path: ".well-known/authzen-configuration/shop/acme", name: "GET /.well-known/authzen-configuration" + of,
			attributes: about(map[string]any{"http.response.status_code": int64(200), "http.request.method": "GET"}),
		},
		{
			method: http.MethodGet, path: "access/v1/jwks", name: "GET /access/v1/jwks",
			attributes: about(map[string]any{"http.response.status_code": int64(200), "http.request.method": "GET"}),
		},
		{
			method: http.MethodGet, path: "shop/acme/access/v1/requests/x", name: "GET " + of + "/access/v1/requests/{task}",
			attributes: about(map[string]any{"http.response.status_code": int64(404), "http.request.method": "GET"}),
		},
		{
			path: "shop/acme/access/v1/requests", body: `"subject":"ann"`, name: "POST " + of + "/access/v1/requests",
			attributes: about(map[string]any{"http.response.status_code": int64(400)}),
		},
	}
	s := newRecorded(t)
	for i := range cases {
		c := &cases[i]
		if c.method == "" {
			c.method = http.MethodPost
		}
		if c.body != "" {
			c.body = "{" + c.body + "}"
		}
		r := asked(c.method, "/"+c.path, c.body)
		r.Header.Set("Traceparent", "00-"+traceNumbered(i)+"-"+parentSpan+"-01")
		r.Header.Set("Tracestate", "vendor=ann")
		r.Header.Set("User-Agent", "ann")
		_, _, _ = s.send(r)
	}
	spans, lines := s.end()
	for i := range cases {
		c := &cases[i]
		id := traceNumbered(i)
		var span *trace.Span
		for _, candidate := range spans[id] {
			if candidate.GetKind() == trace.Span_SPAN_KIND_SERVER {
				span = candidate
			}
		}
		if span == nil || hex.EncodeToString(span.GetParentSpanId()) != parentSpan || span.GetName() != c.name {
			t.Errorf("%s %s: %v", c.method, c.path, spans[id])
			continue
		}
		c.attributes["url.scheme"] = "http"
		if _, set := c.attributes["http.request.method"]; !set {
			c.attributes["http.request.method"] = "POST"
		}
		if _, route, has := strings.Cut(c.name, " "); has {
			c.attributes["http.route"] = route
		}
		s.compare(c.path, span, c.attributes, c.events, lines[id])
	}
	if len(spans) != len(cases)+1 { // and that of the OpenAPI document, which newDescribed reads
		t.Errorf("%d traces, of %d requests", len(spans), len(cases))
	}
	for _, span := range s.collector.Spans() {
		span.TraceState = "" // it is the caller's, as it was sent
		for _, personal := range []string{"ann", "east", "west", "10.", "127.0.0.1", "orders", "token"} {
			if text := strings.ReplaceAll(span.String(), "review token", ""); strings.Contains(text, personal) {
				t.Errorf("a span shows %q: %s", personal, text)
			}
		}
	}
}

// compare compares a span and the lines of its decisions with what is wanted.
func (s *recorded) compare(what string, span *trace.Span, attributes map[string]any, events, lines []map[string]any) {
	s.t.Helper()
	got := telemetrytest.Attributes(span.GetAttributes())
	decided := []map[string]any{got}
	if events != nil {
		decided = nil
		for i, event := range span.GetEvents() {
			made := telemetrytest.Attributes(event.GetAttributes())
			decided = append(decided, made)
			if event.GetName() != "decision" || i >= len(events) || made["rolewright.decision"] != events[i]["rolewright.decision"] {
				s.t.Errorf("%s: event %d is %v", what, i, event)
			}
		}
	}
	if _, made := attributes["rolewright.decision"]; !made && events == nil {
		decided = nil
	}
	if len(lines) != len(decided) {
		s.t.Fatalf("%s: %d decisions are in the span, and %d in the log", what, len(decided), len(lines))
	}
	for i, line := range lines {
		if line["id"] != decided[i]["rolewright.decision.id"] || line["decision"] != decided[i]["rolewright.decision"] ||
			line["spanID"] != hex.EncodeToString(span.GetSpanId()) {
			s.t.Errorf("%s: the span says %v, the log %v", what, decided[i], line)
		}
	}
	delete(got, "rolewright.decision.id")
	if !reflect.DeepEqual(got, attributes) {
		s.t.Errorf("%s:\n%v\nwant\n%v", what, got, attributes)
	}
}

// TestSpansOfReviews: the reviews that a request waits for are spans within its own.
func TestSpansOfReviews(t *testing.T) {
	s := newRecorded(t)
	for i := range 2 {
		r := asked(http.MethodPost, "/shop/acme/access/v1/evaluation", "{"+annBuys+"}")
		r.Header.Set("Traceparent", "00-"+traceNumbered(i)+"-"+parentSpan+"-01")
		if status, _, body := s.send(r); status != http.StatusOK {
			t.Fatalf("%d %s", status, body)
		}
	}
	spans, _ := s.end()
	names := map[string]int{}
	var of []byte
	for _, span := range spans[traceNumbered(0)] {
		names[span.GetName()]++
		if span.GetKind() == trace.Span_SPAN_KIND_SERVER {
			of = span.GetSpanId()
		}
	}
	if want := map[string]int{"POST /{namespace}/{organization}/access/v1/evaluation": 1, "review token": 1, "review access": 1}; !reflect.DeepEqual(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
	for _, span := range spans[traceNumbered(0)] {
		if span.GetKind() != trace.Span_SPAN_KIND_SERVER && !bytes.Equal(span.GetParentSpanId(), of) {
			t.Errorf("%s is not within the request", span.GetName())
		}
	}
	if len(spans[traceNumbered(1)]) != 1 {
		t.Errorf("answers that are cached are reviewed: %v", spans[traceNumbered(1)])
	}
}

// TestSpansOfCalls: a call over gRPC is answered within a span of the trace of Envoy's own call, or else of the request that it asks about.
func TestSpansOfCalls(t *testing.T) {
	collector := telemetrytest.Start(t)
	exported, err := telemetry.Start(t.Context(), telemetry.Options{
		Service: "tested", Metrics: prometheus.NewRegistry(), Traces: true, AskedPerSecond: 1000, Log: logr.Discard(),
	})
	if err != nil {
		t.Fatal(err)
	}
	registry := tenants.NewRegistry()
	s := New(Options{Registry: registry, Metrics: metrics.New(registry), Log: logr.Discard(), Telemetry: exported})
	parent := func(n int) string { return "00-" + traceNumbered(n) + "-" + parentSpan + "-01" }
	asks := &authv3.CheckRequest{Attributes: &authv3.AttributeContext{Request: &authv3.AttributeContext_Request{
		Http: &authv3.AttributeContext_HttpRequest{Headers: map[string]string{"traceparent": parent(0)}},
	}}}
	for name, c := range map[string]struct {
		metadata metadata.MD
		trace    int
	}{
		"the request's": {trace: 0},
		"Envoy's":       {metadata.Pairs("traceparent", parent(1)), 1},
	} {
		_, err := s.tracedCalls()(metadata.NewIncomingContext(t.Context(), c.metadata), asks, &grpc.UnaryServerInfo{},
			func(ctx context.Context, _ any) (any, error) {
				if traceID, spanID := identifiers(ctx); traceID != traceNumbered(c.trace) || spanID == "" || spanID == parentSpan {
					t.Errorf("%s: trace %s, span %s", name, traceID, spanID)
				}
				return nil, nil
			})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := exported.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, span := range collector.Spans() {
		if span.GetName() != string(extauthz.EndpointGRPC) || span.GetKind() != trace.Span_SPAN_KIND_SERVER {
			t.Errorf("%v", span)
		}
	}
	if len(collector.Spans()) != 2 {
		t.Errorf("%d spans", len(collector.Spans()))
	}
}

// TestUntraced: without a collector nothing stands between a request and its answer but, if decisions are logged, the reading of its trace.
func TestUntraced(t *testing.T) {
	registry := tenants.NewRegistry()
	s := New(Options{Registry: registry, Metrics: metrics.New(registry), Log: logr.Discard()})
	next := &lastRequest{}
	if s.traced(next) != http.Handler(next) || s.tracedCalls() != nil {
		t.Error("requests are traced")
	}
	s.options.Decisions = &decisionlog.Log{}
	for _, c := range []struct{ parent, trace string }{
		{"", ""}, {"00-" + traceNumbered(7) + "-" + parentSpan + "-01", traceNumbered(7)}, {"00-x-y-01", ""},
	} {
		r := asked(http.MethodPost, "/", "")
		if c.parent != "" {
			r.Header.Set("Traceparent", c.parent)
		}
		s.traced(next).ServeHTTP(nil, r)
		if traceID, spanID := identifiers(next.last.Context()); traceID != c.trace || spanID != "" {
			t.Errorf("%q: trace %q, span %q", c.parent, traceID, spanID)
		}
		if (next.last == r) != (c.parent == "") {
			t.Errorf("%q: the request is copied", c.parent)
		}
	}
	ctx := t.Context()
	if allocated := testing.AllocsPerRun(100, func() {
		s.traceResponse(ctx, nil)
		s.traceDecision(ctx, nil)
	}); allocated != 0 {
		t.Errorf("what is not recorded allocates %v times", allocated)
	}
}

// lastRequest keeps the request that it was given last.
type lastRequest struct{ last *http.Request }

func (h *lastRequest) ServeHTTP(_ http.ResponseWriter, r *http.Request) { h.last = r }
