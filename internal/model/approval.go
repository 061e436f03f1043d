// SPDX-License-Identifier: Apache-2.0

package model

import "time"

// Chain says which steps one kind of request passes.
type Chain struct {
	Object
	RequestType, When string
	Priority          int
	// Parallel steps begin at once; others one after the other.
	Parallel bool
	Steps    []Step
	// Bypass, OnBehalf and Manage name permissions; empty, nobody may.
	Bypass, OnBehalf, Manage string
	// ApproveOwnSteps approves the steps of which the requester is an approver when a request is submitted.
	ApproveOwnSteps bool
	// DistinctApprovers asks for different people in different steps.
	DistinctApprovers bool
	// Requesters may make requests; if there are none, every user may.
	Requesters []Requester
	// GrantPolicy says which roles the chain gives; nil, none.
	GrantPolicy *GrantPolicy
}

// Requester names users who may make requests, by the field that belongs to its type: Anybody, Role or Permission. One of an
// unknown type names nobody.
type Requester struct {
	Type string
	Role *RoleApprover
	// Permission is the name of a permission.
	Permission string
}

// GrantPolicy says which roles a chain gives, to whom, for how long and for what reason.
type GrantPolicy struct {
	Roles RoleSelection
	// Beneficiaries and WithoutDecision are sets of words.
	Beneficiaries, WithoutDecision []string
	// Max is how long a role is given at most, Default how long if a request does not say; 0, it must.
	Max, Default  time.Duration
	Justification *JustificationPolicy
}

// JustificationPolicy says what requests must give as their reason.
type JustificationPolicy struct {
	Requirement, Pattern, Hint string
}

// Step is one step of a chain.
type Step struct {
	Name, When          string
	Approvers, Fallback []Approver
	// RequiredPermission must be held by the users who decide the step; empty, none is needed.
	RequiredPermission string
	Mode               ApprovalMode
	// RequiredApprovals is how many must approve, in the mode ApprovalCount; 0 in others.
	RequiredApprovals int
	// RequiredDenials is how many denials deny the request.
	RequiredDenials int
	Timeouts        []Timeout
}

// ApprovalMode says whose approvals a step needs. A step of an unknown mode is never approved.
type ApprovalMode string

// Modes of approval.
const (
	ApprovalCount ApprovalMode = "Count"
	ApprovalAll   ApprovalMode = "All"
)

// ApproverType says in which way an Approver names approvers. One of an unknown type names nobody.
type ApproverType string

// Types of approvers.
const (
	ApproverTypeRole            ApproverType = "Role"
	ApproverTypePermission      ApproverType = "Permission"
	ApproverTypeGroup           ApproverType = "Group"
	ApproverTypeUsers           ApproverType = "Users"
	ApproverTypeManager         ApproverType = "Manager"
	ApproverTypeManagerWithRole ApproverType = "ManagerWithRole"
	ApproverTypeAdministrator   ApproverType = "Administrator"
)

// Approver names approvers by the field that belongs to its type.
type Approver struct {
	Type            ApproverType
	Role            *RoleApprover
	Permission      string
	Group           string
	Users           []string
	Manager         *ManagerApprover
	ManagerWithRole *ManagerWithRoleApprover
}

// RoleApprover names the holders of a role.
type RoleApprover struct {
	Role RoleRef
	// Exact leaves out those who hold a role that inherits it.
	Exact bool
	// NearestUnitKind, unless empty, asks for holders over the nearest unit of that kind.
	NearestUnitKind string
}

// LineOf is the user whose line of managers is meant. An unknown one has no managers.
type LineOf string

// Users whose line of managers can be meant.
const (
	LineOfRequester   LineOf = "Requester"
	LineOfBeneficiary LineOf = "Beneficiary"
)

// ManagerApprover names the manager at a level of a line of managers.
type ManagerApprover struct {
	LineOf LineOf
	Level  int
}

// ManagerWithRoleApprover names the nearest manager who holds a role, above AboveLevel.
type ManagerWithRoleApprover struct {
	LineOf LineOf
	Role   RoleRef
	// Exact leaves out those who hold a role that inherits it.
	Exact      bool
	AboveLevel int
}

// TimeoutAction says what happens when a step waits for too long.
type TimeoutAction string

// Actions of timeouts.
const (
	Escalate TimeoutAction = "Escalate"
	Deny     TimeoutAction = "Deny"
	Expire   TimeoutAction = "Expire"
)

// Timeout says what happens to a step that still waits After its begin.
type Timeout struct {
	After     time.Duration
	Action    TimeoutAction
	Approvers []Approver
}

// UserRecord is an object that makes an id a user of an organization: an assignment of the user's own, or a group that the user is
// a member of.
type UserRecord struct {
	Kind string
	Origin
}

// RequestedGrant is a role that an approved request gives for a while. Its object is the request, created when it was
// approved: it is younger than all that was there before.
type RequestedGrant struct {
	Object
	User string
	// Records are those of the user to whom the role was given. While none of them makes the id a user, the role is not held.
	Records []UserRecord
	Role    RoleRef
	// Scope is nil where the request's own unit and values are meant.
	Scope      *Scope
	Unit       string
	Attributes Attributes
	Window     Window
}
