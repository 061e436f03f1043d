// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// PermissionLevel says who may hold a permission.
//
// +kubebuilder:validation:Enum=Organization;Platform
type PermissionLevel string

// Levels of a permission.
const (
	// LevelOrganization permissions may be held through any role.
	LevelOrganization PermissionLevel = "Organization"
	// LevelPlatform permissions may be held only through PlatformRoles that are assignable to the platform, by its staff.
	LevelPlatform PermissionLevel = "Platform"
)

// PermissionCatalogSpec is the desired state of a PermissionCatalog.
//
// +kubebuilder:validation:XValidation:rule="!has(self.permissions) || (has(self.sections) && self.permissions.all(p, self.sections.exists(s, s.name == p.section)))",message="every permission's section must be one of spec.sections"
type PermissionCatalogSpec struct {
	// displayName is the name of the application that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says what the application is for.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// sections group the permissions, in the order in which people read them.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Sections []Section `json:"sections,omitempty"`

	// permissions are what users can do in the application.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=1024
	Permissions []Permission `json:"permissions,omitempty"`

	// qualifiers are named conditions that restrict a permission. The rules of roles refer to them.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	Qualifiers []Qualifier `json:"qualifiers,omitempty"`

	// prohibitions are named conditions under which permissions are denied to every user.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	Prohibitions []Prohibition `json:"prohibitions,omitempty"`

	// features can be enabled for an organization. Permissions and rules can require them.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	Features []Feature `json:"features,omitempty"`

	// entitlements are what a grant of a role can carry, person by person. Rules of roles can require them.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	Entitlements []Entitlement `json:"entitlements,omitempty"`

	// dimensions are further axes of scope beside units, for example the type of a contract. Every grant states the
	// values that it covers, for each of them.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	Dimensions []Dimension `json:"dimensions,omitempty"`

	// plans are what an organization can subscribe to: the features that they include, and limits.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Plans []Plan `json:"plans,omitempty"`

	// constraints apply to the assignments of every organization that uses the catalog.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Constraints []Constraint `json:"constraints,omitempty"`

	// approvalRetention says for how long the approval requests of the organizations that use the catalog are kept at
	// least. If absent, the organizations and their chains say so.
	//
	// +optional
	ApprovalRetention *ApprovalRetention `json:"approvalRetention,omitempty"`
}

// Plan is what an organization can subscribe to.
type Plan struct {
	// name of the plan.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// displayName is the name of the plan that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says what the plan offers.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// features of the catalog that the plan includes.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	Features []Name `json:"features,omitempty"`

	// limits bound what an organization with this plan may have, for example {customRoles: 10}.
	//
	// +optional
	Limits *PlanLimits `json:"limits,omitempty"`
}

// PlanLimits bound what an organization with a plan may have. Where a limit is absent, there is none.
//
// +kubebuilder:validation:MinProperties=1
type PlanLimits struct {
	// customRoles is the greatest number of Roles that the organization may have. The newest beyond it have no effect.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000
	CustomRoles *int32 `json:"customRoles,omitempty"`
}

// Section is a group of permissions that people read together.
type Section struct {
	// name of the section. Rules refer to it to select all its permissions.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// displayName is the heading of the section that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says what the section is about.
	//
	// +optional
	Description Description `json:"description,omitempty"`
}

// Permission is something that users can do in the application.
type Permission struct {
	// name of the permission, which applications send in action.name, for example orders.approve.
	//
	// +required
	Name PermissionName `json:"name,omitempty"`

	// section is the name of the section that the permission belongs to.
	//
	// +required
	Section Name `json:"section,omitempty"`

	// displayName is the name of the permission that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says what the permission allows.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// implies names permissions that are held with this one, under the same conditions. Permissions that those imply
	// are held too.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Implies []PermissionName `json:"implies,omitempty"`

	// requiredFeatures names features of the catalog. Where any of them is not enabled, nobody holds the permission.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	RequiredFeatures []Name `json:"requiredFeatures,omitempty"`

	// level is Organization or Platform: a permission of level Platform can be held only through a PlatformRole that
	// is assignable to the platform. It defaults to Organization if absent.
	//
	// +optional
	Level PermissionLevel `json:"level,omitempty"`
}

