// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"
)

// holdersCheck checks that no more users hold a role than allowed, at any time.
type holdersCheck struct {
	constraint *constraint
	work       *work
	// always holds the users who have a binding that is live at any time, and timed the other bindings; users has both.
	always, users set
	timed         []*binding
}

func newHoldersCheck(c *constraint, work *work) *holdersCheck {
	return &holdersCheck{constraint: c, work: work, always: set{}, users: set{}}
}

func (c *holdersCheck) of() *constraint { return c.constraint }

func (c *holdersCheck) keep(b *binding) {
	if !b.holds(c.constraint.of) {
		return
	}
	c.users.add(b.user.id)
	if b.window.StartTime.IsZero() && b.window.EndTime.IsZero() {
		c.always.add(b.user.id)
	} else {
		c.timed = append(c.timed, b)
	}
}

func (c *holdersCheck) breaks(b *binding) string {
	most := *c.constraint.spec.Holders.AtMost
	if !b.holds(c.constraint.of) || len(c.users) < most {
		return ""
	}
	for _, moment := range moments(b, slices.Values(c.timed)) {
		if count := c.holdersAt(moment, b.user.id); count > most {
			return fmt.Sprintf("user %q would be holder number %d of %s %q, and at most %d may hold it",
				b.user.id, count, c.constraint.spec.Holders.Role.Kind, c.constraint.spec.Holders.Role.Name, most)
		}
	}
	return ""
}

// holdersAt counts the users who have a binding that is live at a moment, and one more user.
func (c *holdersCheck) holdersAt(at moment, more string) int {
	c.work.spend(1 + len(c.timed))
	others := set{}
	if !c.always.has(more) {
		others.add(more)
	}
	for _, b := range c.timed {
		if at.within(b.window) && !c.always.has(b.user.id) {
			others.add(b.user.id)
		}
	}
	return len(c.always) + len(others)
}
