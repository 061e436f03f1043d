// SPDX-License-Identifier: Apache-2.0

// Package platform shows in the statuses of PlatformRoles and PlatformAssignments what they come to by themselves: what
// is wrong with them, what a role holds, and how many organizations they reach. Only the leader runs it.
//
// What goes in are all catalogs, PlatformRoles, PlatformAssignments and organizations; what comes out are the statuses of
// the middle two. They are few, and each may depend on any other, so that they are looked at together. The package must
// not write anything else: what a role or an assignment does to an organization is shown there.
package platform
