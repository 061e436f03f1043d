// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-logr/logr"
	"github.com/go-logr/logr/funcr"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/rolewright/rolewright/internal/telemetry/telemetrytest"
)

// remote returns the context of a request that names a trace.
func remote(ctx context.Context, id byte, flags trace.TraceFlags) context.Context {
	return trace.ContextWithRemoteSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{0: 1, 15: id}, SpanID: trace.SpanID{1}, TraceFlags: flags,
	}))
}

// TestCallersDoNotDecideWhatIsRecorded: neither a sampled parent nor an identifier that is in the fraction records more than the limit.
func TestCallersDoNotDecideWhatIsRecorded(t *testing.T) {
	for _, sampler := range []string{"parentbased_always_off", "parentbased_traceidratio", "traceidratio"} {
		decides, err := samplerOf(sampler, "0.000000000001")
		if err != nil {
			t.Fatal(err)
		}
		const most = 3
		b := newBounded(decides, most)
		b.asked.SetLimit(0) // no time passes
		recorded := 0
		for i := range 100 {
			// The last bytes of an identifier say whether it is in the fraction: zeros are in each.
			asks := sdktrace.SamplingParameters{ParentContext: remote(t.Context(), 0, trace.FlagsSampled), TraceID: trace.TraceID{0: byte(i + 1)}}
			if b.ShouldSample(asks).Decision == sdktrace.RecordAndSample {
				recorded++
			}
		}
		if recorded != most {
			t.Errorf("%s: %d of 100 requests that ask for it are recorded, want %d", sampler, recorded, most)
		}
	}
}

