// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// UserState says whether a user may do anything at all.
//
// +kubebuilder:validation:Enum=Active;Suspended
type UserState string

// States of a user.
const (
	// UserActive users hold what their grants give.
	UserActive UserState = "Active"
	// UserSuspended users hold nothing, by whatever way; their objects stay.
	UserSuspended UserState = "Suspended"
)

// UserAssignmentSpec says what one user holds in one organization.
type UserAssignmentSpec struct {
	// organizationRef names the organization. It cannot be changed.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="organizationRef cannot be changed: delete the object and create it anew"
	OrganizationRef OrganizationReference `json:"organizationRef,omitzero"`

	// user is the id of the user, as applications send it in subject.id. It cannot be changed.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="user cannot be changed: delete the object and create it anew"
	User UserID `json:"user,omitempty"`

	// state is Active (when absent) or Suspended. A user of whom any assignment is suspended is suspended.
	//
	// +optional
	State UserState `json:"state,omitempty"`

	// manager is the id of the user's line manager.
	//
	// +optional
	Manager UserID `json:"manager,omitempty"`

	// homeUnit is the unit that the user belongs to. It grants nothing.
	//
	// +optional
	HomeUnit Name `json:"homeUnit,omitempty"`

	// attributes are facts about the user, for conditions to read in subject.properties.
	//
	// +optional
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=64
	Attributes Attributes `json:"attributes,omitempty"`

	// grants give the user roles.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Grants []Grant `json:"grants,omitempty"`

	// overrides give the user one permission, or take one away, beside all roles.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Overrides []Override `json:"overrides,omitempty"`
}

// Grant gives a role in a scope.
//
// +kubebuilder:validation:XValidation:rule="!has(self.notBefore) || !has(self.notAfter) || self.notBefore < self.notAfter",message="notBefore must come before notAfter"
type Grant struct {
	// roleRef names the role that is given.
	//
	// +required
	RoleRef RoleReference `json:"roleRef,omitzero"`

	// scope says where the role is given. A grant without scope covers nothing.
	//
	// +optional
	Scope *Scope `json:"scope,omitempty"`

	Window `json:",inline"`

	// entitlements that the grant carries; rules of roles may ask for them.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Entitlements []Name `json:"entitlements,omitempty"`

	// reason says why the role is given, for people.
	//
	// +optional
	Reason Description `json:"reason,omitempty"`
}

// OverrideEffect says what an override does.
//
// +kubebuilder:validation:Enum=Grant;Revoke
type OverrideEffect string

// Effects of an override.
const (
	// EffectGrant gives the permission, without qualifiers.
	EffectGrant OverrideEffect = "Grant"
	// EffectRevoke takes the permission away, whatever gives it.
	EffectRevoke OverrideEffect = "Revoke"
)

// Override gives one permission to the user, or takes it away.
//
// +kubebuilder:validation:XValidation:rule="!has(self.notBefore) || !has(self.notAfter) || self.notBefore < self.notAfter",message="notBefore must come before notAfter"
type Override struct {
	// permission that is given or taken.
	//
	// +required
	Permission PermissionName `json:"permission,omitempty"`

	// effect is Grant or Revoke.
	//
	// +required
	Effect OverrideEffect `json:"effect,omitempty"`

	// scope says where. A granting override covers what a grant of that scope would. A revoking one takes what it does not
	// limit: without units it takes everywhere, and a dimension that it does not name is covered.
	//
	// +optional
	Scope *Scope `json:"scope,omitempty"`

	Window `json:",inline"`

	// reason says why, for people.
	//
	// +optional
	Reason Description `json:"reason,omitempty"`
}

// EffectiveScope is what a user may do in one scope.
type EffectiveScope struct {
	// scope in words, for example everywhere, or icu, er; contractType on-call.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=4096
	Scope string `json:"scope,omitempty"`

	Window `json:",inline"`

	// permissions that the user holds in the scope, by name.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=256
	Permissions []EffectivePermission `json:"permissions,omitempty"`

	// revoked names the permissions that overrides take from the user in the scope, whatever gives them.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=128
	Revoked []string `json:"revoked,omitempty"`
}

// EffectivePermission is one permission that a user holds in a scope.
type EffectivePermission struct {
	// name of the permission.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	Name string `json:"name,omitempty"`

	// when lists the alternatives under which it is held, one of which suffices: each the names of its qualifiers,
	// joined by +. Absent means always.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=4096
	When []string `json:"when,omitempty"`

	// from names the roles that it comes from, or override.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=320
	From []string `json:"from,omitempty"`
}

// UserAssignmentStatus is what the controller found.
type UserAssignmentStatus struct {
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

	// summary names the user's grants in one line.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Summary string `json:"summary,omitempty"`

	// effective is what the user may do in the organization by all assignments together, grouped by scope. At most 32
	// scopes and 512 permissions are listed. A suspended user's list is empty.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	Effective []EffectiveScope `json:"effective,omitempty"`

	// omittedPermissions is how many permissions were left out of the list.
	//
	// +optional
	OmittedPermissions *int32 `json:"omittedPermissions,omitempty"`
}

// UserAssignment says what one user holds in one organization: grants of roles, and overrides of single permissions.
// Several for the same user add up.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=rwua,categories=rolewright
// +kubebuilder:printcolumn:name="User",type=string,JSONPath=`.spec.user`
// +kubebuilder:printcolumn:name="Organization",type=string,JSONPath=`.spec.organizationRef.name`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.spec.state`
// +kubebuilder:printcolumn:name="Grants",type=string,JSONPath=`.status.summary`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Published",type=string,JSONPath=`.status.conditions[?(@.type=="Published")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
type UserAssignment struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says what the user holds.
	//
	// +required
	Spec UserAssignmentSpec `json:"spec,omitzero"`

	// status is what the controller found. It is the controller's alone.
	//
	// +optional
	Status UserAssignmentStatus `json:"status,omitzero"`
}

// UserAssignmentList is a list of UserAssignments.
//
// +kubebuilder:object:root=true
type UserAssignmentList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	// items are the assignments.
	Items []UserAssignment `json:"items"`
}
