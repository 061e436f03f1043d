// SPDX-License-Identifier: Apache-2.0

// Package persistent provides maps that never change, and of which an edit makes another one cheaply.
//
// What goes in are entries by name; what comes out are maps that may be read by any number of goroutines. Two maps, one of
// which was made from the other, share all but the shards in which an entry was edited. The package must not depend on what
// the entries are, and imports nothing of this module.
package persistent
