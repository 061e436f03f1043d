// SPDX-License-Identifier: Apache-2.0

// Package approval moves approval requests through their chains: it computes the status that a request should have, and which
// decisions count.
//
// In goes a State: the request with its current status, the chains, the decisions that name the request, the index of its
// organization, and the time. Out comes an Outcome. Whether a role that the request asks for would be held can only be told
// by resolving the organization with it, so deciding has two phases: where Decide needs to know it, it returns a GrantCheck
// instead of an Outcome, and the caller adds the answer to the State and decides again. The package reads and writes nothing
// else. It has no client, no callback and no clock, and must not get any.
//
// When a request is opened, its chain is resolved and kept in its status, with the users who may approve. From then on, things
// happen to it: decisions are made, deadlines pass, and users gain or lose what makes them approvers. They are taken in the
// order of their time, not of their arrival, so one pass that sees many of them has the same result as many passes that see
// one each. A step that has ended stays as it is. Whether a user might make a decision is judged once and kept, so the votes on an open
// step, which are counted again in every pass, stay what they are whatever users gain or lose.
package approval
