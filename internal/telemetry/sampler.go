// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"encoding/binary"
	"math/rand/v2"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"golang.org/x/time/rate"
)

// bounded bounds how often a request is recorded because its headers say so: by a sampled parent, or by an identifier of the trace that is
// in the fraction of a ratio. Beyond the bound, it is recorded as if it had no such headers.
type bounded struct {
	sampler sdktrace.Sampler
	asked   *rate.Limiter
}

// newBounded returns a sampler that lets requests decide so many times a second.
func newBounded(sampler sdktrace.Sampler, perSecond int) *bounded {
	return &bounded{sampler: sampler, asked: rate.NewLimiter(rate.Limit(perSecond), perSecond)}
}

// ShouldSample implements sdktrace.Sampler.
func (b *bounded) ShouldSample(p sdktrace.SamplingParameters) sdktrace.SamplingResult {
	result := b.sampler.ShouldSample(p)
	parent := trace.SpanContextFromContext(p.ParentContext)
	if !parent.IsRemote() || result.Decision == sdktrace.Drop || b.asked.Allow() {
		return result
	}
	p.ParentContext = trace.ContextWithSpanContext(p.ParentContext, trace.SpanContext{})
	p.TraceID = randomTraceID()
	result = b.sampler.ShouldSample(p)
	result.Tracestate = parent.TraceState()
	return result
}

// Description implements sdktrace.Sampler.
func (b *bounded) Description() string { return b.sampler.Description() }

func randomTraceID() (id trace.TraceID) {
	binary.NativeEndian.PutUint64(id[:8], rand.Uint64()) //nolint:gosec // which requests are recorded is no secret
	binary.NativeEndian.PutUint64(id[8:], rand.Uint64()) //nolint:gosec // as above
	return id
}
