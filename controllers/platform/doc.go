// SPDX-License-Identifier: Apache-2.0

// Package platform writes the statuses of PlatformRoles and PlatformAssignments: what is wrong with them by themselves,
// which permissions a role holds, and how many organizations they reach. Only the leader runs it.
//
// All catalogs, PlatformRoles, PlatformAssignments, organizations and their snapshots go in; the statuses of PlatformRoles and
// PlatformAssignments come out. These objects are few and may depend on each other, so each reconciliation covers all of
// them. The package must not write anything else: the effect on an organization appears in the status of the organization.
package platform
