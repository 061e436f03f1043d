// SPDX-License-Identifier: Apache-2.0

// Package fromdirectory serves organizations out of a directory into which their published ConfigMaps are mounted.
//
// What goes in is a directory, which holds one publication or folders with one each; what comes out are tenants in a registry,
// kept current. The package must not decide which publications are taken: their sources do.
package fromdirectory
