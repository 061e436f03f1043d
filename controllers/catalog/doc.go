// SPDX-License-Identifier: Apache-2.0

// Package catalog writes the statuses of PermissionCatalogs: what is wrong with a catalog by itself, and how many
// organizations use it. Only the leader runs it.
//
// Catalogs and the organizations that refer to them go in; the statuses of catalogs come out. The package must not write
// anything else: the effect of a catalog on an organization appears in the status of the organization.
package catalog
