// SPDX-License-Identifier: Apache-2.0

// Package compiled turns a published document into the tables that decisions read.
//
// What goes in is a document.Document; what comes out is an Index, in which users, units, permissions and conditions are numbers,
// and a Compiler, which can compile more of a document for the next index. The package must not decide: it only looks up.
package compiled
