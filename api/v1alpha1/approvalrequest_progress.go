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

// RequestApprover is a user who was an approver of a step when the request was opened.
type RequestApprover struct {
	// user is the approver's id.
	//
	// +required
	User UserID `json:"user,omitempty"`

	// pool is Approver, Fallback or Escalation: the list of the step that selected the user.
	//
	// +required
	Pool ApproverPool `json:"pool,omitempty"`

	// timeout is the index, in the timeouts of the step, of the one that adds an approver of the pool Escalation.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=3
	Timeout *int32 `json:"timeout,omitempty"`
}

// StepDisposition is what became of a step when the request was opened.
//
// +kubebuilder:validation:Enum=Asked;NotNeeded;ApprovedOnSubmission;Bypassed
type StepDisposition string

// Dispositions of steps.
const (
	// StepAsked asks the approvers.
	StepAsked StepDisposition = "Asked"
	// StepNotNeeded skips the step, because its when yields false.
	StepNotNeeded StepDisposition = "NotNeeded"
	// StepApprovedOnSubmission approves the step, because the requester is an approver of it.
	StepApprovedOnSubmission StepDisposition = "ApprovedOnSubmission"
	// StepBypassed skips the step, because the requester holds the bypassPermission of the chain.
	StepBypassed StepDisposition = "Bypassed"
)

// RequestStep is a step of a request, as it was resolved when the request was opened.
type RequestStep struct {
	// name of the step.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// disposition is what became of the step when the request was opened: Asked if approvers are asked, NotNeeded if
	// the step is skipped because its when yields false, ApprovedOnSubmission if the requester is an approver of it and
	// the chain approves such steps, or Bypassed if the requester may bypass the chain.
	//
	// +required
	Disposition StepDisposition `json:"disposition,omitempty"`

	// approvers are the users who may decide the step while they are still eligible. Users who become approvers later
	// may not. There are at most 256, in the order in which they are asked.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=256
	Approvers []RequestApprover `json:"approvers,omitempty"`

	// omittedApprovers is the number of approvers that are not in the list.
	//
	// +optional
	OmittedApprovers *int32 `json:"omittedApprovers,omitempty"`
}

// RequestChain is the chain of a request as it was when the request was opened. Later changes of the chain do not
// affect the request.
type RequestChain struct {
	// name of the ApprovalChain.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`

	// digest of everything that decisions on the request depend on. A decision names it, so that it applies to what
	// its approver saw.
	//
	// +required
	Digest ChainDigest `json:"digest,omitempty"`

	// spec of the chain when the request was opened.
	//
	// +required
	Spec ApprovalChainSpec `json:"spec,omitzero"`

	// steps as they were resolved when the request was opened.
	//
	// +required
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Steps []RequestStep `json:"steps,omitempty"`
}

// Vote is a decision that counts.
type Vote struct {
	// decision is the name of the ApprovalDecision.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Decision string `json:"decision,omitempty"`

	// approver is the id of the user who decided.
	//
	// +required
	Approver UserID `json:"approver,omitempty"`

	// onBehalfOf is the id of the approver on whose behalf the user decided.
	//
	// +optional
	OnBehalfOf UserID `json:"onBehalfOf,omitempty"`

	// verdict is Approve or Deny.
	//
	// +required
	Verdict Verdict `json:"verdict,omitempty"`

	// time of the decision, in RFC 3339, for example 2030-01-31T08:00:00Z.
	//
	// +required
	Time metav1.Time `json:"time,omitzero"`
}

// StepProgress is the progress of a step.
type StepProgress struct {
	// name of the step.
	//
	// +required
	Name Name `json:"name,omitempty"`

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

	// began is the time at which the step was opened, in RFC 3339, for example 2030-01-31T08:00:00Z.
	//
	// +optional
	Began *metav1.Time `json:"began,omitempty"`

	// ended is the time at which the step was decided, in RFC 3339, for example 2030-01-31T09:30:00Z.
	//
	// +optional
	Ended *metav1.Time `json:"ended,omitempty"`

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
	WaitingFor []UserID `json:"waitingFor,omitempty"`

	// omittedWaitingFor is the number of users that are not in the list.
	//
	// +optional
	OmittedWaitingFor *int32 `json:"omittedWaitingFor,omitempty"`

	// escalated is the number of timeouts of the step that have added approvers.
	//
	// +optional
	Escalated *int32 `json:"escalated,omitempty"`

	// reminded is the number of reminders of the step that were sent.
	//
	// +optional
	Reminded *int32 `json:"reminded,omitempty"`
}

// GrantStatus is the role that an approved request gives.
type GrantStatus struct {
	Window `json:",inline"`

	// revoked is the time at which the role was revoked before its end, in RFC 3339, for example 2030-01-31T08:00:00Z.
	//
	// +optional
	Revoked *metav1.Time `json:"revoked,omitempty"`

	// revokedBy is the id of the user who revoked it.
	//
	// +optional
	RevokedBy UserID `json:"revokedBy,omitempty"`
}
