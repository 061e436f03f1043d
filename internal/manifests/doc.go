// SPDX-License-Identifier: Apache-2.0

// Package manifests reads objects of this group out of YAML and JSON, and remembers where each field stands.
//
// What goes in are files, folders and streams; what comes out is a Set: the objects as plain values, each with its place, and
// the problems of what could not be read. A broken document hides nothing beside it. Values are read as kubectl reads
// them. The package must not judge what an object means; it only knows which documents are objects of the group.
package manifests
