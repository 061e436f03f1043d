// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Types of the conditions of several kinds.
const (
	// ConditionReady is True if everything that the object says takes effect. It is False, with the reason of the most
	// severe finding, if part of the object has no effect.
	ConditionReady = "Ready"
	// ConditionResolvedRefs is True if everything exists that the object refers to. It is False, with the reason of the
	// most severe finding about a reference, while something is missing.
	ConditionResolvedRefs = "ResolvedRefs"
	// ConditionPublished is True if readers of the published document, at the revision in the message or a later one,
	// see the object as it is at the condition's observedGeneration.
	ConditionPublished = "Published"
	// ConditionStalled is present, and True, while something is wrong that no other object can mend: the object itself must be
	// changed. Tools that follow kstatus stop waiting for it.
	ConditionStalled = "Stalled"
)

// Name is the name of something that is declared inside an object: a section, a qualifier, a feature or a unit.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule=`self.matches('^[^\\W_]([\\w.-]*[^\\W_])?$')`,message="must consist of ASCII letters, digits, '-', '_' or '.', and must start and end with a letter or digit, like 'ward-3'"
type Name string

// EntryName is the name of a grant or an override in its list. It begins with a letter, so that no name is also the place
// of an entry in a list.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule=`self.matches('^[a-z]([a-z0-9-]*[a-z0-9])?$')`,message="must consist of lower case ASCII letters, digits or '-', must start with a letter, and must end with a letter or digit, like 'night-shift'"
type EntryName string

// PermissionName is the name of a permission of a catalog, for example orders.approve or CREATE_PATIENT. Its form is
// checked where a catalog declares it; a reference to a permission that is not declared is found as unknown.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=128
type PermissionName string

// SectionSelector is the name of a section, or * for every section of the catalog.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule=`self == '*' || self.matches('^[^\\W_]([\\w.-]*[^\\W_])?$')`,message="must be '*', which selects every section, or the name of a section: ASCII letters, digits, '-', '_' or '.', with a letter or digit at the start and at the end"
type SectionSelector string

// UserID is the id of a user, as applications send it in subject.id, for example jane@example.com. It is compared byte
// for byte. It contains no control characters, and neither begins nor ends with white space. A workload is a user too,
// for example system:serviceaccount:shop:checkout.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=512
// +kubebuilder:validation:XValidation:rule=`!self.matches('[\\pC\u2028\u2029]|^\\pZ|\\pZ$')`,message="must not contain control characters or invisible ones, and must not start or end with white space"
type UserID string

// ServiceAccountUser is the name by which the API server knows a service account as a user:
// system:serviceaccount:<namespace>:<name>.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=339
// +kubebuilder:validation:XValidation:rule=`self.matches('^system:serviceaccount:[a-z0-9]([-a-z0-9]*[a-z0-9])?:[a-z0-9]([-.a-z0-9]*[a-z0-9])?$')`,message="must be a service account as the API server names it, like 'system:serviceaccount:shop:checkout'"
type ServiceAccountUser string

// DimensionName is the name of a dimension. Applications send its value in resource.properties under this name.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule=`self.matches('^[A-Za-z]\\w*$')`,message="must consist of ASCII letters, digits or '_', and must start with a letter, like 'contractType'"
// +kubebuilder:validation:XValidation:rule="self != 'unit'",message="a dimension cannot be named unit: resource.properties.unit names the unit"
type DimensionName string

// DimensionValue is a value of a dimension, as applications send it. It is compared byte for byte. Its form is
// checked where a catalog declares it; a reference to a value that is not declared is found as unknown.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=128
type DimensionValue string

// UnitReference names a unit of the organization. It may be in a long list, so the API server does not check its form; a unit that
// does not exist is found as unknown.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
type UnitReference string

// UserReference is the id of a user. It may be in a long list, so the API server does not check its form.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=512
type UserReference string

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

// Expression is a CEL expression (https://cel.dev) that yields a boolean. It sees subject, action and resource of the
// AuthZEN request, completed with what the directory knows; context; now; and directory, with isManager(a, b) and
// isAbove(a, b).
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=2048
type Expression string

// OrganizationReference refers to an Organization in the namespace of the object that holds the reference.
type OrganizationReference struct {
	// name of the Organization, which is in the same namespace.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
}

// CatalogReference refers to a PermissionCatalog.
type CatalogReference struct {
	// name of the PermissionCatalog. Catalogs are cluster-scoped: they have no namespace.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
}

// RoleKind is the kind of a role.
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

// RoleReference refers to a role of the organization: a Role of its own, or a PlatformRole.
type RoleReference struct {
	// kind is Role or PlatformRole. It defaults to Role if absent.
	//
	// +optional
	Kind RoleKind `json:"kind,omitempty"`

	// name of the role. A Role must be in the same namespace and belong to the same organization; a PlatformRole must
	// belong to the organization's catalog.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name,omitempty"`
}

