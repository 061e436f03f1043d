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
