// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions"
)

// advise finds what takes effect and is probably not meant, or worth knowing.
func (s *scene) advise() {
	held := s.heldRoles()
	custom := s.customRoles()
	for _, r := range custom {
		if !held.reached[r] {
			s.found.note(r.Ref, "", ReasonUnusedRole, "nobody holds the role, by itself or through another: grant it, or delete it")
		}
		s.adviseWildcards(r)
		s.adviseRedundant(r, held)
	}
	s.adviseEquivalent(custom)
	s.advisePermissions()
	s.adviseUnits()
}

// customRoles returns the organization's own roles that count, oldest first.
func (s *scene) customRoles() []*role {
	var custom []*role
	for _, r := range s.roles {
		if r.Kind == model.KindRole && !r.idle {
			custom = append(custom, r)
		}
	}
	slices.SortFunc(custom, func(a, b *role) int { return a.Older(b.Object) })
	return custom
}

// heldRoles is who holds what.
type heldRoles struct {
	// by maps each role to the shares that give it by itself.
	by map[*role][]*share
	// reached holds the roles that somebody holds, by themselves or through a role that inherits them.
	reached map[*role]bool
}

func (s *scene) heldRoles() heldRoles {
	held := heldRoles{by: map[*role][]*share{}, reached: map[*role]bool{}}
	for _, h := range s.users {
		for _, given := range h.shares {
			if given.role != nil && !given.withheld {
				held.by[given.role] = append(held.by[given.role], given)
			}
		}
	}
	for r := range held.by {
		for _, other := range s.roles {
			if r.ranks(other.ref()) {
				held.reached[other] = true
			}
		}
	}
	return held
}

// adviseWildcards finds rules that reach whatever is added to a section.
func (s *scene) adviseWildcards(r *role) {
	for i, rule := range r.Rules {
		known := func(section string) bool { return section == everySection || len(s.sections[section]) > 0 }
		if slices.ContainsFunc(rule.Sections, known) {
			s.found.note(r.Ref, fmt.Sprintf("spec.rules[%d].sections", i), ReasonWildcard,
				"permissions that are added to %s will be held too: name the permissions instead if that is not meant",
				strings.Join(unique(rule.Sections), ", "))
		}
	}
}

// adviseRedundant finds a role all of whose holders also hold another, at the same places, that holds all that it does.
func (s *scene) adviseRedundant(r *role, held heldRoles) {
	holders := held.by[r]
	if len(holders) == 0 || len(r.held) == 0 {
		return
	}
	var covering []*role
	for _, other := range s.users[holders[0].user].shares {
		if other.role != nil && !slices.Contains(covering, other.role) && part(r.held, other.role.held) && !part(other.role.held, r.held) {
			covering = append(covering, other.role)
		}
	}
	covering = slices.DeleteFunc(covering, func(other *role) bool {
		return slices.ContainsFunc(holders, func(h *share) bool { return !s.alsoHolds(h, other) })
	})
	if len(covering) > 0 {
		least := slices.MinFunc(covering, func(a, b *role) int { return a.Ref.Compare(b.Ref) })
		s.found.note(r.Ref, "", ReasonRedundantRole,
			"whoever holds the role also holds %s %q, which holds all that it does: the grants of this one can go", least.Kind, least.Name)
	}
}

// alsoHolds tells whether a user who is given one role holds another wherever, whenever and with whatever entitlements.
func (s *scene) alsoHolds(given *share, other *role) bool {
	return slices.ContainsFunc(s.users[given.user].shares, func(o *share) bool {
		return o.role == other && !o.withheld && contains(o.window, given.window) && s.coversAll(o, given) &&
			subset(given.grant.Entitlements, o.grant.Entitlements) && sameValues(given.grant.Dimensions, o.grant.Dimensions)
	})
}

func sameValues(a, b map[string]permissions.Values) bool {
	return maps.EqualFunc(a, b, func(x, y permissions.Values) bool { return x.All == y.All && slices.Equal(x.Values, y.Values) })
}

