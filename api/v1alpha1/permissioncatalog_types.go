// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// PermissionLevel says who may hold a permission.
//
// +kubebuilder:validation:Enum=Organization;Platform
type PermissionLevel string

// Levels of a permission.
const (
	// LevelOrganization permissions may be held by any role.
	LevelOrganization PermissionLevel = "Organization"
	// LevelPlatform permissions are held over organizations by the platform's own people, never by a custom role.
	LevelPlatform PermissionLevel = "Platform"
)

// PermissionCatalogSpec is an application's vocabulary.
//
// +kubebuilder:validation:XValidation:rule="!has(self.permissions) || (has(self.sections) && self.permissions.all(p, self.sections.exists(s, s.name == p.section)))",message="every permission's section must be one of spec.sections"
type PermissionCatalogSpec struct {
	// displayName is the application's name for people.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// sections group the permissions, in the order in which people read them.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Sections []Section `json:"sections,omitempty"`

	// permissions are the things that the application lets people do.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=1024
	Permissions []Permission `json:"permissions,omitempty"`

	// qualifiers are named conditions that narrow a permission; a role's rule names them.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	Qualifiers []Qualifier `json:"qualifiers,omitempty"`

	// invariants are named conditions under which permissions are refused to everybody.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	Invariants []Invariant `json:"invariants,omitempty"`

	// features are what an organization may have turned on; permissions and rules may require one.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	Features []Feature `json:"features,omitempty"`

	// dimensions are further axes of scope besides units, for example the type of a contract. Every grant says which
	// values it covers, for each of them.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	Dimensions []Dimension `json:"dimensions,omitempty"`

	// plans are what an organization may subscribe to: features that it includes, and a bound on custom roles.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Plans []Plan `json:"plans,omitempty"`

	// constraints bind the assignments of every organization that uses the catalog.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Constraints []Constraint `json:"constraints,omitempty"`
}

// Plan is what an organization may subscribe to.
type Plan struct {
	// name of the plan.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// description says what the plan is, for people.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// features of the catalog that the plan turns on.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=128
	Features []Name `json:"features,omitempty"`

	// maxCustomRoles is how many Roles an organization of the plan may have; the newest beyond it count for nothing.
	// Absent means any number.
	//
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100000
	MaxCustomRoles *int32 `json:"maxCustomRoles,omitempty"`
}

// Section is a group of permissions that people read together.
type Section struct {
	// name of the section; rules select all its permissions by it.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// displayName is the section's heading for people.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says what the section is about.
	//
	// +optional
	Description Description `json:"description,omitempty"`
}

// Permission is a named thing that the application lets people do.
type Permission struct {
	// name of the permission; applications send it as action.name.
	//
	// +required
	Name PermissionName `json:"name,omitempty"`

	// section that the permission belongs to.
	//
	// +required
	Section Name `json:"section,omitempty"`

	// displayName is the permission's name for people.
	//
	// +optional
	DisplayName DisplayName `json:"displayName,omitempty"`

	// description says what a holder may do.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// implies names permissions that whoever holds this one holds too, under the same conditions, and so on through
	// theirs.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Implies []PermissionName `json:"implies,omitempty"`

	// requiredFeature names the feature without which nobody in an organization holds the permission.
	//
	// +optional
	RequiredFeature Name `json:"requiredFeature,omitempty"`

	// level says who may hold the permission: Organization (when absent) or Platform.
	//
	// +optional
	Level PermissionLevel `json:"level,omitempty"`
}

// Qualifier is a named condition that narrows a permission, as the footnote of a table does.
type Qualifier struct {
	// name of the qualifier.
	//
	// +required
	// +kubebuilder:validation:XValidation:rule="self != 'yes'",message="a qualifier cannot be named yes: that is how a matrix shows a permission without condition"
	Name Name `json:"name,omitempty"`

	// description is the footnote, for people.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// expression must be true for the permission to count. One that cannot be evaluated is not true.
	//
	// +required
	Expression Expression `json:"expression,omitempty"`
}

// Invariant is a condition under which its permissions are refused to everybody.
//
// +kubebuilder:validation:XValidation:rule="has(self.permissions) || has(self.sections)",message="name the permissions or the sections that the invariant guards"
type Invariant struct {
	// name of the invariant.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// description says why, for people.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// expression refuses the permissions when it is true, and when it cannot be evaluated.
	//
	// +required
	Expression Expression `json:"expression,omitempty"`

	// permissions that the invariant guards.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Permissions []PermissionName `json:"permissions,omitempty"`

	// sections all of whose permissions the invariant guards, or * for every section.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Sections []SectionSelector `json:"sections,omitempty"`
}

// Feature is something that an organization may have turned on.
type Feature struct {
	// name of the feature.
	//
	// +required
	Name Name `json:"name,omitempty"`

	// description says what it brings.
	//
	// +optional
	Description Description `json:"description,omitempty"`
}

// Dimension is an axis of scope besides units.
type Dimension struct {
	// name of the dimension; applications send a request's value in resource.properties under it.
	//
	// +required
	Name DimensionName `json:"name,omitempty"`

	// description says what the dimension tells apart.
	//
	// +optional
	Description Description `json:"description,omitempty"`

	// values that the dimension has. A request with another value is refused.
	//
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Values []DimensionValue `json:"values,omitempty"`
}

// PermissionCatalogStatus is what the controller found.
type PermissionCatalogStatus struct {
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

	// permissions is how many permissions the catalog has.
	//
	// +optional
	Permissions *int32 `json:"permissions,omitempty"`

	// organizations is how many organizations use the catalog.
	//
	// +optional
	Organizations *int32 `json:"organizations,omitempty"`
}

// PermissionCatalog is an application's vocabulary: what people may do in it, and on which conditions. Organizations
// refer to one.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=pcat,categories=rolewright
// +kubebuilder:printcolumn:name="Permissions",type=integer,JSONPath=`.status.permissions`
// +kubebuilder:printcolumn:name="Organizations",type=integer,JSONPath=`.status.organizations`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`
type PermissionCatalog struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object metadata.
	//
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the vocabulary.
	//
	// +required
	Spec PermissionCatalogSpec `json:"spec,omitzero"`

	// status is what the controller found. It is the controller's alone.
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
