// SPDX-License-Identifier: Apache-2.0

// Package kinds shows that docs/kinds.md says what kubectl prints.
//
// What goes in are that page and two of the samples; the test applies the samples to a real API server with the controllers in
// process, runs the commands of kubectl that the page shows, and compares what they print. What differs from run to run, ages
// and identifiers, is put alike first. Only with -update does the package change the page.
package kinds
