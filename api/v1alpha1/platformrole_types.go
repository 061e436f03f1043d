// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// AssignableScope says what a role can be assigned to.
//
// +kubebuilder:validation:Enum=Organization;Platform
type AssignableScope string

// What a role can be assigned to.
const (
	// AssignableScopeOrganization roles are given inside organizations.
	AssignableScopeOrganization AssignableScope = "Organization"
	// AssignableScopePlatform roles are given over organizations, to staff of the platform.
	AssignableScopePlatform AssignableScope = "Platform"
)

// PlatformRoleSpec is the desired state of a PlatformRole.
//
// +kubebuilder:validation:XValidation:rule="!has(self.inherits) || self.inherits.all(i, has(i.roleRef.kind) && i.roleRef.kind == 'PlatformRole')",message="a PlatformRole can inherit only PlatformRoles: set roleRef.kind to PlatformRole"
type PlatformRoleSpec struct {
	// catalogRef refers to the PermissionCatalog that defines the permissions of the role. It cannot be changed.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="catalogRef cannot be changed: delete the object and create it again"
	CatalogRef CatalogReference `json:"catalogRef,omitzero"`

	// assignableScope says what the role can be assigned to. An Organization role is given inside organizations, by
	// UserAssignments and UserGroups. A Platform role is given over organizations, by PlatformAssignments, and only
	// such a role can hold permissions of level Platform. It cannot be changed.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="assignableScope cannot be changed: delete the object and create it again"
	AssignableScope AssignableScope `json:"assignableScope,omitempty"`

	RoleDefinition `json:",inline"`
}

// PlatformRoleStatus is the observed state of the PlatformRole.
type PlatformRoleStatus struct {
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

	// permissions are the first 256 permissions of the role, including inherited ones, in the order of the catalog.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=256
	Permissions []RolePermission `json:"permissions,omitempty"`

	// omittedPermissionCount is the number of permissions that are not in the list.
	//
	// +optional
	OmittedPermissionCount *int32 `json:"omittedPermissionCount,omitempty"`

	// permissionCount is the number of permissions of the role.
	//
	// +optional
	PermissionCount *int32 `json:"permissionCount,omitempty"`

	// administrationRules are the first 64 administration rules of the role: its own, then inherited ones, by role and name.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	AdministrationRules []RoleAdministrationRule `json:"administrationRules,omitempty"`

	// omittedAdministrationRuleCount is the number of administration rules that are not in the list.
	//
	// +optional
	OmittedAdministrationRuleCount *int32 `json:"omittedAdministrationRuleCount,omitempty"`

	// organizationCount is the number of organizations that have the role.
	//
	// +optional
	OrganizationCount *int32 `json:"organizationCount,omitempty"`
}

// PlatformRole is a role that the platform provides: to all organizations of a catalog, or for its own staff.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=rwprole,categories=rolewright-platform
// +kubebuilder:printcolumn:name="Scope",type=string,JSONPath=`.spec.assignableScope`
// +kubebuilder:printcolumn:name="Permissions",type=integer,JSONPath=`.status.permissionCount`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Catalog",type=string,priority=1,JSONPath=`.spec.catalogRef.name`
// +kubebuilder:printcolumn:name="Organizations",type=integer,priority=1,JSONPath=`.status.organizationCount`
// +kubebuilder:printcolumn:name="Message",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
type PlatformRole struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the desired state of the role.
	//
	// +required
	Spec PlatformRoleSpec `json:"spec,omitzero"`

	// status is the state that the manager observed. Only the manager writes it. Until it does, the condition Ready is Unknown.
	//
	// +optional
	// +structType=atomic
	// +kubebuilder:default={}
	Status PlatformRoleStatus `json:"status,omitzero"`
}

// PlatformRoleList is a list of PlatformRoles.
//
// +kubebuilder:object:root=true
type PlatformRoleList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	// items are the roles.
	Items []PlatformRole `json:"items"`
}
