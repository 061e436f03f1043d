// SPDX-License-Identifier: Apache-2.0

package model

// Catalog is what an application declares. The order of sections and permissions is the one in which people read them.
type Catalog struct {
	Object
	Sections    []string
	Permissions []Permission
	// SubjectTypes are the words by which applications call users; none stands for user.
	SubjectTypes []string
	Qualifiers   []Qualifier
	Prohibitions []Prohibition
	Features     []string
	Entitlements []string
	Dimensions   []Dimension
	Plans        []Plan
	Constraints  []Constraint
}

// Plan is what an organization may subscribe to.
type Plan struct {
	Name     string
	Features []string
	// CustomRolesLimit bounds the Roles of an organization; nil does not.
	CustomRolesLimit *int
}

// Permission is a named thing that the application lets people do.
type Permission struct {
	Name, Section    string
	Implies          []string
	RequiredFeatures []string
	// ResourceTypes are the types of the resources that it is about; none stands for all.
	ResourceTypes []string
	// Platform permissions are never held by a custom role.
	Platform bool
	// UnknownLevel is the level that is written, if it is none that is known: nobody may hold the permission.
	UnknownLevel string
}

// Qualifier is a named condition that narrows a permission.
type Qualifier struct {
	Name, Description, Expression string
}

// Prohibition is a condition under which what it selects is refused to everybody.
type Prohibition struct {
	Selector
	Name, Description, Expression string
}

// Dimension is an axis of scope besides units.
type Dimension struct {
	Name   string
	Values []string
}
