// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// requirePrerequisites finds the bindings of roles that presuppose another which the user does not hold. It goes on until
// nothing changes: what is withheld, or ends with a waiver, may be what another presupposes. A binding is asked
// for as long as it lived at first, so that no order in which bindings or constraints come matters.
func (f *enforcement) requirePrerequisites(constraints []*constraint) {
	constraints = slices.DeleteFunc(slices.Clone(constraints), func(c *constraint) bool { return c.spec.Prerequisite == nil })
	if len(constraints) == 0 {
		return
	}
	for _, u := range f.users {
		for _, asking := range u.bindings {
			asking.asked = asking.window
		}
		f.requireOf(u, constraints)
	}
}

// requireOf finds what breaks any of some constraints among the bindings of one user. A constraint is looked at again only if what
// it requires may be held for less long than before.
func (f *enforcement) requireOf(u *resolvedUser, constraints []*constraint) {
	pending := make([]bool, len(constraints))
	for i := range pending {
		pending[i] = true
	}
	for slices.Contains(pending, true) {
		f.env.work.spend(len(constraints))
		for i, c := range constraints {
			if !pending[i] {
				continue
			}
			pending[i] = false
			for _, lost := range f.requirePrerequisite(c, u) {
				f.env.work.spend(len(constraints))
				for j, other := range constraints {
					pending[j] = pending[j] || lost.holds(other.required)
				}
			}
		}
	}
}

// requirePrerequisite returns what breaks one constraint among the bindings of one user.
func (f *enforcement) requirePrerequisite(c *constraint, u *resolvedUser) []*binding {
	var lost []*binding
	f.env.work.spend(len(u.bindings))
	for _, dependent := range u.bindings {
		_, known := f.known[violationKey{c, dependent}]
		if known || dependent.withheld || !dependent.holds(c.of) || f.env.satisfied(c, dependent, u) {
			continue
		}
		f.report(c, dependent, fmt.Sprintf("user %q does not hold %s %q, which %s %q presupposes, %s",
			u.id, c.spec.Prerequisite.RequiredRole.Kind, c.spec.Prerequisite.RequiredRole.Name,
			c.spec.Prerequisite.Role.Kind, c.spec.Prerequisite.Role.Name, extent(c.spec.Prerequisite)))
		lost = append(lost, dependent)
	}
	return lost
}

// extent says where a prerequisite must be held.
func extent(p *model.Prerequisite) string {
	if p.PerUnit {
		return "for as long and in all units of the grant"
	}
	return "for as long"
}

// satisfied reports whether the user holds what a binding presupposes, by one binding or another, whenever it is asked and, if units
// count, in all its units.
func (e *environment) satisfied(c *constraint, dependent *binding, u *resolvedUser) bool {
	if dependent.holds(c.required) {
		return true
	}
	var held []*binding
	// What is held at the beginning, and whenever something ends, is held all along.
	ends := []moment{moment(dependent.asked.StartTime)}
	for _, other := range u.bindings {
		if !other.withheld && other.holds(c.required) {
			held = append(held, other)
			ends = append(ends, moment(other.window.EndTime))
		}
	}
	units := []string{""}
	if c.spec.Prerequisite.PerUnit {
		units = e.units.tops(dependent.scope())
	}
	e.work.spend(len(u.bindings) + len(ends)*len(units)*len(held))
	for _, end := range ends {
		for _, unit := range units {
			if end.within(dependent.asked) && !slices.ContainsFunc(held, func(other *binding) bool {
				return end.within(other.window) && (!c.spec.Prerequisite.PerUnit || e.covers(other, unit))
			}) {
				return false
			}
		}
	}
	return true
}

// coversAll reports whether one binding covers all units of another.
func (e *environment) coversAll(outer, inner *binding) bool {
	for _, top := range e.units.tops(inner.scope()) {
		if !e.covers(outer, top) {
			return false
		}
	}
	return true
}

// covers reports whether a binding covers a unit.
func (e *environment) covers(b *binding, unit string) bool {
	tops := e.units.tops(b.scope())
	e.work.spend(1 + len(tops)/stepsOfEntry)
	return e.units.covers(b.scope(), unit)
}
