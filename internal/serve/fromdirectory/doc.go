// SPDX-License-Identifier: Apache-2.0

// Package fromdirectory serves organizations from a directory into which their published ConfigMaps are mounted.
//
// What goes in is a directory that holds one publication, or folders with one each; what comes out are organizations in a
// registry, kept current. The package must not decide which publications are accepted: their sources do.
package fromdirectory
