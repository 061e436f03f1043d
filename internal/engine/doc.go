// SPDX-License-Identifier: Apache-2.0

// Package engine answers from a published document.
//
// What goes in is a document.Document; what comes out is an Index, which decides (Check), explains, searches, and says who
// may approve. An Index never changes and may be used by any number of goroutines. Each kind of answer has a room of its
// own: compiled holds the tables, decide a decision, explain its reasons, search the lists, approvers the approval chains,
// assign who may give which role, administration what rules reach, condition the expressions; follow makes the next index out
// of the one before. Package pkg/permissions shows applications what they need. The package must not reach for a network, a
// file or Kubernetes.
package engine
