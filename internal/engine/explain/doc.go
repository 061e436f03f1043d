// SPDX-License-Identifier: Apache-2.0

// Package explain decides as package decide does, and says why.
//
// What goes in are the tables of an index and a request; what comes out is an Explanation: which grant, which role, which
// condition, and for a no what would make it a yes. The package must not decide otherwise than package decide.
package explain
