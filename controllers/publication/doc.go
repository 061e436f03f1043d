// SPDX-License-Identifier: Apache-2.0

// Package publication publishes what was resolved, and then says so in the statuses. Only the leader runs it.
//
// What goes in are snapshots, and the ConfigMaps that the cluster holds; what comes out are one ConfigMap for each
// organization, shards where it is large, and the statuses of the organization, its roles, its user assignments and its
// user groups. It must not resolve anything, and must not touch a ConfigMap that is not the organization's own. It deletes
// shards that no reader needs; the rest is left to garbage collection, by the owner reference.
//
// # Publish first, then status
//
// A status that says Published=True is written after the write of the ConfigMap succeeded, never before. Whoever waits
// for the condition and then reads the ConfigMap finds what the condition speaks of.
//
// # Shards first, then the index
//
// A shard is written before the ConfigMap that names it, and removed a grace period after that ceased to name it. Its name
// is that of its content, so nothing of it needs to be compared but the digest, which is all that the cache holds of it;
// one that is there is never written again, and one that somebody deletes or replaces is put back without a new revision.
// Who asks for a shard's removal reads the index from the API server first: another process may name it again.
//
// # The clock
//
// What is published does not depend on it. Some findings do: a waiver ends, a grant has ended. An organization is looked
// at again when that happens next, and its statuses then change without an event.
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
