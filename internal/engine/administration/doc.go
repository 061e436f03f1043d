// SPDX-License-Identifier: Apache-2.0

// Package administration says what the administration rules of a user reach.
//
// What goes in are the rules that a user has, the state of an organization in which they count and the state that a change makes
// of it; what comes out is, of each rule, why it does not allow something. Judging a change, answering whether a role may be given,
// and naming approvers all ask this package. It must not know how a change came about.
package administration
