// SPDX-License-Identifier: Apache-2.0

// Package catalog writes the statuses of PermissionCatalogs: what is wrong with a catalog, by itself and in organizations, and how
// many organizations use it. Only the leader runs it.
//
// Catalogs, the PlatformRoles and organizations that refer to them and the snapshots of these organizations go in; the statuses
// of catalogs come out. The package must not write
// anything else: the effect of a catalog on an organization appears in the status of the organization.
package catalog
