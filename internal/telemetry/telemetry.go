// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	bridge "go.opentelemetry.io/contrib/bridges/prometheus"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
	"golang.org/x/sync/errgroup"

	"github.com/rolewright/rolewright/internal/buildinfo"
)

// Options say what is exported.
type Options struct {
	// Service is the name of the service, unless the environment names another.
	Service string
	// Metrics are exported as they are, each by its own name.
	Metrics prometheus.Gatherer
	// Traces is set if there are requests to trace, of which AskedPerSecond a second are recorded because their headers ask for it.
	Traces         bool
	AskedPerSecond int
	// Log receives what goes wrong.
	Log logr.Logger
}

// Telemetry exports traces and metrics. It may be used by any number of goroutines; a nil one exports nothing.
type Telemetry struct {
	provider *sdktrace.TracerProvider
	meters   *sdkmetric.MeterProvider
	counts   counts
}

// Scope names what makes spans.
const Scope = "github.com/rolewright/rolewright"

// maxAttributeBytes bounds each value of an attribute, unless the environment sets another bound.
const maxAttributeBytes = 1024

// Start exports what the environment asks for until Shutdown: nil if that is nothing.
func Start(ctx context.Context, options Options) (*Telemetry, error) {
	s, err := readSettings()
	if err != nil {
		return nil, err
	}
	if !options.Traces {
		s.traces = off
	}
	if s.traces == off && s.metrics == off {
		return nil, nil
	}
	options.Log.Info("Exporting with OTLP", "traces", cmp.Or(s.traces, "none"), "metrics", cmp.Or(s.metrics, "none"))
	failed := newFailures(options.Log)
	otel.SetErrorHandler(failed)
	otel.SetLogger(options.Log)
	of, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithHost(), resource.WithAttributes(
		semconv.ServiceName(options.Service), semconv.ServiceVersion(buildinfo.Read().Version), semconv.ServiceInstanceID(rand.Text()),
	), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	t := &Telemetry{}
	if err := t.startTraces(ctx, s, &options, of, failed); err != nil {
		return nil, err
	}
	if err := t.startMetrics(ctx, s, &options, of, failed); err != nil {
		return nil, err
	}
	return t, nil
}

func (t *Telemetry) startTraces(ctx context.Context, s *settings, options *Options, of *resource.Resource, failed *failures) error {
	var exporter sdktrace.SpanExporter
	var err error
	switch s.traces {
	case off:
		return nil
	case overGRPC:
		exporter, err = otlptracegrpc.New(ctx)
	case overProtobuf:
		exporter, err = otlptracehttp.New(ctx)
	}
	if err != nil {
		return fmt.Errorf("cannot export traces: %w", err)
	}
	limits := sdktrace.NewSpanLimits()
	if limits.AttributeValueLengthLimit < 0 {
		limits.AttributeValueLengthLimit = maxAttributeBytes
	}
	t.provider = sdktrace.NewTracerProvider(
		sdktrace.WithResource(of), sdktrace.WithSampler(newBounded(s.sampler, options.AskedPerSecond)),
		sdktrace.WithRawSpanLimits(limits), sdktrace.WithSpanProcessor(newQueue(exporter, s.queue, &t.counts, failed)),
	)
	return nil
}

func (t *Telemetry) startMetrics(ctx context.Context, s *settings, options *Options, of *resource.Resource, failed *failures) error {
	var exporter sdkmetric.Exporter
	var err error
	switch s.metrics {
	case off:
		return nil
	case overGRPC:
		exporter, err = otlpmetricgrpc.New(ctx)
	case overProtobuf:
		exporter, err = otlpmetrichttp.New(ctx)
	}
	if err != nil {
		return fmt.Errorf("cannot export metrics: %w", err)
	}
	t.meters = sdkmetric.NewMeterProvider(sdkmetric.WithResource(of), sdkmetric.WithReader(sdkmetric.NewPeriodicReader(
		&metricExporter{exporter, &t.counts, failed},
		sdkmetric.WithProducer(bridge.NewMetricProducer(bridge.WithGatherer(options.Metrics))),
	)))
	return nil
}

// Tracer makes spans; it is nil where traces are not exported.
func (t *Telemetry) Tracer() trace.Tracer {
	if t == nil || t.provider == nil {
		return nil
	}
	return t.provider.Tracer(Scope)
}

// Shutdown exports what waits, until the context ends: the rest is lost.
func (t *Telemetry) Shutdown(ctx context.Context) error {
	if t == nil {
		return nil
	}
	// At the same time: a collector of traces that does not answer keeps no metrics back.
	var both errgroup.Group
	if t.provider != nil {
		both.Go(func() error { return t.provider.Shutdown(ctx) })
	}
	if t.meters != nil {
		both.Go(func() error { return t.meters.Shutdown(ctx) })
	}
	return both.Wait()
}

// Span begins a span within that of a request. It is not recorded unless that is.
func Span(ctx context.Context, name string) (context.Context, trace.Span) {
	return trace.SpanFromContext(ctx).TracerProvider().Tracer(Scope).Start(ctx, name)
}

// Transport sends requests within the spans of those for which they are sent, whose trace they name.
func Transport(base http.RoundTripper) http.RoundTripper {
	return otelhttp.NewTransport(base, otelhttp.WithPropagators(propagator), otelhttp.WithFilter(func(r *http.Request) bool {
		return trace.SpanFromContext(r.Context()).IsRecording()
	}))
}

var (
	exported = prometheus.NewDesc("rolewright_spans_exported_total", "Spans that were sent to the collector.", nil, nil)
	dropped  = prometheus.NewDesc("rolewright_spans_dropped_total",
		"Spans that were dropped, because the collector failed or did not keep up.", nil, nil)
	failedMetrics = prometheus.NewDesc("rolewright_metric_export_failures_total",
		"How often metrics could not be sent to the collector.", nil, nil)
)

var _ prometheus.Collector = (*Telemetry)(nil)

// Describe implements prometheus.Collector.
func (t *Telemetry) Describe(descriptions chan<- *prometheus.Desc) {
	descriptions <- exported
	descriptions <- dropped
	descriptions <- failedMetrics
}

// Collect implements prometheus.Collector.
func (t *Telemetry) Collect(series chan<- prometheus.Metric) {
	counter := func(description *prometheus.Desc, value uint64) {
		series <- prometheus.MustNewConstMetric(description, prometheus.CounterValue, float64(value))
	}
	counter(exported, t.counts.exported.Load())
	counter(dropped, t.counts.dropped.Load())
	counter(failedMetrics, t.counts.failedMetrics.Load())
}
