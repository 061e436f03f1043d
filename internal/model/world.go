// SPDX-License-Identifier: Apache-2.0

package model

import "time"

// World is all that one organization is resolved from. The order of its lists has no meaning.
type World struct {
	// Namespace and Name identify the organization, whether or not the object exists.
	Namespace, Name string
	// Organization is nil when the object is missing.
	Organization *Organization
	// Catalog is nil when the organization's catalog, or the organization, is missing.
	Catalog *Catalog
	// Structures of the organization.
	Structures  []Structure
	Roles       []Role
	Assignments []Assignment
	Groups      []Group
	// Chains of the organization, and the roles that its approved requests give.
	Chains    []Chain
	Requested []RequestedGrant
	// PlatformRoles are those of the catalog.
	PlatformRoles []Role
	// PlatformAssignments are those of the whole cluster.
	PlatformAssignments []PlatformAssignment
	// Elsewhere is what there is outside of the organization, nil for those who may not be told.
	Elsewhere *Elsewhere
}

// Organization is a tenant.
type Organization struct {
	Object
	// Catalog is the name of the catalog that it refers to.
	Catalog string
	// Plan is empty when the organization subscribes to none.
	Plan     string
	Features []string
	// DefaultGrants are what every user of the organization has.
	DefaultGrants []Grant
	// Waivers of the catalog's constraints.
	Waivers []Waiver
	// Ignored are reasons of findings that are not to be shown.
	Ignored []string
	// Unusable are the fields of labels and annotations that ConfigMaps cannot have.
	Unusable []string
	// Form is the one that it asks to be published in, empty if it leaves that open.
	Form string
}

// Structure is a part of what a tenant keeps of its organization. All structures add up.
type Structure struct {
	Object
	Units       []Unit
	UnitGroups  []UnitGroup
	Constraints []Constraint
	// Waivers of constraints of the organization's structures.
	Waivers []Waiver
}

// Unit is a node of the organization's tree. The root has no Parent.
type Unit struct {
	Name, Kind, Parent string
	Attributes         Attributes
}

// UnitGroup is a named set of units.
type UnitGroup struct {
	Name  string
	Units []string
}

// Attributes are facts by name. Values are as encoding/json decodes them into any: nil, bool, float64, string, []any
// and map[string]any. A number of 2^53 or more is a json.Number, as it is written. They are never changed once read.
type Attributes map[string]any

// Role is a named set of rules, of one organization or of the platform.
type Role struct {
	Object
	// Catalog is the catalog of a PlatformRole.
	Catalog string
	// Platform is set on a PlatformRole that is assignable to the platform, and not to organizations.
	Platform bool
	// UnknownScope is what a PlatformRole is assignable to, if it is nothing that is known: the role counts for nothing.
	UnknownScope string
	Inherits     []Inheritance
	Rules        []Rule
	// AdministrationRules say what holders may change of the organization.
	AdministrationRules []AdministrationRule
}

// AdministrationRule says what the holders of a role may change of the organization. Its lists hold words of
// document.AdministrationRule, or such as are unknown and allow nothing.
type AdministrationRule struct {
	// Name is unique in the role.
	Name                                             string
	Qualifiers, UserActions, Resources, Subscription []string
	// Roles are those that may be given and taken, nil if the rule is about none.
	Roles                            *RoleSelection
	ProfileFields, ProfileAttributes []string
}

// RoleRef names a role by its kind and its name.
type RoleRef struct {
	Kind, Name string
}

// Key names a role in a document. A PlatformRole may have the name of a Role.
func (r RoleRef) Key() string {
	if r.Kind == KindRole {
		return r.Name
	}
	return r.Kind + "/" + r.Name
}

// RoleSelection names roles.
type RoleSelection struct {
	// From says how: one of the words of document.RoleSelection. An unknown one names none.
	From          string
	Roles, Except []RoleRef
	UpTo          *RoleRef
}

// Inheritance takes over the rules of another role, but for what Except picks.
type Inheritance struct {
	Role   RoleRef
	Except Selector
}

// Selector picks permissions by name and by section; the section * stands for all.
type Selector struct {
	Permissions, Sections []string
}

// Rule lets holders of a role do something, on conditions that must all hold.
type Rule struct {
	Selector
	Qualifiers, RequiredFeatures, RequiredEntitlements []string
}

// Assignment says what one user holds.
type Assignment struct {
	Object
	User      string
	Suspended bool
	// DisplayName, Manager and HomeUnit are empty when they are not given.
	DisplayName, Manager, HomeUnit string
	Attributes                     Attributes
	Grants                         []Grant
	Overrides                      []Override
}

// Group is a set of users who all have its grants.
type Group struct {
	Object
	Members []string
	Default string
	Grants  []Grant
}

// PlatformAssignment says what one user holds over organizations.
type PlatformAssignment struct {
	Object
	User      string
	Suspended bool
	Grants    []PlatformGrant
}

// PlatformGrant gives a role that is assignable to the platform over organizations.
type PlatformGrant struct {
	// Name is unique in the object.
	Name, Role string

	Window Window
	// Unselected is set when the grant names no organizations; Picks when it picks the organization of the world.
	Unselected, Picks bool
}

// Grant gives a role in a scope, during a window.
type Grant struct {
	// Name is unique in the object.
	Name         string
	Role         RoleRef
	Scope        Scope
	Window       Window
	Entitlements []string
}

// Override gives one permission, or denies it when Deny is set.
type Override struct {
	// Name is unique in the object.
	Name       string
	Permission string
	Deny       bool
	Scope      Scope
	Window     Window
}

// Scope says where: units and groups or everywhere, and values for each dimension.
type Scope struct {
	Everywhere    bool
	Units, Groups []string
	Dimensions    []DimensionScope
}

// DimensionScope names values of a dimension, or all.
type DimensionScope struct {
	Name   string
	Values []string
	All    bool
}

// Window is a time from StartTime until just before EndTime. A zero time does not bound.
type Window struct {
	StartTime, EndTime time.Time
}
