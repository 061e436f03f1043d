// SPDX-License-Identifier: Apache-2.0

// Package suite runs test suites about an organization.
//
// What goes in are suites and the manifests that they are about; what comes out is a Result for each: its cases, which of them
// fail, with what was expected, what was answered and why; and Coverage, which says what of the organization the cases exercised.
// A suite that names something unknown is not run: it has Problems, each with its position. Moments are those of the suite. The
// package must not decide anything itself: resolve, engine and authority do; and coverage is counted from what they explain.
package suite
