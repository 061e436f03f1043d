// SPDX-License-Identifier: Apache-2.0

// Package metrics counts what the decision service does.
//
// What goes in are answers, decisions and reloads as they happen, and the organizations of a registry; what comes out are
// Prometheus metrics. Their number grows with the organizations that are served and with nothing that a caller sends. The
// package must not decide anything.
package metrics
