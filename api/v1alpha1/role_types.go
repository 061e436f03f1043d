// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// RoleDefinition is what a role is, wherever it is written: its place among roles and its rules.
type RoleDefinition struct {
	// displayName is the role's name for people.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says who should hold the role.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// category groups roles that people read together, for example processing. It has no effect.
	//
	// +optional
	Category Name `json:"category,omitempty"`

	// inherits names roles all of whose rules this role has too.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:XValidation:rule="self.all(a, self.exists_one(b, b.roleRef == a.roleRef))",message="a role can be inherited only once"
	Inherits []Inheritance `json:"inherits,omitempty"`

	// rules say what the role lets its holders do. Where several rules hold a permission, one suffices.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Rules []Rule `json:"rules,omitempty"`
}

// Inheritance names a role whose rules are taken over.
type Inheritance struct {
	// roleRef names the role that is inherited.
	//
	// +required
	RoleRef RoleReference `json:"roleRef,omitzero"`

	// except leaves out part of what that role has. It concerns this inheritance only: what comes by another way stays.
	//
	// +optional
	Except *PermissionSelector `json:"except,omitempty"`
}

// PermissionSelector picks permissions of the catalog.
//
// +kubebuilder:validation:XValidation:rule="has(self.permissions) || has(self.sections)",message="name permissions or sections"
type PermissionSelector struct {
	// permissions by name.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Permissions []PermissionName `json:"permissions,omitempty"`

	// sections all of whose permissions are picked, also those added later, or * for every section.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Sections []SectionSelector `json:"sections,omitempty"`
}

// Rule lets holders of a role do something, on conditions that must all hold.
//
// +kubebuilder:validation:XValidation:rule="has(self.permissions) || has(self.sections)",message="name permissions or sections"
type Rule struct {
	// permissions by name.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Permissions []PermissionName `json:"permissions,omitempty"`

	// sections all of whose permissions are held, also those added later, or * for every section. Permissions of level
	// Platform are reached only in a PlatformRole of that level.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Sections []SectionSelector `json:"sections,omitempty"`

	// qualifiers of the catalog that must all be true.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Qualifiers []Name `json:"qualifiers,omitempty"`

	// features of the catalog that the organization must all have turned on.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Features []Name `json:"features,omitempty"`

	// entitlements that the grant must all carry.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Entitlements []Name `json:"entitlements,omitempty"`
}

// RoleSpec describes a custom role of one organization.
type RoleSpec struct {
	// organizationRef names the organization that the role belongs to. It cannot be changed.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="organizationRef cannot be changed: delete the object and create it anew"
	OrganizationRef OrganizationReference `json:"organizationRef,omitzero"`

	RoleDefinition `json:",inline"`
}

// RolePermission is one permission that a role holds, after inheritance.
type RolePermission struct {
	// name of the permission.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	Name string `json:"name,omitempty"`

	// when lists the alternatives under which the permission is held, one of which suffices: each the names of its
	// qualifiers, feature:<name> and entitlement:<name>, joined by +. Absent means always.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=4096
	When []string `json:"when,omitempty"`
}

// RoleStatus is what the controller found.
type RoleStatus struct {
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

	// permissions are the first 256 permissions that the role holds, after inheritance, in the catalog's order.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=256
	Permissions []RolePermission `json:"permissions,omitempty"`

	// omittedPermissions is how many permissions were left out of the list.
	//
	// +optional
	OmittedPermissions *int32 `json:"omittedPermissions,omitempty"`

	// permissionCount is how many permissions the role holds.
	//
	// +optional
	PermissionCount *int32 `json:"permissionCount,omitempty"`

	// holders is how many users have a grant of the role that counts, inherited ones left aside.
	//
	// +optional
	Holders *int32 `json:"holders,omitempty"`
}

// Role is a custom role of one organization: a named set of rules. RBAC has a kind of the same name; type
// roles.rolewright.dev, or the short name rwrole.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=rwrole,categories=rolewright
// +kubebuilder:printcolumn:name="Organization",type=string,JSONPath=`.spec.organizationRef.name`
// +kubebuilder:printcolumn:name="Permissions",type=integer,JSONPath=`.status.permissionCount`
// +kubebuilder:printcolumn:name="Holders",type=integer,JSONPath=`.status.holders`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
type Role struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec describes the role.
	//
	// +required
	Spec RoleSpec `json:"spec,omitzero"`

	// status is what the controller found. It is the controller's alone.
	//
	// +optional
	Status RoleStatus `json:"status,omitzero"`
}

// RoleList is a list of Roles.
//
// +kubebuilder:object:root=true
type RoleList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	// items are the roles.
	Items []Role `json:"items"`
}
