// SPDX-License-Identifier: Apache-2.0

// Package catalog shows in the status of a PermissionCatalog what is wrong with it by itself, and how many organizations
// use it. Only the leader runs it.
//
// What goes in are catalogs and the organizations that refer to them; what comes out is the catalog's status. It must
// not write anything else: what a catalog does to an organization is shown there.
package catalog
