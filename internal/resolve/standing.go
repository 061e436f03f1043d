// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// standing is what a user adds to what can only be told of all users together, in numbers of roles and units: there may be
// hundred thousands of users, and all are added up by every resolution.
type standing struct {
	// roles are those that the user holds, each once.
	roles []uint32
	// units are those that the user's grants and overrides name, each once; none for one who is suspended.
	units []uint32
	// covered are custom roles that the user holds only where another role of the user gives as much and more.
	covered []covered
}

// covered is a role that another one covers.
type covered struct{ role, by uint32 }

func (s *scene) standingOf(h *holder) standing {
	var of standing
	for _, given := range h.shares {
		if given.withheld {
			continue
		}
		if given.role != nil && !slices.Contains(of.roles, given.role.number) {
			of.roles = append(of.roles, given.role.number)
		}
		if h.profile.Suspended {
			continue
		}
		for _, top := range s.tops(given.scope()) {
			if number, known := s.unitNumbers[top]; known && !slices.Contains(of.units, number) {
				of.units = append(of.units, number)
			}
		}
	}
	for _, role := range of.roles {
		for _, other := range of.roles {
			if s.isRedundant(h, s.numbered[role], s.numbered[other]) {
				of.covered = append(of.covered, covered{role, other})
			}
		}
	}
	return of
}

// isRedundant tells whether a user holds a custom role only where another role that holds all that it does, and more, is held.
func (s *scene) isRedundant(h *holder, r, other *role) bool {
	if r == other || r.Kind != model.KindRole || r.idle || len(r.held) == 0 || !part(r.held, other.held) || part(other.held, r.held) {
		return false
	}
	return !slices.ContainsFunc(h.shares, func(given *share) bool {
		return given.role == r && !given.withheld && !s.alsoHolds(given, other)
	})
}

// alsoHolds tells whether a user who is given one role holds another wherever, whenever and with whatever entitlements.
func (s *scene) alsoHolds(given *share, other *role) bool {
	return slices.ContainsFunc(given.of.shares, func(o *share) bool {
		return o.role == other && !o.withheld && contains(o.window, given.window) && s.coversAll(o, given) &&
			subset(given.grant.Entitlements, o.grant.Entitlements) && sameValues(given.grant.Dimensions, o.grant.Dimensions)
	})
}

func sameValues(a, b map[string]document.Values) bool {
	return maps.EqualFunc(a, b, func(x, y document.Values) bool { return x.All == y.All && slices.Equal(x.Values, y.Values) })
}

// part tells whether one role's holding is part of another's.
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
