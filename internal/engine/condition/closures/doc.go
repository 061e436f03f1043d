// SPDX-License-Identifier: Apache-2.0

// Package closures compiles type-checked expressions of CEL to Go closures over an input.
//
// A checked expression goes in, of which cel-go has made a program. A Program comes out if the package knows the shapes of all its
// parts, and nothing otherwise. Running it yields what cel-go's program yields, at the same cost, mostly without an allocation: true,
// false, or that the expression cannot be evaluated. It leaves to cel-go what it cannot tell: what becomes of a value of a Go type that
// JSON is not read into, whether the cost is over the limit, and why an expression cannot be evaluated.
//
// The meaning is cel-go's, of the version in go.mod; a result that differs is an error of this package. The package must not know what
// the answer is used for, and keeps nothing of an input.
package closures
