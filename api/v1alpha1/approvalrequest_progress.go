// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// RequestState is where a request stands. All but Pending are final.
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

// StepState is where a step of a request stands.
//
// +kubebuilder:validation:Enum=Waiting;Open;Approved;Denied;Skipped;Expired;Closed
type StepState string

// States of steps.
const (
	// StepWaiting steps come after others that are not approved yet.
	StepWaiting StepState = "Waiting"
	// StepOpen steps wait for decisions.
	StepOpen StepState = "Open"
	// StepApproved steps are passed.
	StepApproved StepState = "Approved"
	// StepDenied steps were denied, by people or by a timeout.
	StepDenied StepState = "Denied"
	// StepSkipped steps are not needed: when says so, or the chain was bypassed.
	StepSkipped StepState = "Skipped"
	// StepExpired steps waited for too long.
	StepExpired StepState = "Expired"
	// StepClosed steps were not passed when the request ended elsewhere.
	StepClosed StepState = "Closed"
)

// ApproverPool is how somebody came to be an approver.
//
// +kubebuilder:validation:Enum=Approver;Fallback;Escalation
type ApproverPool string

// Pools of approvers.
const (
	PoolApprover   ApproverPool = "Approver"
	PoolFallback   ApproverPool = "Fallback"
	PoolEscalation ApproverPool = "Escalation"
)

// RequestApprover is somebody who was an approver of a step when the request was made.
type RequestApprover struct {
	// user is the approver's id.
	//
	// +required
	User UserID `json:"user,omitempty"`

	// pool is Approver, Fallback or Escalation.
	//
	// +required
	Pool ApproverPool `json:"pool,omitempty"`

	// timeout is the place, in the step's timeouts, of the one that adds an approver of the pool Escalation.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=3
	Timeout *int32 `json:"timeout,omitempty"`
}

// StepBegin is how a step of a request begins.
//
// +kubebuilder:validation:Enum=Asked;NotNeeded;Submitted;Bypassed
type StepBegin string

// Begins of steps.
const (
	// StepAsked asks the approvers.
	StepAsked StepBegin = "Asked"
	// StepNotNeeded is passed over, because its when says so.
	StepNotNeeded StepBegin = "NotNeeded"
	// StepSubmitted is approved by submission.
	StepSubmitted StepBegin = "Submitted"
	// StepBypassed is passed over, because the requester holds the chain's bypassPermission.
	StepBypassed StepBegin = "Bypassed"
)

// RequestStep is a step of a request, as it was resolved when the request was made.
type RequestStep struct {
	// name of the step.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// begin is how the step begins: Asked, NotNeeded, Submitted or Bypassed.
	//
	// +required
	Begin StepBegin `json:"begin,omitempty"`

	// approvers who may decide the step, as long as they would still be approvers. Whoever becomes one later may not. At most
	// 256 are taken, in the order in which they are asked.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=256
	Approvers []RequestApprover `json:"approvers,omitempty"`

	// omittedApprovers is how many were left out.
	//
	// +optional
	OmittedApprovers *int32 `json:"omittedApprovers,omitempty"`
}

// RequestChain is the chain of a request as it was when the request was made. Later changes of the chain do not concern it.
type RequestChain struct {
	// name of the ApprovalChain.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`

	// digest of all that decisions on the request rest on. A decision names it, so that it is about what its approver saw.
	//
	// +required
	Digest ChainDigest `json:"digest,omitempty"`

	// spec of the chain.
	//
	// +required
	Spec ApprovalChainSpec `json:"spec,omitzero"`

	// steps as they were resolved.
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

	// approver is who decided.
	//
	// +required
	Approver UserID `json:"approver,omitempty"`

	// onBehalfOf is for whom.
	//
	// +optional
	OnBehalfOf UserID `json:"onBehalfOf,omitempty"`

	// verdict is Approve or Deny.
	//
	// +required
	Verdict Verdict `json:"verdict,omitempty"`

	// time of the decision.
	//
	// +required
	Time metav1.Time `json:"time,omitzero"`
}

// StepProgress is where a step stands.
type StepProgress struct {
	// name of the step.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// state of the step.
	//
	// +required
	State StepState `json:"state,omitempty"`

	// message says in one sentence why.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	Message string `json:"message,omitempty"`

	// began is when the step was opened.
	//
	// +optional
	Began *metav1.Time `json:"began,omitempty"`

	// ended is when it was decided.
	//
	// +optional
	Ended *metav1.Time `json:"ended,omitempty"`

	// votes are the decisions that count, in the order of their creation.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=256
	Votes []Vote `json:"votes,omitempty"`

	// waitingFor are the first 16 of those who may decide the open step now, in the order in which they are asked.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	WaitingFor []UserID `json:"waitingFor,omitempty"`

	// omittedWaitingFor is how many were left out.
	//
	// +optional
	OmittedWaitingFor *int32 `json:"omittedWaitingFor,omitempty"`

	// escalated is how many of the step's timeouts have let further approvers decide it.
	//
	// +optional
	Escalated *int32 `json:"escalated,omitempty"`

	// reminded is how many of the step's reminders were sent.
	//
	// +optional
	Reminded *int32 `json:"reminded,omitempty"`
}

// GrantStatus is the role that an approved request gives.
type GrantStatus struct {
	Window `json:",inline"`

	// revoked is when the role was taken back before its end.
	//
	// +optional
	Revoked *metav1.Time `json:"revoked,omitempty"`

	// revokedBy is who took it back.
	//
	// +optional
	RevokedBy UserID `json:"revokedBy,omitempty"`
}
