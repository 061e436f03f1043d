// SPDX-License-Identifier: Apache-2.0

// Package apisource feeds a permissions.Source from the API server of a cluster.
//
// What goes in is a client and an organization; what comes out are updates of the source: whenever the ConfigMap changes that
// publishes the organization, the source gets it, and the further ConfigMaps that it names. The package needs the rights to
// get, list and watch that one ConfigMap, and to get the others. It must not write to the cluster, needs no
// controller-runtime, and decides nothing about what it reads: whether a publication is accepted is the source's decision.
//
// A Feeder watches one organization. Who watches many at once uses a Queue with an Updater for each.
package apisource
