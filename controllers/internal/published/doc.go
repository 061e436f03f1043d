// SPDX-License-Identifier: Apache-2.0

// Package published knows the ConfigMap that an organization is published in: its name, its labels, and how to read back
// what it says.
//
// What goes in are ConfigMaps; what comes out is the organization that one belongs to, and what it publishes. The package
// must not talk to a cluster.
package published
