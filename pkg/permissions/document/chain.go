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
	// When is CEL that says which requests of that kind; empty, all.
	When string `json:"when,omitempty"`
	// Priority decides between several chains: the highest wins, and at the same one a chain with a condition.
	Priority int `json:"priority,omitempty"`
	// Parallel steps begin at once; others one after the other.
	Parallel bool `json:"parallel,omitempty"`
	// Steps that must all be approved.
	Steps []Step `json:"steps"`
	// BypassPermission lets its holders pass without any decision.
	BypassPermission string `json:"bypassPermission,omitempty"`
	// OnBehalfPermission lets its holders decide for an approver.
	OnBehalfPermission string `json:"onBehalfPermission,omitempty"`
	// OnSubmission is ApproveOwnSteps if submitting approves the steps of which the requester is an approver. With anything
	// else, the other approvers are asked.
	OnSubmission string `json:"onSubmission,omitempty"`
	// DistinctApprovers is AcrossSteps if different people must decide different steps. Only empty says that they need not.
	DistinctApprovers string `json:"distinctApprovers,omitempty"`
	// Refused, when not empty, says why no request passes the chain: its condition does not compile.
	Refused string `json:"refused,omitempty"`
}

// Words of chains.
const (
	// ApproveOwnSteps is the OnSubmission of a chain whose requesters approve their own steps by submitting.
	ApproveOwnSteps = "ApproveOwnSteps"
	// AcrossSteps is the DistinctApprovers of a chain whose steps different people must decide.
	AcrossSteps = "AcrossSteps"
	// ApprovalCount is the mode of a step that needs a number of approvals.
	ApprovalCount = "Count"
	// ApprovalAll is the mode of a step that needs the approval of everybody who may decide it.
	ApprovalAll = "All"
)

// Step is one step of a chain.
type Step struct {
	Name string `json:"name"`
	// When says for which requests the step is needed; empty, for all.
	When string `json:"when,omitempty"`
	// Approvers may decide the step, and Fallback where nobody of them can.
	Approvers []Approver `json:"approvers"`
	Fallback  []Approver `json:"fallback,omitempty"`
	// ApprovalMode is Count or All. A step of any other mode is never approved.
	ApprovalMode string `json:"approvalMode"`
	// RequiredApprovals is how many must approve, in the mode Count. In the mode All, all must who may decide.
	RequiredApprovals int `json:"requiredApprovals,omitempty"`
	// RequiredDenials is how many denials deny the request.
	RequiredDenials int `json:"requiredDenials"`
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
