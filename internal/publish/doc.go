// SPDX-License-Identifier: Apache-2.0

// Package publish turns a Document into the data of the ConfigMaps that applications read.
//
// What goes in is a Document, perhaps with the previous one as it was encoded and the difference between both; what comes
// out are its bytes with their digests: in one piece, or spread over shards, each for a ConfigMap of its own; and, for a
// revision, the data of the ConfigMap that names them. It is pure: it must not talk to a cluster and does not know what is
// published already.
//
// # How a document is spread
//
// The units, unit groups, roles and users of a large document are spread section by section; the rest is one shard, the
// base. In its section, a member lies where the hash of its name leads in a binary trie: members that fit one shard
// together are one, else those whose next bit is 0 are parted from those whose next bit is 1. So the cut follows from the
// content alone, whatever was published before; a member that changes rewrites its own shard; and one that makes a shard
// too large splits that one, and no other.
package publish
