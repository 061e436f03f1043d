// SPDX-License-Identifier: Apache-2.0

// Package approvers says which approval chain governs a request, and who may decide its steps.
//
// What goes in are the tables of an index and an ApprovalInput; what comes out is a chain, a plan, or the units for which a
// chain has no approver. The package must not know of decisions that were made: package approval of the operator counts those.
package approvers
