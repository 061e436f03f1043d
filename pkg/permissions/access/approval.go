// SPDX-License-Identifier: Apache-2.0

package access

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// ApprovalInput is what a user asks approval for, as chains see it: in conditions, subject is the requester, resource has
// the type of the request, with its attributes as properties and the attributes of its unit, and context the beneficiary, the
// justification and the grant.
type ApprovalInput struct {
	// RequestType is the kind of request.
	RequestType string `json:"requestType"`
	// Requester is who asks, and Beneficiary whom it is asked for; empty, the requester.
	Requester   string `json:"requester"`
	Beneficiary string `json:"beneficiary,omitempty"`
	// Unit is what it is about; empty, the root.
	Unit string `json:"unit,omitempty"`
	// Attributes are facts about the request. One named like a dimension is its value in it.
	Attributes map[string]any `json:"attributes,omitempty"`
	// Justification is why it is asked.
	Justification string `json:"justification,omitempty"`
	// Grant is the role that the beneficiary shall hold; nil if none is asked for.
	Grant *ApprovalGrant `json:"grant,omitempty"`
	// Now is the moment for which it is asked; zero, what the index's clock says.
	Now time.Time `json:"-"`
}

// ApprovalGrant is a role that is asked for, for a limited time.
type ApprovalGrant struct {
	// Role is a key of Document.Roles.
	Role string `json:"role"`
	// DurationSeconds is for how long it is asked for; 0, for the default of the chain.
	DurationSeconds int64 `json:"durationSeconds,omitempty"`
	// StartTime is from when on it shall be held; nil, from the approval on.
	StartTime *time.Time `json:"startTime,omitempty"`
	// RenewalOf names the request whose role this one prolongs; empty if it is none.
	RenewalOf string `json:"renewalOf,omitempty"`
	// Scope is where it shall be held; nil, in the unit and the dimension values of the input.
	Scope *document.Scope `json:"scope,omitempty"`
}

// EffectiveSeconds returns for how many seconds the role is asked for under a policy; 0 if neither says.
func (g *ApprovalGrant) EffectiveSeconds(policy *document.GrantPolicy) int64 {
	if g.DurationSeconds == 0 && policy != nil {
		return policy.DefaultDurationSeconds
	}
	return g.DurationSeconds
}

// RefusedError is why a chain refuses an input.
type RefusedError struct {
	// Predicate follows the name of the chain: "gives no role: it has no grantPolicy", for example.
	Predicate string
	// Grant is set if it is the role that the chain does not give.
	Grant bool
}

// Error implements error.
func (e *RefusedError) Error() string { return "the chain " + e.Predicate }

// EffectiveBeneficiary returns the beneficiary, who is the requester unless another is named.
func (s *ApprovalInput) EffectiveBeneficiary() string {
	if s.Beneficiary != "" {
		return s.Beneficiary
	}
	return s.Requester
}

// Disposition is what becomes of a step when a request is opened.
type Disposition string

// Dispositions of steps.
const (
	// Asked steps ask their approvers.
	DispositionAsked Disposition = "Asked"
	// NotNeeded steps are passed over, because their condition is false.
	DispositionNotNeeded Disposition = "NotNeeded"
	// ApprovedOnSubmission steps are approved by submitting, because the requester is an approver of them.
	DispositionApprovedOnSubmission Disposition = "ApprovedOnSubmission"
	// Bypassed steps are passed over, because the requester may bypass the chain.
	DispositionBypassed Disposition = "Bypassed"
	// WithinAuthority steps are passed over, because the requester may give the role to the beneficiary without a request.
	DispositionWithinAuthority Disposition = "WithinAuthority"
)

// ApprovalPlan is how an input passes a chain: its steps, in order.
type ApprovalPlan struct {
	Steps []PlanStep `json:"steps"`
}

// PlanStep is who may decide one step for an input. Neither the requester nor the beneficiary of a request decides on it.
type PlanStep struct {
	Name        string      `json:"name"`
	Disposition Disposition `json:"disposition"`
	// Approvers in the order in which they are asked. Where there is none, those of Fallback may decide.
	Approvers []string `json:"approvers,omitempty"`
	Fallback  []string `json:"fallback,omitempty"`
	// Escalations holds, for each timeout of the step, who may decide too from then on.
	Escalations [][]string `json:"escalations,omitempty"`
	// Replaced is the beneficiary, if they are one of the approvers and another user makes the request. Who makes a request does
	// not choose by that who decides: Fallback decides together with Approvers, if these are fewer than the step needs, and if the
	// step needs all of them.
	Replaced string `json:"replaced,omitempty"`
}

// Coverage is who could decide one step of a chain now, whatever is asked for: its approvers and those who join when it escalates, or
// else its fallback. Bypasses and approval by submission are left aside.
type Coverage struct {
	Step string
	// Conditional is set if the step has a condition, so that all of this is about requests for which it is needed. SharedConditional
	// is set if one of the steps has one that Shared is about.
	Conditional, SharedConditional bool
	// Unknown is set if it takes too much work to tell any of what follows, which is then empty.
	Unknown bool
	// Approvers is how many users could decide the step for some request. Managers, who depend on who asks, are not counted.
	Approvers int
	// ManagerBased is set on a step that asks managers too: then nothing can be said of the units that no other approver covers.
	ManagerBased bool
	// Uncovered are the places for which nobody could decide, in the order of the tree.
	Uncovered []Gap
	// Single are those for which only one user could, or just as many as the step needs, so that their own requests have too few.
	Single []Gap
	// Short are those for which fewer users could than the step needs.
	Short []Gap
	// Undecidable are those for which all who could decide may do so, and the step be neither approved nor denied.
	Undecidable []Gap
	// Shared are those for which enough users could, but not enough of them besides those who decide the steps before, where
	// different users must.
	Shared []Gap
}

// Gap is a unit, with a value of each dimension that the organization has; an empty one if requests about it have none.
type Gap struct {
	Unit   string
	Values map[string]string
	// Only is the one user who could decide, or those who all would have to.
	Only string
}

// String names the gap, for example "clinic-4, contractType on-call".
func (s Gap) String() string {
	parts := make([]string, 1, 1+len(s.Values))
	parts[0] = s.Unit
	for _, name := range slices.Sorted(maps.Keys(s.Values)) {
		if value := s.Values[name]; value != "" {
			parts = append(parts, name+" "+value)
		} else {
			parts = append(parts, "no "+name)
		}
	}
	text := strings.Join(parts, ", ")
	if s.Only != "" {
		text += " (" + s.Only + ")"
	}
	return text
}
