// SPDX-License-Identifier: Apache-2.0

// Package watches knows how current the watches of a cache are.
//
// What goes in are the responses to its watches, as they pass, and the versions of the objects that these bring. What comes out is
// since when one of them has brought nothing; whether all of them go on, so that the objects in the cache are those of one moment; and
// for how long changes should be gathered because one of them is behind another. The package must not change what passes.
package watches
