// SPDX-License-Identifier: Apache-2.0

package document

// Flaw is what is wrong with a grant or an override as it is written, so that it counts for nothing, or not as a whole. It is for
// explanations: it neither gives nor takes anything, and names in it may not exist.
type Flaw struct {
	// Role is the role of a grant.
	Role string `json:"role,omitempty"`
	// Permission is that of an override, and Deny set on one that takes it away.
	Permission string `json:"permission,omitempty"`
	Deny       bool   `json:"deny,omitempty"`
	// Scope is as it is written.
	Scope Scope `json:"scope"`
	// Rejected is set if it counts for nothing. Else the findings are about a part of it.
	Rejected bool      `json:"rejected,omitempty"`
	Findings []Finding `json:"findings"`
}

// Finding is one thing that is wrong, as the status of the object says it.
type Finding struct {
	Reason  string `json:"reason"`
	Message string `json:"message"`
	// Permissions are those that a role may not hold because of it, sorted. Without any, it may be each.
	Permissions []string `json:"permissions,omitempty"`
}
