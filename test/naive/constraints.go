// SPDX-License-Identifier: Apache-2.0

package naive

import (
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/model"
)

// withhold leaves the bindings that enforced constraints allow: first those whose prerequisites are met, then, from the oldest to
// the newest, each that breaks nothing beside those kept before it, then again those whose prerequisites are still met. What
// lives by a waiver of a constraint does not count against others in that constraint, which hold what they would without it.
func (r *Reader) withhold(bindings []binding) []binding {
	slices.SortFunc(bindings, older)
	enforced := r.enforced()
	counted := make([][]binding, len(enforced))
	var kept []binding
	for _, candidate := range r.prepared(bindings) {
		var broken []rule
		var whole []int
		for i, constraint := range enforced {
			if r.breaks(constraint.Constraint, counted[i], candidate) {
				broken = append(broken, constraint)
			} else {
				whole = append(whole, i)
			}
		}
		living, allowed := r.allow(candidate, broken)
		if !allowed {
			continue
		}
		kept = append(kept, living)
		for _, i := range whole {
			counted[i] = append(counted[i], living)
		}
	}
	return r.prepared(kept)
}

// rule is a constraint with the waivers that may waive it: the organization waives its own constraints in its structures, and
// those of the catalog in itself.
type rule struct {
	model.Constraint
	waivers []model.Waiver
}

// enforced are the constraints of the catalog and of the organization that withhold.
func (r *Reader) enforced() []rule {
	var all []rule
	for _, constraint := range r.world.Catalog.Constraints {
		all = append(all, rule{constraint, r.world.Organization.Waivers})
	}
	for _, constraint := range r.ownConstraints() {
		all = append(all, rule{constraint, r.ownWaivers()})
	}
	return slices.DeleteFunc(all, func(c rule) bool { return !c.Enforce })
}

// allow reports whether a binding may stay although it breaks some constraints: not when one of them is not waived for its user; and
// else until the first of the waivers has ended.
func (r *Reader) allow(s binding, broken []rule) (binding, bool) {
	for _, constraint := range broken {
		end, waived := constraint.waived(s.user)
		if !waived {
			return s, false
		}
		if s.window.EndTime.IsZero() || end.Before(s.window.EndTime) {
			s.window.EndTime = end
		}
	}
	return s, true
}

// waived is when the last waiver of a constraint for a user ends.
func (c rule) waived(user string) (end time.Time, found bool) {
	for _, waiver := range c.waivers {
		if waiver.Constraint == c.Name && waives(waiver, user) {
			if !found || waiver.EndTime.After(end) {
				end = waiver.EndTime
			}
			found = true
		}
	}
	return end, found
}

// waives holds for a waiver that is either for all users or for some, and for this one.
func waives(waiver model.Waiver, user string) bool {
	if waiver.AllUsers {
		return len(waiver.Users) == 0
	}
	return slices.Contains(waiver.Users, user)
}

// prepared leaves the bindings whose prerequisites others of those left meet, for as long as they live themselves, looking until
// nothing changes.
func (r *Reader) prepared(bindings []binding) []binding {
	asking, living := slices.Clone(bindings), slices.Clone(bindings)
	for changed := true; changed; {
		changed = false
		var stillAsking, stillLiving []binding
		for i, s := range asking {
			broken := slices.DeleteFunc(r.enforced(), func(c rule) bool {
				return c.Prerequisite == nil || !r.unmet(c.Prerequisite, living, s)
			})
			after, allowed := r.allow(s, broken)
			if changed = changed || !allowed || after.window != living[i].window; allowed {
				stillAsking, stillLiving = append(stillAsking, s), append(stillLiving, after)
			}
		}
		asking, living = stillAsking, stillLiving
	}
	return living
}

// unmet holds when at some moment of a binding's life its user does not hold the role that its own presupposes: anywhere, or
// in some unit that the binding covers.
func (r *Reader) unmet(p *model.Prerequisite, bindings []binding, s binding) bool {
	if s.override || !r.holds(s.role, p.Role) || r.holds(s.role, p.RequiredRole) {
		return false
	}
	for _, now := range moments(append(slices.Clone(bindings), s)) {
		for _, unit := range r.unitsFor(p.PerUnit) {
			if !live(s.window, now) || !r.at(s, unit) {
				continue
			}
			if !slices.ContainsFunc(bindings, func(other binding) bool {
				return other.user == s.user && live(other.window, now) && r.at(other, unit) && !other.override && r.holds(other.role, p.RequiredRole)
			}) {
				return true
			}
		}
	}
	return false
}

