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

func (e *environment) coverageOf(u *resolvedUser) roleCoverage {
	var coverage roleCoverage
	for _, b := range u.bindings {
		if b.withheld {
			continue
		}
		if b.role != nil && !slices.Contains(coverage.roles, b.role.number) {
			coverage.roles = append(coverage.roles, b.role.number)
		}
		if u.profile.Suspended {
			continue
		}
		for _, top := range e.units.tops(b.scope()) {
			if number, known := e.units.numbers[top]; known && !slices.Contains(coverage.units, number) {
				coverage.units = append(coverage.units, number)
			}
		}
	}
	for _, role := range coverage.roles {
		for _, other := range coverage.roles {
			if e.isRedundant(u, e.numbered[role], e.numbered[other]) {
				coverage.covered = append(coverage.covered, coveredRole{role, other})
			}
		}
	}
	return coverage
}

// isRedundant reports whether a user holds a custom role only where another role that holds all that it does, and more, is held.
func (e *environment) isRedundant(u *resolvedUser, r, other *role) bool {
	if r == other || r.spec.Kind != model.KindRole || len(r.held) == 0 || !part(r.held, other.held) || part(other.held, r.held) {
		return false
	}
	return !slices.ContainsFunc(u.bindings, func(b *binding) bool {
		return b.role == r && !b.withheld && !e.alsoHolds(b, other)
	})
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

// part reports whether one role's holding is part of another's.
func part(a, b holding) bool {
	for name, alternatives := range a {
		for _, asked := range alternatives {
			if !slices.ContainsFunc(b[name], func(other document.Alternative) bool { return includes(other, asked) }) {
				return false
			}
		}
	}
	return true
}
