// SPDX-License-Identifier: Apache-2.0

// Package published knows the ConfigMaps that an organization is published in: their names, their labels, how to read back
// what they say, and how little of it the cache needs.
//
// What goes in are ConfigMaps; what comes out is the organization that one belongs to, and what it publishes. The package
// must not talk to a cluster.
package published
