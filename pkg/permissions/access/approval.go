// SPDX-License-Identifier: Apache-2.0

package access

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// ApprovalInput is what a user asks approval for, as chains see it: in conditions, subject is the requester, and resource has
// the type of the request, with its attributes as properties and the attributes of its unit.
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
	// GivesRole is set when the beneficiary shall hold a role.
	GivesRole bool `json:"givesRole,omitempty"`
	// Now is the moment for which it is asked; zero, what the index's clock says.
	Now time.Time `json:"-"`
}

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
}

// Coverage is who could decide one step of a chain now, whatever is asked for.
type Coverage struct {
	Step string
	// Approvers is how many users could decide the step for some request. Managers, who depend on who asks, are not counted.
	Approvers int
	// ManagerBased is set on a step that asks managers too: then nothing can be said of the units that no other approver covers.
	ManagerBased bool
	// Uncovered are the places for which nobody could decide, in the order of the tree.
	Uncovered []Gap
	// Single are those for which only one user could, so that this user's own requests have no approver.
	Single []Gap
}

// Gap is a unit, with a value of each dimension that the organization has.
type Gap struct {
	Unit   string
	Values map[string]string
	// Only is the one user who could decide.
	Only string
}

// String names the gap, for example "clinic-4, contractType on-call".
func (s Gap) String() string {
	parts := make([]string, 1, 1+len(s.Values))
	parts[0] = s.Unit
	for _, name := range slices.Sorted(maps.Keys(s.Values)) {
		parts = append(parts, name+" "+s.Values[name])
	}
	text := strings.Join(parts, ", ")
	if s.Only != "" {
		text += " (" + s.Only + ")"
	}
	return text
}
