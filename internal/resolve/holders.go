// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"

	"github.com/rolewright/rolewright/internal/model"
)

// holders checks that no more users hold a role than allowed, at any time.
type holders struct {
	constraint *constraint
	kept       []*share
}

func (c *holders) of() *constraint { return c.constraint }

func (c *holders) keep(s *share) {
	if s.holdsRole(c.constraint.Holders.Role) {
		c.kept = append(c.kept, s)
	}
}

func (c *holders) breaks(s *share) string {
	most := *c.constraint.Holders.AtMost
	if !s.holdsRole(c.constraint.Holders.Role) {
		return ""
	}
	begins := []moment{moment(s.window.NotBefore)}
	for _, k := range c.kept {
		if begin := moment(k.window.NotBefore); begin != begins[0] && begin.within(s.window) {
			begins = append(begins, begin)
		}
	}
	for _, begin := range begins {
		if count := holdersAt(begin, c.kept, s.user); count > most {
			return fmt.Sprintf("user %q would be holder number %d of %s %q, and at most %d may hold it",
				s.user, count, c.constraint.Holders.Role.Kind, c.constraint.Holders.Role.Name, most)
		}
	}
	return ""
}

// holdersAt counts the users who have a share that is live at a moment, and one more user.
func holdersAt(at moment, shares []*share, more string) int {
	users := set{}
	users.add(more)
	for _, s := range shares {
		if at.within(s.window) {
			users.add(s.user)
		}
	}
	return len(users)
}

// requirePrerequisites finds the shares of roles that presuppose another which the user does not hold. It goes on until
// nothing changes: what is withheld may be what another presupposes.
func (s *scene) requirePrerequisites(constraints []*constraint) {
	for _, id := range s.sortedHolders() {
		h := s.users[id]
		if h.Suspended {
			continue
		}
		for again := true; again; {
			again = false
			for _, c := range constraints {
				if c.Prerequisite != nil && s.requirePrerequisite(c, h) {
					again = true
				}
			}
		}
	}
}

// requirePrerequisite finds what breaks one constraint among the shares of one user. It tells whether anything was withheld.
func (s *scene) requirePrerequisite(c *constraint, h *holder) bool {
	changed := false
	for _, dependent := range h.shares {
		_, known := c.known[dependent]
		if known || dependent.withheld || !dependent.holdsRole(c.Prerequisite.Role) || s.satisfied(c.Prerequisite, dependent, h) {
			continue
		}
		s.breach(c, dependent, fmt.Sprintf("user %q does not hold %s %q, which %s %q presupposes, %s",
			dependent.user, c.Prerequisite.Requires.Kind, c.Prerequisite.Requires.Name,
			c.Prerequisite.Role.Kind, c.Prerequisite.Role.Name, extent(c.Prerequisite)))
		changed = changed || dependent.withheld
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

// satisfied tells whether the user holds what a share presupposes: by one share that is live whenever it is, and that covers,
// if units count, all its units.
func (s *scene) satisfied(p *model.Prerequisite, dependent *share, h *holder) bool {
	for _, held := range h.shares {
		if held.withheld || !held.holdsRole(p.Requires) || !contains(held.window, dependent.window) {
			continue
		}
		if !p.PerUnit || s.coversAll(held, dependent) {
			return true
		}
	}
	return false
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
