// SPDX-License-Identifier: Apache-2.0

package resolve

import "fmt"

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
		if count := holdersAt(begin, c.kept, s.of.id); count > most {
			return fmt.Sprintf("user %q would be holder number %d of %s %q, and at most %d may hold it",
				s.of.id, count, c.constraint.Holders.Role.Kind, c.constraint.Holders.Role.Name, most)
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
			users.add(s.of.id)
		}
	}
	return len(users)
}
