// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// UserGroupSpec says who belongs together in one organization, and what each of them holds.
//
// +kubebuilder:validation:XValidation:rule="!has(self.defaultMember) || (has(self.members) && self.defaultMember in self.members)",message="defaultMember must be one of members"
type UserGroupSpec struct {
	// organizationRef names the organization. It cannot be changed.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="organizationRef cannot be changed: delete the object and create it anew"
	OrganizationRef OrganizationReference `json:"organizationRef,omitzero"`

	// displayName is the group's name for people.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// members are the ids of users. A member need not have an assignment.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=1000
	Members []UserID `json:"members,omitempty"`

	// defaultMember is who is asked first where the group decides something; the others may step in.
	//
	// +optional
	DefaultMember UserID `json:"defaultMember,omitempty"`

	// grants give every member roles.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Grants []Grant `json:"grants,omitempty"`
}

// UserGroupStatus is what the controller found.
type UserGroupStatus struct {
	// observedGeneration is the generation of the spec that this status speaks of.
	//
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// conditions holds Ready and Published.
	//
	// +optional
	// +listType=map
	// +listMapKey=type
	// +patchStrategy=merge
	// +patchMergeKey=type
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty" patchStrategy:"merge" patchMergeKey:"type"`

	// members is how many members the group has.
	//
	// +optional
	Members *int32 `json:"members,omitempty"`

	// summary names the group's grants in one line.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Summary string `json:"summary,omitempty"`
}

// UserGroup is a set of users of one organization, and the grants that every one of them has.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=rwug,categories=rolewright
// +kubebuilder:printcolumn:name="Organization",type=string,JSONPath=`.spec.organizationRef.name`
// +kubebuilder:printcolumn:name="Members",type=integer,JSONPath=`.status.members`
// +kubebuilder:printcolumn:name="Default",type=string,JSONPath=`.spec.defaultMember`
// +kubebuilder:printcolumn:name="Grants",type=string,JSONPath=`.status.summary`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Published",type=string,JSONPath=`.status.conditions[?(@.type=="Published")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
type UserGroup struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says who belongs to the group.
	//
	// +required
	Spec UserGroupSpec `json:"spec,omitzero"`

	// status is what the controller found. It is the controller's alone.
	//
	// +optional
	Status UserGroupStatus `json:"status,omitzero"`
}

// UserGroupList is a list of UserGroups.
//
// +kubebuilder:object:root=true
type UserGroupList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	// items are the groups.
	Items []UserGroup `json:"items"`
}
