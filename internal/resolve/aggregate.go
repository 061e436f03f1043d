// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// aggregate is what all users add up to. Every resolution adds it up from the totals of shards.
type aggregate struct {
	env    *environment
	totals *totals
	found  findings
	// violations are those of each constraint.
	violations map[*constraint][]violation
	// timed are the bindings of which something may be found at some time.
	timed []*binding
}

func (e *environment) aggregate(users *userIndex) *aggregate {
	a := &aggregate{
		env: e, found: findings{list: slices.Concat(e.found, e.foundInRequests), work: e.work},
		violations: map[*constraint][]violation{}, totals: e.newTotals(),
	}
	for _, shard := range users.totals {
		a.totals.merge(shard)
	}
	for _, details := range a.totals.details {
		a.add(details)
	}
	return a
}

func (a *aggregate) add(details *userDetails) {
	a.found.list = append(a.found.list, details.findings...)
	a.timed = append(a.timed, details.timed...)
	for _, v := range details.violations {
		a.violations[v.constraint] = append(a.violations[v.constraint], v)
	}
}

// lint finds what, among all that users hold, takes effect and is probably not meant, or worth knowing.
func (a *aggregate) lint() {
	reached := a.reachedRoles()
	redundant := a.redundantRoles()
	for _, r := range a.env.customRoles() {
		if !reached[r] {
			a.found.note(r.spec.Ref, "", ReasonUnusedRole, "nobody holds the role, by itself or through another: grant it, or delete it")
		}
		if other := redundant[r]; other != nil {
			a.found.note(r.spec.Ref, "", ReasonRedundantRole,
				"everyone who holds the role also holds %s %q, which holds all that it does: the grants of this one can go",
				other.spec.Kind, other.spec.Name)
		}
	}
	a.lintUnits()
}

// reachedRoles returns the roles that any user holds, by themselves or through a role that inherits them.
func (a *aggregate) reachedRoles() map[*role]bool {
	reached := map[*role]bool{}
	for number, holders := range a.totals.holders {
		if holders > 0 {
			for below := range a.env.numbered[number].below.numbers() {
				reached[a.env.numbered[below]] = true
			}
		}
	}
	return reached
}

// holdersByRole counts the users who hold each role by itself, by its name in the document.
func (a *aggregate) holdersByRole() map[string]int {
	counts := make(map[string]int, len(a.totals.holders))
	for number, holders := range a.totals.holders {
		counts[a.env.numbered[number].ref().Key()] = int(holders)
	}
	return counts
}

// redundantRoles maps each role all of whose holders also hold another, at the same places, that holds all that it does, to
// the first such.
func (a *aggregate) redundantRoles() map[*role]*role {
	redundant := map[*role]*role{}
	for pair, users := range a.totals.covered {
		r, other := a.env.numbered[pair.role], a.env.numbered[pair.by]
		if known := redundant[r]; users == a.totals.holders[pair.role] && (known == nil || other.spec.Ref.Compare(known.spec.Ref) < 0) {
			redundant[r] = other
		}
	}
	return redundant
}

// lintUnits finds units that no grant covers, the topmost of each branch, in each structure.
func (a *aggregate) lintUnits() {
	unserved := map[model.Ref][]string{}
	for _, name := range a.unservedUnits() {
		if declared := a.env.units.declared[name]; declared != nil {
			unserved[declared.in.Ref] = append(unserved[declared.in.Ref], name)
		} else {
			a.found.note(a.env.organization.Ref, "", ReasonUnusedUnit, "no grant covers %s, the only unit: grant a role there", name)
		}
	}
	for structure, names := range unserved {
		a.found.note(structure, "spec.units", ReasonUnusedUnit,
			"no grant covers %s: grant a role there, or take the units out", few(unique(names)))
	}
}

// unservedUnits returns the topmost units of the branches in which no grant covers anything.
func (a *aggregate) unservedUnits() []string {
	tree, served := a.env.units, slices.Clone(a.totals.served)
	names := tree.inOrder()
	a.env.work.spend(2 * len(names))
	// busy are units at or below which a grant covers something.
	busy := slices.Clone(served)
	for number := len(names) - 1; number > 0; number-- {
		above := tree.numbers[tree.units[names[number]].Parent]
		busy[above] = busy[above] || busy[number]
	}
	var unserved []string
	for number, name := range names {
		top := number == 0
		if !top {
			above := tree.numbers[tree.units[name].Parent]
			served[number] = served[number] || served[above]
			top = busy[above]
		}
		if top && !busy[number] && !served[number] {
			unserved = append(unserved, name)
		}
	}
	return unserved
}
