// SPDX-License-Identifier: Apache-2.0

// Package approval moves approval requests through their chains. Only the leader runs it.
//
// What goes in are requests, decisions, the clock, and the snapshots of organizations; what comes out are the statuses of
// requests and of decisions, events, and the removal of requests whose time is over. What becomes of a request is decided
// by internal/approval, which is pure; this package loads, asks and writes. It must not resolve an organization for a
// request, but for the one question whether a role that is asked for would be held: that is asked when the request is
// opened and when it is about to be approved.
//
// A request that gives a role does so through its status: the resolution reads it there, like everything else that an
// organization is resolved from.
package approval
