// SPDX-License-Identifier: Apache-2.0

// Package tenants holds the organizations that the decision service answers for.
//
// What goes in are organizations, put and removed by the followers of manifests, a directory or a cluster; what comes out is
// the one that a request names, without a lock. The package must not know where an organization comes from, and
// decides nothing.
package tenants
