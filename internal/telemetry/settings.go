// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Variables that are read here. The exporters and the SDK read the others: headers, certificates, timeouts, limits and intervals.
const (
	disabledVariable   = "OTEL_SDK_DISABLED"
	samplerVariable    = "OTEL_TRACES_SAMPLER"
	samplerArgVariable = "OTEL_TRACES_SAMPLER_ARG"
	queueVariable      = "OTEL_BSP_MAX_QUEUE_SIZE"
	otlpPrefix         = "OTEL_EXPORTER_OTLP_"
)

// protocol is how telemetry of one signal is sent.
type protocol string

// The protocols of OTLP, by the values of OTEL_EXPORTER_OTLP_PROTOCOL.
const (
	off          protocol = ""
	overGRPC     protocol = "grpc"
	overProtobuf protocol = "http/protobuf"
)

// settings are what the environment says.
type settings struct {
	traces, metrics protocol
	sampler         sdktrace.Sampler
	// queue is how many spans may wait for the exporter.
	queue int
}

// readSettings reads the environment. A value that OpenTelemetry does not know is an error: traces would be waited for in vain.
func readSettings() (*settings, error) {
	if strings.EqualFold(os.Getenv(disabledVariable), "true") {
		return &settings{}, nil
	}
	s := &settings{}
	var errs [4]error
	s.traces, errs[0] = protocolOf("TRACES")
	s.metrics, errs[1] = protocolOf("METRICS")
	s.sampler, errs[2] = samplerOf(os.Getenv(samplerVariable), os.Getenv(samplerArgVariable))
	s.queue, errs[3] = queueOf(os.Getenv(queueVariable))
	return s, cmp.Or(errs[:]...)
}

// protocolOf returns how to export a signal: off unless an exporter or an endpoint is named.
func protocolOf(signal string) (protocol, error) {
	endpointVariable := otlpPrefix + signal + "_ENDPOINT"
	if os.Getenv(endpointVariable) == "" {
		endpointVariable = otlpPrefix + "ENDPOINT"
	}
	endpoint := os.Getenv(endpointVariable)
	switch exporter := os.Getenv("OTEL_" + signal + "_EXPORTER"); {
	case exporter == "none", exporter == "" && endpoint == "":
		return off, nil
	case exporter != "" && exporter != "otlp":
		return off, fmt.Errorf("OTEL_%s_EXPORTER is %q: it must be otlp or none", signal, exporter)
	}
	if err := checkEndpoint(endpoint); err != nil {
		return off, fmt.Errorf("%s is %q: %w", endpointVariable, endpoint, err)
	}
	protocolVariable := otlpPrefix + signal + "_PROTOCOL"
	if os.Getenv(protocolVariable) == "" {
		protocolVariable = otlpPrefix + "PROTOCOL"
	}
	switch p := cmp.Or(protocol(os.Getenv(protocolVariable)), overProtobuf); p {
	case overGRPC, overProtobuf:
		return p, nil
	default:
		return off, fmt.Errorf("%s is %q: it must be %s or %s", protocolVariable, p, overGRPC, overProtobuf)
	}
}

// checkEndpoint refuses what the exporters would replace by their default without an error. Without an endpoint they use the default.
func checkEndpoint(endpoint string) error {
	if endpoint == "" {
		return nil
	}
	if u, err := url.Parse(endpoint); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return errors.New("it must be a URL such as http://collector:4318")
	}
	return nil
}

// samplerOf returns the sampler of a name, as OTEL_TRACES_SAMPLER has them.
func samplerOf(name, argument string) (sdktrace.Sampler, error) {
	root, parentBased := strings.CutPrefix(cmp.Or(name, "parentbased_always_on"), "parentbased_")
	sampler, err := rootSampler(root, argument)
	if err != nil || sampler == nil {
		return nil, cmp.Or(err, fmt.Errorf("%s is %q: it must be always_on, always_off, traceidratio, or one of these after parentbased_",
			samplerVariable, name))
	}
	if parentBased {
		sampler = sdktrace.ParentBased(sampler)
	}
	return sampler, nil
}

// rootSampler returns the sampler of requests without a parent; nil if there is none of the name.
func rootSampler(name, argument string) (sdktrace.Sampler, error) {
	switch name {
	case "always_on":
		return sdktrace.AlwaysSample(), nil
	case "always_off":
		return sdktrace.NeverSample(), nil
	case "traceidratio":
		ratio, err := strconv.ParseFloat(cmp.Or(argument, "1"), 64)
		if err != nil || !(ratio >= 0 && ratio <= 1) {
			return nil, fmt.Errorf("%s is %q: it must be a fraction from 0 to 1", samplerArgVariable, argument)
		}
		return sdktrace.TraceIDRatioBased(ratio), nil
	default:
		return nil, nil
	}
}

func queueOf(text string) (int, error) {
	if text == "" {
		return sdktrace.DefaultMaxQueueSize, nil
	}
	const most = 1 << 20
	size, err := strconv.Atoi(text)
	if err != nil || size < 1 || size > most {
		return 0, fmt.Errorf("%s is %q: it must be a number from 1 to %d", queueVariable, text, most)
	}
	return size, nil
}
