// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Condition types of requests and decisions.
const (
	// ConditionCovered of a chain is True when every step has an eligible approver for every unit.
	ConditionCovered = "Covered"
	// ConditionGranted of a request is True while the role that it asks for is held.
	ConditionGranted = "Granted"
	// ConditionCounted of a decision is True when it counts.
	ConditionCounted = "Counted"
)

// ApprovalRequestSpec is what somebody asks for. It cannot be changed.
//
// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="a request cannot be changed: withdraw it and make another"
type ApprovalRequestSpec struct {
	// organizationRef names the organization.
	//
	// +required
	OrganizationRef OrganizationReference `json:"organizationRef,omitzero"`

	// type is the kind of request, which chains govern.
	//
	// +required
	Type Name `json:"type,omitempty"`

	// requester is the id of who asks: the user whom the API server has authenticated, or one for whom a service account has
	// the verb impersonate.
	//
	// +required
	Requester UserID `json:"requester,omitempty"`

	// beneficiary is the id of whom it is asked for. Absent means the requester.
	//
	// +optional
	Beneficiary UserID `json:"beneficiary,omitempty"`

	// unit that the request is about. Absent means the root.
	//
	// +optional
	Unit Name `json:"unit,omitempty"`

	// attributes are facts about the request, for triggers to read in resource.properties. One named like a dimension is the
	// request's value in it.
	//
	// +optional
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=64
	Attributes Attributes `json:"attributes,omitempty"`

	// justification says why, for approvers.
	//
	// +optional
	Justification Description `json:"justification,omitempty"`

	// grant is a role that the beneficiary shall hold for a while.
	//
	// +optional
	Grant *RequestedGrant `json:"grant,omitempty"`
}

// RequestedGrant is a role for a while.
type RequestedGrant struct {
	// roleRef names the role.
	//
	// +required
	RoleRef RoleReference `json:"roleRef,omitzero"`

	// scope says where. Absent, it is the request's unit, with the request's value of each dimension or, without one, all.
	//
	// +optional
	Scope *Scope `json:"scope,omitempty"`

	// durationSeconds is for how long, from the approval on.
	//
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=31536000
	DurationSeconds int32 `json:"durationSeconds,omitempty"`
}

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

// ApprovalRequestStatus is what the controller found.
type ApprovalRequestStatus struct {
	// observedGeneration is the generation of the spec that this status speaks of.
	//
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// conditions holds Ready (False while something keeps the request from going on) and, for a request that asks for a role,
	// Granted and Published.
	//
	// +optional
	// +listType=map
	// +listMapKey=type
	// +patchStrategy=merge
	// +patchMergeKey=type
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty" patchStrategy:"merge" patchMergeKey:"type"`

	// state is where the request stands.
	//
	// +optional
	State RequestState `json:"state,omitempty"`

	// message says in one sentence why.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	Message string `json:"message,omitempty"`

	// waitingFor says in one line what waits for whom.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	WaitingFor string `json:"waitingFor,omitempty"`

	// ended is when the request came to its end.
	//
	// +optional
	Ended *metav1.Time `json:"ended,omitempty"`

	// chain is what governs the request.
	//
	// +optional
	Chain *RequestChain `json:"chain,omitempty"`

	// steps say where each step stands.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=16
	Steps []StepProgress `json:"steps,omitempty"`

	// grant is the role that the approved request gives.
	//
	// +optional
	Grant *GrantStatus `json:"grant,omitempty"`
}

// ApprovalRequest asks for something that an ApprovalChain governs: an approval that an application waits for, or a role for a
// while.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=rwreq,categories=rolewright
// +kubebuilder:printcolumn:name="Type",type=string,JSONPath=`.spec.type`
// +kubebuilder:printcolumn:name="Requester",type=string,JSONPath=`.spec.requester`
// +kubebuilder:printcolumn:name="Unit",type=string,JSONPath=`.spec.unit`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.status.state`
// +kubebuilder:printcolumn:name="Waiting for",type=string,JSONPath=`.status.waitingFor`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Chain",type=string,priority=1,JSONPath=`.status.chain.name`
// +kubebuilder:printcolumn:name="Until",type=date,priority=1,JSONPath=`.status.grant.notAfter`
// +kubebuilder:printcolumn:name="Message",type=string,priority=1,JSONPath=`.status.message`
type ApprovalRequest struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what is asked for.
	//
	// +required
	Spec ApprovalRequestSpec `json:"spec,omitzero"`

	// status is what the controller found. It is the controller's alone.
	//
	// +optional
	Status ApprovalRequestStatus `json:"status,omitzero"`
}

// ApprovalRequestList is a list of ApprovalRequests.
//
// +kubebuilder:object:root=true
type ApprovalRequestList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	// items are the requests.
	Items []ApprovalRequest `json:"items"`
}
