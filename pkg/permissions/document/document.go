// SPDX-License-Identifier: Apache-2.0

package document

import "time"

// Schema names the format of a Document. Fields may be added to it; a reader must refuse a document of another schema.
const Schema = "rolewright.dev/permissions/v2"

// TypedSchema names the format of a Document that says what subjects and resources its permissions are about: that of Schema with
// SubjectTypes and ResourceTypes. Who does not know these would allow more than the document does, and so must refuse it.
const TypedSchema = "rolewright.dev/permissions/v3"

// DefaultSubjectType is how users are called where a document names no subject types.
const DefaultSubjectType = "user"

// Document is what is published for one organization: who holds which permissions, where and on which condition. It is
// resolved: roles hold what they inherit, and every name that it uses it also declares.
type Document struct {
	// Schema is the constant of that name or, if the document names types, TypedSchema.
	Schema string `json:"schema"`
	// Namespace, Organization and Catalog name the objects that the document is about.
	Namespace    string `json:"namespace,omitempty"`
	Organization string `json:"organization"`
	Catalog      string `json:"catalog"`
	// Features that the organization has turned on.
	Features []string `json:"features,omitempty"`
	// Dimensions maps each dimension to its values.
	Dimensions map[string][]string `json:"dimensions,omitempty"`
	// SubjectTypes are the words by which requests call users, the first of which is used where none is said. None stands for
	// DefaultSubjectType. A resource of such a type is the user that its id names, unless it is the kind of a unit.
	SubjectTypes []string `json:"subjectTypes,omitempty"`
	// Permissions by name.
	Permissions map[string]Permission `json:"permissions"`
	// Qualifiers and Prohibitions are CEL expressions by name.
	Qualifiers   map[string]Condition `json:"qualifiers,omitempty"`
	Prohibitions map[string]Condition `json:"prohibitions,omitempty"`
	// Chains are the approval chains by name.
	Chains map[string]Chain `json:"chains,omitempty"`
	// Units by name. Exactly one, the root, has no parent, and every other reaches it.
	Units map[string]Unit `json:"units"`
	// UnplacedKinds are the kinds, sorted, that only units have that do not count, because the root does not reach them for
	// example. A resource of such a type is none of the units, and lies in none.
	UnplacedKinds []string `json:"unplacedKinds,omitempty"`
	// UnitGroups maps each group to its units.
	UnitGroups map[string][]string `json:"unitGroups,omitempty"`
	// Roles by name.
	Roles map[string]Role `json:"roles,omitempty"`
	// DefaultGrants are what every user holds who does not say otherwise.
	DefaultGrants []Grant `json:"defaultGrants,omitempty"`
	// DefaultFlaws are those of default grants, by source.
	DefaultFlaws map[string]Flaw `json:"defaultFlaws,omitempty"`
	// Groups of users by name, which approval chains may name.
	Groups map[string]Group `json:"groups,omitempty"`
	// Users by id.
	Users map[string]User `json:"users,omitempty"`
}

// Permission is a named thing that people may do.
type Permission struct {
	// Section groups permissions that people read together.
	Section string `json:"section,omitempty"`
	// RequiredFeatures are the features without all of which nobody holds the permission. Roles' alternatives already require
	// them.
	RequiredFeatures []string `json:"requiredFeatures,omitempty"`
	// ResourceTypes are the types of the resources that the permission is about; none stands for all.
	ResourceTypes []string `json:"resourceTypes,omitempty"`
	// Prohibitions names the prohibitions on the permission.
	Prohibitions []string `json:"prohibitions,omitempty"`
	// Refused, when not empty, says why the permission is refused to everybody: a prohibition on it does not compile.
	Refused string `json:"refused,omitempty"`
	// ConstrainedBy names the constraints that may withhold an override that gives the permission.
	ConstrainedBy []string `json:"constrainedBy,omitempty"`
}

// Condition is a CEL expression that yields a boolean.
type Condition struct {
	Description string `json:"description,omitempty"`
	Expression  string `json:"expression"`
}

// Unit is a node of the organization's tree.
type Unit struct {
	// Kind is what the unit is; a resource of this type whose id is the unit's name is the unit.
	Kind string `json:"kind,omitempty"`
	// Parent is empty for the root.
	Parent string `json:"parent,omitempty"`
	// Attributes are what conditions read of the unit.
	Attributes map[string]any `json:"attributes,omitempty"`
	// UnknownAttributes are those that are written and do not count. No value that a caller sends stands in for them.
	UnknownAttributes []string `json:"unknownAttributes,omitempty"`
}

