// SPDX-License-Identifier: Apache-2.0

package document

// Group is a set of users.
type Group struct {
	// Members are ids of users, sorted.
	Members []string `json:"members,omitempty"`
	// Default is the member who is asked first.
	Default string `json:"default,omitempty"`
}

// Chain says which steps one kind of request passes, and who may decide each. Names of roles are keys of Document.Roles.
type Chain struct {
	// RequestType is the kind of request that the chain governs.
	RequestType string `json:"requestType"`
	// Trigger says which requests of that kind; empty, all.
	Trigger string `json:"trigger,omitempty"`
	// Priority decides between several chains: the highest wins, and at the same one a chain with trigger.
	Priority int `json:"priority,omitempty"`
	// Parallel steps begin at once; others one after the other.
	Parallel bool `json:"parallel,omitempty"`
	// Steps that must all be approved.
	Steps []Step `json:"steps"`
	// BypassPermission lets its holders pass without any decision.
	BypassPermission string `json:"bypassPermission,omitempty"`
	// OnBehalfPermission lets its holders decide for an approver.
	OnBehalfPermission string `json:"onBehalfPermission,omitempty"`
	// SubmissionApproves counts submitting as the approval of a requester who is an approver.
	SubmissionApproves bool `json:"submissionApproves,omitempty"`
	// DistinctApprovers asks for different people in different steps.
	DistinctApprovers bool `json:"distinctApprovers,omitempty"`
	// Refused, when not empty, says why no request passes the chain: its trigger does not compile.
	Refused string `json:"refused,omitempty"`
}

// Step is one step of a chain.
type Step struct {
	Name string `json:"name"`
	// When says for which requests the step is needed; empty, for all.
	When string `json:"when,omitempty"`
	// Approvers may decide the step, and Fallback where nobody of them can.
	Approvers []Approver `json:"approvers"`
	Fallback  []Approver `json:"fallback,omitempty"`
	// Quorum is how many must approve; 0 asks for all who may decide.
	Quorum int `json:"quorum,omitempty"`
	// Denials is how many denials deny the request.
	Denials int `json:"denials"`
	// Timeouts say what happens when the step waits for too long.
	Timeouts []StepTimeout `json:"timeouts,omitempty"`
}

// StepTimeout says what happens to a step that still waits some seconds after its begin.
type StepTimeout struct {
	AfterSeconds int64 `json:"afterSeconds"`
	// Action is Escalate, Deny or Expire.
	Action string `json:"action"`
	// Approvers may decide an escalated step too.
	Approvers []Approver `json:"approvers,omitempty"`
}

// Approver names approvers in exactly one way.
type Approver struct {
	Role    *RoleApprover    `json:"role,omitempty"`
	Group   string           `json:"group,omitempty"`
	Users   []string         `json:"users,omitempty"`
	Manager *ManagerApprover `json:"manager,omitempty"`
}

// RoleApprover names the holders of a role whose grant is live and covers the request.
type RoleApprover struct {
	Role string `json:"role"`
	// Exactly leaves out those who hold a role that inherits it.
	Exactly bool `json:"exactly,omitempty"`
	// NearestUnitKind, unless empty, asks for holders over the nearest unit of that kind, at the request's unit or above.
	NearestUnitKind string `json:"nearestUnitKind,omitempty"`
}

// ManagerApprover names one in the line of managers above the requester, or the beneficiary.
type ManagerApprover struct {
	OfBeneficiary bool `json:"ofBeneficiary,omitempty"`
	// Level is how many steps up the manager stands.
	Level int `json:"level,omitempty"`
	// Holding asks instead for the nearest who holds a role that covers the request, above AboveLevel.
	Holding    string `json:"holding,omitempty"`
	Exactly    bool   `json:"exactly,omitempty"`
	AboveLevel int    `json:"aboveLevel,omitempty"`
}
