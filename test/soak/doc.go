// SPDX-License-Identifier: Apache-2.0

// Package soak runs Rolewright for as long as it is told, under random changes and random faults, and checks that nobody gains or
// loses a right by a fault, and that in the end everything is as it should be.
//
// What goes in are the programs of a control plane, the manager and the command, which the test builds, a duration and a seed;
// what comes out are the rounds, changes and faults that there were, how long it took until everything was right again, and
// whether anything was wrong at any time. The package must not reach into the manager: it sees what people and applications see. It
// needs Linux, whose /proc names the programs of a control plane.
//
// # What is checked while there are faults
//
// The test alone writes what the organizations are resolved from, one object after the other, and resolves each state itself. A
// reader may be behind, but what it answers must have been right in some state since the last round ended: a right that none of
// these states gives must never be seen, and one that all of them give must never be missed (history). Some changes are made for
// that: of what they write one after the other, the wrong order would give a right that no state gives, or take one that all give.
//
// # What is checked at the end of a round
//
// When the faults are over, it is waited until everything is right (verify): what is published is, to the byte, what a
// resolution of the stored objects from scratch gives; each reader is at that revision and answers as an index of it does; every
// status is what it should be; and no shard is there that the index does not name.
package soak
