// SPDX-License-Identifier: Apache-2.0

// Command mutants measures whether the tests would notice a fault. It makes
// small changes to the code that decides, one at a time, runs the tests, and
// reports the changes that no test noticed.
//
// In: package patterns, a seed, and how many mutants to draw. A mutant is one
// operator applied at one place in the syntax: a condition that always holds,
// an operand or a statement that is left out, a field that stays zero, a loop
// that sees the first element only.
//
// What would say nothing of the tests is not drawn: the size of memory that is
// reserved, a panic and the if that guards nothing else, the text that a value has in
// debugging output, the calls of package sync. Nor is what another mutant does: the
// only statement of an if, left out, is its condition that never holds, and
// "len(x) >= 0" one that always does.
//
// Out: a report with counts by package and the list of survivors. The command
// fails if more mutants survive than -max allows, in percent. A survivor that
// cannot make a difference is named in the file of -equivalent, with the reason. An
// entry without source is one of all places in its function where the operator
// applies, and without operator of the whole function: such as one that only spares
// work. The command fails if a test notices what is explained by itself; with
// -explained it tests all of these.
//
// All drawn mutants are compiled into the test binaries at once, each behind a
// switch that the environment sets, so that nothing is compiled for a single
// mutant. The compiler reads the changed files through -overlay: the command
// must not write to the source tree. Tests that fail without a mutant, such as
// those that need an API server, are left out and reported.
package main
