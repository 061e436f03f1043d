// SPDX-License-Identifier: Apache-2.0

// Package names finds values by name, in less memory and with fewer cache lines than a map of Go's.
//
// What goes in are names with a value each; what comes out is the value of a name. A decision looks up three names, which is most of
// what it costs. Names may come from anybody: hashes are seeded, and names are compared byte for byte. The package must not depend on
// what the names are of.
package names
