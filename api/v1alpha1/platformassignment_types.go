// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// PlatformAssignmentSpec is the desired state of a PlatformAssignment.
type PlatformAssignmentSpec struct {
	// user is the id of the user, as applications send it in subject.id, for example jane@example.com. It cannot be
	// changed.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="user cannot be changed: delete the object and create it again"
	User UserID `json:"user,omitempty"`

	// displayName is the name of the user that people see, for example Jane Miller.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// state is Active or Suspended. A user is suspended if any of their assignments is. It defaults to Active if
	// absent.
	//
	// +optional
	State UserState `json:"state,omitempty"`

	// grants give the user roles over organizations. Each has a name.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Grants []PlatformGrant `json:"grants,omitempty"`
}

// PlatformGrant gives a role assignable to the platform over organizations: in all their units, and for all values of their
// dimensions. It belongs to one writer as a whole, so that no other widens it.
//
// +structType=atomic
// +kubebuilder:validation:XValidation:rule="!has(self.startTime) || !has(self.endTime) || self.startTime < self.endTime",message="startTime must come before endTime"
type PlatformGrant struct {
	// name of the grant, which no other grant of the object has, for example nurse. Findings and explanations name
	// the grant by it. Different writers can apply grants of different names to one object.
	//
	// +required
	Name EntryName `json:"name,omitempty"`

	// roleRef refers to a PlatformRole assignable to the platform. The grant reaches only organizations that use the catalog of
	// the role.
	//
	// +required
	RoleRef PlatformRoleReference `json:"roleRef,omitzero"`

	// organizations selects the organizations over which the role is held. If absent, the role is held over none.
	//
	// +optional
	Organizations *OrganizationSelector `json:"organizations,omitempty"`

	Window `json:",inline"`

	// reason says why the role is given.
	//
	// +optional
	Reason Description `json:"reason,omitempty"`
}

// PlatformRoleReference refers to a PlatformRole.
type PlatformRoleReference struct {
	// name of the PlatformRole.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
}

// OrganizationSelector selects organizations.
//
// +kubebuilder:validation:XValidation:rule="has(self.selector) != (has(self.all) && self.all)",message="set selector, or all to true, and not both"
// +kubebuilder:validation:XValidation:rule="!has(self.selector) || (has(self.selector.matchLabels) && size(self.selector.matchLabels) > 0) || (has(self.selector.matchExpressions) && size(self.selector.matchExpressions) > 0)",message="an empty selector selects nothing: set all to true to select every organization"
type OrganizationSelector struct {
	// all selects every organization if true, including organizations that are added later.
	//
	// +optional
	All *bool `json:"all,omitempty"`

	// selector selects the organizations whose labels match, for example {matchLabels: {region: east}}. It must
	// name a label: to select every organization, set all.
	//
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
}

// PlatformAssignmentStatus is the observed state of the PlatformAssignment.
type PlatformAssignmentStatus struct {
	// observedGeneration is the generation of the spec for which this status was computed.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// conditions are Ready, which is False if part of the object has no effect.
	//
	// +optional
	// +listType=map
	// +listMapKey=type
	// +patchStrategy=merge
	// +patchMergeKey=type
	// +kubebuilder:default={{type: "Ready", status: "Unknown", reason: "NotObserved", message: "the manager has not observed it yet", lastTransitionTime: "1970-01-01T00:00:00Z"}}
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty" patchStrategy:"merge" patchMergeKey:"type"`

	// state is Suspended if any PlatformAssignment of the user is, and else Active.
	//
	// +optional
	State UserState `json:"state,omitempty"`

	// summary lists the user's grants in one line.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Summary string `json:"summary,omitempty"`

	// organizationCount is the number of organizations that the grants reach: those that are selected and use the catalog
	// of the role.
	//
	// +optional
	OrganizationCount *int32 `json:"organizationCount,omitempty"`
}

// PlatformAssignment gives a user roles assignable to the platform over organizations.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=rwpa,categories=rolewright-platform
// +kubebuilder:selectablefield:JSONPath=`.spec.user`
// +kubebuilder:printcolumn:name="User",type=string,JSONPath=`.spec.user`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.status.state`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Organizations",type=integer,priority=1,JSONPath=`.status.organizationCount`
// +kubebuilder:printcolumn:name="Grants",type=string,priority=1,JSONPath=`.status.summary`
// +kubebuilder:printcolumn:name="Message",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
type PlatformAssignment struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the desired state of the assignment.
	//
	// +required
	Spec PlatformAssignmentSpec `json:"spec,omitzero"`

	// status is the state that the manager observed. Only the manager writes it. Until it does, the condition Ready is Unknown.
	//
	// +optional
	// +structType=atomic
	// +kubebuilder:default={}
	Status PlatformAssignmentStatus `json:"status,omitzero"`
}

// PlatformAssignmentList is a list of PlatformAssignments.
//
// +kubebuilder:object:root=true
type PlatformAssignmentList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	// items are the assignments.
	Items []PlatformAssignment `json:"items"`
}
