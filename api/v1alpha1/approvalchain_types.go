// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// StepOrder is the order in which the steps of a chain are decided.
//
// +kubebuilder:validation:Enum=Sequential;Parallel
type StepOrder string

// Orders of steps.
const (
	// StepsSequential opens a step when the step before it is approved.
	StepsSequential StepOrder = "Sequential"
	// StepsParallel opens all steps when the request is opened.
	StepsParallel StepOrder = "Parallel"
)

// SubmissionEffect is what submitting a request does to the steps of which its requester is an approver.
//
// +kubebuilder:validation:Enum=AskAllSteps;ApproveOwnSteps
type SubmissionEffect string

// Effects of a submission.
const (
	// AskAllSteps asks the other approvers of the requester's own steps too.
	AskAllSteps SubmissionEffect = "AskAllSteps"
	// ApproveOwnSteps approves the steps of which the requester is an approver.
	ApproveOwnSteps SubmissionEffect = "ApproveOwnSteps"
)

// DistinctApprovers is where one user counts only once.
//
// +kubebuilder:validation:Enum=WithinStep;AcrossSteps
type DistinctApprovers string

// Extents within which a user counts only once.
const (
	// DistinctWithinStep counts a user once in each step.
	DistinctWithinStep DistinctApprovers = "WithinStep"
	// DistinctAcrossSteps counts a user in one step of a request only.
	DistinctAcrossSteps DistinctApprovers = "AcrossSteps"
)

// ApprovalChainSpec is the desired state of an ApprovalChain.
//
// +kubebuilder:validation:XValidation:rule="self.steps.all(a, self.steps.exists_one(b, b.name == a.name))",message="two steps have the same name"
type ApprovalChainSpec struct {
	// organizationRef refers to the organization. It cannot be changed.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="organizationRef cannot be changed: delete the object and create it again"
	OrganizationRef OrganizationReference `json:"organizationRef,omitzero"`

	// displayName is the name of the chain that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says which requests the chain is for.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// requestType is the type of the requests that the chain governs, for example extension-offer.
	//
	// +required
	RequestType Name `json:"requestType,omitempty"`

	// when is a CEL expression (https://cel.dev) that yields a boolean. The chain governs only the requests for which
	// it yields true; if absent, it governs all requests of the type. A request is denied if it cannot be evaluated. It
	// sees subject (the requester), resource (what is requested: the requestType as resource.type and the attributes in
	// resource.properties), context (context.beneficiary, context.justification and, if a role is requested,
	// context.grant with role, durationSeconds, scope and, if the request has them, startTime and renewalOf), now, and
	// directory, with isManager(a, b) and isAbove(a, b). For example: resource.properties.annualValue > 250000
	//
	// +optional
	When Expression `json:"when,omitempty"`

	// priority decides if several chains govern a request: the highest wins. At the same priority, a chain with a
	// condition (when) wins over one without. If no chain wins, the request is denied. It defaults to 0 if absent.
	//
	// +optional
	// +kubebuilder:validation:Minimum=-1000000
	// +kubebuilder:validation:Maximum=1000000
	Priority *int32 `json:"priority,omitempty"`

	// order is Sequential, which opens each step when the one before it is approved, or Parallel, which opens all
	// steps immediately. It defaults to Sequential if absent.
	//
	// +optional
	Order StepOrder `json:"order,omitempty"`

	// steps of the chain, which must all be approved.
	//
	// +required
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Steps []ApprovalStep `json:"steps,omitempty"`

	// bypassPermission is a permission. A request is approved without any decision if its requester holds the
	// permission in the unit of the request. If it asks for a role, this takes Bypass in grantPolicy.withoutDecision.
	//
	// +optional
	BypassPermission PermissionName `json:"bypassPermission,omitempty"`

	// onBehalfPermission is a permission. Users who hold it in the unit of the request may decide on behalf of an
	// approver. The decision records both users.
	//
	// +optional
	OnBehalfPermission PermissionName `json:"onBehalfPermission,omitempty"`

	// managePermission is a permission. Users who hold it over the unit and the dimensions of a request may withdraw the
	// request while it is open, and revoke the role that it gave, like the approvers of the chain. If absent, only the
	// approvers and the users whose request it is may. For example: approvals.manage
	//
	// +optional
	ManagePermission PermissionName `json:"managePermission,omitempty"`

	// onSubmission is AskAllSteps or ApproveOwnSteps: what submitting a request does to the steps of which the
	// requester is an approver. ApproveOwnSteps approves them, but never for a role for the requester, and for a role
	// for another user only with Submission in grantPolicy.withoutDecision. With AskAllSteps, the other approvers decide
	// them. It defaults to AskAllSteps if absent.
	//
	// +optional
	OnSubmission SubmissionEffect `json:"onSubmission,omitempty"`

	// distinctApprovers is WithinStep or AcrossSteps. With AcrossSteps, different users must decide different steps.
	// With WithinStep, one user may decide several steps, each once. It defaults to WithinStep if absent.
	//
	// +optional
	DistinctApprovers DistinctApprovers `json:"distinctApprovers,omitempty"`

	// requesters select the users who may make requests that the chain governs. A request of another user is denied. If
	// absent, every user of the organization may.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Requesters []RequesterSelector `json:"requesters,omitempty"`

	// grantPolicy says which roles requests that the chain governs may ask for. If absent, the chain gives no role, and a
	// request for one is denied.
	//
	// +optional
	GrantPolicy *GrantPolicy `json:"grantPolicy,omitempty"`

	// ttlSecondsAfterFinished is the number of seconds for which a request is kept after its end, or after the end of
	// the role that it gave, for example 86400 for a day. It is at least 60, so that its end can be seen. It defaults to
	// 2592000, which is 30 days, if absent.
	//
	// +optional
	// +kubebuilder:validation:Minimum=60
	// +kubebuilder:validation:Maximum=315360000
	TTLSecondsAfterFinished int32 `json:"ttlSecondsAfterFinished,omitempty"`
}

