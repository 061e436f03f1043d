// SPDX-License-Identifier: Apache-2.0

// Package vocabulary publishes, in each namespace that has an organization, the catalogs and platform roles of its organizations: for
// users who may read the namespace alone. Only the leader runs it.
//
// In: catalogs, platform roles and organizations. Out: a ConfigMap of a fixed name, owned by the oldest organization of the namespace,
// which garbage collection removes with the last. The package must not publish anything about users, and
// must not touch a ConfigMap that another made.
package vocabulary
