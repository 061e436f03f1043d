// SPDX-License-Identifier: Apache-2.0

// Package impersonation acts in a cluster as the person who looks at the console.
//
// What goes in are the session of a log-in and the rights of the console's own account to impersonate; what comes out is a client that is
// the person to the API server, and the state that the person may read. The API server is asked what that is, by reviews of the person's
// own access, which count for some seconds. People who may read the same share one set of watches, which act as one of them for as long
// as that one may read the same too; those that nobody looks at end, and there are never more than a bound.
//
// The package must not use the rights of the console's own account for anything but to impersonate, and decides nothing about what a
// person may read.
package impersonation
