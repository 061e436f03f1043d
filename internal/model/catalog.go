// SPDX-License-Identifier: Apache-2.0

package model

// Catalog is what an application declares. The order of sections and permissions is the one in which people read them.
type Catalog struct {
	Object
	Sections     []string
	Permissions  []Permission
	Qualifiers   []Qualifier
	Prohibitions []Prohibition
	Features     []string
	Dimensions   []Dimension
	Plans        []Plan
	Constraints  []Constraint
}

// Plan is what an organization may subscribe to.
type Plan struct {
	Name     string
	Features []string
	// MaxCustomRoles bounds the Roles of an organization; nil does not.
	MaxCustomRoles *int
}

// Permission is a named thing that the application lets people do.
type Permission struct {
	Name, Section   string
	Implies         []string
	RequiredFeature string
	// Platform permissions are never held by a custom role.
	Platform bool
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
