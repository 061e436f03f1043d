// SPDX-License-Identifier: Apache-2.0

package telemetrytest

import (
	"context"
	"maps"
	"net"
	"slices"
	"sync"
	"testing"

	metricservice "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	traceservice "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc"
)

// Collector keeps what it receives. It may be used by any number of goroutines.
type Collector struct {
	// Release lets it answer, if it was started held; it may be called several times.
	Release func()

	released chan struct{}
	mutex    sync.Mutex
	spans    []*trace.Span
	metrics  map[string]*metrics.Metric
	resource map[string]string
}

// Start starts a collector that ends with the test, and names it in the environment.
func Start(t *testing.T) *Collector {
	t.Helper()
	c := StartHeld(t)
	c.Release()
	return c
}

// StartHeld starts a collector that does not answer before it is released.
func StartHeld(t *testing.T) *Collector {
	t.Helper()
	c := &Collector{released: make(chan struct{}), metrics: map[string]*metrics.Metric{}, resource: map[string]string{}}
	c.Release = sync.OnceFunc(func() { close(c.released) })
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	traceservice.RegisterTraceServiceServer(server, traces{of: c})
	metricservice.RegisterMetricsServiceServer(server, measurements{of: c})
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() {
		c.Release()
		server.Stop()
	})
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://"+listener.Addr().String())
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
	return c
}

// Spans returns the spans that have arrived.
func (c *Collector) Spans() []*trace.Span {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return slices.Clone(c.spans)
}

// Metrics returns the names of the metrics that have arrived, each with its latest state.
func (c *Collector) Metrics() map[string]*metrics.Metric {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return maps.Clone(c.metrics)
}

// Resource returns the attributes of the service that has exported last.
func (c *Collector) Resource() map[string]string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return maps.Clone(c.resource)
}

// Attributes returns attributes as texts, booleans and numbers.
func Attributes(of []*common.KeyValue) map[string]any {
	all := make(map[string]any, len(of))
	for _, attribute := range of {
		switch value := attribute.GetValue().GetValue().(type) {
		case *common.AnyValue_StringValue:
			all[attribute.GetKey()] = value.StringValue
		case *common.AnyValue_BoolValue:
			all[attribute.GetKey()] = value.BoolValue
		case *common.AnyValue_IntValue:
			all[attribute.GetKey()] = value.IntValue
		default:
			all[attribute.GetKey()] = attribute.GetValue().String()
		}
	}
	return all
}

// receive waits until the collector is released, and keeps something.
func (c *Collector) receive(ctx context.Context, keep func()) error {
	select {
	case <-c.released:
	case <-ctx.Done():
		return ctx.Err()
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	keep()
	return nil
}

// traces receives traces.
type traces struct {
	traceservice.UnimplementedTraceServiceServer

	of *Collector
}

// Export implements traceservice.TraceServiceServer.
func (s traces) Export(ctx context.Context, r *traceservice.ExportTraceServiceRequest) (*traceservice.ExportTraceServiceResponse, error) {
	return &traceservice.ExportTraceServiceResponse{}, s.of.receive(ctx, func() {
		for _, from := range r.GetResourceSpans() {
			for _, attribute := range from.GetResource().GetAttributes() {
				s.of.resource[attribute.GetKey()] = attribute.GetValue().GetStringValue()
			}
			for _, scope := range from.GetScopeSpans() {
				s.of.spans = append(s.of.spans, scope.GetSpans()...)
			}
		}
	})
}

// measurements receives metrics.
type measurements struct {
	metricservice.UnimplementedMetricsServiceServer

	of *Collector
}

// Export implements metricservice.MetricsServiceServer.
func (s measurements) Export(
	ctx context.Context, r *metricservice.ExportMetricsServiceRequest,
) (*metricservice.ExportMetricsServiceResponse, error) {
	return &metricservice.ExportMetricsServiceResponse{}, s.of.receive(ctx, func() {
		for _, from := range r.GetResourceMetrics() {
			for _, scope := range from.GetScopeMetrics() {
				for _, metric := range scope.GetMetrics() {
					s.of.metrics[metric.GetName()] = metric
				}
			}
		}
	})
}
