// SPDX-License-Identifier: Apache-2.0

// Package nist tests that docs/nist-rbac.md says of each function of INCITS 359 what it is here.
//
// The page and docs/examples/bank.yaml go in. Every function of the standard has one row in the page and one test here, which changes
// the example as the row says, or runs its command, and looks at who may do what. What a row names in code is what its test uses.
package nist
