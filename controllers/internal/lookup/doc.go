// SPDX-License-Identifier: Apache-2.0

// Package lookup finds, in the manager's cache, the objects of an organization, those of the platform, and the organizations of a
// catalog.
//
// What goes in is a reader over the cache and a name; what comes out are the cache's own objects, not copies, so that a list of
// ten thousand users costs nothing: callers only read them. The package must not decide anything.
//
// It also knows which namespaces are being deleted, and leaves out of the cache what the manager does not read of user assignments.
package lookup
