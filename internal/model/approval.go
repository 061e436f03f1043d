// SPDX-License-Identifier: Apache-2.0

package model

import "time"

// Chain says which steps one kind of request passes.
type Chain struct {
	Object
	RequestType, Trigger string
	Priority             int
	// Parallel steps begin at once; others one after the other.
	Parallel bool
	Steps    []Step
	// Bypass and OnBehalf name permissions; empty, nobody may.
	Bypass, OnBehalf string
	// SubmissionApproves counts submitting as the requester's approval.
	SubmissionApproves bool
	// DistinctApprovers asks for different people in different steps.
	DistinctApprovers bool
}

// Step is one step of a chain.
type Step struct {
	Name, When          string
	Approvers, Fallback []Approver
	// Quorum is how many must approve; 0 with All.
	Quorum int
	All    bool
	// Denials is how many denials deny the request.
	Denials  int
	Timeouts []Timeout
}

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
