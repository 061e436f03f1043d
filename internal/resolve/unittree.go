// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// unitTree is an organization's tree of units and its groups of units, as far as they are valid.
type unitTree struct {
	// units holds those that the root reaches.
	units map[string]*model.Unit
	// numbers holds the number of each, from 0 on.
	numbers map[string]uint32
	// groups maps each group to its units, sorted.
	groups map[string][]string
	// root is the name of the root, empty without a tree.
	root string
}

func readUnitTree(organization *model.Organization, found *findings) *unitTree {
	t := &unitTree{groups: make(map[string][]string, len(organization.UnitGroups))}
	t.units = readUnits(organization, found)
	t.numbers = make(map[string]uint32, len(t.units))
	for name, unit := range t.units {
		t.numbers[name] = uint32(len(t.numbers))
		if unit.Parent == "" {
			t.root = name
		}
	}
	for i, unit := range organization.Units {
		_, large := sortAttributes(unit.Attributes)
		rejectLarge(large, organization.Ref, fmt.Sprintf("spec.units[%d].attributes", i), found)
	}
	for i, group := range organization.UnitGroups {
		t.groups[group.Name] = []string{}
		for j, unit := range group.Units {
			if _, known := t.units[unit]; !known {
				found.reject(organization.Ref, fmt.Sprintf("spec.unitGroups[%d].units[%d]", i, j), ReasonUnknownUnit,
					"group %q names unit %q, which is not in the tree: fix the name, or add the unit", group.Name, unit)
				continue
			}
			t.groups[group.Name] = append(t.groups[group.Name], unit)
		}
		t.groups[group.Name] = unique(t.groups[group.Name])
	}
	return t
}

// readUnits returns the units that the root reaches. Without exactly one root there is no tree.
func readUnits(organization *model.Organization, found *findings) map[string]*model.Unit {
	declared := make(map[string]*model.Unit, len(organization.Units))
	var roots []string
	for i := range organization.Units {
		unit := &organization.Units[i]
		declared[unit.Name] = unit
		if unit.Parent == "" {
			roots = append(roots, unit.Name)
		}
	}
	if len(roots) != 1 {
		without := "none is"
		if len(roots) > 1 {
			without = strings.Join(unique(roots), ", ") + " are"
		}
		found.reject(organization.Ref, "spec.units", ReasonInvalidUnitTree,
			"exactly one unit must be without parent, and %s: until then no unit counts", without)
		return map[string]*model.Unit{}
	}
	reached := map[string]*model.Unit{roots[0]: declared[roots[0]]}
	for i := range organization.Units {
		climb(&organization.Units[i], declared, reached)
	}
	for i := range organization.Units {
		if unit := &organization.Units[i]; reached[unit.Name] == nil {
			rejectUnit(organization.Ref, i, unit, declared, found)
		}
	}
	return reached
}

// climb follows the parents of a unit and, if they end at the root, marks all on the way as reached.
func climb(unit *model.Unit, declared, reached map[string]*model.Unit) {
	var path []*model.Unit
	seen := set{}
	for current := unit; current != nil && !seen.has(current.Name); current = declared[current.Parent] {
		if reached[current.Name] != nil {
			for _, below := range path {
				reached[below.Name] = below
			}
			return
		}
		seen.add(current.Name)
		path = append(path, current)
	}
}

// rejectUnit says why the root does not reach a unit.
func rejectUnit(object model.Ref, place int, unit *model.Unit, declared map[string]*model.Unit, found *findings) {
	field := fmt.Sprintf("spec.units[%d].parent", place)
	line := []string{unit.Name}
	for current := unit; ; {
		parent := declared[current.Parent]
		if parent == nil {
			found.reject(object, field, ReasonInvalidUnitTree,
				"unit %q covers nothing, because the parent %q of unit %q does not exist: fix the name, or add the unit",
				unit.Name, current.Parent, current.Name)
			return
		}
		if at := slices.Index(line, parent.Name); at >= 0 {
			found.reject(object, field, ReasonInvalidUnitTree,
				"unit %q covers nothing, because these units lie below each other in a cycle: %s",
				unit.Name, strings.Join(append(line[at:], parent.Name), " below "))
			return
		}
		line = append(line, parent.Name)
		current = parent
	}
}

func (t *unitTree) documentUnits() map[string]document.Unit {
	published := make(map[string]document.Unit, len(t.units))
	for name, unit := range t.units {
		attributes, unknown := sortAttributes(unit.Attributes)
		published[name] = document.Unit{Kind: unit.Kind, Parent: unit.Parent, Attributes: attributes, UnknownAttributes: unknown}
	}
	return published
}

// covers reports whether a scope covers a unit.
func (t *unitTree) covers(scope *document.Scope, unit string) bool {
	if scope.Everywhere {
		return true
	}
	named := set{}
	for _, top := range t.tops(scope) {
		named.add(top)
	}
	for current := t.units[unit]; current != nil; current = t.units[current.Parent] {
		if named.has(current.Name) {
			return true
		}
	}
	return false
}

// tops returns the units that a scope names, by themselves or in groups; for everywhere, the root.
func (t *unitTree) tops(scope *document.Scope) []string {
	if scope.Everywhere {
		return []string{t.root}
	}
	tops := append([]string(nil), scope.Units...)
	for _, group := range scope.UnitGroups {
		tops = append(tops, t.groups[group]...)
	}
	return tops
}

// coversAny reports whether a scope covers anything. Groups may all be without units.
func (t *unitTree) coversAny(scope *readScope) bool {
	return scope.covers && len(t.tops(&scope.scope)) > 0
}

// isBelow reports whether a unit is, or lies below, one of a set.
func (t *unitTree) isBelow(unit string, tops set) bool {
	for current := t.units[unit]; current != nil; current = t.units[current.Parent] {
		if tops.has(current.Name) {
			return true
		}
	}
	return false
}
