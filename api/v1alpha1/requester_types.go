// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// RequesterType is the way in which a RequesterSelector selects users.
//
// +kubebuilder:validation:Enum=Anybody;Role;Permission
type RequesterType string

// Ways in which requesters are selected.
const (
	// RequesterTypeAnybody selects every user of the organization.
	RequesterTypeAnybody RequesterType = "Anybody"
	// RequesterTypeRole selects the holders of a role.
	RequesterTypeRole RequesterType = "Role"
	// RequesterTypePermission selects the holders of a permission.
	RequesterTypePermission RequesterType = "Permission"
)

// RequesterSelector selects users who may make requests in the way that its type names, for example
// {type: Permission, permission: {name: orders.create}}.
//
// +union
// +kubebuilder:validation:XValidation:rule="(self.type == 'Role') == has(self.role)",message="set role if type is Role, and only then"
// +kubebuilder:validation:XValidation:rule="(self.type == 'Permission') == has(self.permission)",message="set permission if type is Permission, and only then"
type RequesterSelector struct {
	// type is Anybody, for every user of the organization, or Role or Permission: the field that selects the requesters.
	//
	// +required
	// +unionDiscriminator
	Type RequesterType `json:"type,omitempty"`

	// role selects the holders of a role. It goes with the type Role.
	//
	// +optional
	// +unionMember
	Role *RoleRequesters `json:"role,omitempty"`

	// permission selects the holders of a permission. It goes with the type Permission.
	//
	// +optional
	// +unionMember
	Permission *PermissionHolders `json:"permission,omitempty"`
}

// RoleRequesters are the holders of a role whose grant is in effect and covers the unit and the dimensions of the
// request.
type RoleRequesters struct {
	// roleRef refers to the role.
	//
	// +required
	RoleRef RoleReference `json:"roleRef,omitzero"`

	// match is AtLeast, which also selects holders of roles that inherit the role, or Exact, which selects only holders
	// of the role itself. It defaults to AtLeast if absent.
	//
	// +optional
	Match RoleMatch `json:"match,omitempty"`
}
