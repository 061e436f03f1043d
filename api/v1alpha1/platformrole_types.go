// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// PlatformRoleSpec describes a role that the platform ships.
//
// +kubebuilder:validation:XValidation:rule="!has(self.inherits) || self.inherits.all(i, has(i.roleRef.kind) && i.roleRef.kind == 'PlatformRole')",message="a PlatformRole can inherit only PlatformRoles: set roleRef.kind to PlatformRole"
type PlatformRoleSpec struct {
	// catalogRef names the catalog that the role's rules speak of. It cannot be changed.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="catalogRef cannot be changed: delete the object and create it anew"
	CatalogRef CatalogReference `json:"catalogRef,omitzero"`

	// level says who is given the role. Organization: users inside organizations, by UserAssignments and UserGroups.
	// Platform: the platform's own people over organizations, by PlatformAssignments; only such a role may hold permissions
	// of level Platform. It cannot be changed.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="level cannot be changed: delete the object and create it anew"
	Level PermissionLevel `json:"level,omitempty"`

	RoleDefinition `json:",inline"`
}

// PlatformRoleStatus is what the controller found.
type PlatformRoleStatus struct {
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

	// organizations is how many organizations have the role.
	//
	// +optional
	Organizations *int32 `json:"organizations,omitempty"`
}

// PlatformRole is a role that the platform ships: to every organization of a catalog, or for the platform's own people.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=rwprole,categories=rolewright
// +kubebuilder:printcolumn:name="Catalog",type=string,JSONPath=`.spec.catalogRef.name`
// +kubebuilder:printcolumn:name="Level",type=string,JSONPath=`.spec.level`
// +kubebuilder:printcolumn:name="Permissions",type=integer,JSONPath=`.status.permissionCount`
// +kubebuilder:printcolumn:name="Organizations",type=integer,JSONPath=`.status.organizations`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
type PlatformRole struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec describes the role.
	//
	// +required
	Spec PlatformRoleSpec `json:"spec,omitzero"`

	// status is what the controller found. It is the controller's alone.
	//
	// +optional
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
