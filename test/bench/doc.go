// SPDX-License-Identifier: Apache-2.0

// Package bench measures the hot paths against floors that are measured in the same run.
//
// What goes in is a generated organization; what comes out are benchmark figures, as ratios wherever a claim rests on
// them: absolute times mean little on a shared machine. Nothing of the product may import it.
package bench
