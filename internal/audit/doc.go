// SPDX-License-Identifier: Apache-2.0

// Package audit records what happens to approval requests, as a line of JSON for each step.
//
// In go a request and the decisions on it, with their statuses. Out come Records: who asked, who decided, who wrote for whom,
// what was given, and when it ended. A record depends only on what the objects say, so the manager and rolewright requests
// export write the same line for the same step. Log appends records to a file.
//
// The package must not decide anything: it reports what the statuses say.
package audit
