// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Types of the conditions of chains, requests and decisions.
const (
	// ConditionCovered of a chain is True if every step has an eligible approver for every unit.
	ConditionCovered = "Covered"
	// ConditionApproved of a request is True once it was approved, and stays True: ConditionGranted says whether a role
	// that it gave is still held.
	ConditionApproved = "Approved"
	// ConditionDenied of a request is True once it was denied: by approvers, by a timeout, or because it is invalid.
	ConditionDenied = "Denied"
	// ConditionCompleted of a request is True once it waits for no decision any more: it was approved, denied or
	// withdrawn, or it has expired.
	ConditionCompleted = "Completed"
	// ConditionGranted of a request is True while the requested role is held.
	ConditionGranted = "Granted"
	// ConditionCounted of a decision is True if the decision counts.
	ConditionCounted = "Counted"
)

// ApprovalRequestSpec is what is requested. It cannot be changed.
//
// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="a request cannot be changed: withdraw it and make another"
// +kubebuilder:validation:XValidation:rule="!has(self.via) || self.via != self.requester",message="via must be another user than requester: leave it out if the service account asks for itself"
type ApprovalRequestSpec struct {
	// organizationRef refers to the organization.
	//
	// +required
	OrganizationRef OrganizationReference `json:"organizationRef,omitzero"`

	// requestType selects the chain that governs the request, for example extension-offer.
	//
	// +required
	RequestType Name `json:"requestType,omitempty"`

	// requester is the id of the user who makes the request: the user whom the API server authenticated, unless via names
	// a service account.
	//
	// +required
	Requester UserID `json:"requester,omitempty"`

	// via is the user name of the service account that writes the request for the requester, for example
	// system:serviceaccount:shop:desk. It must be the user whom the API server authenticated, and needs the verb
	// impersonate for the requester. If absent, the requester writes the request.
	//
	// +optional
	Via ServiceAccountUser `json:"via,omitempty"`

	// beneficiary is the id of the user for whom the request is made. It defaults to the requester if absent.
	//
	// +optional
	Beneficiary UserID `json:"beneficiary,omitempty"`

	// unit is the name of the unit that the request is about. It defaults to the root if absent.
	//
	// +optional
	Unit Name `json:"unit,omitempty"`

	// attributes are facts about the request, which CEL expressions of chains read in resource.properties, for example
	// {amount: 12000}. An attribute with the name of a dimension is the value of the request in that dimension. A request is
	// denied if they have more than 16384 bytes of JSON together, or one of them more than 4096.
	//
	// +optional
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=64
	Attributes Attributes `json:"attributes,omitempty"`

	// justification tells the approvers why the request is made.
	//
	// +optional
	Justification Description `json:"justification,omitempty"`

	// grant is a role that the beneficiary will hold for a limited time if the request is approved. The request is denied
	// unless the grantPolicy of the chain that governs it allows the role.
	//
	// +optional
	Grant *RequestedGrant `json:"grant,omitempty"`
}

// RequestedGrant is a role that is requested for a limited time.
//
// +kubebuilder:validation:XValidation:rule="!has(self.startTime) || !has(self.renewalOf)",message="set startTime or renewalOf, not both: a renewal starts when the role that it prolongs ends"
type RequestedGrant struct {
	// roleRef refers to the role.
	//
	// +required
	RoleRef RoleReference `json:"roleRef,omitzero"`

	// scope is where the role will be held. It must lie within the unit of the request, and within its value in each
	// dimension. If absent, it is the unit of the request, and for each dimension the value of the request or, if it has
	// none, all values.
	//
	// +optional
	Scope *Scope `json:"scope,omitempty"`

	// durationSeconds is the number of seconds for which the role will be held, for example 28800 for eight hours. If
	// absent, it is the defaultDurationSeconds of the chain that governs the request.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=31536000
	DurationSeconds int32 `json:"durationSeconds,omitempty"`

	// startTime is the time from which the role will be held, in RFC 3339, for example 2030-01-31T08:00:00Z, at most 365
	// days ahead. If absent, or if the request is approved later, the role is held from the approval on.
	//
	// +optional
	StartTime *metav1.Time `json:"startTime,omitempty"`

	// renewalOf refers to the request whose role this one prolongs: the same role in the same scope, for the same
	// beneficiary. The role is then held from the end of that one on or, if it has ended, from the approval on.
	//
	// +optional
	RenewalOf *ApprovalRequestReference `json:"renewalOf,omitempty"`
}

