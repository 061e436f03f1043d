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
	// Bypass and OnBehalf name permissions; empty, nobody may.
	Bypass, OnBehalf string
	// ApproveOwnSteps approves the steps of which the requester is an approver when a request is submitted.
	ApproveOwnSteps bool
	// DistinctApprovers asks for different people in different steps.
	DistinctApprovers bool
}

// Step is one step of a chain.
type Step struct {
	Name, When          string
	Approvers, Fallback []Approver
	Mode                ApprovalMode
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

// Approver names approvers in one way: exactly one of its fields is set.
type Approver struct {
	Role    *RoleApprover
	Group   string
	Users   []string
	Manager *ManagerApprover
}

// RoleApprover names the holders of a role.
type RoleApprover struct {
	Role RoleRef
	// Exactly leaves out those who hold a role that inherits it.
	Exactly bool
	// NearestUnitKind, unless empty, asks for holders over the nearest unit of that kind.
	NearestUnitKind string
}

// ManagerApprover names one in a line of managers: by Level, or the nearest who holds a role, above AboveLevel.
type ManagerApprover struct {
	OfBeneficiary     bool
	Level, AboveLevel int
	Holding           RoleRef
	Exactly           bool
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

// RequestedGrant is a role that an approved request gives for a while. Its object is the request, created when it was
// approved: it is younger than all that was there before.
type RequestedGrant struct {
	Object
	User string
	Role RoleRef
	// Scope is nil where the request's own unit and values are meant.
	Scope      *Scope
	Unit       string
	Attributes Attributes
	Window     Window
}
