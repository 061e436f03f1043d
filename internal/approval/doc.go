// SPDX-License-Identifier: Apache-2.0

// Package approval moves approval requests through their chains: it says what the status of a request should be, and which
// decisions count.
//
// What comes in is a State: the request with the status that it has, the chains, the decisions that name the request, the
// index of its organization, and the moment. What goes out is an Outcome. Nothing else is looked at and nothing is changed:
// the package has no client and no clock, and must not get any.
//
// When a request is opened, its chain is resolved and kept in its status, with those who may approve. From then on things
// happen to it: decisions, deadlines, and people who gain or lose what makes them approvers. They are taken in the order
// of their time, not of their arrival, so a pass that sees many at once comes to what many passes come to. A step that has
// ended stays as it is; the votes of an open one are counted anew in every pass, by what the index says of those who
// decided.
package approval
