// SPDX-License-Identifier: Apache-2.0

// Package offline says what manifests come to, as a cluster would that holds nothing else.
//
// What goes in is a manifests.Set, or objects of a cluster; what comes out is typed objects, and findings: what cannot be
// read, what the API server would refuse, and what the resolution of every organization finds, each with its place where
// there is one. The package must not decide anything itself: crdschema and resolve do.
package offline
