// SPDX-License-Identifier: Apache-2.0

package otlp

import (
	"context"
	"net"
	"sync"
	"testing"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
)

// collector is the receiver of the OpenTelemetry collector, and what it has received.
type collector struct {
	// grpc and http are where it listens.
	grpc, http string
	traces     consumertest.TracesSink
	metrics    consumertest.MetricsSink
}

func startCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{grpc: freeAddress(t), http: freeAddress(t)}
	factory := otlpreceiver.NewFactory()
	config := factory.CreateDefaultConfig()
	if err := confmap.NewFromStringMap(map[string]any{"protocols": map[string]any{
		"grpc": map[string]any{"endpoint": c.grpc}, "http": map[string]any{"endpoint": c.http},
	}}).Unmarshal(config); err != nil {
		t.Fatal(err)
	}
	settings := receivertest.NewNopSettings(factory.Type())
	traces, err := factory.CreateTraces(t.Context(), settings, config, &c.traces)
	if err != nil {
		t.Fatal(err)
	}
	metrics, err := factory.CreateMetrics(t.Context(), settings, config, &c.metrics)
	if err != nil {
		t.Fatal(err)
	}
	for _, receiver := range []component.Component{traces, metrics} {
		if err := receiver.Start(t.Context(), componenttest.NewNopHost()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(sync.OnceFunc(func() { _ = receiver.Shutdown(context.WithoutCancel(t.Context())) }))
	}
	return c
}

// freeAddress returns an address that nothing listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// spans returns those of a trace, by their names.
func (c *collector) spans(trace string) map[string]ptrace.Span {
	found := map[string]ptrace.Span{}
	for _, batch := range c.traces.AllTraces() {
		for _, resource := range batch.ResourceSpans().All() {
			for _, scope := range resource.ScopeSpans().All() {
				for _, span := range scope.Spans().All() {
					if span.TraceID().String() == trace {
						found[span.Name()] = span
					}
				}
			}
		}
	}
	return found
}

// service returns the attributes of the service that has sent traces.
func (c *collector) service() map[string]any {
	for _, batch := range c.traces.AllTraces() {
		for _, resource := range batch.ResourceSpans().All() {
			return resource.Resource().Attributes().AsRaw()
		}
	}
	return nil
}

// metric returns the latest state of a metric, and whether it was received.
func (c *collector) metric(name string) (found pmetric.Metric, received bool) {
	for _, batch := range c.metrics.AllMetrics() {
		for _, resource := range batch.ResourceMetrics().All() {
			for _, scope := range resource.ScopeMetrics().All() {
				for _, metric := range scope.Metrics().All() {
					if metric.Name() == name {
						found, received = metric, true
					}
				}
			}
		}
	}
	return found, received
}
