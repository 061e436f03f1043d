// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// RoleDefinition is what Roles and PlatformRoles have in common: the roles that they inherit, and
// their rules.
type RoleDefinition struct {
	// displayName is the name of the role that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says who should hold the role.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// category groups roles that people read together, for example processing. It has no effect on decisions.
	//
	// +optional
	Category Name `json:"category,omitempty"`

	// inherits lists roles whose rules this role has as well.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:XValidation:rule="self.all(a, self.exists_one(b, b.roleRef.name == a.roleRef.name && (has(b.roleRef.kind) && b.roleRef.kind == 'PlatformRole') == (has(a.roleRef.kind) && a.roleRef.kind == 'PlatformRole')))",message="a role can be inherited only once"
	Inherits []Inheritance `json:"inherits,omitempty"`

	// rules list what holders of the role may do. If several rules give a permission, one of them suffices.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Rules []Rule `json:"rules,omitempty"`

	// administrationRules list what holders of the role may change of the organization itself: whom they may give which
	// roles, whose profile they may keep, which objects they may write.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	AdministrationRules []AdministrationRule `json:"administrationRules,omitempty"`
}

// Inheritance refers to a role whose rules are inherited.
type Inheritance struct {
	// roleRef refers to the role that is inherited.
	//
	// +required
	RoleRef RoleReference `json:"roleRef,omitzero"`

	// except excludes permissions from this inheritance. A permission that the role has in another way is not
	// affected.
	//
	// +optional
	Except *PermissionSelector `json:"except,omitempty"`
}

// PermissionSelector selects permissions of the catalog.
//
// +kubebuilder:validation:XValidation:rule="has(self.permissions) || has(self.sections)",message="name permissions or sections"
type PermissionSelector struct {
	// permissions that are selected, by name, for example [orders.read, orders.approve].
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Permissions []PermissionName `json:"permissions,omitempty"`

	// sections whose permissions are selected, including permissions that are added later, or * for all sections.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Sections []SectionSelector `json:"sections,omitempty"`
}

// Rule gives permissions to the holders of a role, under conditions that must all be met.
//
// +kubebuilder:validation:XValidation:rule="has(self.permissions) || has(self.sections)",message="name permissions or sections"
type Rule struct {
	// permissions that are selected, by name, for example [orders.read, orders.approve].
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Permissions []PermissionName `json:"permissions,omitempty"`

	// sections whose permissions are given, including permissions that are added later, or * for all sections.
	// Permissions of level Platform are included only in a PlatformRole that is assignable to the platform.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Sections []SectionSelector `json:"sections,omitempty"`

	// qualifiers of the catalog that must all be true, by name.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Qualifiers []Name `json:"qualifiers,omitempty"`

	// requiredFeatures names features of the catalog that must all be enabled for the organization.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	RequiredFeatures []Name `json:"requiredFeatures,omitempty"`

	// requiredEntitlements names entitlements of the catalog that the grant of the role must all carry.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	RequiredEntitlements []Name `json:"requiredEntitlements,omitempty"`
}

// RoleSpec is the desired state of a Role.
type RoleSpec struct {
	// organizationRef refers to the organization that the role belongs to. It cannot be changed.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="organizationRef cannot be changed: delete the object and create it again"
	OrganizationRef OrganizationReference `json:"organizationRef,omitzero"`

	RoleDefinition `json:",inline"`
}

// RolePermission is a permission that a role holds, itself or by inheritance.
type RolePermission struct {
	// name of the permission.
	//
	// +required
	Name Observed `json:"name,omitempty"`

	// alternatives under which the permission is held. One of them suffices. If absent, the permission is held
	// unconditionally.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	Alternatives []PermissionAlternative `json:"alternatives,omitempty"`
}

// RoleAdministrationRule is an administration rule that a role has, itself or by inheritance. What its holders may change is
// what the rule says, wherever they hold the role.
type RoleAdministrationRule struct {
	// name of the rule.
	//
	// +required
	Name Observed `json:"name,omitempty"`

	// inheritedFrom refers to the role that the rule is written in, if that is another one.
	//
	// +optional
	InheritedFrom *ObservedRole `json:"inheritedFrom,omitempty"`

	// allows says in words what holders of the role may change, for example give and take roles up to their own; change home
	// unit. It is cut after 1024 characters.
	//
	// +required
	Allows Observed `json:"allows,omitempty"`

	// qualifiers that must all be true of a user for the rule to be about them. If absent, it is about every user whose home
	// unit lies where the role is held.
	//
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	Qualifiers []Observed `json:"qualifiers,omitempty"`
}

// RoleStatus is the observed state of the Role.
type RoleStatus struct {
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

	// holderCount is the number of users who have a grant of the role itself that takes effect.
	//
	// +optional
	HolderCount *int32 `json:"holderCount,omitempty"`
}

// Role is a custom role of one organization: a named set of rules. Kubernetes RBAC has a kind of the same name, so
// write roles.rolewright.dev or the short name rwrole.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=rwrole,categories=rolewright
// +kubebuilder:selectablefield:JSONPath=`.spec.organizationRef.name`
// +kubebuilder:printcolumn:name="Permissions",type=integer,JSONPath=`.status.permissionCount`
// +kubebuilder:printcolumn:name="Holders",type=integer,JSONPath=`.status.holderCount`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Organization",type=string,priority=1,JSONPath=`.spec.organizationRef.name`
// +kubebuilder:printcolumn:name="Published",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Published")].status`
// +kubebuilder:printcolumn:name="Message",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
type Role struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the desired state of the role.
	//
	// +required
	Spec RoleSpec `json:"spec,omitzero"`

	// status is the state that the manager observed. Only the manager writes it. Until it does, the condition Ready is Unknown.
	//
	// +optional
	// +structType=atomic
	// +kubebuilder:default={}
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
