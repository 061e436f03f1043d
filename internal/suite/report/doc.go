// SPDX-License-Identifier: Apache-2.0

// Package report writes the results of test suites.
//
// What goes in are results and coverage; what comes out is text for a terminal, JSON, a page of HTML, and JUnit's XML.
// The package must not run anything.
package report
