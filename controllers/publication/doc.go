// SPDX-License-Identifier: Apache-2.0

// Package publication publishes what was resolved, and then reports it in the statuses. Only the leader runs the controller.
//
// What goes in are snapshots, and the ConfigMaps that the cluster holds; what comes out are one ConfigMap for each
// organization, shards if it is large, and the statuses of the organization, its roles, user assignments, user groups and
// approval chains. Platform documents are published in the same way, without statuses: each by its catalog, in the manager's
// namespace. The package must not resolve anything, and must not touch a ConfigMap that is not the organization's own. It
// deletes shards that no reader needs, and what cannot be put right in place; the rest is left to garbage collection, by the owner
// reference.
//
// In every replica, Observe records in the tracker of publications what readers see.
//
// # Publish first, then status
//
// A status with Published=True is written after the write of the ConfigMap succeeded, never before. A client that waits for
// the condition and then reads the ConfigMap finds what the condition is about. What a catalog's change makes of many organizations is
// published of all before the first of their statuses is written, and without an event of each.
//
// # Shards first, then the index
//
// A shard is written before the ConfigMap that references it, and removed a grace period after that ceased to. Its name is the
// digest of its content, so nothing of it needs to be compared but the digest, which is all that the cache holds of it. A shard
// that exists is never written again; one that is deleted or replaced is put back without a new revision. Before a shard
// is removed, the index is read from the API server: another process may reference it again.
//
// # What is believed
//
// Anyone who may write ConfigMaps may write anything into ours. What was published is known from memory (publications.Mark) and from the
// organization's status; the ConfigMap is compared with that, to the byte, and put right. The cache holds too little of it to
// be written from: if anything differs, it is read from the API server and decided on again.
//
// # The clock
//
// What is published does not depend on it. Some findings do: a waiver expires, a grant has expired. An organization is
// reconciled again when that happens next, and its statuses then change without an event.
//
// # What is read back
//
// The document of another process, of a former leader for example, is replaced only by a snapshot whose resolution started after
// that document was observed: see the fence of internal/publications.
//
// Writes are decided on what the cache holds, and the client waits until the cache holds its own writes. So a revision is never
// counted twice and a status is never written twice. Nothing is written if nothing differs; after a restart everything is found
// as it should be. A change takes one pass of this controller, and a second one for the echo of its own write of the ConfigMap,
// which compares and writes nothing.
package publication
