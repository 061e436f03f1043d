// SPDX-License-Identifier: Apache-2.0

// Package otlp is a test of what the decision service exports, with the OTLP receiver of the OpenTelemetry collector. It is a module of its
// own, so that no other depends on the collector; make otlp runs it.
package otlp
