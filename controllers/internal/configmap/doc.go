// SPDX-License-Identifier: Apache-2.0

// Package configmap knows the ConfigMaps that an organization is published in: their names, labels and owners, how to read back
// what they publish, and how little of them the cache needs.
//
// What goes in are ConfigMaps; what comes out is the organization that one belongs to, and what it publishes. The package must
// not talk to a cluster.
package configmap
