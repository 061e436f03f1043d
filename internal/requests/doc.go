// SPDX-License-Identifier: Apache-2.0

// Package requests is what people see of approval requests, and what they write: in the command, and in the console.
//
// In goes a request with its status, the audit records of it, or what a person has typed; out come sentences and lines for people, the
// steps that a user may decide now, and the ApprovalRequests and ApprovalDecisions to create. What it says of a request is what the
// status says: whether a decision counts, the manager judges. The package must not talk to a cluster: who calls it reads and writes.
package requests
