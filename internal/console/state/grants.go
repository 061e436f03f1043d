// SPDX-License-Identifier: Apache-2.0

package state

import (
	"iter"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Holding is a grant of a role to a user.
type Holding struct {
	User  string
	Grant *document.Grant
}

// Grants yields each grant of each user, in no order; those of suspended users are among them. The organization must be resolved.
func (o *Organization) Grants() iter.Seq[Holding] {
	return func(yield func(Holding) bool) {
		// One variable for all of them, of which there may be hundred thousands.
		var user document.User
		var id string
		for id, user = range o.Document.Users {
			for grant := range o.Document.GrantsOf(&user) {
				if !yield(Holding{User: id, Grant: grant}) {
					return
				}
			}
		}
	}
}

// RoleNumbers returns the names of the roles, sorted, and the place of each among them.
func (o *Organization) RoleNumbers() (roles []string, numbers map[string]int) {
	roles = slices.Sorted(maps.Keys(o.Document.Roles))
	numbers = make(map[string]int, len(roles))
	for number, role := range roles {
		numbers[role] = number
	}
	return roles, numbers
}

// RoleCount is how many grants of a role there are somewhere.
type RoleCount struct {
	Role   string
	Grants int
}

// Counts are how many grants of each role there are right on each unit and each group of units.
type Counts struct {
	// roles are the names of the roles, sorted.
	roles         []string
	units, groups map[string][]count
}

// count is the number of a role, and how many grants of it there are.
type count struct{ role, grants int32 }

// Unit returns the roles of which there are grants right on a unit, sorted; those that cover everything are on the root.
func (c *Counts) Unit(name string) []RoleCount { return c.named(c.units[name]) }

// Group returns the roles of which there are grants on a group of units, sorted.
func (c *Counts) Group(name string) []RoleCount { return c.named(c.groups[name]) }

func (c *Counts) named(counts []count) []RoleCount {
	list := make([]RoleCount, len(counts))
	for i := range counts {
		list[i] = RoleCount{Role: c.roles[counts[i].role], Grants: int(counts[i].grants)}
	}
	return list
}

// Counts counts the grants, once.
func (o *Organization) Counts() *Counts {
	o.counts.Do(func() { o.counted = o.count() })
	return o.counted
}

// tally counts grants by place and number of the role.
type tally map[string][]int32

// add counts one, of as many roles as there are.
func (t tally) add(place string, role, roles int) {
	counts := t[place]
	if counts == nil {
		counts = make([]int32, roles)
		t[place] = counts
	}
	counts[role]++
}

// counts returns what was counted, without the many roles that a place does not have.
func (t tally) counts() map[string][]count {
	small := make(map[string][]count, len(t))
	for place, all := range t {
		var some []count
		for role, grants := range all {
			if grants > 0 {
				some = append(some, count{role: int32(role), grants: grants})
			}
		}
		small[place] = slices.Clip(some)
	}
	return small
}

func (o *Organization) count() *Counts {
	roles, numbers := o.RoleNumbers()
	units, groups, root := tally{}, tally{}, o.Tree().Root
	for holding := range o.Grants() {
		role, known := numbers[holding.Grant.Role]
		if !known {
			continue
		}
		if holding.Grant.Everywhere {
			units.add(root, role, len(roles))
		}
		for _, unit := range holding.Grant.Units {
			units.add(unit, role, len(roles))
		}
		for _, group := range holding.Grant.UnitGroups {
			groups.add(group, role, len(roles))
		}
	}
	return &Counts{roles: roles, units: units.counts(), groups: groups.counts()}
}
