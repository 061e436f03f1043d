// SPDX-License-Identifier: Apache-2.0

// Package kinds tests that docs/kinds.md and the first session of README.md show what kubectl and rolewright print.
//
// The page and two of the samples go in. The test applies the samples to a real API server with the controllers in the same
// process, runs the kubectl commands of the page, and compares their output. Ages, identifiers and other values that differ
// from run to run are masked first. The package changes the page only with -update.
package kinds