// TestWhoDecidesWhatIsRecorded: what the sampler drops is dropped and takes nothing of the limit; what it records without being asked is
// recorded beyond the limit; spans within one that is recorded are too.
func TestWhoDecidesWhatIsRecorded(t *testing.T) {
	always := newBounded(sdktrace.ParentBased(sdktrace.AlwaysSample()), 0)
	for name, c := range map[string]struct {
		parent context.Context
		want   sdktrace.SamplingDecision
	}{
		"no parent":      {t.Context(), sdktrace.RecordAndSample},
		"not sampled":    {remote(t.Context(), 1, 0), sdktrace.Drop},
		"sampled":        {remote(t.Context(), 1, trace.FlagsSampled), sdktrace.RecordAndSample},
		"within another": {trace.ContextWithSpanContext(t.Context(), trace.SpanContextFromContext(remote(t.Context(), 1, 0)).WithRemote(false)), sdktrace.Drop},
	} {
		if got := always.ShouldSample(sdktrace.SamplingParameters{ParentContext: c.parent, TraceID: trace.TraceID{1}}).Decision; got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	never := newBounded(sdktrace.ParentBased(sdktrace.NeverSample()), 1)
	never.asked.SetLimit(0)
	local := trace.ContextWithSpanContext(t.Context(), trace.SpanContextFromContext(remote(t.Context(), 1, trace.FlagsSampled)).WithRemote(false))
	for range 3 {
		if never.ShouldSample(sdktrace.SamplingParameters{ParentContext: local}).Decision != sdktrace.RecordAndSample {
			t.Error("a span within one that is recorded is not")
		}
		never.ShouldSample(sdktrace.SamplingParameters{ParentContext: remote(t.Context(), 1, 0)})
	}
	if !never.asked.Allow() {
		t.Error("what is not recorded takes of the limit")
	}
}

// TestExtract: a request names the parent of its span by one header of W3C Trace Context, and no more of its state is kept than a bound.
func TestExtract(t *testing.T) {
	const id = "4bf92f3577b34da6a3ce929d0e0e4736"
	valid := "00-" + id + "-00f067aa0ba902b7-01"
	for name, c := range map[string]struct {
		header http.Header
		trace  string
		state  string
	}{
		"none":              {},
		"a parent":          {header: http.Header{"Traceparent": {valid}}, trace: id},
		"a later version":   {header: http.Header{"Traceparent": {"cc" + valid[2:] + "-more"}}, trace: id},
		"too short":         {header: http.Header{"Traceparent": {"00-" + id}}},
		"version ff":        {header: http.Header{"Traceparent": {"ff" + valid[2:]}}},
		"zeros":             {header: http.Header{"Traceparent": {"00-" + strings.Repeat("0", 32) + "-00f067aa0ba902b7-01"}}},
		"capitals":          {header: http.Header{"Traceparent": {strings.ToUpper(valid)}}},
		"a quotation mark":  {header: http.Header{"Traceparent": {"00-" + id[1:] + "\"-00f067aa0ba902b7-01"}}},
		"twice":             {header: http.Header{"Traceparent": {valid, valid}}},
		"with a state":      {header: http.Header{"Traceparent": {valid}, "Tracestate": {"a=1", "b=2"}}, trace: id, state: "a=1,b=2"},
		"a long state":      {header: http.Header{"Traceparent": {valid}, "Tracestate": {"a=1," + strings.Repeat("b", 256) + "=" + strings.Repeat("c", 256)}}, trace: id},
		"a state alone":     {header: http.Header{"Tracestate": {"a=1"}}},
		"with baggage":      {header: http.Header{"Traceparent": {valid}, "Baggage": {"user=ann"}}, trace: id},
		"state of any kind": {header: http.Header{"Traceparent": {valid}, "Tracestate": {"\x00"}}, trace: id},
	} {
		at := trace.SpanContextFromContext(Extract(t.Context(), c.header.Values))
		got := ""
		if at.IsValid() {
			got = at.TraceID().String()
		}
		if got != c.trace || at.TraceState().String() != c.state || at.IsValid() && !at.IsRemote() {
			t.Errorf("%s: trace %q, state %q", name, got, at.TraceState())
		}
	}
}

// FuzzExtract: no header keeps anything from being read, and what is kept of them has a bound.
func FuzzExtract(f *testing.F) {
	f.Add("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "a=1,b=2")
	f.Add("", "=,\x00")
	f.Fuzz(func(t *testing.T, parent, state string) {
		at := trace.SpanContextFromContext(Extract(t.Context(), http.Header{"Traceparent": {parent}, "Tracestate": {state}}.Values))
		if len(at.TraceState().String()) > maxTracestate || at.TraceState().Len() > 0 && !at.IsValid() {
			t.Errorf("%q, %q: %v", parent, state, at)
		}
	})
}

// stuck is an exporter that waits until it is told how to end.
type stuck struct {
	entered chan struct{}
	end     chan error
}

func (s *stuck) ExportSpans(context.Context, []sdktrace.ReadOnlySpan) error {
	select {
	case s.entered <- struct{}{}:
	default:
	}
	return <-s.end
}

func (s *stuck) Shutdown(context.Context) error { return nil }

// TestNoSpanWaits: while the exporter does not answer, as many spans as the queue holds wait; the others are dropped and counted.
func TestNoSpanWaits(t *testing.T) {
	exporter := &stuck{entered: make(chan struct{}, 1), end: make(chan error)}
	tel := &Telemetry{}
	const size, more = 4, 7
	tel.provider = sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(newQueue(exporter, size, &tel.counts, newFailures(logr.Discard()))))
	span := func() {
		_, s := tel.Tracer().Start(t.Context(), "x")
		s.End()
	}
	for range size {
		span()
	}
	<-exporter.entered // a batch of four is complete
	for range more {
		span()
	}
	if tel.counts.dropped.Load() != more || tel.counts.waiting.Load() != size {
		t.Errorf("%d dropped, %d waiting", tel.counts.dropped.Load(), tel.counts.waiting.Load())
	}
	close(exporter.end)
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if tel.counts.exported.Load() != size || tel.counts.waiting.Load() != 0 {
		t.Errorf("%d exported, %d waiting", tel.counts.exported.Load(), tel.counts.waiting.Load())
	}
}

// TestShutdownEnds: what cannot be exported is lost when the time is over.
func TestShutdownEnds(t *testing.T) {
	exporter := &stuck{entered: make(chan struct{}, 1), end: make(chan error)}
	defer close(exporter.end)
	tel := &Telemetry{}
	tel.provider = sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(newQueue(exporter, 1, &tel.counts, newFailures(logr.Discard()))))
	_, s := tel.Tracer().Start(t.Context(), "x")
	s.End()
	<-exporter.entered
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := tel.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// noMetrics is an exporter of metrics that fails.
type noMetrics struct{ sdkmetric.Exporter }

func (noMetrics) Export(context.Context, *metricdata.ResourceMetrics) error {
	return errors.New("down")
}

// TestFailuresAreCounted: what cannot be exported is counted, and one line says so.
func TestFailuresAreCounted(t *testing.T) {
	var lines []string
	failed := newFailures(funcr.New(func(_, line string) { lines = append(lines, line) }, funcr.Options{}))
	tel := &Telemetry{}
	exporter := &stuck{entered: make(chan struct{}, 1), end: make(chan error, 2)}
	exporter.end <- errors.New("down")
	exporter.end <- errors.New("down")
	counted := &spanExporter{exporter, &tel.counts, failed}
	tel.counts.waiting.Add(5)
	for _, size := range []int{2, 3} {
		if err := counted.ExportSpans(t.Context(), make([]sdktrace.ReadOnlySpan, size)); err != nil {
			t.Errorf("the processor is told of %v", err)
		}
	}
	if err := (&metricExporter{noMetrics{}, &tel.counts, failed}).Export(t.Context(), nil); err != nil {
		t.Errorf("the reader is told of %v", err)
	}
	if len(lines) != 1 || !strings.Contains(lines[0], "down") {
		t.Errorf("logged %q", lines)
	}
	if err := testutil.CollectAndCompare(tel, strings.NewReader(`
# HELP rolewright_metric_export_failures_total How often metrics could not be sent to the collector.
# TYPE rolewright_metric_export_failures_total counter
rolewright_metric_export_failures_total 1
# HELP rolewright_spans_dropped_total Spans that were dropped, because the collector failed or did not keep up.
# TYPE rolewright_spans_dropped_total counter
rolewright_spans_dropped_total 5
# HELP rolewright_spans_exported_total Spans that were sent to the collector.
# TYPE rolewright_spans_exported_total counter
rolewright_spans_exported_total 0
`)); err != nil {
		t.Error(err)
	}
}

// TestExport: traces and metrics reach a collector by what the environment says, and a shutdown sends the last of them.
func TestExport(t *testing.T) {
	clearEnvironment(t)
	collector := telemetrytest.Start(t)
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "k8s.pod.name=serve-1")
	registry := prometheus.NewRegistry()
	counter := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "asked_total", Help: "Questions."}, []string{"by"})
	counter.WithLabelValues("ann").Add(3)
	registry.MustRegister(counter)
	tel, err := Start(t.Context(), Options{Service: "tested", Metrics: registry, Traces: true, Log: logr.Discard()})
	if err != nil {
		t.Fatal(err)
	}
	registry.MustRegister(tel)
	ctx, request := tel.Tracer().Start(t.Context(), "request")
	_, within := Span(ctx, strings.Repeat("long", 1000))
	within.End()
	request.End()
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	spans := collector.Spans()
	if len(spans) != 2 || hex.EncodeToString(spans[0].GetParentSpanId()) != hex.EncodeToString(spans[1].GetSpanId()) {
		t.Errorf("got %v", spans)
	}
	of := collector.Resource()
	if of["service.name"] != "tested" || of["k8s.pod.name"] != "serve-1" || of["service.instance.id"] == "" {
		t.Errorf("the service is %v", of)
	}
	points := collector.Metrics()["asked_total"].GetSum().GetDataPoints()
	if len(points) != 1 || points[0].GetAsDouble() != 3 || telemetrytest.Attributes(points[0].GetAttributes())["by"] != "ann" {
		t.Errorf("got %v", collector.Metrics())
	}
	t.Setenv("OTEL_SERVICE_NAME", "pdp")
	if tel, err = Start(t.Context(), Options{Service: "tested", Metrics: registry, Traces: true, Log: logr.Discard()}); err != nil {
		t.Fatal(err)
	}
	_, request = tel.Tracer().Start(t.Context(), "request")
	request.End()
	if err := tel.Shutdown(t.Context()); err != nil || collector.Resource()["service.name"] != "pdp" {
		t.Errorf("%v, the service is %v", err, collector.Resource())
	}
}

// TestTransport: what is sent for a request that is recorded names its trace; what is sent for no request makes no span.
func TestTransport(t *testing.T) {
	clearEnvironment(t)
	collector := telemetrytest.Start(t)
	tel, err := Start(t.Context(), Options{Service: "tested", Metrics: prometheus.NewRegistry(), Traces: true, Log: logr.Discard()})
	if err != nil {
		t.Fatal(err)
	}
	var parent string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { parent = r.Header.Get("Traceparent") }))
	defer server.Close()
	send := func(ctx context.Context) {
		t.Helper()
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := Transport(http.DefaultTransport).RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
	}
	ctx, request := tel.Tracer().Start(t.Context(), "request")
	send(ctx)
	if !strings.Contains(parent, request.SpanContext().TraceID().String()) {
		t.Errorf("the request that is sent names %q", parent)
	}
	request.End()
	send(t.Context())
	if parent != "" {
		t.Errorf("the request that is sent for none names %q", parent)
	}
	if err := tel.Shutdown(t.Context()); err != nil || len(collector.Spans()) != 2 {
		t.Errorf("%v, %v", err, collector.Spans())
	}
}
