// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// PlatformAssignmentSpec says which roles of level Platform one user holds, and over which organizations.
type PlatformAssignmentSpec struct {
	// user is the id of the user, as applications send it in subject.id. It cannot be changed.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="user cannot be changed: delete the object and create it anew"
	User UserID `json:"user,omitempty"`

	// state is Active (when absent) or Suspended. A user of whom any assignment is suspended is suspended.
	//
	// +optional
	State UserState `json:"state,omitempty"`

	// grants give the user roles over organizations.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Grants []PlatformGrant `json:"grants,omitempty"`
}

// PlatformGrant gives a role of level Platform over organizations: in all their units, and for all values of their dimensions.
//
// +kubebuilder:validation:XValidation:rule="!has(self.notBefore) || !has(self.notAfter) || self.notBefore < self.notAfter",message="notBefore must come before notAfter"
type PlatformGrant struct {
	// roleRef names the PlatformRole, of level Platform. It reaches the organizations of the role's catalog.
	//
	// +required
	RoleRef PlatformRoleReference `json:"roleRef,omitzero"`

	// organizations picks those over which the role is held. Absent picks none.
	//
	// +optional
	Organizations *OrganizationSelector `json:"organizations,omitempty"`

	Window `json:",inline"`

	// reason says why the role is given, for people.
	//
	// +optional
	Reason Description `json:"reason,omitempty"`
}

// PlatformRoleReference names a PlatformRole.
type PlatformRoleReference struct {
	// name of the PlatformRole.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
}

// OrganizationSelector picks organizations.
//
// +kubebuilder:validation:XValidation:rule="has(self.selector) != (has(self.all) && self.all)",message="set selector, or all to true, and not both"
type OrganizationSelector struct {
	// all picks, when true, every organization, also those added later.
	//
	// +optional
	All *bool `json:"all,omitempty"`

	// selector picks the organizations whose labels match. An empty one picks every organization.
	//
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
}

// PlatformAssignmentStatus is what the controller found.
type PlatformAssignmentStatus struct {
	// observedGeneration is the generation of the spec that this status speaks of.
	//
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// conditions holds Ready.
	//
	// +optional
	// +listType=map
	// +listMapKey=type
	// +patchStrategy=merge
	// +patchMergeKey=type
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty" patchStrategy:"merge" patchMergeKey:"type"`

	// summary names the user's grants in one line.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Summary string `json:"summary,omitempty"`

	// organizations is how many organizations the grants reach: picked ones whose catalog is the role's.
	//
	// +optional
	Organizations *int32 `json:"organizations,omitempty"`
}

// PlatformAssignment says which roles of level Platform one user holds, and over which organizations.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=rwpa,categories=rolewright
// +kubebuilder:printcolumn:name="User",type=string,JSONPath=`.spec.user`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.spec.state`
// +kubebuilder:printcolumn:name="Grants",type=string,JSONPath=`.status.summary`
// +kubebuilder:printcolumn:name="Organizations",type=integer,JSONPath=`.status.organizations`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
type PlatformAssignment struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says what the user holds.
	//
	// +required
	Spec PlatformAssignmentSpec `json:"spec,omitzero"`

	// status is what the controller found. It is the controller's alone.
	//
	// +optional
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
