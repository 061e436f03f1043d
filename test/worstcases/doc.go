// SPDX-License-Identifier: Apache-2.0

// Package worstcases generates organizations that keep every bound of the API and take as much work as they can.
//
// What comes out are objects as a cluster holds them, and questions about them. Its tests count work and never look at a clock: each case is resolved within
// the budget, or given up with a finding. Its benchmarks compare each with a plain organization of as many bytes. Nothing here may
// decide anything.
package worstcases
