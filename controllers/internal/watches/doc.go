// SPDX-License-Identifier: Apache-2.0

// Package watches knows how current the watches of a cache are.
//
// What goes in are the responses to its watches, as they pass; what comes out is since when one of them has brought nothing, and
// whether all of them go on, so that the objects in the cache are those of one moment. The
// package must not change what passes.
package watches
