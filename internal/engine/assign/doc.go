// SPDX-License-Identifier: Apache-2.0

// Package assign answers who may give which role to whom.
//
// What goes in are the tables of an index and an assignment that is asked about; what comes out is yes or no, an explanation, or
// the roles or users for which the answer is yes. Package administration says what a rule reaches, as it does to those who judge a
// change. The package must not answer otherwise than a change is judged that adds, or removes, exactly this grant.
package assign
