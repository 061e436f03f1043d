// SPDX-License-Identifier: Apache-2.0

// Package peers puts the questions of test/bench to other authorization engines for Go, and compares what they take with
// what Index.Check takes.
//
// What goes in is a generated organization and 10,000 questions of each kind; what comes out are benchmark figures: how
// many times as long as Index.Check each engine takes for a question, in the same run. No engine is timed before it has
// answered every question as Index.Check does. The package is a module of its own, so that the product depends on none of
// them. It must not be imported.
//
// # Fairness
//
// Every engine is asked in the way that its documentation tells for speed, inside the process, from requests that are
// built beforehand. All that follows from the organization alone is computed beforehand as well: what roles inherit,
// which units lie above a unit, and whatever else a comment says. Where the plainest modelling is not the fastest, both
// are measured: the plain one keeps each fact in one place, so that a change of a role or a user is a change of one thing
// in the engine's data; the flat one repeats facts for speed.
package peers
