// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// StepOrder says in which order the steps of a chain are passed.
//
// +kubebuilder:validation:Enum=Sequential;Parallel
type StepOrder string

// Orders of steps.
const (
	// StepsSequential begins a step when the one before it is approved.
	StepsSequential StepOrder = "Sequential"
	// StepsParallel begins all steps at once.
	StepsParallel StepOrder = "Parallel"
)

// SubmissionEffect says what it means that a request was submitted by somebody who could approve it.
//
// +kubebuilder:validation:Enum=Asks;Approves
type SubmissionEffect string

// Effects of submission.
const (
	// SubmissionAsks asks the other approvers.
	SubmissionAsks SubmissionEffect = "Asks"
	// SubmissionApproves counts as the requester's approval.
	SubmissionApproves SubmissionEffect = "Approves"
)

// ApprovalChainSpec says which steps one kind of request passes, and who may decide each.
//
// +kubebuilder:validation:XValidation:rule="self.steps.all(a, self.steps.exists_one(b, b.name == a.name))",message="two steps have the same name"
type ApprovalChainSpec struct {
	// organizationRef names the organization. It cannot be changed.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="organizationRef cannot be changed: delete the object and create it anew"
	OrganizationRef OrganizationReference `json:"organizationRef,omitzero"`

	// displayName is the chain's name for people.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says what passes the chain.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// requestType is the kind of request that the chain governs, for example extension-offer.
	//
	// +required
	RequestType Name `json:"requestType,omitempty"`

	// trigger says which requests of that kind the chain governs; absent, all. It sees what conditions of the catalog see:
	// subject is the requester, resource is what is asked for, with the kind of request as its type and the request's
	// attributes as its properties. A request of which it cannot be said is denied.
	//
	// +optional
	Trigger Expression `json:"trigger,omitempty"`

	// priority decides between several chains that govern a request: the highest wins, and at the same priority one with a
	// trigger wins over one without. A tie denies the request. Absent means 0.
	//
	// +optional
	// +kubebuilder:validation:Minimum=-1000000
	// +kubebuilder:validation:Maximum=1000000
	Priority *int32 `json:"priority,omitempty"`

	// order is Sequential (when absent) or Parallel.
	//
	// +optional
	Order StepOrder `json:"order,omitempty"`

	// steps that must all be approved.
	//
	// +required
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Steps []ApprovalStep `json:"steps,omitempty"`

	// bypassPermission lets requesters who hold it, in the request's unit, pass without any decision.
	//
	// +optional
	BypassPermission PermissionName `json:"bypassPermission,omitempty"`

	// onBehalfPermission lets users who hold it, in the request's unit, decide for an approver. Both names are kept.
	//
	// +optional
	OnBehalfPermission PermissionName `json:"onBehalfPermission,omitempty"`

	// submission is Asks (when absent) or Approves: then submitting counts as the approval of a requester who is an approver
	// of a step. It never does for a request that gives the requester a role. Otherwise nobody has a say in their own request.
	//
	// +optional
	Submission SubmissionEffect `json:"submission,omitempty"`

	// distinctApprovers asks, when true, for different people in different steps.
	//
	// +optional
	DistinctApprovers *bool `json:"distinctApprovers,omitempty"`

	// timeToLiveSeconds is how long a request is kept after its end, or after the end of the role that it gave. Absent means
	// 30 days.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=315360000
	TimeToLiveSeconds *int32 `json:"timeToLiveSeconds,omitempty"`
}

// ApprovalStep is one step of a chain.
//
// +kubebuilder:validation:XValidation:rule="!has(self.all) || !self.all || !has(self.quorum)",message="set quorum or all, not both"
type ApprovalStep struct {
	// name of the step.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// displayName is the step's name for people.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// when says for which requests the step is needed; absent, for all. It sees what trigger sees. A request of which it
	// cannot be said needs the step.
	//
	// +optional
	When Expression `json:"when,omitempty"`

	// approvers may decide the step: whoever any of them names. They are asked in this order, and any of them may decide.
	//
	// +required
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Approvers []ApproverSelector `json:"approvers,omitempty"`

	// fallback names who may decide when nobody whom approvers names can.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Fallback []ApproverSelector `json:"fallback,omitempty"`

	// quorum is how many approvers must approve. Absent means 1.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=64
	Quorum int32 `json:"quorum,omitempty"`

	// all asks, when true, for the approval of everybody who may decide the step.
	//
	// +optional
	All *bool `json:"all,omitempty"`

	// denials is how many denials deny the request. Absent means 1.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=64
	Denials int32 `json:"denials,omitempty"`

	// timeouts say what happens when the step waits for too long.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=4
	// +kubebuilder:validation:XValidation:rule="self.all(a, self.exists_one(b, b.afterSeconds == a.afterSeconds))",message="two timeouts come at the same time"
	Timeouts []ApprovalTimeout `json:"timeouts,omitempty"`

	// reminderSeconds are times after the begin of the step at which an event reminds of it.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	// +kubebuilder:validation:items:Minimum=1
	// +kubebuilder:validation:items:Maximum=31536000
	ReminderSeconds []int32 `json:"reminderSeconds,omitempty"`
}

