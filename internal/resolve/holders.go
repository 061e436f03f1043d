// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"
)

// holdersCheck checks that no more users hold a role than allowed, at any time.
type holdersCheck struct {
	constraint *constraint
	kept       []*binding
}

func (c *holdersCheck) of() *constraint { return c.constraint }

func (c *holdersCheck) keep(b *binding) {
	if b.holdsRole(c.constraint.spec.Holders.Role) {
		c.kept = append(c.kept, b)
	}
}

func (c *holdersCheck) breaks(b *binding) string {
	most := *c.constraint.spec.Holders.AtMost
	if !b.holdsRole(c.constraint.spec.Holders.Role) {
		return ""
	}
	for _, moment := range moments(b, slices.Values(c.kept)) {
		if count := holdersAt(moment, c.kept, b.user.id); count > most {
			return fmt.Sprintf("user %q would be holder number %d of %s %q, and at most %d may hold it",
				b.user.id, count, c.constraint.spec.Holders.Role.Kind, c.constraint.spec.Holders.Role.Name, most)
		}
	}
	return ""
}

// holdersAt counts the users who have a binding that is live at a moment, and one more user.
func holdersAt(at moment, bindings []*binding, more string) int {
	users := set{}
	users.add(more)
	for _, b := range bindings {
		if at.within(b.window) {
			users.add(b.user.id)
		}
	}
	return len(users)
}
