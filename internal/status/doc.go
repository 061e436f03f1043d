// SPDX-License-Identifier: Apache-2.0

// Package status computes what the status of each object should say.
//
// What goes in are the snapshot of an organization, what came of publishing it, and the status that an object has now;
// what comes out is the status that it should have. It is pure: the same inputs give the same status, so that nothing is
// written where nothing changed. It must not talk to a cluster.
//
// # Conditions
//
// Ready is False when a part of the object counts for nothing; its reason is that of the gravest finding about the
// object. Warnings stand in the message and leave Ready alone.
//
// Published is True when readers see the object as it is at the condition's observedGeneration. The revision that its
// message names is the first at which they saw it so: as long as nothing of a role or an assignment changes, nothing of
// its status does, however often its organization is published.
//
// # Bounds
//
// Lists and texts are cut at the bounds of the schema, and say how much was left out: no object is so odd that its
// status cannot be written.
package status
