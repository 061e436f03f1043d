// SPDX-License-Identifier: Apache-2.0

// Package approvals answers what an application with its own workflow asks of approval chains.
//
// What goes in is an index and an Input, which is what a user asks approval for. What comes out is the chain that governs
// it (SelectChain), who may decide each step (MakePlan), and the units for which a chain has no approver (Cover). The
// package must not keep requests or decisions: that is the application's part.
package approvals
