// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Enforcement says what happens when a constraint is broken.
//
// +kubebuilder:validation:Enum=Enforce;Audit
type Enforcement string

// Enforcements.
const (
	// Enforce withholds the newest grants that break the constraint.
	Enforce Enforcement = "Enforce"
	// Audit shows that the constraint is broken, and changes nothing.
	Audit Enforcement = "Audit"
)

// Constraint is a rule over assignments. It is of exactly one sort. Whoever holds a role that inherits another also holds that
// other; grants of groups and of the platform count as well, and those of suspended users do not.
//
// +kubebuilder:validation:XValidation:rule="[has(self.separationOfDuties), has(self.holders), has(self.prerequisite)].filter(x, x).size() == 1",message="set exactly one of separationOfDuties, holders and prerequisite"
// +kubebuilder:validation:XValidation:rule="self.enforcement != 'Enforce' || !has(self.holders) || has(self.holders.atMost)",message="a lower bound alone cannot be enforced: set enforcement to Audit"
type Constraint struct {
	// name of the constraint.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// description says why, for people.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// enforcement is Enforce or Audit.
	//
	// +required
	Enforcement Enforcement `json:"enforcement,omitempty"`

	// separationOfDuties bounds how many of several duties one user may have.
	//
	// +optional
	SeparationOfDuties *SeparationOfDuties `json:"separationOfDuties,omitempty"`

	// holders bounds how many users may hold a role.
	//
	// +optional
	Holders *Holders `json:"holders,omitempty"`

	// prerequisite says that one role presupposes another.
	//
	// +optional
	Prerequisite *Prerequisite `json:"prerequisite,omitempty"`
}

// SeparationOfDuties bounds how many of several duties one user may have.
//
// +kubebuilder:validation:XValidation:rule="self.atMost < self.duties.size()",message="atMost must be less than the number of duties: else nothing is forbidden"
type SeparationOfDuties struct {
	// duties that are kept apart.
	//
	// +required
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=2
	// +kubebuilder:validation:MaxItems=16
	Duties []Duty `json:"duties,omitempty"`

	// atMost is how many of the duties one user may have.
	//
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=15
	AtMost int32 `json:"atMost,omitempty"`

	// perUnit forbids, when true, to have too many duties in one unit; a user may have them in different units.
	//
	// +optional
	PerUnit *bool `json:"perUnit,omitempty"`
}

// Duty is what a user has who holds any of its roles or permissions.
//
// +kubebuilder:validation:XValidation:rule="has(self.roles) || has(self.permissions)",message="name the roles or the permissions that make up the duty"
type Duty struct {
	// name of the duty.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// roles any of which makes up the duty.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Roles []RoleReference `json:"roles,omitempty"`

	// permissions any of which makes up the duty, on whatever condition.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Permissions []PermissionName `json:"permissions,omitempty"`
}

// Holders bounds how many users may hold a role.
//
// +kubebuilder:validation:XValidation:rule="has(self.atLeast) || has(self.atMost)",message="set atLeast, atMost or both"
// +kubebuilder:validation:XValidation:rule="!has(self.atLeast) || !has(self.atMost) || self.atLeast <= self.atMost",message="atLeast must not be greater than atMost"
type Holders struct {
	// roleRef names the role.
	//
	// +required
	RoleRef RoleReference `json:"roleRef,omitzero"`

	// atLeast is how many users should hold the role. Too few are only shown.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100000
	AtLeast *int32 `json:"atLeast,omitempty"`

	// atMost is how many users may hold the role.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000
	AtMost *int32 `json:"atMost,omitempty"`
}

// Prerequisite says that a role presupposes another.
type Prerequisite struct {
	// roleRef names the role that presupposes the other.
	//
	// +required
	RoleRef RoleReference `json:"roleRef,omitzero"`

	// requires names the role that must be held too, for as long.
	//
	// +required
	Requires RoleReference `json:"requires,omitzero"`

	// perUnit asks, when true, for the other role in all units of the grant; otherwise it may be held anywhere.
	//
	// +optional
	PerUnit *bool `json:"perUnit,omitempty"`
}

// Waiver lets some users break a constraint for a while.
type Waiver struct {
	// name of the waiver.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// constraint that may be broken, by name: one of the organization's or of its catalog's.
	//
	// +required
	Constraint Name `json:"constraint,omitempty"`

	// users who may break it. Absent means everybody.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Users []UserID `json:"users,omitempty"`

	// owner is who answers for the waiver.
	//
	// +required
	Owner UserID `json:"owner,omitempty"`

	// reason says why it is needed.
	//
	// +required
	Reason Description `json:"reason,omitempty"`

	// notAfter is the moment at which the waiver has ended. Grants that live by it end with it.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="timestamp('1970-01-01T00:00:00Z') <= self && self <= timestamp('9999-12-31T23:59:59Z')",message="a time from 1970 to 9999, like 2030-12-31T23:00:00Z"
	NotAfter metav1.Time `json:"notAfter,omitzero"`
}
