// SPDX-License-Identifier: Apache-2.0

// Command benchplot draws the plot of docs/performance.md.
//
// In: the output of the benchmark Cost, from standard input. Out: an SVG of what a decision, a resolution, a change and an index
// cost against the number of users, on logarithmic axes, to standard output. The command must not depend on
// anything else: the same figures give the same bytes.
package main
