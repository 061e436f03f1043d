// SPDX-License-Identifier: Apache-2.0

// Package input is what a condition sees: the request as the directory completes it, and the directory itself.
//
// It holds plain values that the decider fills in, and that the two evaluators of conditions read: the closures and cel-go. It
// evaluates nothing, and must not import either.
package input
