// SPDX-License-Identifier: Apache-2.0

// Package engine compiles a published document and answers from it.
//
// What goes in is a document.Document, or a publication and its parts; what comes out is an Index, which decides (Check),
// explains, searches, and says who may approve. An Index never changes and may be used by any number of goroutines. A
// Follower makes the next index out of the one before, so that a change costs what changed. Package pkg/permissions shows
// applications what they need of it. The package must not reach for a network, a file or Kubernetes.
package engine
