// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// RequestState is the state of a request. All states but Pending are final.
//
// +kubebuilder:validation:Enum=Pending;Approved;Denied;Withdrawn;Expired
type RequestState string

// States of requests.
const (
	RequestPending   RequestState = "Pending"
	RequestApproved  RequestState = "Approved"
	RequestDenied    RequestState = "Denied"
	RequestWithdrawn RequestState = "Withdrawn"
	RequestExpired   RequestState = "Expired"
)

// StepState is the state of a step of a request.
//
// +kubebuilder:validation:Enum=Waiting;Open;Approved;Denied;Skipped;Expired;Closed
type StepState string

// States of steps.
const (
	// StepWaiting steps come after steps that are not approved yet.
	StepWaiting StepState = "Waiting"
	// StepOpen steps wait for decisions.
	StepOpen StepState = "Open"
	// StepApproved steps are approved.
	StepApproved StepState = "Approved"
	// StepDenied steps were denied, by approvers or by a timeout.
	StepDenied StepState = "Denied"
	// StepSkipped steps are not needed: their when yields false, or the chain was bypassed.
	StepSkipped StepState = "Skipped"
	// StepExpired steps were open for too long.
	StepExpired StepState = "Expired"
	// StepClosed steps were not approved when the request ended for another reason.
	StepClosed StepState = "Closed"
)

// ApproverPool is the list of a step that selected an approver.
//
// +kubebuilder:validation:Enum=Approver;Fallback;Escalation
type ApproverPool string

// Pools of approvers.
const (
	PoolApprover   ApproverPool = "Approver"
	PoolFallback   ApproverPool = "Fallback"
	PoolEscalation ApproverPool = "Escalation"
)

// Vote is a decision that counts.
type Vote struct {
	// decisionName is the name of the ApprovalDecision.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	DecisionName string `json:"decisionName,omitempty"`

	// approver is the id of the user who decided.
	//
	// +required
	Approver Observed `json:"approver,omitempty"`

	// onBehalfOf is the id of the approver on whose behalf the user decided.
	//
	// +optional
	OnBehalfOf Observed `json:"onBehalfOf,omitempty"`

	// via is the user name of the service account that wrote the decision for the user who decided; absent if that user
	// wrote it.
	//
	// +optional
	Via Observed `json:"via,omitempty"`

	// verdict is Approve or Deny.
	//
	// +required
	Verdict Verdict `json:"verdict,omitempty"`

	// decisionTime is the time of the decision, in RFC 3339, for example 2030-01-31T08:00:00Z.
	//
	// +required
	DecisionTime metav1.Time `json:"decisionTime,omitzero"`
}

// StepProgress is the progress of a step.
type StepProgress struct {
	// name of the step.
	//
	// +required
	Name Observed `json:"name,omitempty"`

	// state is Waiting, Open, Approved, Denied, Skipped, Expired or Closed.
	//
	// +required
	State StepState `json:"state,omitempty"`

	// message says in a sentence why the step is in this state.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	Message string `json:"message,omitempty"`

	// startTime is the time at which the step was opened, in RFC 3339, for example 2030-01-31T08:00:00Z.
	//
	// +optional
	StartTime *metav1.Time `json:"startTime,omitempty"`

	// completionTime is the time at which the step was decided, in RFC 3339, for example 2030-01-31T09:30:00Z.
	//
	// +optional
	CompletionTime *metav1.Time `json:"completionTime,omitempty"`

	// votes are the decisions that count, in the order of their creation.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=256
	Votes []Vote `json:"votes,omitempty"`

	// waitingFor lists the first 16 users who may decide the open step now, in the order in which they are asked.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	WaitingFor []Observed `json:"waitingFor,omitempty"`

	// omittedWaitingForCount is the number of users that are not in the list.
	//
	// +optional
	OmittedWaitingForCount *int32 `json:"omittedWaitingForCount,omitempty"`

	// escalationCount is the number of timeouts of the step that have added approvers.
	//
	// +optional
	EscalationCount *int32 `json:"escalationCount,omitempty"`

	// reminderCount is the number of reminders of the step that were sent.
	//
	// +optional
	ReminderCount *int32 `json:"reminderCount,omitempty"`
}

// GrantStatus is the role that an approved request gives.
type GrantStatus struct {
	Window `json:",inline"`

	// revocationTime is the time at which the role was revoked before its end, in RFC 3339, for example
	// 2030-01-31T08:00:00Z.
	//
	// +optional
	RevocationTime *metav1.Time `json:"revocationTime,omitempty"`

	// revocationReason says why the role ended then: Revoked if a user revoked it, BeneficiarySuspended if the beneficiary
	// was suspended, BeneficiaryGone if the beneficiary is no longer the user to whom the role was given, or
	// RenewedRoleRevoked if the role that it prolongs was revoked or its request deleted.
	//
	// +optional
	RevocationReason Observed `json:"revocationReason,omitempty"`

	// revokedBy is the id of the user who revoked it.
	//
	// +optional
	RevokedBy Observed `json:"revokedBy,omitempty"`

	// revokedVia is the user name of the service account that revoked it for that user; absent if that user did it.
	//
	// +optional
	RevokedVia Observed `json:"revokedVia,omitempty"`
}

// UserRecord is an object that makes an id a user of an organization, for example {kind: UserAssignment, uid:
// 3b9d1f5c-7e20-4c64-9a58-d1e6f0a2b7c4}.
type UserRecord struct {
	// kind is UserAssignment or PlatformAssignment, for an assignment of the user, or UserGroup, for a group that the user
	// is a member of.
	//
	// +required
	Kind Observed `json:"kind,omitempty"`

	// uid of the object.
	//
	// +required
	UID Observed `json:"uid,omitempty"`

	// memberGeneration is the latest generation of a UserGroup of which the user was observed to be a member. It is absent
	// once the user was observed not to be a member, or may not have been one in the meantime.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	MemberGeneration int64 `json:"memberGeneration,omitempty"`
}
