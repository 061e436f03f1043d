// SPDX-License-Identifier: Apache-2.0

// Package approval moves approval requests through their chains. Only the leader runs it.
//
// In go requests, decisions, the clock, and the snapshots of organizations. Out come the statuses of requests and decisions,
// events, records for the audit log, and the removal of requests and decisions whose time is over. internal/approval, which is
// pure, decides what becomes of a request; this package loads what that needs, answers its grant checks, and writes the outcome.
//
// It must not resolve an organization for a request. When a request for a role is opened, and when it is about to be approved,
// it asks the snapshot whether the role would be held: that reads one user.
//
// A request gives its role through its status. Resolution reads it there, like everything else that an organization is
// resolved from.
package approval