// TimeoutAction says what happens when a step waits for too long.
//
// +kubebuilder:validation:Enum=Escalate;Deny;Expire
type TimeoutAction string

// Actions of timeouts.
const (
	// TimeoutEscalate lets further approvers decide the step too.
	TimeoutEscalate TimeoutAction = "Escalate"
	// TimeoutDeny denies the request.
	TimeoutDeny TimeoutAction = "Deny"
	// TimeoutExpire ends the request as expired.
	TimeoutExpire TimeoutAction = "Expire"
)

// ApprovalTimeout says what happens to a step that is still waiting at some time.
//
// +kubebuilder:validation:XValidation:rule="(self.action == 'Escalate') == has(self.approvers)",message="name approvers with the action Escalate, and with no other"
type ApprovalTimeout struct {
	// afterSeconds is the time after the begin of the step.
	//
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=31536000
	AfterSeconds int32 `json:"afterSeconds,omitempty"`

	// action is Escalate, Deny or Expire.
	//
	// +required
	Action TimeoutAction `json:"action,omitempty"`

	// approvers who may decide the step from then on too.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Approvers []ApproverSelector `json:"approvers,omitempty"`
}

// ApprovalStepStatus says who would decide a step now.
type ApprovalStepStatus struct {
	// name of the step.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// approvers is how many users could decide the step for some request.
	//
	// +optional
	Approvers *int32 `json:"approvers,omitempty"`

	// uncovered is for how many units nobody could.
	//
	// +optional
	Uncovered *int32 `json:"uncovered,omitempty"`

	// uncoveredUnits are the first of them.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=320
	UncoveredUnits []string `json:"uncoveredUnits,omitempty"`

	// single is for how many units only one user could, so that this user's own requests have no approver.
	//
	// +optional
	Single *int32 `json:"single,omitempty"`

	// singleUnits are the first of them, each with the user.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=640
	SingleUnits []string `json:"singleUnits,omitempty"`
}

// ApprovalChainStatus is what the controller found.
type ApprovalChainStatus struct {
	// observedGeneration is the generation of the spec that this status speaks of.
	//
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// conditions holds Ready, Published and Covered: whether every step has an eligible approver for every unit.
	//
	// +optional
	// +listType=map
	// +listMapKey=type
	// +patchStrategy=merge
	// +patchMergeKey=type
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty" patchStrategy:"merge" patchMergeKey:"type"`

	// steps say who would decide each.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=16
	Steps []ApprovalStepStatus `json:"steps,omitempty"`
}

// ApprovalChain says which steps one kind of request passes, and who may decide each.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=rwchain,categories=rolewright
// +kubebuilder:printcolumn:name="Organization",type=string,JSONPath=`.spec.organizationRef.name`
// +kubebuilder:printcolumn:name="Type",type=string,JSONPath=`.spec.requestType`
// +kubebuilder:printcolumn:name="Covered",type=string,JSONPath=`.status.conditions[?(@.type=="Covered")].status`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Covered")].message`
type ApprovalChain struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says which steps requests pass.
	//
	// +required
	Spec ApprovalChainSpec `json:"spec,omitzero"`

	// status is what the controller found. It is the controller's alone.
	//
	// +optional
	Status ApprovalChainStatus `json:"status,omitzero"`
}

// ApprovalChainList is a list of ApprovalChains.
//
// +kubebuilder:object:root=true
type ApprovalChainList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	// items are the chains.
	Items []ApprovalChain `json:"items"`
}
