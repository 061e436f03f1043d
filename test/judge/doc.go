// SPDX-License-Identifier: Apache-2.0

// Package judge compares who may change an organization with what a plain evaluator says of it.
//
// What goes in are random organizations, random changes and the actors who make them; what comes out is a failed test wherever a
// change is allowed by which anyone gains what the actor could not have given them, or loses what the actor could not have taken.
// The package shares with the judge the objects and the conditions, and must not use its rules: those are told again in package
// naive.
package judge