// ApprovalStepStatus describes who can decide a step now.
type ApprovalStepStatus struct {
	// name of the step.
	//
	// +required
	Name Observed `json:"name,omitempty"`

	// approverCount is the number of users who can decide the step for some request.
	//
	// +optional
	ApproverCount *int32 `json:"approverCount,omitempty"`

	// uncoveredUnitCount is the number of units for which nobody can decide the step.
	//
	// +optional
	UncoveredUnitCount *int32 `json:"uncoveredUnitCount,omitempty"`

	// uncoveredUnits are the first of these units.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=320
	UncoveredUnits []string `json:"uncoveredUnits,omitempty"`

	// singleApproverUnitCount is the number of units for which only one user can decide the step, so that nobody can
	// decide requests of that user.
	//
	// +optional
	SingleApproverUnitCount *int32 `json:"singleApproverUnitCount,omitempty"`

	// singleApproverUnits are the first of these units, each with the user.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=640
	SingleApproverUnits []string `json:"singleApproverUnits,omitempty"`
}

// ApprovalChainStatus is the observed state of the ApprovalChain.
type ApprovalChainStatus struct {
	// observedGeneration is the generation of the spec for which this status was computed.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// conditions are Ready, Published, and Covered, which is True if every step has enough eligible approvers for every
	// unit, and cannot be left undecided.
	//
	// +optional
	// +listType=map
	// +listMapKey=type
	// +patchStrategy=merge
	// +patchMergeKey=type
	// +kubebuilder:default={{type: "Ready", status: "Unknown", reason: "NotObserved", message: "the manager has not observed it yet", lastTransitionTime: "1970-01-01T00:00:00Z"}}
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty" patchStrategy:"merge" patchMergeKey:"type"`

	// reason is the reason of the worst of the conditions, for people. Programs read the conditions.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	Reason string `json:"reason,omitempty"`

	// message is the message of the worst of the conditions.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=32768
	Message string `json:"message,omitempty"`

	// steps describe who can decide each step.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=16
	Steps []ApprovalStepStatus `json:"steps,omitempty"`
}

// ApprovalChain defines the steps that a type of request must pass, and who may decide each of them.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=rwchain,categories=rolewright
// +kubebuilder:selectablefield:JSONPath=`.spec.organizationRef.name`
// +kubebuilder:selectablefield:JSONPath=`.spec.requestType`
// +kubebuilder:printcolumn:name="Type",type=string,JSONPath=`.spec.requestType`
// +kubebuilder:printcolumn:name="Covered",type=string,JSONPath=`.status.conditions[?(@.type=="Covered")].status`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Organization",type=string,priority=1,JSONPath=`.spec.organizationRef.name`
// +kubebuilder:printcolumn:name="Message",type=string,priority=1,JSONPath=`.status.message`
type ApprovalChain struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the desired state of the chain.
	//
	// +required
	Spec ApprovalChainSpec `json:"spec,omitzero"`

	// status is the state that the manager observed. Only the manager writes it. Until it does, the condition Ready is Unknown.
	//
	// +optional
	// +structType=atomic
	// +kubebuilder:default={}
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
