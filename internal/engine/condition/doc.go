// SPDX-License-Identifier: Apache-2.0

// Package condition compiles and evaluates the CEL expressions of qualifiers and prohibitions.
//
// What goes in is an expression and, for each evaluation, an Input: the request as the directory completes it. What
// comes out is a boolean, or an error when the expression cannot be evaluated: an attribute is missing, a value has the
// wrong type, the result is not a boolean, or the cost is over CostLimit. Expressions are type-checked when they are
// compiled. The language is the Common Expression Language (https://cel.dev) with its standard library and macros, and
// the extensions strings and sets. It means what cel-go makes of it, whether closures or cel-go itself evaluate it. The
// package must not know what the answer is used for.
package condition
