// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
)

// reach finds the units that the root reaches, and says of the others why it does not.
func (t *unitTree) reach(all []*declaration[model.Unit], found *findings) {
	t.units[t.root] = t.declared[t.root].spec
	unreached := map[string]*unreached{}
	for _, unit := range all {
		t.climb(unit.spec, unreached)
	}
	t.rejectUnreached(all, unreached, found)
}

// rejectUnreached says once in each structure why the root does not reach some units of it: where the mistake is, if it is there.
func (t *unitTree) rejectUnreached(all []*declaration[model.Unit], known map[string]*unreached, found *findings) {
	type place struct {
		why *unreached
		in  *model.Structure
	}
	units := map[place][]*declaration[model.Unit]{}
	for _, unit := range all {
		if why := known[unit.spec.Name]; why != nil {
			at := place{why, unit.in}
			units[at] = append(units[at], unit)
		}
	}
	for at, lost := range units {
		first := slices.IndexFunc(lost, func(u *declaration[model.Unit]) bool { return u.spec.Name == at.why.first })
		if unit := lost[max(0, first)]; unit.spec.Parent != "" {
			at.why.reject(unit, len(lost)-1, t.fixParent(at.why, found), found)
		}
	}
}

// unreached is why the root does not reach some units.
type unreached struct {
	// top is the topmost unit that there is; nil if units lie below each other in a cycle.
	top *model.Unit
	// cycle are the units in the cycle, each below the next.
	cycle []string
	// first is the name of the unit at which the mistake is: the topmost, or the first of a cycle by name.
	first string
}

// climb follows the parents of a unit to one that is known, or is the last, and notes of all on the way whether the root reaches
// them. So every unit is climbed from once.
func (t *unitTree) climb(unit *model.Unit, known map[string]*unreached) {
	var path []*model.Unit
	at := map[string]int{}
	for current := unit; ; current = t.parent(current) {
		why := known[current.Name]
		place, again := at[current.Name]
		switch {
		case t.units[current.Name] != nil:
			for _, below := range path {
				t.units[below.Name] = below
			}
			return
		case why != nil:
		case again:
			why = &unreached{}
			for _, member := range path[place:] {
				why.cycle = append(why.cycle, member.Name)
			}
			why.first = slices.Min(why.cycle)
		case t.parent(current) == nil:
			why, path = &unreached{top: current, first: current.Name}, append(path, current)
		default:
			at[current.Name] = len(path)
			path = append(path, current)
			continue
		}
		for _, below := range path {
			known[below.Name] = why
		}
		return
	}
}

// parent returns the parent of a unit as it is declared, nil if it is not.
func (t *unitTree) parent(unit *model.Unit) *model.Unit {
	if declared := t.declared[unit.Parent]; declared != nil {
		return declared.spec
	}
	return nil
}

// fixParent says how to put right a parent that does not exist; empty if it does.
func (t *unitTree) fixParent(why *unreached, found *findings) string {
	if why.top == nil || why.top.Parent == "" {
		return ""
	}
	return found.fix(t.declaredNames, why.top.Parent, "add the unit")
}

// reject says why the root does not reach a unit and others of its structure.
func (u *unreached) reject(unit *declaration[model.Unit], others int, fix string, found *findings) {
	what := fmt.Sprintf("unit %q covers nothing", unit.spec.Name)
	if others > 0 {
		what = fmt.Sprintf("unit %q and %d more cover nothing", unit.spec.Name, others)
	}
	reject := func(reason, format string, args ...any) {
		found.reject(unit.in.Ref, unit.field+".parent", reason, "%s, because "+format, append([]any{what}, args...)...)
	}
	switch {
	case u.top == nil:
		reject(ReasonInvalidUnitTree, "these units lie below each other in a cycle: %s", u.round())
	case u.top.Parent == "":
		reject(ReasonInvalidUnitTree,
			"unit %q above is without parent and not the root: name the parent of that one", u.top.Name)
	default:
		reject(ReasonUnknownUnit, "the parent %q of unit %q does not exist: %s", u.top.Parent, u.top.Name, fix)
	}
}

// round names the units of the cycle in their order, from the first by name; only the first ones of a long cycle.
func (u *unreached) round() string {
	first := slices.Index(u.cycle, u.first)
	var names []string
	for i := range min(len(u.cycle), mostNames) {
		names = append(names, u.cycle[(first+i)%len(u.cycle)])
	}
	if left := len(u.cycle) - len(names); left > 0 {
		return fmt.Sprintf("%s below %d more, below %s", strings.Join(names, " below "), left, names[0])
	}
	return strings.Join(append(names, names[0]), " below ")
}