// ApprovalRequestStatus is the observed state of the ApprovalRequest.
type ApprovalRequestStatus struct {
	// observedGeneration is the generation of the spec for which this status was computed.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// conditions are Ready, which is False if something prevents the request from proceeding; Approved and Denied, of
	// which one is True if the request ended so; Completed, which is True once the request has ended in any way; and, if
	// the request asks for a role, Granted and Published.
	//
	// +optional
	// +listType=map
	// +listMapKey=type
	// +patchStrategy=merge
	// +patchMergeKey=type
	// +kubebuilder:default={{type: "Ready", status: "Unknown", reason: "NotObserved", message: "the manager has not observed it yet", lastTransitionTime: "1970-01-01T00:00:00Z"}}
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty" patchStrategy:"merge" patchMergeKey:"type"`

	// state is Pending, Approved, Denied, Withdrawn or Expired.
	//
	// +optional
	State RequestState `json:"state,omitempty"`

	// message says in a sentence why the request is in this state.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	Message string `json:"message,omitempty"`

	// waitingFor lists in one line the open steps and the users who may decide them.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	WaitingFor string `json:"waitingFor,omitempty"`

	// deputies are the first 32 users, by id, who hold the onBehalfPermission of the chain over the pending request, so that
	// they may decide its open steps in place of the users for whom these wait. If there are 32, there may be others.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	Deputies []Observed `json:"deputies,omitempty"`

	// startTime is the time at which the request was opened: its chain was selected, and its approvers were asked. In
	// RFC 3339, for example 2030-01-31T08:00:00Z.
	//
	// +optional
	StartTime *metav1.Time `json:"startTime,omitempty"`

	// completionTime is the time at which the request left the state Pending, in RFC 3339, for example
	// 2030-01-31T09:30:00Z.
	//
	// +optional
	CompletionTime *metav1.Time `json:"completionTime,omitempty"`

	// withdrawnBy is the id of the user who withdrew the request.
	//
	// +optional
	WithdrawnBy Observed `json:"withdrawnBy,omitempty"`

	// chain is the chain that governs the request.
	//
	// +optional
	Chain *RequestChain `json:"chain,omitempty"`

	// steps are the progress of each step.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=16
	Steps []StepProgress `json:"steps,omitempty"`

	// beneficiaryRecords are the objects that made the beneficiary a user of the organization when the role was asked for
	// and, once it is given, when it was given: the first 16 of their assignments or, if they had none, of their groups. The
	// role ends when none of them does so any more, so that nobody who gets the same id later holds it.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	BeneficiaryRecords []UserRecord `json:"beneficiaryRecords,omitempty"`

	// renewedRoleEndTime is when the role that this request prolongs ended, once the controller has seen that it was held until
	// then, in RFC 3339, for example 2030-01-31T16:00:00Z. As long as it is absent, the role is not prolonged if the request named in
	// spec.grant.renewalOf does not exist any more.
	//
	// +optional
	RenewedRoleEndTime *metav1.Time `json:"renewedRoleEndTime,omitempty"`

	// grant is the role that the approved request gives.
	//
	// +optional
	Grant *GrantStatus `json:"grant,omitempty"`
}

// MaxDeputies is how many deputies the status of a request lists.
const MaxDeputies = 32

// ApprovalRequest asks for something that an ApprovalChain governs: an approval that an application waits for, or a
// role for a limited time.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=rwreq,categories=rolewright
// +kubebuilder:selectablefield:JSONPath=`.spec.organizationRef.name`
// +kubebuilder:selectablefield:JSONPath=`.spec.requestType`
// +kubebuilder:selectablefield:JSONPath=`.spec.requester`
// +kubebuilder:selectablefield:JSONPath=`.spec.beneficiary`
// +kubebuilder:printcolumn:name="Role",type=string,JSONPath=`.spec.grant.roleRef.name`
// +kubebuilder:printcolumn:name="Requester",type=string,JSONPath=`.spec.requester`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.status.state`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Until",type=string,JSONPath=`.status.grant.endTime`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Type",type=string,priority=1,JSONPath=`.spec.requestType`
// +kubebuilder:printcolumn:name="Beneficiary",type=string,priority=1,JSONPath=`.spec.beneficiary`
// +kubebuilder:printcolumn:name="Unit",type=string,priority=1,JSONPath=`.spec.unit`
// +kubebuilder:printcolumn:name="Message",type=string,priority=1,JSONPath=`.status.message`
type ApprovalRequest struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what is requested.
	//
	// +required
	Spec ApprovalRequestSpec `json:"spec,omitzero"`

	// status is the state that the manager observed. Only the manager writes it. Until it does, the condition Ready is Unknown.
	//
	// +optional
	// +structType=atomic
	// +kubebuilder:default={}
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
