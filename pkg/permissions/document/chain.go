// SPDX-License-Identifier: Apache-2.0

package document

// Group is a set of users.
type Group struct {
	// Members are ids of users, sorted.
	Members []string `json:"members,omitempty"`
	// Default is the member who is asked first.
	Default string `json:"default,omitempty"`
	// Flaws are those of the grants that every member has, by source.
	Flaws map[string]Flaw `json:"flaws,omitempty"`
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
	// Requesters may make requests; without any, every user may.
	Requesters []Requester `json:"requesters,omitempty"`
	// GrantPolicy says which roles the chain gives; nil, none.
	GrantPolicy *GrantPolicy `json:"grantPolicy,omitempty"`
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

// Types of requesters.
const (
	RequesterTypeAnybody    = "Anybody"
	RequesterTypeRole       = "Role"
	RequesterTypePermission = "Permission"
)

// Requester names users who may make requests by the field that belongs to its type. One of an unknown type names nobody.
type Requester struct {
	// Type is Anybody, Role or Permission.
	Type string `json:"type"`
	// Role goes with the type Role.
	Role *RoleApprover `json:"role,omitempty"`
	// Permission is the name of a permission that is held over the request, with the type Permission.
	Permission string `json:"permission,omitempty"`
}

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

// ActionEscalate is the action of timeouts after which further approvers may decide a step. Any other ends it.
const ActionEscalate = "Escalate"

// Types of approvers.
const (
	ApproverTypeRole            = "Role"
	ApproverTypePermission      = "Permission"
	ApproverTypeGroup           = "Group"
	ApproverTypeUsers           = "Users"
	ApproverTypeManager         = "Manager"
	ApproverTypeManagerWithRole = "ManagerWithRole"
	ApproverTypeAdministrator   = "Administrator"
)

// Words of approvers.
const (
	// MatchExact leaves out the holders of roles that inherit a role.
	MatchExact = "Exact"
	// LineOfBeneficiary is the line of managers above the beneficiary.
	LineOfBeneficiary = "Beneficiary"
)

// Approver names approvers by the field that belongs to its type, whatever other fields say. One of an unknown type names nobody.
type Approver struct {
	// Type is Role, Permission, Group, Users, Manager, ManagerWithRole or Administrator: one who may give the role that is asked for to
	// its beneficiary by administration rules, which no other field says.
	Type string `json:"type"`
	// RequiredPermission, unless empty, leaves out those who do not hold it on what the request is about, whatever the type.
	RequiredPermission string `json:"requiredPermission,omitempty"`
	// Role goes with the type Role.
	Role *RoleApprover `json:"role,omitempty"`
	// Permission is the name of a permission that is held on what the request is about, with the type Permission.
	Permission string `json:"permission,omitempty"`
	// Group is the name of a group, with the type Group.
	Group string `json:"group,omitempty"`
	// Users are ids, with the type Users.
	Users []string `json:"users,omitempty"`
	// Manager goes with the type Manager.
	Manager *ManagerApprover `json:"manager,omitempty"`
	// ManagerWithRole goes with the type ManagerWithRole.
	ManagerWithRole *ManagerWithRoleApprover `json:"managerWithRole,omitempty"`
}

// RoleApprover names the holders of a role whose grant is live and covers the request.
type RoleApprover struct {
	Role string `json:"role"`
	// Match is Exact if those are left out who hold a role that inherits it. Only empty includes them.
	Match string `json:"match,omitempty"`
	// NearestUnitKind, unless empty, asks for holders over the nearest unit of that kind, at the request's unit or above.
	NearestUnitKind string `json:"nearestUnitKind,omitempty"`
}

// ManagerApprover names the manager at a level of a line of managers.
type ManagerApprover struct {
	// LineOf is Beneficiary for the line above the beneficiary; empty, it is the line above the requester. No other has managers.
	LineOf string `json:"lineOf,omitempty"`
	// Level is how many steps up the manager stands, at least 1.
	Level int `json:"level"`
}

// ManagerWithRoleApprover names the nearest in a line of managers who holds a role that covers the request.
type ManagerWithRoleApprover struct {
	// LineOf is Beneficiary for the line above the beneficiary; empty, it is the line above the requester. No other has managers.
	LineOf string `json:"lineOf,omitempty"`
	Role   string `json:"role"`
	// Match is Exact if those are left out who hold a role that inherits it. Only empty includes them.
	Match string `json:"match,omitempty"`
	// AboveLevel leaves out so many managers at the start of the line.
	AboveLevel int `json:"aboveLevel,omitempty"`
}
