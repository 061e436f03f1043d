// SPDX-License-Identifier: Apache-2.0

// Package validation checks a set of objects as a whole: manifests, or what a cluster holds.
//
// In: manifests, or objects of a cluster. Out: an Input with the typed objects, and a Report with findings: what cannot be
// read, what the API server would reject, and what resolving each organization finds, each with its position in a file
// where there is one. The package must not decide anything itself: crdschema, resolve and, of the coverage of chains, engine do.
package validation
