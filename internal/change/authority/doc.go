// SPDX-License-Identifier: Apache-2.0

// Package authority says who may make a change of an organization.
//
// What goes in are a user, two states of one organization, each with the objects that it was resolved from, and a moment; what
// comes out is a Verdict: the acts of the change, whether each is allowed, and by which administration rule. A change is judged
// in three ways, all of which must allow it: what it does to each object (acts.go), what users gain and lose by it, whatever
// brought that about (effects.go), and which authority it spreads or takes (growth.go). All rules are those of the state
// before the change. Whatever cannot be understood allows nothing, and what counts for nothing yet could give anything later. The
// package must not write anything, and knows no clock.
package authority
