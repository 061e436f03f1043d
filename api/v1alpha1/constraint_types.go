// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Enforcement is what happens if a constraint is violated.
//
// +kubebuilder:validation:Enum=Enforce;Audit
type Enforcement string

// Enforcements.
const (
	// Enforce withholds the newest grants that violate the constraint.
	Enforce Enforcement = "Enforce"
	// Audit reports that the constraint is violated, and changes nothing.
	Audit Enforcement = "Audit"
)

// ConstraintType is the type of a constraint.
//
// +kubebuilder:validation:Enum=SeparationOfDuties;Holders;Prerequisite
type ConstraintType string

// Types of constraints.
const (
	// ConstraintSeparationOfDuties limits how many of several duties one user may have.
	ConstraintSeparationOfDuties ConstraintType = "SeparationOfDuties"
	// ConstraintHolders limits how many users may hold a role.
	ConstraintHolders ConstraintType = "Holders"
	// ConstraintPrerequisite requires the holders of a role to hold another role as well.
	ConstraintPrerequisite ConstraintType = "Prerequisite"
)

// Constraint is a rule about assignments: type says which, and the field of that name holds the rule. Holders of a role
// also hold the roles that it inherits.
// Grants of groups and of the platform count too; those of suspended users do not.
//
// +kubebuilder:validation:XValidation:rule="has(self.separationOfDuties) == (self.type == 'SeparationOfDuties') && has(self.holders) == (self.type == 'Holders') && has(self.prerequisite) == (self.type == 'Prerequisite')",message="set the field that type names, and only that: separationOfDuties, holders or prerequisite"
// +kubebuilder:validation:XValidation:rule="self.enforcement != 'Enforce' || !has(self.holders) || has(self.holders.atMost)",message="a lower bound alone cannot be enforced: set enforcement to Audit"
type Constraint struct {
	// name of the constraint.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// displayName is the name of the constraint that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says why the constraint exists.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// enforcement is Enforce, which withholds the newest grants that violate the constraint, or Audit, which only
	// reports them.
	//
	// +required
	Enforcement Enforcement `json:"enforcement,omitempty"`

	// type is SeparationOfDuties, Holders or Prerequisite, and says which of the fields of these names is set.
	//
	// +required
	Type ConstraintType `json:"type,omitempty"`

	// separationOfDuties limits how many of several duties one user may have.
	//
	// +optional
	SeparationOfDuties *SeparationOfDuties `json:"separationOfDuties,omitempty"`

	// holders limits how many users may hold a role.
	//
	// +optional
	Holders *Holders `json:"holders,omitempty"`

	// prerequisite requires the holders of a role to hold another role as well.
	//
	// +optional
	Prerequisite *Prerequisite `json:"prerequisite,omitempty"`
}

// SeparationOfDuties limits how many of several duties one user may have.
//
// +kubebuilder:validation:XValidation:rule="self.atMost < self.duties.size()",message="atMost must be less than the number of duties: else nothing is forbidden"
type SeparationOfDuties struct {
	// duties that must be kept apart.
	//
	// +required
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=2
	// +kubebuilder:validation:MaxItems=16
	Duties []Duty `json:"duties,omitempty"`

	// atMost is the greatest number of these duties that one user may have, for example 1.
	//
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=15
	AtMost int32 `json:"atMost,omitempty"`

	// exceptRoleRefs refer to roles that are exempt: what they give makes up no duty. Only grants of exactly these roles are
	// exempt, not of those that inherit them. A catalog can exempt only PlatformRoles: organizations make their own roles. An
	// example is [{kind: PlatformRole, name: auditor}].
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	ExceptRoleRefs []RoleReference `json:"exceptRoleRefs,omitempty"`

	// perUnit applies the limit to each unit separately if true: a user may have more duties if they are in different
	// units.
	//
	// +optional
	PerUnit *bool `json:"perUnit,omitempty"`
}

// Duty is a set of roles and permissions. A user who holds any of them has the duty.
//
// +kubebuilder:validation:XValidation:rule="has(self.roleRefs) || has(self.permissions)",message="name the roles or the permissions that make up the duty"
type Duty struct {
	// name of the duty.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// roleRefs refer to the roles of the duty. A user who holds any of them has the duty.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	RoleRefs []RoleReference `json:"roleRefs,omitempty"`

	// permissions of the duty. A user who holds any of them, under whatever condition, has the duty.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Permissions []PermissionName `json:"permissions,omitempty"`
}

// Holders limits how many users may hold a role.
//
// +kubebuilder:validation:XValidation:rule="has(self.atLeast) || has(self.atMost)",message="set atLeast, atMost or both"
// +kubebuilder:validation:XValidation:rule="!has(self.atLeast) || !has(self.atMost) || self.atLeast <= self.atMost",message="atLeast must not be greater than atMost"
type Holders struct {
	// roleRef refers to the role.
	//
	// +required
	RoleRef RoleReference `json:"roleRef,omitzero"`

	// atLeast is the least number of users who should hold the role. Too few are only reported.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100000
	AtLeast int32 `json:"atLeast,omitempty"`

	// atMost is the greatest number of users who may hold the role.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000
	AtMost *int32 `json:"atMost,omitempty"`
}

// Prerequisite requires the holders of a role to hold another role as well.
type Prerequisite struct {
	// roleRef refers to the role that has the prerequisite.
	//
	// +required
	RoleRef RoleReference `json:"roleRef,omitzero"`

	// requiredRoleRef refers to the role that must be held as well, for at least as long.
	//
	// +required
	RequiredRoleRef RoleReference `json:"requiredRoleRef,omitzero"`

	// perUnit requires the other role in every unit of the grant if true. If false or absent, the other role may be
	// held in any unit.
	//
	// +optional
	PerUnit *bool `json:"perUnit,omitempty"`
}

// ConstraintReference refers to a constraint: in an Organization to one of its catalog, in an OrganizationStructure to one of
// the organization's structures.
type ConstraintReference struct {
	// name of the constraint.
	//
	// +required
	Name Name `json:"name,omitempty"`
}

// Waiver permits users to violate a constraint for a limited time.
//
// +kubebuilder:validation:XValidation:rule="has(self.users) != (has(self.allUsers) && self.allUsers)",message="name users, or set allUsers to true, and not both"
type Waiver struct {
	// name of the waiver.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// constraintRef refers to the constraint that may be violated.
	//
	// +required
	ConstraintRef ConstraintReference `json:"constraintRef,omitzero"`

	// users who may violate it, for example [jane@example.com].
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Users []UserReference `json:"users,omitempty"`

	// allUsers permits every user to violate it if true.
	//
	// +optional
	AllUsers *bool `json:"allUsers,omitempty"`

	// owner is the id of the user who is responsible for the waiver.
	//
	// +required
	Owner UserID `json:"owner,omitempty"`

	// reason says why the waiver is needed.
	//
	// +required
	Reason Description `json:"reason,omitempty"`

	// endTime is the time at which the waiver ends, in RFC 3339, for example 2030-12-31T23:00:00Z. Grants that depend
	// on the waiver end with it.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="timestamp('1970-01-01T00:00:00Z') <= self && self <= timestamp('9999-12-31T23:59:59Z')",message="a time from 1970 to 9999, like 2030-12-31T23:00:00Z"
	EndTime metav1.Time `json:"endTime,omitzero"`
}
