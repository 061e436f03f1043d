// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"

	"github.com/go-logr/logr"
	"github.com/spf13/pflag"

	"github.com/rolewright/rolewright/internal/serve/metrics"
	"github.com/rolewright/rolewright/internal/telemetry"
)

// defaultAsked is how many requests a second are recorded because the trace of their caller is.
const defaultAsked = 100

// serveTelemetry is about traces and metrics that are exported. The environment says whether they are.
type serveTelemetry struct {
	askedPerSecond int
	// traces is set once traces are exported.
	traces bool
}

func (f *serveTelemetry) addFlags(flags *pflag.FlagSet) {
	flags.IntVar(&f.askedPerSecond, "trace-parent-limit", defaultAsked,
		"how many requests a second are recorded because the traceparent of their caller says so; of the others OTEL_TRACES_SAMPLER decides "+
			"as if they had none")
}

// start starts the export of what the environment asks for; nil if that is nothing.
func (f *serveTelemetry) start(ctx context.Context, counted *metrics.Metrics, log logr.Logger) (*telemetry.Telemetry, error) {
	started, err := telemetry.Start(ctx, telemetry.Options{
		Service: "rolewright-serve", Metrics: counted, Traces: true, AskedPerSecond: f.askedPerSecond, Log: log,
	})
	if started != nil {
		counted.Register(started)
	}
	f.traces = started.Tracer() != nil
	return started, err
}
