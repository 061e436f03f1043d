// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// requirePrerequisites finds the shares of roles that presuppose another which the user does not hold. It goes on until
// nothing changes: what is withheld, or ends with a waiver, may be what another presupposes. A share is asked
// for as long as it lived at first, so that no order in which shares or constraints come matters.
func (b *binding) requirePrerequisites(constraints []*constraint) {
	if !slices.ContainsFunc(constraints, func(c *constraint) bool { return c.Prerequisite != nil }) {
		return
	}
	for _, h := range b.users {
		for _, asking := range h.shares {
			asking.asked = asking.window
		}
		for again := true; again; {
			again = false
			for _, c := range constraints {
				if c.Prerequisite != nil && b.requirePrerequisite(c, h) {
					again = true
				}
			}
		}
	}
}

// requirePrerequisite finds what breaks one constraint among the shares of one user. It tells whether there was anything.
func (b *binding) requirePrerequisite(c *constraint, h *holder) bool {
	changed := false
	for _, dependent := range h.shares {
		_, known := b.known[brokenBy{c, dependent}]
		if known || dependent.withheld || !dependent.holdsRole(c.Prerequisite.Role) || b.satisfied(c.Prerequisite, dependent, h) {
			continue
		}
		b.breach(c, dependent, fmt.Sprintf("user %q does not hold %s %q, which %s %q presupposes, %s",
			h.id, c.Prerequisite.Requires.Kind, c.Prerequisite.Requires.Name,
			c.Prerequisite.Role.Kind, c.Prerequisite.Role.Name, extent(c.Prerequisite)))
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

// satisfied tells whether the user holds what a share presupposes, by one share or another, whenever it is asked and, if units
// count, in all its units.
func (s *scene) satisfied(p *model.Prerequisite, dependent *share, h *holder) bool {
	if dependent.holdsRole(p.Requires) {
		return true
	}
	var held []*share
	// What is held at the beginning, and whenever something ends, is held all along.
	ends := []moment{moment(dependent.asked.NotBefore)}
	for _, other := range h.shares {
		if !other.withheld && other.holdsRole(p.Requires) {
			held = append(held, other)
			ends = append(ends, moment(other.window.NotAfter))
		}
	}
	units := []string{""}
	if p.PerUnit {
		units = s.tops(dependent.scope())
	}
	for _, end := range ends {
		for _, unit := range units {
			if end.within(dependent.asked) && !slices.ContainsFunc(held, func(other *share) bool {
				return end.within(other.window) && (!p.PerUnit || s.covers(other.scope(), unit))
			}) {
				return false
			}
		}
	}
	return true
}

// coversAll tells whether one share covers all units of another.
func (s *scene) coversAll(outer, inner *share) bool {
	for _, top := range s.tops(inner.scope()) {
		if !s.covers(outer.scope(), top) {
			return false
		}
	}
	return true
}
