// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// UserState is the state of a user.
//
// +kubebuilder:validation:Enum=Active;Suspended
type UserState string

// States of a user.
const (
	// UserActive users hold what their grants give.
	UserActive UserState = "Active"
	// UserSuspended users hold nothing. Their objects stay.
	UserSuspended UserState = "Suspended"
)

// UserAssignmentSpec is the desired state of a UserAssignment.
type UserAssignmentSpec struct {
	// organizationRef refers to the organization. It cannot be changed.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="organizationRef cannot be changed: delete the object and create it again"
	OrganizationRef OrganizationReference `json:"organizationRef,omitzero"`

	// user is the id of the user, as applications send it in subject.id, for example jane@example.com. It cannot be
	// changed.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="user cannot be changed: delete the object and create it again"
	User UserID `json:"user,omitempty"`

	// state is Active or Suspended. A user is suspended if any of their assignments is. It defaults to Active if
	// absent.
	//
	// +optional
	State UserState `json:"state,omitempty"`

	// profile says who the user is. A directory's sync can own it, while others own grants of the same object.
	//
	// +optional
	Profile UserProfile `json:"profile,omitzero"`

	// grants give the user roles. Each has a name.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Grants []Grant `json:"grants,omitempty"`

	// overrides give the user single permissions, or deny them, whatever else gives them. Each has a
	// name.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Overrides []Override `json:"overrides,omitempty"`
}

// UserProfile says who a user is. Several assignments of the user add up: a field in which they disagree is unknown.
//
// +kubebuilder:validation:MinProperties=1
type UserProfile struct {
	// displayName is the name of the user that people see, for example Jane Miller. It is not published.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// manager is the id of the user's line manager.
	//
	// +optional
	Manager UserID `json:"manager,omitempty"`

	// homeUnit is the name of the unit that the user belongs to. It gives no permissions.
	//
	// +optional
	HomeUnit Name `json:"homeUnit,omitempty"`

	// attributes are facts about the user, which CEL expressions read in subject.properties, for example {discipline:
	// PT}.
	//
	// +optional
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=64
	Attributes Attributes `json:"attributes,omitempty"`
}

// Grant gives a role in a scope. It belongs to one writer as a whole, so that no other widens it.
//
// +structType=atomic
// +kubebuilder:validation:XValidation:rule="!has(self.startTime) || !has(self.endTime) || self.startTime < self.endTime",message="startTime must come before endTime"
type Grant struct {
	// name of the grant, which no other grant of the object has, for example nurse. Findings and explanations name
	// the grant by it. Different writers can apply grants of different names to one object.
	//
	// +required
	Name EntryName `json:"name,omitempty"`

	// roleRef refers to the role that is given.
	//
	// +required
	RoleRef RoleReference `json:"roleRef,omitzero"`

	// scope is where the role is held. A grant without scope covers nothing.
	//
	// +optional
	Scope *Scope `json:"scope,omitempty"`

	Window `json:",inline"`

	// entitlements of the catalog that the grant carries, by name. Rules of roles can require them.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Entitlements []Name `json:"entitlements,omitempty"`

	// reason says why the role is given.
	//
	// +optional
	Reason Description `json:"reason,omitempty"`
}

// OverrideEffect is the effect of an override.
//
// +kubebuilder:validation:Enum=Allow;Deny
type OverrideEffect string

// Effects of an override.
const (
	// EffectAllow gives the permission, without qualifiers.
	EffectAllow OverrideEffect = "Allow"
	// EffectDeny denies the permission, whatever gives it.
	EffectDeny OverrideEffect = "Deny"
)

// Override gives a single permission to the user, or denies it. It belongs to one writer as a whole.
//
// +structType=atomic
// +kubebuilder:validation:XValidation:rule="!has(self.startTime) || !has(self.endTime) || self.startTime < self.endTime",message="startTime must come before endTime"
type Override struct {
	// name of the override, which no other override of the object has, for example no-exports. Findings and explanations name
	// the override by it. Different writers can apply overrides of different names to one object.
	//
	// +required
	Name EntryName `json:"name,omitempty"`

	// permission that is given or denied.
	//
	// +required
	Permission PermissionName `json:"permission,omitempty"`

	// effect is Allow or Deny.
	//
	// +required
	Effect OverrideEffect `json:"effect,omitempty"`

	// scope is where the override applies. An override with effect Allow covers what a grant with this scope covers.
	// An override with effect Deny covers everything that the scope does not limit: every unit if it names none, and
	// every value of a dimension that it does not name.
	//
	// +optional
	Scope *Scope `json:"scope,omitempty"`

	Window `json:",inline"`

	// reason says why the override exists.
	//
	// +optional
	Reason Description `json:"reason,omitempty"`
}

