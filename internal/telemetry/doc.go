// SPDX-License-Identifier: Apache-2.0

// Package telemetry exports traces and metrics with the OpenTelemetry protocol (OTLP).
//
// What goes in are the environment variables of OpenTelemetry, the headers of W3C Trace Context that requests bring, spans that end, and
// the metrics of a Prometheus registry; what comes out are requests to a collector, over gRPC or HTTP. Where the variables name no
// collector, there is no Telemetry, which costs nothing. It must not hold back what it traces: as many spans wait as the queue holds, the
// rest is dropped and counted. It must not let the headers of a request decide how much is recorded, nor keep more of them than a bound.
package telemetry
