// SPDX-License-Identifier: Apache-2.0

// Package vocabulary is what users who may read one namespace learn of the catalogs and platform roles of its organizations: RBAC
// cannot give them the objects themselves, which are in no namespace.
//
// In: catalogs and platform roles. Out: the data of the ConfigMap in which the manager publishes them in each namespace, and back.
// It names no user. The package must not talk to a cluster.
package vocabulary
