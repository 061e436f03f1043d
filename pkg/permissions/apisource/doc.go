// SPDX-License-Identifier: Apache-2.0

// Package apisource feeds a permissions.Source from the API server of a cluster.
//
// What goes in is a client and an organization; what comes out are offers to the source, of the ConfigMap that publishes
// the organization whenever it changes, and of the further ConfigMaps that it names. The package needs the rights to get,
// list and watch that one ConfigMap, and to get the others. It must not write to the cluster, needs no controller-runtime,
// and decides nothing about what it reads: whether a publication is taken is the source's to say.
package apisource
