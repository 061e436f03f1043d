// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"golang.org/x/time/rate"
)

// failures logs that telemetry is lost, at most once a minute: the counters say how much of it.
type failures struct {
	log       logr.Logger
	sometimes rate.Sometimes
}

func newFailures(log logr.Logger) *failures {
	return &failures{log: log, sometimes: rate.Sometimes{First: 1, Interval: time.Minute}}
}

// Handle implements otel.ErrorHandler.
func (f *failures) Handle(err error) {
	f.sometimes.Do(func() { f.log.Error(err, "Cannot export telemetry: what cannot be sent is dropped") })
}

// counts are how many spans were exported and dropped, how many wait, and how many exports of metrics failed.
type counts struct {
	waiting                          atomic.Int64
	exported, dropped, failedMetrics atomic.Uint64
}

// queue is a processor of which no span waits for a place: those that the queue has none for are dropped, and counted.
type queue struct {
	sdktrace.SpanProcessor

	counts *counts
	size   int64
}

// newQueue returns a queue in front of an exporter.
func newQueue(to sdktrace.SpanExporter, size int, counts *counts, failed *failures) *queue {
	// The processor has a queue of the same size, so it never drops a span by itself.
	return &queue{
		SpanProcessor: sdktrace.NewBatchSpanProcessor(&spanExporter{to, counts, failed}, sdktrace.WithMaxQueueSize(size),
			sdktrace.WithMaxExportBatchSize(min(size, sdktrace.DefaultMaxExportBatchSize))),
		counts: counts, size: int64(size),
	}
}

// OnEnd implements sdktrace.SpanProcessor.
func (q *queue) OnEnd(span sdktrace.ReadOnlySpan) {
	if !span.SpanContext().IsSampled() {
		return
	}
	if q.counts.waiting.Add(1) > q.size {
		q.counts.waiting.Add(-1)
		q.counts.dropped.Add(1)
		return
	}
	q.SpanProcessor.OnEnd(span)
}

// spanExporter counts what it exports.
type spanExporter struct {
	sdktrace.SpanExporter

	counts *counts
	failed *failures
}

// ExportSpans implements sdktrace.SpanExporter.
func (e *spanExporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	err := e.SpanExporter.ExportSpans(ctx, spans)
	e.counts.waiting.Add(-int64(len(spans)))
	if err != nil {
		e.counts.dropped.Add(uint64(len(spans)))
		e.failed.Handle(err)
		return nil
	}
	e.counts.exported.Add(uint64(len(spans)))
	return nil
}

// metricExporter counts what it cannot export.
type metricExporter struct {
	sdkmetric.Exporter

	counts *counts
	failed *failures
}

// Export implements sdkmetric.Exporter.
func (e *metricExporter) Export(ctx context.Context, metrics *metricdata.ResourceMetrics) error {
	if err := e.Exporter.Export(ctx, metrics); err != nil {
		e.counts.failedMetrics.Add(1)
		e.failed.Handle(err)
	}
	return nil
}
