// SPDX-License-Identifier: Apache-2.0

package document

import "slices"

// GrantPolicy says which roles a chain gives, to whom, for how long and for what reason. A word that is unknown gives nothing.
type GrantPolicy struct {
	Roles RoleSelection `json:"roles"`
	// Beneficiaries are Requester and Members: who may be given a role.
	Beneficiaries []string `json:"beneficiaries,omitempty"`
	// MaxDurationSeconds is for how long a role is given at most, and DefaultDurationSeconds for how long if a request does not
	// say; 0, it must.
	MaxDurationSeconds     int64 `json:"maxDurationSeconds"`
	DefaultDurationSeconds int64 `json:"defaultDurationSeconds,omitempty"`
	// Justification says what requests must give as their reason; nil, they need none.
	Justification *JustificationPolicy `json:"justification,omitempty"`
	// WithoutDecision are Submission, Bypass, NoStepNeeded and Authority: in which ways a role is given without a decision of another user.
	WithoutDecision []string `json:"withoutDecision,omitempty"`
}

// Allows reports whether a role is given in a way without a decision of another user. No policy allows none.
func (p *GrantPolicy) Allows(way string) bool {
	return p != nil && slices.Contains(p.WithoutDecision, way)
}

// JustificationPolicy says what requests must give as their reason.
type JustificationPolicy struct {
	// Requirement is Required or Optional.
	Requirement string `json:"requirement"`
	// Pattern is a regular expression (RE2) of which the justification must have a match; empty, any will do.
	Pattern string `json:"pattern,omitempty"`
	// Hint tells people what to write.
	Hint string `json:"hint,omitempty"`
}

// Words of grant policies.
const (
	GrantToRequester = "Requester"
	GrantToMembers   = "Members"

	JustificationRequired = "Required"
	JustificationOptional = "Optional"

	WithoutDecisionOnSubmission   = "Submission"
	WithoutDecisionOnBypass       = "Bypass"
	WithoutDecisionIfNoStepNeeded = "NoStepNeeded"
	WithoutDecisionByAuthority    = "Authority"
)
