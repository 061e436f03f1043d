// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel/propagation"
)

// propagator reads and writes headers of W3C Trace Context.
var propagator = propagation.TraceContext{}

// maxTracestate bounds the tracestate that is kept with every span of a request. The standard wants 512 bytes to be passed on.
const maxTracestate = 512

// Extract returns a context with the span that a request names as the parent of its own, by the headers of W3C Trace Context. What is not
// valid, or stands there several times, names none. Baggage is not read: nothing uses it.
func Extract(ctx context.Context, header func(name string) []string) context.Context {
	return propagator.Extract(ctx, carrier(header))
}

// carrier are the headers of a request, by their names in lower case.
type carrier func(name string) []string

// Get implements propagation.TextMapCarrier.
func (c carrier) Get(name string) string {
	values := c(name)
	if name != "tracestate" {
		if len(values) != 1 {
			return ""
		}
		return values[0]
	}
	if state := strings.Join(values, ","); len(state) <= maxTracestate {
		return state
	}
	return ""
}

// Set implements propagation.TextMapCarrier. Nothing is written to a request from elsewhere.
func (carrier) Set(string, string) {}

// Keys implements propagation.TextMapCarrier.
func (carrier) Keys() []string { return propagator.Fields() }
