// SPDX-License-Identifier: Apache-2.0

// Package manifests reads objects of this group from YAML and JSON, and remembers the position of each of their fields.
//
// In: files, folders and streams. Out: a Result with the objects as plain values, each with its position, and a diagnostic
// for everything that could not be read. A broken document does not affect the documents beside it. Values are read as
// kubectl reads them. The package must not judge what an object means; it only knows which documents are objects of the
// group.
package manifests