// anywhere stands for the organization as a whole.
const anywhere = ""

// unitsFor are the places at which a constraint is looked at.
func (r *Reader) unitsFor(perUnit bool) []string {
	if !perUnit {
		return []string{anywhere}
	}
	var units []string
	for _, unit := range r.units() {
		if r.isUnit(unit.Name) {
			units = append(units, unit.Name)
		}
	}
	return units
}

func (r *Reader) at(s binding, unit string) bool {
	return unit == anywhere || r.unitCovered(s.scope, unit)
}

// moments are the beginnings and ends of all bindings, and one before them all. What is live changes at none but these.
func moments(bindings []binding) []time.Time {
	found := []time.Time{time.Date(1, time.January, 2, 0, 0, 0, 0, time.UTC)}
	for _, s := range bindings {
		for _, bound := range []time.Time{s.window.StartTime, s.window.EndTime} {
			if !bound.IsZero() {
				found = append(found, bound, bound.Add(-time.Nanosecond))
			}
		}
	}
	return found
}

// breaks holds when a binding, while it lives, leads to more duties of its user, or more holders, than a constraint allows.
func (r *Reader) breaks(c model.Constraint, kept []binding, candidate binding) bool {
	all := append(slices.Clone(kept), candidate)
	for _, now := range moments(all) {
		if c.Holders != nil && c.Holders.AtMost != nil {
			with := r.holders(c.Holders.Role, all, now)
			if with > *c.Holders.AtMost && with > r.holders(c.Holders.Role, kept, now) {
				return true
			}
		}
		if c.Separation == nil {
			continue
		}
		for _, unit := range r.unitsFor(c.Separation.PerUnit) {
			with := r.duties(c.Separation, all, candidate.user, unit, now)
			if with > c.Separation.AtMost && with > r.duties(c.Separation, kept, candidate.user, unit, now) {
				return true
			}
		}
	}
	return false
}

// holders is how many users hold a role at a moment.
func (r *Reader) holders(role model.RoleRef, bindings []binding, now time.Time) int {
	holders := map[string]bool{}
	for _, s := range bindings {
		if live(s.window, now) && !s.override && r.holds(s.role, role) {
			holders[s.user] = true
		}
	}
	return len(holders)
}

// duties is how many of the duties a user has at a moment in a place.
func (r *Reader) duties(separation *model.Separation, bindings []binding, user, unit string, now time.Time) int {
	count := 0
	for _, duty := range separation.Duties {
		if slices.ContainsFunc(bindings, func(s binding) bool {
			return s.user == user && live(s.window, now) && r.at(s, unit) && !r.exempt(separation, s) && r.makesUp(duty, s)
		}) {
			count++
		}
	}
	return count
}

// exempt holds when a binding gives exactly a role that is exempt. A catalog exempts only roles of the platform.
func (r *Reader) exempt(separation *model.Separation, s binding) bool {
	ofCatalog := slices.ContainsFunc(r.world.Catalog.Constraints, func(c model.Constraint) bool { return c.Separation == separation })
	return !s.override && slices.Contains(separation.Except, s.role) && (!ofCatalog || s.role.Kind == model.KindPlatformRole)
}

// makesUp holds when a binding brings a role or a permission of a duty. Qualifiers do not matter, but gates do; and a permission
// that is taken from the user everywhere and always does not count.
func (r *Reader) makesUp(duty model.Duty, s binding) bool {
	for _, role := range duty.Roles {
		if !s.override && r.holds(s.role, role) {
			return true
		}
	}
	whatever := func([]string) bool { return true }
	for _, permission := range duty.Permissions {
		if r.permission(permission) == nil || r.taken(s.user, permission) {
			continue
		}
		if s.override && r.reaches(s.permission, permission, nil) || !s.override && r.roleGives(s.role, permission, s.entitlements, whatever) {
			return true
		}
	}
	return false
}

// taken holds when an override takes a permission from a user everywhere and always: it limits neither units, dimensions nor
// time, or names something unknown.
func (r *Reader) taken(user, permission string) bool {
	for _, assignment := range r.assignmentsOf(user) {
		for _, o := range assignment.Overrides {
			limited := !o.Scope.Everywhere && len(o.Scope.Units)+len(o.Scope.Groups) > 0 ||
				slices.ContainsFunc(o.Scope.Dimensions, func(named model.DimensionScope) bool { return !named.All })
			if o.Deny && o.Permission == permission && o.Window == (model.Window{}) && (!limited || !r.allKnown(o.Scope)) {
				return true
			}
		}
	}
	return false
}