// Qualifier is a named condition that restricts a permission, like the footnote of a table.
type Qualifier struct {
	// name of the qualifier.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="self != 'yes'",message="a qualifier cannot be named yes: that is how a matrix shows a permission without condition"
	Name Name `json:"name,omitempty"`

	// displayName is the name of the qualifier that people see, for example assigned patients only.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says in words what the expression requires.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// expression is a CEL expression (https://cel.dev) that yields a boolean. The permission is held only if it yields
	// true; if it cannot be evaluated, the permission is not held. It sees subject (type, id, properties), action
	// (name, properties) and resource (type, id, properties, unit) of the request, completed with the attributes that
	// the directory knows; context, a map that the caller sends; now, a timestamp; and directory, with isManager(a, b)
	// and isAbove(a, b). For example: resource.properties.owner == subject.id
	//
	// +required
	Expression Expression `json:"expression,omitempty"`
}

// Prohibition is a condition under which permissions are denied to every user.
//
// +kubebuilder:validation:XValidation:rule="has(self.permissions) || has(self.sections)",message="name the permissions or the sections that the prohibition refuses"
type Prohibition struct {
	// name of the prohibition.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// displayName is the name of the prohibition that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says why the permissions are denied.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// expression is a CEL expression (https://cel.dev) that yields a boolean. The permissions are denied if it yields
	// true, and also if it cannot be evaluated. It sees subject (type, id, properties), action (name, properties) and
	// resource (type, id, properties, unit) of the request, completed with the attributes that the directory knows;
	// context, a map that the caller sends; now, a timestamp; and directory, with isManager(a, b) and isAbove(a, b).
	// For example: resource.properties.orderedBy == subject.id
	//
	// +required
	Expression Expression `json:"expression,omitempty"`

	// permissions that the prohibition applies to.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Permissions []PermissionName `json:"permissions,omitempty"`

	// sections whose permissions the prohibition applies to, or * for all sections.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Sections []SectionSelector `json:"sections,omitempty"`
}

// Feature is something that can be enabled for an organization.
type Feature struct {
	// name of the feature.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// displayName is the name of the feature that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says what the feature offers.
	//
	// +optional
	Description Description `json:"description,omitempty"`
}

// Entitlement is something that a grant can carry, and that rules of roles can require of it.
type Entitlement struct {
	// name of the entitlement, for example reports.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// displayName is the name of the entitlement that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says what the entitlement adds for those whose grant carries it.
	//
	// +optional
	Description Description `json:"description,omitempty"`
}

// Dimension is an axis of scope beside units.
type Dimension struct {
	// name of the dimension. Applications send the value of a request in resource.properties under this name.
	//
	// +required
	Name DimensionName `json:"name,omitempty"`

	// displayName is the name of the dimension that people see.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says what the dimension distinguishes.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// values of the dimension, for example [local, travel]. A request with any other value is denied.
	//
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Values []DimensionValue `json:"values,omitempty"`
}

// PermissionCatalogStatus is the observed state of the PermissionCatalog.
type PermissionCatalogStatus struct {
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
	// +kubebuilder:validation:MaxItems=8
	Conditions []metav1.Condition `json:"conditions,omitempty" patchStrategy:"merge" patchMergeKey:"type"`

	// permissionCount is the number of permissions of the catalog.
	//
	// +optional
	PermissionCount *int32 `json:"permissionCount,omitempty"`

	// organizationCount is the number of organizations that use the catalog.
	//
	// +optional
	OrganizationCount *int32 `json:"organizationCount,omitempty"`
}

// PermissionCatalog defines what users can do in an application, and under which conditions. Organizations refer to
// one.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=rwcat,categories=rolewright
// +kubebuilder:printcolumn:name="Permissions",type=integer,JSONPath=`.status.permissionCount`
// +kubebuilder:printcolumn:name="Organizations",type=integer,JSONPath=`.status.organizationCount`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
type PermissionCatalog struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the desired state of the catalog.
	//
	// +required
	Spec PermissionCatalogSpec `json:"spec,omitzero"`

	// status is the state that the controller observed. Only the controller writes it.
	//
	// +optional
	Status PermissionCatalogStatus `json:"status,omitzero"`
}

// PermissionCatalogList is a list of PermissionCatalogs.
//
// +kubebuilder:object:root=true
type PermissionCatalogList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	// items are the catalogs.
	Items []PermissionCatalog `json:"items"`
}
