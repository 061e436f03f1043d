// SPDX-License-Identifier: Apache-2.0

package model

import "time"

// Constraint is a rule over assignments. At most one of Separation, Holders and Prerequisite is set.
type Constraint struct {
	Name string
	// Type is as it is written. If none of the rules is set, it is unknown, or its rule is missing.
	Type string
	// Enforce withholds what breaks the constraint; otherwise it is only shown.
	Enforce bool

	Separation   *Separation
	Holders      *Holders
	Prerequisite *Prerequisite
}

// Separation bounds how many of several duties one user may have; with PerUnit, in one unit.
type Separation struct {
	Duties []Duty
	AtMost int
	// Except are roles whose grants make up no duty.
	Except  []RoleRef
	PerUnit bool
}

// Duty is what a user has who holds any of its roles or permissions.
type Duty struct {
	Name        string
	Roles       []RoleRef
	Permissions []string
}

// Holders bounds how many users hold a role. A nil bound does not.
type Holders struct {
	Role            RoleRef
	AtLeast, AtMost *int
}

// Prerequisite says that a role presupposes another; with PerUnit, in the same units.
type Prerequisite struct {
	Role, RequiredRole RoleRef
	PerUnit            bool
}

// Waiver lets users violate a constraint until EndTime: either some users or all of them.
type Waiver struct {
	Name, Constraint string
	Users            []string
	AllUsers         bool
	Owner, Reason    string
	EndTime          time.Time
}