// Role is a role after inheritance.
type Role struct {
	// Platform is set on a role that is held over organizations, and that no user of one can be given in it.
	Platform bool `json:"platform,omitempty"`
	// ConstrainedBy names the constraints that may withhold a grant of the role.
	ConstrainedBy []string `json:"constrainedBy,omitempty"`
	// Inherits names the roles that it inherits, directly or not, sorted: it ranks above them.
	Inherits []string `json:"inherits,omitempty"`
	// Permissions maps each permission that the role holds to the alternatives under which it does, one of which suffices.
	Permissions map[string][]Alternative `json:"permissions,omitempty"`
	// AdministrationRules are those of the role itself, by name. It has those of the roles that it inherits as well.
	AdministrationRules []AdministrationRule `json:"administrationRules,omitempty"`
	// Flaws are what is wrong with the role itself, for explanations: it may not hold all that is written because of them.
	Flaws []Finding `json:"flaws,omitempty"`
}

// Alternative is one way in which a role holds a permission: all of its conditions must be met. An empty one is always met.
type Alternative struct {
	// Qualifiers that must be true.
	Qualifiers []string `json:"qualifiers,omitempty"`
	// RequiredFeatures are those that the organization must have.
	RequiredFeatures []string `json:"requiredFeatures,omitempty"`
	// RequiredEntitlements are those that the grant must carry.
	RequiredEntitlements []string `json:"requiredEntitlements,omitempty"`
	// Via is the line of roles through which the rule is inherited, from the nearest parent to the rule's own role. It is
	// empty for a rule of the role itself. Of a line of more than 16 roles, LeftOut stands for those before the last.
	Via []string `json:"via,omitempty"`
}

// User is what one user holds, and what the directory knows of them. It has at most 128 bytes: Go's maps keep larger values
// apart, and a copy of the map of all users would allocate once for each.
type User struct {
	// Suspended users hold nothing.
	Suspended bool `json:"suspended,omitempty"`
	// HomeUnitUnknown is set if a home unit is written that does not count, because assignments disagree on it for example.
	HomeUnitUnknown bool `json:"homeUnitUnknown,omitempty"`
	// Manager is the id of the line manager, empty when there is none or none is known.
	Manager string `json:"manager,omitempty"`
	// HomeUnit is the unit that the user belongs to.
	HomeUnit string `json:"homeUnit,omitempty"`
	// Attributes are what conditions read of the user.
	Attributes map[string]any `json:"attributes,omitempty"`
	// UnknownAttributes are those that are written and do not count, because assignments disagree on them for example. No
	// value that a caller sends stands in for them.
	UnknownAttributes Set `json:"unknownAttributes,omitempty"`
	// Grants of roles, beside the document's default grants.
	Grants []Grant `json:"grants,omitempty"`
	// WithoutDefaults names, by their sources, the default grants that the user does not hold.
	WithoutDefaults Set `json:"withoutDefaults,omitempty"`
	// Overrides of single permissions.
	Overrides []Override `json:"overrides,omitempty"`
	// Flaws are those of the user's grants and overrides, by source: of all but default grants and those of groups.
	Flaws map[string]Flaw `json:"flaws,omitempty"`
}

// Grant is a role that is held in a scope, during a window.
type Grant struct {
	Role string `json:"role"`
	Scope
	Window
	// Entitlements that the grant carries.
	Entitlements []string `json:"entitlements,omitempty"`
	// Source says where the grant is written, as Kind/name list[name], for example UserAssignment/ann grants[nurse].
	Source string `json:"source,omitempty"`
}

// Override gives one permission without qualifiers, or takes it away from every other source.
type Override struct {
	Permission string `json:"permission"`
	// Deny is set on an override that takes the permission away.
	Deny bool `json:"deny,omitempty"`
	Scope
	Window
	// RequiredFeatures are those that the organization must have for a giving override to count.
	RequiredFeatures []string `json:"requiredFeatures,omitempty"`
	// Source says where the override is written, as Kind/name list[name], for example UserAssignment/ann overrides[no-exports].
	Source string `json:"source,omitempty"`
}

// Scope says where something is held: in units and groups or everywhere, and for which values of each dimension.
type Scope struct {
	// Everywhere covers every unit.
	Everywhere bool `json:"everywhere,omitempty"`
	// Units and UnitGroups are covered with all that lies below them.
	Units      []string `json:"units,omitempty"`
	UnitGroups []string `json:"unitGroups,omitempty"`
	// Dimensions holds an entry for each dimension of the organization. A dimension without entry is not covered, except by a
	// denying override.
	Dimensions map[string]Values `json:"dimensions,omitempty"`
}

// Values are values of one dimension.
type Values struct {
	// All covers every value and requests without one.
	All bool `json:"all,omitempty"`
	// Values are covered by name.
	Values []string `json:"values,omitempty"`
}

// Window is a time from StartTime until just before EndTime. A nil bound does not bound.
type Window struct {
	StartTime *time.Time `json:"startTime,omitempty"`
	EndTime   *time.Time `json:"endTime,omitempty"`
}
