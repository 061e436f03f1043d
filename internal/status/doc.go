// SPDX-License-Identifier: Apache-2.0

// Package status computes the status that each object should have.
//
// A snapshot of an organization, the outcome of publishing it, and the current status of an object go in; the status that
// the object should have comes out. The package is pure: the same input gives the same status, so that nothing is written
// if nothing changed. It must not talk to a cluster.
//
// # Conditions
//
// Ready is False if a part of the object has no effect. Its reason is that of the most severe finding about the object.
// Warnings appear in the message and do not change the status of the condition.
//
// ResolvedRefs is False if something does not exist to which the object refers: a role, a unit or an organization, for
// example. Its reason is that of the most severe such finding. An object can refer to what exists and still not be Ready.
//
// Published is True if readers see the object as it is at the condition's observedGeneration. The revision in its message
// is the first at which they did: a status does not change with each publication, but only when the object does.
//
// # Bounds
//
// Lists and texts are shortened to the bounds of the schema and say how much is left out, so that every status can be
// written.
package status
