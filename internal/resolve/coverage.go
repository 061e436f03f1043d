// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// roleCoverage is what a user adds to the totals of all users, in numbers of roles and units: there may be hundred thousands of
// users, and every resolution adds them up.
type roleCoverage struct {
	// roles are those that the user holds, each once.
	roles []uint32
	// units are those that the user's grants and overrides name, each once; none for one who is suspended.
	units []uint32
	// covered are custom roles that the user holds only where another role of the user gives as much and more.
	covered []coveredRole
}

// coveredRole is a role that another one covers.
type coveredRole struct{ role, by uint32 }

// mostCompared bounds how many roles of one user are compared with each other.
const mostCompared = 64

func (e *environment) coverageOf(u *resolvedUser) roleCoverage {
	var coverage roleCoverage
	// Many grants may name the same groups of many units.
	groups := set{}
	for _, b := range u.bindings {
		if b.withheld {
			continue
		}
		if b.role != nil {
			coverage.roles = append(coverage.roles, b.role.number)
		}
		if u.profile.Suspended {
			continue
		}
		units := b.scope().Units
		if b.scope().Everywhere {
			units = []string{e.units.root}
		}
		coverage.units = e.units.appendNumbers(coverage.units, units, e.work)
		for _, group := range b.scope().UnitGroups {
			if !groups.has(group) {
				groups.add(group)
				coverage.units = e.units.appendNumbers(coverage.units, e.units.groups[group], e.work)
			}
		}
	}
	coverage.roles, coverage.units = once(coverage.roles), once(coverage.units)
	if len(coverage.roles) > mostCompared {
		return coverage
	}
	e.work.spend(len(coverage.roles) * len(coverage.roles))
	for _, role := range coverage.roles {
		for _, other := range coverage.roles {
			if e.isRedundant(u, e.numbered[role], e.numbered[other]) {
				coverage.covered = append(coverage.covered, coveredRole{role, other})
			}
		}
	}
	return coverage
}

// once returns numbers in order, each once.
func once(numbers []uint32) []uint32 {
	if len(numbers) < 2 {
		return numbers
	}
	slices.Sort(numbers)
	return slices.Clip(slices.Compact(numbers))
}

// isRedundant reports whether a user holds a custom role only where another role that holds all that it does, and more, is held.
func (e *environment) isRedundant(u *resolvedUser, r, other *role) bool {
	return e.work.outdoes(other, r) && !slices.ContainsFunc(u.bindings, func(b *binding) bool {
		return b.role == r && !b.withheld && !e.alsoHolds(b, other)
	})
}

// outdoes reports whether a role holds all that another one does, which is a custom role, and more.
func (w *work) outdoes(other, r *role) bool {
	return r != other && r.spec.Kind == model.KindRole && len(r.held) > 0 && w.part(r.held, other.held) && !w.part(other.held, r.held)
}

// alsoHolds reports whether a user who is b one role holds another wherever, whenever and with whatever entitlements.
func (e *environment) alsoHolds(b *binding, other *role) bool {
	return slices.ContainsFunc(b.user.bindings, func(o *binding) bool {
		return o.role == other && !o.withheld && contains(o.window, b.window) && e.coversAll(o, b) &&
			subset(b.grant.Entitlements, o.grant.Entitlements) && sameValues(b.grant.Dimensions, o.grant.Dimensions)
	})
}

func sameValues(a, b map[string]document.Values) bool {
	return maps.EqualFunc(a, b, func(x, y document.Values) bool { return x.All == y.All && slices.Equal(x.Values, y.Values) })
}
