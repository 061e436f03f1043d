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
	if !slices.ContainsFunc(constraints, func(c *constraint) bool { return c.spec.Prerequisite != nil }) {
		return
	}
	for _, u := range f.users {
		for _, asking := range u.bindings {
			asking.asked = asking.window
		}
		for changed := true; changed; {
			changed = false
			for _, c := range constraints {
				if c.spec.Prerequisite != nil && f.requirePrerequisite(c, u) {
					changed = true
				}
			}
		}
	}
}

// requirePrerequisite finds what breaks one constraint among the bindings of one user. It reports whether there was anything.
func (f *enforcement) requirePrerequisite(c *constraint, u *resolvedUser) bool {
	changed := false
	f.env.work.spend(len(u.bindings))
	for _, dependent := range u.bindings {
		_, known := f.known[violationKey{c, dependent}]
		if known || dependent.withheld || !dependent.holds(c.of) || f.env.satisfied(c, dependent, u) {
			continue
		}
		f.report(c, dependent, fmt.Sprintf("user %q does not hold %s %q, which %s %q presupposes, %s",
			u.id, c.spec.Prerequisite.RequiredRole.Kind, c.spec.Prerequisite.RequiredRole.Name,
			c.spec.Prerequisite.Role.Kind, c.spec.Prerequisite.Role.Name, extent(c.spec.Prerequisite)))
		changed = true
	}
	return changed
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
				return end.within(other.window) && (!c.spec.Prerequisite.PerUnit || e.units.covers(other.scope(), unit))
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
		if !e.units.covers(outer.scope(), top) {
			return false
		}
	}
	return true
}
