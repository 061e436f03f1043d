// SPDX-License-Identifier: Apache-2.0

// Package decisionlog logs what the decision service decided, as a line of JSON for each decision.
//
// What goes in are decisions; what comes out are lines in a writer, sampled and with fields masked as its options say. It
// must never make a decision wait: while the writer does not keep up, lines are dropped and counted.
package decisionlog
