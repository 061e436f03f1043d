// SPDX-License-Identifier: Apache-2.0

// Package policies finds out whether the API server enforces the policies on which approvals rest, and since when.
//
// In go the answers of the API server to writes that a policy must refuse, which are dry runs in the manager's own name, and the
// metadata of the policies and their bindings. Out comes an approval.Enforcement. That a policy is there does not say that it is bound
// or that it denies, so only a refusal shows that it is enforced. That it is enforced now does not say that it was a minute ago, so the
// metadata say when it was last changed. What is not known is a problem, never an assumption.
//
// The package must not write anything: every write is a dry run. Only the leader runs it.
package policies
