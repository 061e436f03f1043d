// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// constraintsOn names the constraints that may withhold a grant of a role, whatever else its holders hold.
func (e *environment) constraintsOn(r *role) []string {
	var names []string
	for _, c := range e.constraints {
		e.work.spend(1 + c.named)
		if c.spec.Enforce && c.concerns(r) {
			names = append(names, c.spec.Name)
		}
	}
	e.work.spend(stepsOfEntry * len(names))
	return unique(names)
}

// concerns reports whether grants of a role may break the constraint.
func (c *constraint) concerns(r *role) bool {
	switch {
	case c.spec.Separation != nil:
		return slices.ContainsFunc(c.spec.Separation.Duties, func(duty model.Duty) bool {
			return slices.ContainsFunc(duty.Roles, r.ranks) ||
				slices.ContainsFunc(duty.Permissions, func(name string) bool { return len(r.held[name]) > 0 })
		})
	case c.spec.Holders != nil:
		return c.spec.Holders.AtMost != nil && r.ranks(c.spec.Holders.Role)
	case c.spec.Prerequisite != nil:
		return r.ranks(c.spec.Prerequisite.Role)
	}
	return false
}

// constraintsOnPermissions names, by permission, the constraints that may withhold an override that gives it: one is withheld
// with all that its permission implies.
func (e *environment) constraintsOnPermissions() map[string][]string {
	names := map[string][]string{}
	for _, c := range e.constraints {
		duties := c.enforcedDuties()
		if len(duties) == 0 {
			continue
		}
		concerned := set{}
		for _, given := range e.catalog.permissions {
			e.work.spend(len(given.reach))
			if !slices.ContainsFunc(given.reach, func(r reached) bool { return duties.has(r.name) }) {
				continue
			}
			for _, reached := range given.reach {
				concerned.add(reached.name)
			}
		}
		e.work.spend(stepsOfEntry * len(concerned))
		for name := range concerned {
			names[name] = append(names[name], c.spec.Name)
		}
	}
	return names
}

// enforcedDuties returns the permissions that make up duties which the constraint separates; none if it is not enforced.
func (c *constraint) enforcedDuties() set {
	duties := set{}
	if !c.spec.Enforce || c.spec.Separation == nil {
		return duties
	}
	for _, duty := range c.spec.Separation.Duties {
		for _, name := range duty.Permissions {
			duties.add(name)
		}
	}
	return duties
}
