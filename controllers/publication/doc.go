// SPDX-License-Identifier: Apache-2.0

// Package publication publishes what was resolved, and then says so in the statuses. Only the leader runs it.
//
// What goes in are snapshots, and the ConfigMaps that the cluster holds; what comes out are one ConfigMap for each
// organization and the statuses of the organization, its roles and its user assignments. It must not resolve anything,
// must not touch a ConfigMap that is not the organization's own, and deletes nothing: the owner reference lets garbage
// collection do that.
//
// # Publish first, then status
//
// A status that says Published=True is written after the write of the ConfigMap succeeded, never before. Whoever waits
// for the condition and then reads the ConfigMap finds what the condition speaks of.
//
// # What is read back
//
// A document of another process, of a former leader for one, is replaced only by a snapshot of what the organization was
// after that document was seen: see overtaken.
//
// Writes are decided on what the cache holds, and the client waits until the cache holds its own writes. So a revision
// is never counted twice and a status is never written twice. Nothing is written where nothing differs; a restart finds
// everything as it should be.
package publication
