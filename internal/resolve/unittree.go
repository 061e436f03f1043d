// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/suggest"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// unitTree is an organization's tree of units and its groups of units, as far as they are valid.
type unitTree struct {
	// units holds those that the root reaches.
	units map[string]*model.Unit
	// declared holds where units are declared. An organization without units has only a root that nobody declares.
	declared map[string]*declaration[model.Unit]
	// numbers holds the number of each, from 0 on: a unit comes before those below it, and they are next to each other.
	numbers map[string]uint32
	// spans are the numbers of each unit and those below it, by its number.
	spans []span
	// groups maps each group to its units, sorted.
	groups map[string][]string
	// missing maps each group to the units that it names and the tree does not have.
	missing map[string][]string
	// names, declaredNames and groupNames are those of units, of units that are declared and of groups, for findings about others.
	names, declaredNames, groupNames *suggest.Names
	// root is the name of the root, empty without a tree.
	root string
}

func readUnitTree(organization *model.Organization, s *structure, catalog *compiledCatalog, found *findings) *unitTree {
	t := &unitTree{
		units: map[string]*model.Unit{}, declared: s.units.byName, declaredNames: namesOf(s.units.byName, found),
		groups: make(map[string][]string, len(s.groups.list)), missing: map[string][]string{},
	}
	if len(s.units.list) == 0 && organization.Name != "" {
		t.root = organization.Name
		t.units[t.root] = &model.Unit{Name: t.root}
	} else if root := s.root(found); root != nil {
		t.root = root.spec.Name
		t.reach(s.units.list, found)
	}
	t.readKinds(s.units.list, catalog, found)
	t.names, t.groupNames = namesOf(t.units, found), namesOf(t.groups, found)
	t.number()
	for _, unit := range s.units.list {
		_, invalid := sortAttributes(unit.spec.Attributes)
		rejectAttributes(unit.spec.Attributes, invalid, unit.in.Ref, unit.field+".attributes", found)
	}
	for _, group := range s.groups.list {
		t.readGroup(group, found)
	}
	return t
}

// readKinds takes their kind from units whose kind is a word for users: a resource of that type is the user of its id, whatever units
// there are. The unit stays what it is otherwise.
func (t *unitTree) readKinds(units []*declaration[model.Unit], catalog *compiledCatalog, found *findings) {
	for _, unit := range units {
		kind := unit.spec.Kind
		if kind == "" || !catalog.callsUsers(kind) {
			continue
		}
		found.reject(unit.in.Ref, unit.field+".kind", ReasonAmbiguousType,
			"kind %q of unit %q counts for nothing, because catalog %q calls users so, and a resource of that type is a user: "+
				"choose another kind, or change spec.subjectTypes of the catalog", kind, unit.spec.Name, catalog.spec.Name)
		if placed := t.units[unit.spec.Name]; placed != nil {
			unkind := *placed
			unkind.Kind = ""
			t.units[unit.spec.Name] = &unkind
		}
	}
}

// root returns the root: of the units without parent, that of the oldest structure that has any. Without exactly one there,
// there is no tree.
func (s *structure) root(found *findings) *declaration[model.Unit] {
	var roots []*declaration[model.Unit]
	for _, unit := range s.units.list {
		if unit.spec.Parent == "" {
			roots = append(roots, unit)
		}
	}
	if len(roots) == 0 {
		for _, part := range s.parts {
			if len(part.Units) > 0 {
				found.reject(part.Ref, "spec.units", ReasonInvalidUnitTree,
					"no unit of the organization is without parent, and exactly one must be, the root: until then no unit counts")
			}
		}
		return nil
	}
	root := roots[0]
	if len(roots) > 1 && roots[1].in == root.in {
		found.reject(root.in.Ref, "spec.units", ReasonInvalidUnitTree,
			"exactly one unit must be without parent, and %s and %s are: until then no unit counts", root.spec.Name, roots[1].spec.Name)
		return nil
	}
	for _, other := range roots[1:] {
		found.reject(other.in.Ref, other.field+".parent", ReasonInvalidUnitTree,
			"unit %q covers nothing, because it is without parent, and so is unit %q of %s %q, which is older and so the root: name its parent",
			other.spec.Name, root.spec.Name, root.in.Kind, root.in.Name)
	}
	return root
}

func (t *unitTree) readGroup(group *declaration[model.UnitGroup], found *findings) {
	units := []string{}
	for i, unit := range group.spec.Units {
		if _, known := t.units[unit]; known {
			units = append(units, unit)
			continue
		}
		t.missing[group.spec.Name] = append(t.missing[group.spec.Name], unit)
		found.reject(group.in.Ref, fmt.Sprintf("%s.units[%d]", group.field, i), ReasonUnknownUnit,
			"group %q names unit %q, which is not in the tree: %s",
			group.spec.Name, unit, t.fixUnit(found, unit))
	}
	t.groups[group.spec.Name], t.missing[group.spec.Name] = unique(units), unique(t.missing[group.spec.Name])
}

// unplacedKinds returns the kinds, sorted, of units that do not count, and of none that does: units that the root does not reach,
// that are too many, or whose name an older structure has.
func (e *environment) unplacedKinds() []string {
	placed, unplaced := set{}, set{}
	for _, unit := range e.units.units {
		placed.add(unit.Kind)
	}
	for _, structure := range e.structure.parts {
		for i := range structure.Units {
			if kind := structure.Units[i].Kind; kind != "" && !placed.has(kind) && !e.catalog.callsUsers(kind) {
				unplaced.add(kind)
			}
		}
	}
	return unplaced.sorted()
}

// fixUnit says how to put right the name of a unit that is not in the tree: it may be declared and not reach the root.
func (t *unitTree) fixUnit(found *findings, name string) string {
	if declared := t.declared[name]; declared != nil {
		return fmt.Sprintf("%s %q declares it, but it is cut off from the root: correct that structure", declared.in.Kind, declared.in.Name)
	}
	return found.fix(t.names, name, "add the unit")
}

// fixMissing says how to put right a group that names units that are not in the tree.
func (t *unitTree) fixMissing(units []string) string {
	if slices.ContainsFunc(units, func(unit string) bool { return t.declared[unit] == nil }) {
		return "correct the group, or add the units"
	}
	return "they are declared, but cut off from the root: correct their structures"
}

func (t *unitTree) documentUnits() map[string]document.Unit {
	published := make(map[string]document.Unit, len(t.units))
	for name, unit := range t.units {
		attributes, unknown := sortAttributes(unit.Attributes)
		published[name] = document.Unit{Kind: unit.Kind, Parent: unit.Parent, Attributes: attributes, UnknownAttributes: unknown}
	}
	return published
}
