// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"strings"
	"testing"

	"github.com/go-logr/logr"
)

// clearEnvironment takes away what the environment of the test says.
func clearEnvironment(t *testing.T) {
	t.Helper()
	for _, name := range []string{
		disabledVariable, samplerVariable, samplerArgVariable, queueVariable, "OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER",
		otlpPrefix + "ENDPOINT", otlpPrefix + "TRACES_ENDPOINT", otlpPrefix + "METRICS_ENDPOINT",
		otlpPrefix + "PROTOCOL", otlpPrefix + "TRACES_PROTOCOL", otlpPrefix + "METRICS_PROTOCOL", "OTEL_RESOURCE_ATTRIBUTES", "OTEL_SERVICE_NAME",
	} {
		t.Setenv(name, "")
	}
}

// TestSettings: a signal is exported if an exporter or an endpoint is named, by the protocol that is; what is misspelt is refused by its name.
func TestSettings(t *testing.T) {
	const endpoint, protocolVariable = otlpPrefix + "ENDPOINT", otlpPrefix + "PROTOCOL"
	for name, c := range map[string]struct {
		environment     map[string]string
		traces, metrics protocol
		refused         string
	}{
		"nothing":           {},
		"an endpoint":       {environment: map[string]string{endpoint: "http://c:4318"}, traces: overProtobuf, metrics: overProtobuf},
		"over gRPC":         {environment: map[string]string{endpoint: "https://c:4317", protocolVariable: "grpc"}, traces: overGRPC, metrics: overGRPC},
		"an exporter":       {environment: map[string]string{"OTEL_TRACES_EXPORTER": "otlp"}, traces: overProtobuf},
		"traces alone":      {environment: map[string]string{otlpPrefix + "TRACES_ENDPOINT": "http://c:4318/v1/traces"}, traces: overProtobuf},
		"metrics alone":     {environment: map[string]string{endpoint: "http://c:4318", "OTEL_TRACES_EXPORTER": "none"}, metrics: overProtobuf},
		"each its protocol": {environment: map[string]string{endpoint: "http://c:4318", otlpPrefix + "METRICS_PROTOCOL": "grpc"}, traces: overProtobuf, metrics: overGRPC},
		"disabled":          {environment: map[string]string{endpoint: "http://c:4318", disabledVariable: "TRUE"}},
		"another exporter":  {environment: map[string]string{"OTEL_METRICS_EXPORTER": "prometheus"}, refused: `OTEL_METRICS_EXPORTER is "prometheus"`},
		"another protocol":  {environment: map[string]string{endpoint: "http://c:4318", protocolVariable: "http/json"}, refused: protocolVariable + ` is "http/json"`},
		"no URL":            {environment: map[string]string{endpoint: "collector:4317"}, refused: endpoint + ` is "collector:4317"`},
		"no host":           {environment: map[string]string{otlpPrefix + "TRACES_ENDPOINT": "http:///v1"}, refused: otlpPrefix + "TRACES_ENDPOINT"},
		"another sampler":   {environment: map[string]string{samplerVariable: "sometimes"}, refused: samplerVariable + ` is "sometimes"`},
		"no fraction":       {environment: map[string]string{samplerVariable: "traceidratio", samplerArgVariable: "NaN"}, refused: samplerArgVariable},
		"above 1":           {environment: map[string]string{samplerVariable: "parentbased_traceidratio", samplerArgVariable: "2"}, refused: samplerArgVariable},
		"no queue":          {environment: map[string]string{queueVariable: "0"}, refused: queueVariable},
		"no number":         {environment: map[string]string{queueVariable: "many"}, refused: queueVariable},
	} {
		t.Run(name, func(t *testing.T) {
			clearEnvironment(t)
			for name, value := range c.environment {
				t.Setenv(name, value)
			}
			s, err := readSettings()
			if c.refused != "" {
				if err == nil || !strings.Contains(err.Error(), c.refused) {
					t.Errorf("got %v, want %s", err, c.refused)
				}
				return
			}
			if err != nil || s.traces != c.traces || s.metrics != c.metrics {
				t.Errorf("got %+v, %v", s, err)
			}
		})
	}
}

// TestSamplers: the names of OpenTelemetry are known, and the fraction counts for ratios alone.
func TestSamplers(t *testing.T) {
	for name, want := range map[string]string{
		"": "ParentBased{root:AlwaysOnSampler", "always_on": "AlwaysOnSampler", "always_off": "AlwaysOffSampler", "traceidratio": "TraceIDRatioBased{0.25}",
		"parentbased_always_on": "ParentBased{root:AlwaysOnSampler", "parentbased_always_off": "ParentBased{root:AlwaysOffSampler",
		"parentbased_traceidratio": "ParentBased{root:TraceIDRatioBased{0.25}",
	} {
		sampler, err := samplerOf(name, "0.25")
		if err != nil || !strings.HasPrefix(sampler.Description(), want) {
			t.Errorf("%q: %v, %v", name, sampler, err)
		}
	}
}

// TestNothingIsExported: without a collector there is no Telemetry, and nil does nothing.
func TestNothingIsExported(t *testing.T) {
	clearEnvironment(t)
	none, err := Start(t.Context(), Options{Traces: true, Log: logr.Discard()})
	if none != nil || err != nil || none.Tracer() != nil || none.Shutdown(t.Context()) != nil {
		t.Errorf("%v, %v", none, err)
	}
	t.Setenv("OTEL_TRACES_EXPORTER", "otlp")
	if none, err = Start(t.Context(), Options{Log: logr.Discard()}); none != nil || err != nil {
		t.Errorf("without requests to trace: %v, %v", none, err)
	}
}
