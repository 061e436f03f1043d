// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// ApproverType is the way in which an ApproverSelector selects users.
//
// +kubebuilder:validation:Enum=Role;Permission;Group;Users;Manager;ManagerWithRole;Administrator
type ApproverType string

// Ways in which approvers are selected.
const (
	// ApproverTypeRole selects the holders of a role.
	ApproverTypeRole ApproverType = "Role"
	// ApproverTypePermission selects the holders of a permission.
	ApproverTypePermission ApproverType = "Permission"
	// ApproverTypeGroup selects the members of a UserGroup.
	ApproverTypeGroup ApproverType = "Group"
	// ApproverTypeUsers selects users by id.
	ApproverTypeUsers ApproverType = "Users"
	// ApproverTypeManager selects the manager at a level of a line of managers.
	ApproverTypeManager ApproverType = "Manager"
	// ApproverTypeManagerWithRole selects the nearest manager who holds a role.
	ApproverTypeManagerWithRole ApproverType = "ManagerWithRole"
	// ApproverTypeAdministrator selects the users who may give the role that is requested without a request.
	ApproverTypeAdministrator ApproverType = "Administrator"
)

// ApproverSelector selects approvers in the way that its type names, for example {type: Users, users: [jane@example.com]}.
//
// +union
// +kubebuilder:validation:XValidation:rule="(self.type == 'Role') == has(self.role)",message="set role if type is Role, and only then"
// +kubebuilder:validation:XValidation:rule="(self.type == 'Permission') == has(self.permission)",message="set permission if type is Permission, and only then"
// +kubebuilder:validation:XValidation:rule="(self.type == 'Group') == has(self.groupRef)",message="set groupRef if type is Group, and only then"
// +kubebuilder:validation:XValidation:rule="(self.type == 'Users') == has(self.users)",message="set users if type is Users, and only then"
// +kubebuilder:validation:XValidation:rule="(self.type == 'Manager') == has(self.manager)",message="set manager if type is Manager, and only then"
// +kubebuilder:validation:XValidation:rule="(self.type == 'ManagerWithRole') == has(self.managerWithRole)",message="set managerWithRole if type is ManagerWithRole, and only then"
type ApproverSelector struct {
	// type is Role, Permission, Group, Users, Manager or ManagerWithRole: the field that selects the approvers. Or it is
	// Administrator, for example {type: Administrator}: the users whose administration rules let them give the role that is
	// requested to its beneficiary, in the scope in which it would be held. No other field goes with it, and it names
	// nobody if the request asks for no role, so the chain needs a grantPolicy.
	//
	// +required
	// +unionDiscriminator
	Type ApproverType `json:"type,omitempty"`

	// role selects the holders of a role. It goes with the type Role.
	//
	// +optional
	// +unionMember
	Role *RoleApprovers `json:"role,omitempty"`

	// permission selects the holders of a permission, for example {name: orders.approve}. It goes with the type Permission.
	//
	// +optional
	// +unionMember
	Permission *PermissionHolders `json:"permission,omitempty"`

	// groupRef refers to a UserGroup of the organization, whose default member is asked first. It goes with the type
	// Group.
	//
	// +optional
	// +unionMember
	GroupRef *UserGroupReference `json:"groupRef,omitempty"`

	// users are selected by id. They go with the type Users.
	//
	// +optional
	// +unionMember
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Users []UserReference `json:"users,omitempty"`

	// manager selects the manager at a level above the requester or the beneficiary. It goes with the type Manager.
	//
	// +optional
	// +unionMember
	Manager *ManagerApprover `json:"manager,omitempty"`

	// managerWithRole selects the nearest manager above the requester or the beneficiary who holds a role. It goes with
	// the type ManagerWithRole.
	//
	// +optional
	// +unionMember
	ManagerWithRole *ManagerWithRoleApprover `json:"managerWithRole,omitempty"`
}

// UserGroupReference refers to a UserGroup in the namespace of the object that holds the reference.
type UserGroupReference struct {
	// name of the UserGroup, which belongs to the same organization.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
}

// RoleMatch says which roles count as a role.
//
// +kubebuilder:validation:Enum=AtLeast;Exact
type RoleMatch string

// Matches of roles.
const (
	// RoleMatchAtLeast counts the role and every role that inherits it.
	RoleMatchAtLeast RoleMatch = "AtLeast"
	// RoleMatchExact counts the role alone.
	RoleMatchExact RoleMatch = "Exact"
)

// RoleApprovers are the holders of a role whose grant is in effect and covers the unit and the dimensions of the
// request.
type RoleApprovers struct {
	// roleRef refers to the role.
	//
	// +required
	RoleRef RoleReference `json:"roleRef,omitzero"`

	// match is AtLeast, which also selects holders of roles that inherit the role, or Exact, which selects only holders
	// of the role itself. It defaults to AtLeast if absent.
	//
	// +optional
	Match RoleMatch `json:"match,omitempty"`

	// nearestUnitKind selects the holders over the nearest unit of this kind, which is the unit of the request or one
	// above it. If there is no such unit, nobody is selected.
	//
	// +optional
	NearestUnitKind Name `json:"nearestUnitKind,omitempty"`
}

// PermissionHolders are the users who hold a permission on what the request is about: the decision service would allow
// them the permission on a resource with the type, the unit and the attributes of the request.
type PermissionHolders struct {
	// name of the permission, for example orders.approve.
	//
	// +required
	Name PermissionName `json:"name,omitempty"`
}

// LineOf is the user whose line of managers is meant.
//
// +kubebuilder:validation:Enum=Requester;Beneficiary
type LineOf string

// Users whose line of managers can be meant.
const (
	// LineOfRequester is the line of managers of the requester.
	LineOfRequester LineOf = "Requester"
	// LineOfBeneficiary is the line of managers of the beneficiary.
	LineOfBeneficiary LineOf = "Beneficiary"
)

// ManagerApprover is the manager at a level of a line of managers.
type ManagerApprover struct {
	// lineOf is the user whose line of managers is meant: Requester or Beneficiary. It defaults to Requester if absent.
	//
	// +optional
	LineOf LineOf `json:"lineOf,omitempty"`

	// level is the distance of the manager from the user: 1 is the line manager, 2 the manager of the line manager.
	//
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=32
	Level int32 `json:"level,omitempty"`
}

// ManagerWithRoleApprover is the nearest manager in a line of managers who holds a role by a grant that covers the unit
// and the dimensions of the request.
type ManagerWithRoleApprover struct {
	// lineOf is the user whose line of managers is meant: Requester or Beneficiary. It defaults to Requester if absent.
	//
	// +optional
	LineOf LineOf `json:"lineOf,omitempty"`

	// roleRef refers to the role.
	//
	// +required
	RoleRef RoleReference `json:"roleRef,omitzero"`

	// match is AtLeast, which also counts holders of roles that inherit the role, or Exact, which counts only holders of
	// the role itself. It defaults to AtLeast if absent.
	//
	// +optional
	Match RoleMatch `json:"match,omitempty"`

	// aboveLevel skips the managers up to this level: 1 skips the line manager. If absent, no manager is skipped.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=32
	AboveLevel int32 `json:"aboveLevel,omitempty"`
}
