// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// EffectiveScope is what the same grants and overrides give a user, or deny them, in a scope.
type EffectiveScope struct {
	// scope that is covered.
	//
	// +required
	Scope ObservedScope `json:"scope,omitzero"`

	Window `json:",inline"`

	// from lists the grants and overrides that give each of permissions, or that deny each of deniedPermissions: the first
	// 32, if there are more.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	From []EffectiveSource `json:"from,omitempty"`

	// permissions that the user holds in the scope.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=256
	Permissions []EffectivePermission `json:"permissions,omitempty"`

	// roles that the user holds in the scope, if the status lists roles. The status of each lists its permissions, with the
	// features and entitlements that they require. deniedPermissions of the user are not held by any role.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	Roles []EffectiveRole `json:"roles,omitempty"`

	// deniedPermissions are those that overrides deny the user in the scope, regardless of what gives them.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	DeniedPermissions []Observed `json:"deniedPermissions,omitempty"`
}

// ObservedScope is a scope that is covered. Only what everywhere, units and unitGroups name is covered, and there only the
// values of dimensions.
type ObservedScope struct {
	// everywhere covers every unit of the organization if true.
	//
	// +optional
	Everywhere *bool `json:"everywhere,omitempty"`

	// units that are covered, each with all units below it.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	Units []Observed `json:"units,omitempty"`

	// unitGroups whose units are covered, each unit with all units below it.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	UnitGroups []Observed `json:"unitGroups,omitempty"`

	// dimensions that are covered. A dimension that is not listed is not covered, and does not limit deniedPermissions.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=16
	Dimensions []ObservedDimension `json:"dimensions,omitempty"`

	// omittedUnitCount is the number of units and unitGroups that are not in the lists.
	//
	// +optional
	OmittedUnitCount *int32 `json:"omittedUnitCount,omitempty"`
}

// ObservedDimension is what is covered of a dimension.
type ObservedDimension struct {
	// name of the dimension.
	//
	// +required
	Name Observed `json:"name,omitempty"`

	// values that are covered.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	Values []Observed `json:"values,omitempty"`

	// all covers every value if true, and requests that have no value.
	//
	// +optional
	All *bool `json:"all,omitempty"`

	// omittedValueCount is the number of values that are not in the list.
	//
	// +optional
	OmittedValueCount *int32 `json:"omittedValueCount,omitempty"`
}

// EffectiveSource is a grant or an override of an object.
type EffectiveSource struct {
	// kind of the object, for example UserAssignment or UserGroup.
	//
	// +required
	Kind Observed `json:"kind,omitempty"`

	// name of the object.
	//
	// +required
	Name Observed `json:"name,omitempty"`

	// grantName is the name of the grant in the object, for example nurse. The grant of an ApprovalRequest has none.
	//
	// +optional
	GrantName Observed `json:"grantName,omitempty"`

	// overrideName is the name of the override in the object, for example no-exports.
	//
	// +optional
	OverrideName Observed `json:"overrideName,omitempty"`

	// roleRef refers to the role that the grant gives.
	//
	// +optional
	RoleRef *ObservedRole `json:"roleRef,omitempty"`
}

// EffectiveRole is a role that a user holds in a scope.
type EffectiveRole struct {
	// roleRef refers to the role. Its status lists its permissions.
	//
	// +required
	RoleRef ObservedRole `json:"roleRef,omitzero"`

	// entitlements that the grants carry. Permissions of the role that require others are not held.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	Entitlements []Observed `json:"entitlements,omitempty"`

	// from lists the grants that give the role with these entitlements: the first 32, if there are more.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	From []EffectiveSource `json:"from,omitempty"`
}

// EffectivePermission is a permission that a user holds in a scope.
type EffectivePermission struct {
	// name of the permission.
	//
	// +required
	Name Observed `json:"name,omitempty"`

	// alternatives under which the permission is held. One of them suffices. If absent, the permission is held
	// unconditionally. Features and entitlements are decided already: only qualifiers remain.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	Alternatives []PermissionAlternative `json:"alternatives,omitempty"`
}

// PermissionAlternative is one way in which a permission is held. All of its conditions must be met.
type PermissionAlternative struct {
	// qualifiers that must all be true.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	Qualifiers []Observed `json:"qualifiers,omitempty"`

	// requiredFeatures must all be enabled for the organization.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	RequiredFeatures []Observed `json:"requiredFeatures,omitempty"`

	// requiredEntitlements must all be carried by the grant.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	RequiredEntitlements []Observed `json:"requiredEntitlements,omitempty"`
}
