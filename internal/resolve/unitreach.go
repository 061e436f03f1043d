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
	for _, unit := range all {
		if why := unreached[unit.spec.Name]; why != nil && unit.spec.Parent != "" {
			why.reject(unit, found)
		}
	}
}

// unreached is why the root does not reach some units.
type unreached struct {
	// top is the topmost unit that there is; nil if units lie below each other in a cycle.
	top *model.Unit
	// cycle are the units in the cycle, each below the next.
	cycle []string
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
		case t.parent(current) == nil:
			why, path = &unreached{top: current}, append(path, current)
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

// reject says why the root does not reach a unit.
func (u *unreached) reject(unit *declaration[model.Unit], found *findings) {
	reject := func(reason, format string, args ...any) {
		found.reject(unit.in.Ref, unit.field+".parent", reason, format, args...)
	}
	switch {
	case u.top == nil:
		reject(ReasonInvalidUnitTree, "unit %q covers nothing, because these units lie below each other in a cycle: %s",
			unit.spec.Name, u.round())
	case u.top.Parent == "":
		reject(ReasonInvalidUnitTree,
			"unit %q covers nothing, because unit %q above it is without parent and not the root: name the parent of that one",
			unit.spec.Name, u.top.Name)
	default:
		reject(ReasonUnknownUnit, "unit %q covers nothing, because the parent %q of unit %q does not exist: fix the name, or add the unit",
			unit.spec.Name, u.top.Parent, u.top.Name)
	}
}

// round names the units of the cycle in their order, from the first by name; only the first ones of a long cycle.
func (u *unreached) round() string {
	first := slices.Index(u.cycle, slices.Min(u.cycle))
	var names []string
	for i := range min(len(u.cycle), mostNames) {
		names = append(names, u.cycle[(first+i)%len(u.cycle)])
	}
	if left := len(u.cycle) - len(names); left > 0 {
		return fmt.Sprintf("%s below %d more, below %s", strings.Join(names, " below "), left, names[0])
	}
	return strings.Join(append(names, names[0]), " below ")
}
