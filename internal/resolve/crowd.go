// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"slices"
)

// crowd is what all users come to together. It is added up anew by every resolution.
type crowd struct {
	*scene
	found findings
	// broken are the breaches of each constraint.
	broken map[*constraint][]breach
	// timed are the shares that may be found to be something at some time.
	timed []*share
	*tally
}

func (s *scene) addUp(everybody people) *crowd {
	c := &crowd{scene: s, found: findings{slices.Clone(s.found)}, broken: map[*constraint][]breach{}, tally: s.newTally()}
	for _, shard := range everybody.shards {
		c.merge(shard.tally)
	}
	for _, n := range c.notable {
		c.note(n)
	}
	return c
}

func (c *crowd) note(n *notable) {
	c.found.list = append(c.found.list, n.found...)
	c.timed = append(c.timed, n.timed...)
	for _, b := range n.broken {
		c.broken[b.constraint] = append(c.broken[b.constraint], b)
	}
}

// advise finds what, among all that users hold, takes effect and is probably not meant, or worth knowing.
func (c *crowd) advise() {
	reached := c.reachedRoles()
	redundant := c.redundantRoles()
	for _, r := range c.customRoles() {
		if !reached[r] {
			c.found.note(r.Ref, "", ReasonUnusedRole, "nobody holds the role, by itself or through another: grant it, or delete it")
		}
		if other := redundant[r]; other != nil {
			c.found.note(r.Ref, "", ReasonRedundantRole,
				"whoever holds the role also holds %s %q, which holds all that it does: the grants of this one can go", other.Kind, other.Name)
		}
	}
	c.adviseUnits()
}

// reachedRoles are those that somebody holds, by themselves or through a role that inherits them.
func (c *crowd) reachedRoles() map[*role]bool {
	reached := map[*role]bool{}
	for number, holders := range c.holders {
		if holders > 0 {
			for ref := range c.numbered[number].below {
				reached[c.roles[ref]] = true
			}
		}
	}
	return reached
}

// holdersByRole counts the users who hold each role by itself, by its name in the document.
func (c *crowd) holdersByRole() map[string]int {
	counts := make(map[string]int, len(c.holders))
	for number, holders := range c.holders {
		counts[key(c.numbered[number].ref())] = int(holders)
	}
	return counts
}

// redundantRoles maps each role all of whose holders also hold another, at the same places, that holds all that it does, to
// the first such.
func (c *crowd) redundantRoles() map[*role]*role {
	redundant := map[*role]*role{}
	for pair, users := range c.covered {
		r, other := c.numbered[pair.role], c.numbered[pair.by]
		if known := redundant[r]; users == c.holders[pair.role] && (known == nil || other.Ref.Compare(known.Ref) < 0) {
			redundant[r] = other
		}
	}
	return redundant
}

// adviseUnits finds units that no grant covers, the topmost of each branch.
func (c *crowd) adviseUnits() {
	served, busy := c.servedUnits()
	var unserved []string
	for name, unit := range c.units {
		if !busy.has(name) && (unit.Parent == "" || busy.has(unit.Parent)) && !c.isBelow(name, served) {
			unserved = append(unserved, name)
		}
	}
	if unserved = unique(unserved); len(unserved) > 0 {
		c.found.note(c.organization.Ref, "spec.units", ReasonUnusedUnit,
			"no grant covers %s: grant a role there, or take the units out", few(unserved))
	}
}

// servedUnits returns the units that grants name, and those together with all that lie above them.
func (c *crowd) servedUnits() (served, busy set) {
	served, busy = set{}, set{}
	for top, number := range c.unitNumbers {
		if !c.served[number] {
			continue
		}
		served.add(top)
		for current := c.units[top]; current != nil && !busy.has(current.Name); current = c.units[current.Parent] {
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