// Attributes are facts about a user, a unit or a request, by name. A value is any JSON of at most 4096 bytes.
// Conditions read them in subject.properties, resource.unit or resource.properties; they take precedence over what a
// caller sends. A name has at most 63 letters, digits, underscores, hyphens and dots, and begins with a letter or an
// underscore; an attribute of another name is unknown. So is one with a whole number beyond 2^53, which would be
// rounded: write it as text.
type Attributes map[string]apiextensionsv1.JSON

// Scope is where a grant or an override applies. A grant covers a request if it covers both the unit and the value of
// every dimension of the catalog. A grant without everywhere, units or unitGroups covers nothing, and so does a grant
// that omits a dimension.
//
// +kubebuilder:validation:XValidation:rule="!has(self.everywhere) || !self.everywhere || (!has(self.units) && !has(self.unitGroups))",message="everywhere covers every unit: leave out units and unitGroups"
type Scope struct {
	// everywhere covers every unit of the organization if true, including units that are added later.
	//
	// +optional
	Everywhere *bool `json:"everywhere,omitempty"`

	// units that are covered, each with all units below it.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Units []Name `json:"units,omitempty"`

	// unitGroups whose units are covered, each unit with all units below it.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	UnitGroups []Name `json:"unitGroups,omitempty"`

	// dimensions that are covered, with an entry for each dimension of the catalog.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	Dimensions []DimensionScope `json:"dimensions,omitempty"`
}

// DimensionScope selects values of one dimension.
//
// +kubebuilder:validation:XValidation:rule="has(self.values) != (has(self.all) && self.all)",message="name values, or set all to true, and not both"
type DimensionScope struct {
	// name of the dimension, as the catalog declares it.
	//
	// +required
	Name DimensionName `json:"name,omitempty"`

	// values that are covered, for example [local, travel]. A request that has no value for the dimension is not
	// covered.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=256
	Values []DimensionValue `json:"values,omitempty"`

	// all covers every value if true, including values that are added later and requests that have no value.
	//
	// +optional
	All *bool `json:"all,omitempty"`
}

// The API server's format date-time accepts texts that a client's parser does not, and a single such object would keep
// clients from reading any object of its kind. The rules of Window compare times, and so parse them as clients do.

// Window limits a grant or an override in time. It is in effect from startTime until just before endTime, by the
// clock of the decider. Either may be absent.
type Window struct {
	// startTime is the time from which it is in effect, in RFC 3339, for example 2030-01-31T08:00:00Z. If absent, it
	// has always been in effect.
	//
	// +optional
	// +kubebuilder:validation:XValidation:rule="timestamp('1970-01-01T00:00:00Z') <= self && self <= timestamp('9999-12-31T23:59:59Z')",message="a time from 1970 to 9999, like 2030-12-31T23:00:00Z"
	StartTime *metav1.Time `json:"startTime,omitempty"`

	// endTime is the time from which it is no longer in effect, in RFC 3339, for example 2030-12-31T23:00:00Z. If
	// absent, it does not end.
	//
	// +optional
	// +kubebuilder:validation:XValidation:rule="timestamp('1970-01-01T00:00:00Z') <= self && self <= timestamp('9999-12-31T23:59:59Z')",message="a time from 1970 to 9999, like 2030-12-31T23:00:00Z"
	EndTime *metav1.Time `json:"endTime,omitempty"`
}

// FindingSeverity is the severity of a finding.
//
// +kubebuilder:validation:Enum=Error;Warning;Info
type FindingSeverity string

// Severities of findings, the most severe first.
const (
	// SeverityError means that part of the object has no effect.
	SeverityError FindingSeverity = "Error"
	// SeverityWarning means that something takes effect that is probably not intended.
	SeverityWarning FindingSeverity = "Warning"
	// SeverityInfo means that something is worth knowing.
	SeverityInfo FindingSeverity = "Info"
)

// FindingStatus is a finding about an object.
type FindingStatus struct {
	// reason is the stable code of the finding in CamelCase, for example UnknownRole.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	Reason string `json:"reason,omitempty"`

	// severity is Error, Warning or Info.
	//
	// +required
	Severity FindingSeverity `json:"severity,omitempty"`

	// object that the finding is about, as Kind/name, for example UserAssignment/jane.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=320
	Object string `json:"object,omitempty"`

	// field is the path of the field that the finding is about, for example spec.grants[nurse].roleRef. It is absent if
	// the finding is about the whole object.
	//
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Field string `json:"field,omitempty"`

	// message says in a sentence what is wrong and what to do.
	//
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2048
	Message string `json:"message,omitempty"`
}
