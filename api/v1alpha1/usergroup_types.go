// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// UserGroupSpec is the desired state of a UserGroup.
//
// +kubebuilder:validation:XValidation:rule="!has(self.defaultMember) || (has(self.members) && self.defaultMember in self.members)",message="defaultMember must be one of members"
type UserGroupSpec struct {
	// organizationRef refers to the organization. It cannot be changed.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="organizationRef cannot be changed: delete the object and create it again"
	OrganizationRef OrganizationReference `json:"organizationRef,omitzero"`

	// displayName is the name of the group that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says who the members are.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// members are the ids of the users in the group. They need no assignment of their own.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=1000
	Members []UserID `json:"members,omitempty"`

	// defaultMember is the member who is asked first when the group decides an approval step. The other members may
	// decide too.
	//
	// +optional
	DefaultMember UserID `json:"defaultMember,omitempty"`

	// grants give roles to every member. Each has a name.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Grants []Grant `json:"grants,omitempty"`
}

// UserGroupStatus is the observed state of the UserGroup.
type UserGroupStatus struct {
	// observedGeneration is the generation of the spec for which this status was computed.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// conditions are Ready, which is False if part of the object has no effect, and Published, which is True if
	// readers see the object.
	//
	// +optional
	// +listType=map
	// +listMapKey=type
	// +patchStrategy=merge
	// +patchMergeKey=type
	// +kubebuilder:default={{type: "Ready", status: "Unknown", reason: "NotObserved", message: "the manager has not observed it yet", lastTransitionTime: "1970-01-01T00:00:00Z"}}
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty" patchStrategy:"merge" patchMergeKey:"type"`

	// memberCount is the number of members.
	//
	// +optional
	MemberCount *int32 `json:"memberCount,omitempty"`

	// summary lists the group's grants in one line.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Summary string `json:"summary,omitempty"`
}

// UserGroup is a set of users of one organization who all hold the same grants.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=rwug,categories=rolewright
// +kubebuilder:selectablefield:JSONPath=`.spec.organizationRef.name`
// +kubebuilder:printcolumn:name="Members",type=integer,JSONPath=`.status.memberCount`
// +kubebuilder:printcolumn:name="Default",type=string,JSONPath=`.spec.defaultMember`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Organization",type=string,priority=1,JSONPath=`.spec.organizationRef.name`
// +kubebuilder:printcolumn:name="Grants",type=string,priority=1,JSONPath=`.status.summary`
// +kubebuilder:printcolumn:name="Published",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Published")].status`
// +kubebuilder:printcolumn:name="Message",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
type UserGroup struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the desired state of the group.
	//
	// +required
	Spec UserGroupSpec `json:"spec,omitzero"`

	// status is the state that the manager observed. Only the manager writes it. Until it does, the condition Ready is Unknown.
	//
	// +optional
	// +structType=atomic
	// +kubebuilder:default={}
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
