// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"time"
)

// Schema names the format of the records. Fields may be added to it.
const Schema = "rolewright.dev/audit/v1"

// Event is what a record says happened.
type Event string

// Events.
const (
	// RequestMade is recorded when the manager first sees a request.
	RequestMade Event = "RequestMade"
	// RequestOpened is recorded when a chain governs the request and its approvers are asked.
	RequestOpened Event = "RequestOpened"
	// StepOpened is recorded when a step waits for decisions.
	StepOpened Event = "StepOpened"
	// StepEscalated is recorded when a timeout has added approvers to a step.
	StepEscalated Event = "StepEscalated"
	// DecisionMade is recorded when a decision is judged: it counts, or it does not.
	DecisionMade Event = "DecisionMade"
	// StepEnded is recorded when a step is approved, denied, skipped, expired or closed.
	StepEnded Event = "StepEnded"
	// RequestEnded is recorded when a request is approved, denied or withdrawn, or has expired.
	RequestEnded Event = "RequestEnded"
	// RoleGiven is recorded when an approved request gives a role.
	RoleGiven Event = "RoleGiven"
	// RoleEnded is recorded when a role that a request gave is no longer held.
	RoleEnded Event = "RoleEnded"
	// RequestRemoved is recorded before the manager removes a request, and when another user has deleted one.
	RequestRemoved Event = "RequestRemoved"
)

// Record is one step in the life of a request.
type Record struct {
	// Schema is the format of the record.
	Schema string `json:"schema"`
	// ID identifies the record: two with the same ID are the same.
	ID string `json:"id"`
	// Time is when it happened, to the second.
	Time  time.Time `json:"time"`
	Event Event     `json:"event"`
	// Namespace and Organization are those of the request.
	Namespace    string `json:"namespace"`
	Organization string `json:"organization,omitempty"`
	// Request is the one to which it happened. Every record names it, so that a line can be read alone.
	Request Request `json:"request"`
	// Asked is what a request asks for, with RequestMade.
	Asked *Asked `json:"asked,omitempty"`
	// Chain is the one that governs the request, with RequestOpened.
	Chain *Chain `json:"chain,omitempty"`
	// Step is the one that opened, escalated or ended.
	Step *Step `json:"step,omitempty"`
	// Decision is what a user decided, with DecisionMade.
	Decision *Decision `json:"decision,omitempty"`
	// End is how the request ended, with RequestEnded.
	End *End `json:"end,omitempty"`
	// Role is the one that is given or has ended, with RoleGiven and RoleEnded.
	Role *Role `json:"role,omitempty"`
	// Message says more, for people.
	Message string `json:"message,omitempty"`
}

// Request names a request and the users whom it concerns.
type Request struct {
	Name string `json:"name"`
	UID  string `json:"uid"`
	Type string `json:"type,omitempty"`
	// Requester made the request, for the benefit of Beneficiary.
	Requester   string `json:"requester,omitempty"`
	Beneficiary string `json:"beneficiary,omitempty"`
	Unit        string `json:"unit,omitempty"`
}

// Asked is what a request asks for.
type Asked struct {
	// Via is the service account that made the request for its requester; absent if the requester did.
	Via           string         `json:"via,omitempty"`
	Attributes    map[string]any `json:"attributes,omitempty"`
	Justification string         `json:"justification,omitempty"`
	// Role is the one that is asked for, with a duration if the request gives one.
	Role *Role `json:"role,omitempty"`
}

// Chain is the chain that governs a request, as it was when the request was opened.
type Chain struct {
	Name       string `json:"name"`
	UID        string `json:"uid,omitempty"`
	Generation int64  `json:"generation,omitempty"`
	// Digest of everything that the decisions on the request depend on.
	Digest string      `json:"digest"`
	Steps  []ChainStep `json:"steps"`
}

// ChainStep is a step of such a chain.
type ChainStep struct {
	Name string `json:"name"`
	// Disposition is what became of the step when the request was opened.
	Disposition string `json:"disposition"`
	// RequiredApprovals is how many approvals it needs; absent if it needs those of all.
	RequiredApprovals int64 `json:"requiredApprovals,omitempty"`
	// Approvers are the users who may decide it. Those beyond the bounds of a status are only counted, in OmittedApprovers.
	Approvers        []string `json:"approvers,omitempty"`
	OmittedApprovers int64    `json:"omittedApprovers,omitempty"`
}

// Step is a step that opened, escalated or ended.
type Step struct {
	Name  string `json:"name"`
	State string `json:"state"`
}

// Decision is what a user decided.
type Decision struct {
	Name string `json:"name"`
	UID  string `json:"uid"`
	// Step that is decided; absent if the decision is about the whole request.
	Step    string `json:"step,omitempty"`
	Verdict string `json:"verdict"`
	// Approver decided, on behalf of OnBehalfOf if there is one.
	Approver   string `json:"approver"`
	OnBehalfOf string `json:"onBehalfOf,omitempty"`
	// Via is the service account that wrote the decision for Approver; absent if Approver did.
	Via string `json:"via,omitempty"`
	// Digest identifies what the approver saw.
	Digest  string `json:"digest,omitempty"`
	Comment string `json:"comment,omitempty"`
	// Counted reports whether the decision counts, and Reason why.
	Counted bool   `json:"counted"`
	Reason  string `json:"reason"`
}

// End is how a request ended.
type End struct {
	State string `json:"state"`
}

// Role is a role that is asked for, was given, or has ended.
type Role struct {
	// Kind is Role or PlatformRole.
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Scope is where it is held, as the request says; absent: in the unit of the request.
	Scope *Scope `json:"scope,omitempty"`
	// DurationSeconds is for how long it is asked for.
	DurationSeconds int64 `json:"durationSeconds,omitempty"`
	// RenewalOf is the UID of the request whose role it prolongs.
	RenewalOf string `json:"renewalOf,omitempty"`
	// Digest of what the role gives, as it was when the request was opened.
	Digest string `json:"digest,omitempty"`
	// StartTime and EndTime are when it is held. Those of a role that has ended are when it was held.
	StartTime *time.Time `json:"startTime,omitempty"`
	EndTime   *time.Time `json:"endTime,omitempty"`
	// EndReason is why a role has ended.
	EndReason string `json:"endReason,omitempty"`
	// EndedBy is the user who ended it.
	EndedBy string `json:"endedBy,omitempty"`
	// EndedVia is the service account that wrote that for EndedBy; absent if EndedBy did.
	EndedVia string `json:"endedVia,omitempty"`
}

// Scope is where a role is held.
type Scope struct {
	Everywhere bool        `json:"everywhere,omitempty"`
	Units      []string    `json:"units,omitempty"`
	UnitGroups []string    `json:"unitGroups,omitempty"`
	Dimensions []Dimension `json:"dimensions,omitempty"`
}

// Dimension is for which values of a dimension a role is held.
type Dimension struct {
	Name   string   `json:"name"`
	All    bool     `json:"all,omitempty"`
	Values []string `json:"values,omitempty"`
}