// RequestedRole is a role that an approved request gives to the user.
type RequestedRole struct {
	// requestName is the name of the ApprovalRequest.
	//
	// +required
	RequestName Observed `json:"requestName,omitempty"`

	// roleRef refers to the role.
	//
	// +required
	RoleRef ObservedRole `json:"roleRef,omitzero"`

	// scope is where the role is held.
	//
	// +required
	Scope ObservedScope `json:"scope,omitzero"`

	Window `json:",inline"`
}

// UserAssignmentStatus is the observed state of the UserAssignment.
type UserAssignmentStatus struct {
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

	// state is Active or Suspended: the state of the user in the organization. A user is suspended if any of their
	// assignments is, or their PlatformAssignment.
	//
	// +optional
	State UserState `json:"state,omitempty"`

	// summary lists the grants and overrides of the assignment, and the roles that requests give to the user, in one line.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Summary string `json:"summary,omitempty"`

	// requestedRoles are the roles that approved requests give to the user, now or later: the first 16 to end.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	RequestedRoles []RequestedRole `json:"requestedRoles,omitempty"`

	// omittedRequestedRoleCount is the number of these roles that are not in the list.
	//
	// +optional
	OmittedRequestedRoleCount *int32 `json:"omittedRequestedRoleCount,omitempty"`

	// requestedUntil is the time at which the first of these roles ends, to the minute, for people. Programs read
	// requestedRoles.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=32
	RequestedUntil string `json:"requestedUntil,omitempty"`

	// detail says what effective lists of the grants of the user: their permissions if it is Permissions or absent; or their
	// roles, if it is Roles. The organization determines it.
	//
	// +optional
	Detail AssignmentStatusDetail `json:"detail,omitempty"`

	// effective lists what the user may do in the organization by all assignments together, grouped by scope, window and
	// where it comes from. It has at most 64 entries and 512 permissions, or 512 roles if detail is Roles. It is empty if the
	// user is suspended.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	Effective []EffectiveScope `json:"effective,omitempty"`

	// omittedPermissionCount is the number of permissions, held or denied, that are not in the list. A permission counts once
	// for each entry that would show it.
	//
	// +optional
	OmittedPermissionCount *int32 `json:"omittedPermissionCount,omitempty"`

	// omittedRoleCount is the number of roles that are not in the list, where detail is Roles. A role counts once for each entry
	// that would show it.
	//
	// +optional
	OmittedRoleCount *int32 `json:"omittedRoleCount,omitempty"`
}

// UserAssignment gives a user roles and single permissions in an organization. Several assignments of the same user
// add up.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=rwua,categories=rolewright
// +kubebuilder:selectablefield:JSONPath=`.spec.organizationRef.name`
// +kubebuilder:selectablefield:JSONPath=`.spec.user`
// +kubebuilder:printcolumn:name="User",type=string,JSONPath=`.spec.user`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.status.state`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Until",type=string,JSONPath=`.status.requestedUntil`
// +kubebuilder:printcolumn:name="Age",type=date,priority=1,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Name",type=string,priority=1,JSONPath=`.spec.profile.displayName`
// +kubebuilder:printcolumn:name="Organization",type=string,priority=1,JSONPath=`.spec.organizationRef.name`
// +kubebuilder:printcolumn:name="Grants",type=string,priority=1,JSONPath=`.status.summary`
// +kubebuilder:printcolumn:name="Published",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Published")].status`
// +kubebuilder:printcolumn:name="Message",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
type UserAssignment struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the desired state of the assignment.
	//
	// +required
	Spec UserAssignmentSpec `json:"spec,omitzero"`

	// status is the state that the manager observed. Only the manager writes it. Until it does, the condition Ready is Unknown.
	//
	// +optional
	// +structType=atomic
	// +kubebuilder:default={}
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
