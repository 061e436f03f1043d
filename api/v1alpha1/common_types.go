// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Condition types that the kinds of this group carry.
const (
	// ConditionReady is True when nothing about the object is wrong: all that it says takes effect. It is False, with
	// the reason of the gravest finding, when a part of it counts for nothing.
	ConditionReady = "Ready"
	// ConditionPublished is True when readers of the published document, at the revision that the message names or a
	// later one, see the object as it is at the condition's observedGeneration.
	ConditionPublished = "Published"
)

// Name names a thing inside an object: a section, a qualifier, a feature, a unit.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:Pattern=`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$`
type Name string

// PermissionName names a permission of a catalog, for example orders.approve or CREATE_PATIENT.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=128
// +kubebuilder:validation:Pattern=`^[A-Za-z0-9]([A-Za-z0-9._:/-]*[A-Za-z0-9])?$`
type PermissionName string

// SectionSelector is the name of a section, or * for every section of the catalog.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:Pattern=`^(\*|[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)$`
type SectionSelector string

// UserID is the id of a user, as applications send it in subject.id. It is compared byte for byte. It holds no control
// characters, and no white space at its ends.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=253
// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]([^\p{C}\p{Zl}\p{Zp}]*[^\p{C}\p{Z}])?$`
type UserID string

// DimensionName names a dimension; applications send its value in resource.properties under this name.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:Pattern=`^[A-Za-z][A-Za-z0-9_]*$`
// +kubebuilder:validation:XValidation:rule="self != 'unit'",message="a dimension cannot be named unit: resource.properties.unit names the unit"
type DimensionName string

// DimensionValue is one value of a dimension, as applications send it. It is compared byte for byte.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=128
// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]([^\p{C}\p{Zl}\p{Zp}]*[^\p{C}\p{Z}])?$`
type DimensionValue string

// DisplayName is a short text for people.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=128
type DisplayName string

// Description is a text for people.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=1024
type Description string

// Expression is a CEL expression that yields a boolean. It sees subject, action and resource (as the AuthZEN request
// has them, with what the directory knows filled in), context, now, and directory with isManager(a, b) and
// isAbove(a, b).
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=2048
type Expression string

// OrganizationReference names an Organization in the namespace of the object that refers to it.
type OrganizationReference struct {
	// name of the Organization, in the same namespace.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
}

// CatalogReference names a PermissionCatalog.
type CatalogReference struct {
	// name of the PermissionCatalog. Catalogs have no namespace.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
}

// RoleKind says where a role is written.
//
// +kubebuilder:validation:Enum=Role;PlatformRole
type RoleKind string

// Kinds of roles.
const (
	// RoleKindRole roles belong to one organization.
	RoleKindRole RoleKind = "Role"
	// RoleKindPlatformRole roles are shipped by the platform to every organization of a catalog.
	RoleKindPlatformRole RoleKind = "PlatformRole"
)

// RoleReference names a role that the organization has: one of its own, or one that the platform ships.
type RoleReference struct {
	// kind is Role (when absent) or PlatformRole.
	//
	// +optional
	Kind RoleKind `json:"kind,omitempty"`

	// name of the role. A Role is in the same namespace and of the same organization; a PlatformRole is of the
	// organization's catalog.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
}

// Attributes are facts about a user or a unit, by name. A value is any JSON of up to 4096 bytes. Conditions read them
// in subject.properties or in resource.unit; what stands here wins over what a caller sends.
type Attributes map[string]apiextensionsv1.JSON

// Scope says where a grant or an override applies. A grant covers a request when it covers the unit and every dimension
// of the catalog. A grant that names neither everywhere, units nor unitGroups covers nothing; neither does one that leaves out a dimension.
//
// +kubebuilder:validation:XValidation:rule="!has(self.everywhere) || !self.everywhere || (!has(self.units) && !has(self.unitGroups))",message="everywhere covers every unit: leave out units and unitGroups"
type Scope struct {
	// everywhere covers, when true, every unit of the organization, also those added later.
	//
	// +optional
	Everywhere *bool `json:"everywhere,omitempty"`

	// units that are covered, each with all that lies below it.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Units []Name `json:"units,omitempty"`

	// unitGroups whose units are covered, each unit with all that lies below it.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	UnitGroups []Name `json:"unitGroups,omitempty"`

	// dimensions that are covered: an entry for each dimension of the catalog.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	Dimensions []DimensionScope `json:"dimensions,omitempty"`
}

// DimensionScope says which values of one dimension are covered.
//
// +kubebuilder:validation:XValidation:rule="has(self.values) != (has(self.all) && self.all)",message="name values, or set all to true, and not both"
type DimensionScope struct {
	// name of the dimension, as the catalog declares it.
	//
	// +required
	Name DimensionName `json:"name,omitempty"`

	// values that are covered. A request without a value for the dimension is not.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Values []DimensionValue `json:"values,omitempty"`

	// all covers, when true, every value, also those added later, and requests without a value.
	//
	// +optional
	All *bool `json:"all,omitempty"`
}

// The API server's format date-time also takes texts that a client's parser does not, and one such object would keep all
// objects of its kind from being read. To compare a time, the rules of Window parse it as clients do.

// Window bounds a grant or an override in time: it is live from notBefore until just before notAfter, on the clock of
// whoever decides. Either may be absent.
type Window struct {
	// notBefore is the first moment of life.
	//
	// +optional
	// +kubebuilder:validation:XValidation:rule="timestamp('1970-01-01T00:00:00Z') <= self && self <= timestamp('9999-12-31T23:59:59Z')",message="a time from 1970 to 9999, like 2030-12-31T23:00:00Z"
	NotBefore *metav1.Time `json:"notBefore,omitempty"`

	// notAfter is the moment at which life has ended.
	//
	// +optional
	// +kubebuilder:validation:XValidation:rule="timestamp('1970-01-01T00:00:00Z') <= self && self <= timestamp('9999-12-31T23:59:59Z')",message="a time from 1970 to 9999, like 2030-12-31T23:00:00Z"
	NotAfter *metav1.Time `json:"notAfter,omitempty"`
}

// FindingSeverity says how grave a finding is.
//
// +kubebuilder:validation:Enum=Error;Warning;Info
type FindingSeverity string

// Severities of findings, gravest first.
const (
	// SeverityError marks a part of an object that counts for nothing.
	SeverityError FindingSeverity = "Error"
	// SeverityWarning marks something that takes effect and is probably not meant.
	SeverityWarning FindingSeverity = "Warning"
	// SeverityInfo marks something worth knowing.
	SeverityInfo FindingSeverity = "Info"
)

// FindingStatus is one thing found about an object.
type FindingStatus struct {
	// reason is a stable code, in CamelCase.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	Reason string `json:"reason,omitempty"`

	// severity says how grave it is.
	//
	// +required
	Severity FindingSeverity `json:"severity,omitempty"`

	// object is what the finding is about, as Kind/name.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=320
	Object string `json:"object,omitempty"`

	// field is the path of the field that is meant, for example spec.grants[0].roleRef.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Field string `json:"field,omitempty"`

	// message says in one sentence what is wrong and what to do.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2048
	Message string `json:"message,omitempty"`
}
