// SPDX-License-Identifier: Apache-2.0

// Package telemetrytest is a collector of OpenTelemetry in a test.
//
// What goes in is what services export over gRPC; what comes out are the spans, the metrics and the attributes of the service. A collector
// can be held, and then answers nothing. The package must not know what is exported.
package telemetrytest