// part tells whether one role's holding is part of another's.
func part(a, b holding) bool {
	for name, alternatives := range a {
		for _, asked := range alternatives {
			if !slices.ContainsFunc(b[name], func(other permissions.Alternative) bool { return includes(other, asked) }) {
				return false
			}
		}
	}
	return true
}

// adviseEquivalent finds custom roles that hold the same as an older role.
func (s *scene) adviseEquivalent(custom []*role) {
	byEffect := map[string]*role{}
	others := slices.SortedFunc(maps.Values(s.roles), func(a, b *role) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), a.Older(b.Object))
	})
	for _, r := range others {
		if r.Kind != model.KindRole {
			byEffect[signature(r.held)] = r
		}
	}
	for _, r := range custom {
		known := byEffect[signature(r.held)]
		switch {
		case len(r.held) == 0:
		case known == nil:
			byEffect[signature(r.held)] = r
		default:
			s.found.warn(r.Ref, "", ReasonEquivalentRoles,
				"the role holds the same as %s %q: keep one of them, or let one inherit the other and add to it", known.Kind, known.Name)
		}
	}
}

// signature writes a holding so that equal ones are written alike.
func signature(h holding) string {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(h)) {
		text.WriteString(name)
		for _, alternative := range h[name] {
			text.WriteByte(' ')
			text.WriteString(alternative.String())
		}
		text.WriteByte('\n')
	}
	return text.String()
}

// advisePermissions finds permissions that no role holds.
func (s *scene) advisePermissions() {
	held := set{}
	for _, r := range s.roles {
		for name := range r.held {
			held.add(name)
		}
	}
	var unused []string
	for _, p := range s.catalog.Permissions {
		if !held.has(p.Name) {
			unused = append(unused, p.Name)
		}
	}
	if unused = unique(unused); len(unused) > 0 {
		s.found.note(s.organization.Ref, "spec.catalogRef", ReasonUnusedPermission,
			"no role holds %s: add it to a role if people should have it", few(unused))
	}
}

// adviseUnits finds units that no grant covers, the topmost of each branch.
func (s *scene) adviseUnits() {
	served, busy := s.servedUnits()
	var unserved []string
	for name, unit := range s.units {
		if !busy.has(name) && (unit.Parent == "" || busy.has(unit.Parent)) && !s.isBelow(name, served) {
			unserved = append(unserved, name)
		}
	}
	if unserved = unique(unserved); len(unserved) > 0 {
		s.found.note(s.organization.Ref, "spec.units", ReasonUnservedUnit,
			"no grant covers %s: grant a role there, or take the units out", few(unserved))
	}
}

// servedUnits returns the units that grants name, and those together with all that lie above them.
func (s *scene) servedUnits() (served, busy set) {
	served, busy = set{}, set{}
	for _, h := range s.users {
		for _, given := range h.shares {
			if given.withheld || h.Suspended {
				continue
			}
			for _, top := range s.tops(given.scope()) {
				served.add(top)
			}
		}
	}
	for top := range served {
		for current := s.units[top]; current != nil && !busy.has(current.Name); current = s.units[current.Parent] {
			busy.add(current.Name)
		}
	}
	return served, busy
}

// isBelow tells whether a unit is, or lies below, one of a set.
func (s *scene) isBelow(unit string, tops set) bool {
	for current := s.units[unit]; current != nil; current = s.units[current.Parent] {
		if tops.has(current.Name) {
			return true
		}
	}
	return false
}

// checkEntitlements finds entitlements of a grant that its role never asks for.
func (s *scene) checkEntitlements(carried []string, r *role, object model.Ref, field string) {
	for _, entitlement := range carried {
		if r != nil && !r.asks(entitlement) {
			s.found.warn(object, field+".entitlements", ReasonUnusedEntitlement,
				"%s %q asks for no entitlement %q: correct the name, or take it out", r.Kind, r.Name, entitlement)
		}
	}
}

// asks tells whether any alternative of the role asks for an entitlement.
func (r *role) asks(entitlement string) bool {
	if r.asked == nil {
		r.asked = set{}
		for _, alternatives := range r.held {
			for _, alternative := range alternatives {
				for _, name := range alternative.Entitlements {
					r.asked.add(name)
				}
			}
		}
	}
	return r.asked.has(entitlement)
}
