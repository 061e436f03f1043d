// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// places is what an organization's object says: its tree, its groups and its features, as far as they are valid.
type places struct {
	organization *model.Organization
	// units holds those that the root reaches.
	units map[string]*model.Unit
	// unitNumbers numbers them, from 0 on.
	unitNumbers map[string]uint32
	// groups maps each group to its units, sorted.
	groups   map[string][]string
	features set
	// root is the name of the root, empty without a tree.
	root string
	// maxRoles is how many custom roles count; negative means any number.
	maxRoles int
}

func readPlaces(organization *model.Organization, v *vocabulary, found *findings) *places {
	p := &places{organization: organization, groups: make(map[string][]string, len(organization.UnitGroups)), features: set{}}
	p.units = readTree(organization, found)
	p.unitNumbers = make(map[string]uint32, len(p.units))
	for name, unit := range p.units {
		p.unitNumbers[name] = uint32(len(p.unitNumbers))
		if unit.Parent == "" {
			p.root = name
		}
	}
	for i, unit := range organization.Units {
		_, large := sortAttributes(unit.Attributes)
		rejectLarge(large, organization.Ref, fmt.Sprintf("spec.units[%d].attributes", i), found)
	}
	for i, group := range organization.UnitGroups {
		p.groups[group.Name] = []string{}
		for j, unit := range group.Units {
			if _, known := p.units[unit]; !known {
				found.reject(organization.Ref, fmt.Sprintf("spec.unitGroups[%d].units[%d]", i, j), ReasonUnknownUnit,
					"group %q names unit %q, which is not in the tree: correct the name, or add the unit", group.Name, unit)
				continue
			}
			p.groups[group.Name] = append(p.groups[group.Name], unit)
		}
		p.groups[group.Name] = unique(p.groups[group.Name])
	}
	p.readPlan(v, found)
	for i, feature := range organization.Features {
		if !v.features.has(feature) {
			found.reject(organization.Ref, fmt.Sprintf("spec.features[%d]", i), ReasonUnknownFeature,
				"catalog %q has no feature %q: correct the name, or add it to the catalog", v.catalog.Name, feature)
			continue
		}
		p.features.add(feature)
	}
	return p
}

// readPlan takes over what the organization's plan brings. A plan that does not exist brings nothing, custom roles included.
func (p *places) readPlan(v *vocabulary, found *findings) {
	p.maxRoles = -1
	if p.organization.Plan == "" {
		return
	}
	plan, known := v.plans[p.organization.Plan]
	if !known {
		p.maxRoles = 0
		found.reject(p.organization.Ref, "spec.plan", ReasonUnknownPlan,
			"catalog %q has no plan %q, so no custom role counts: correct the name, or add the plan to the catalog",
			v.catalog.Name, p.organization.Plan)
		return
	}
	if plan.MaxCustomRoles != nil {
		p.maxRoles = *plan.MaxCustomRoles
	}
	for _, feature := range plan.Features {
		if v.features.has(feature) {
			p.features.add(feature)
		}
	}
}

// readTree returns the units that the root reaches. Without exactly one root there is no tree.
func readTree(organization *model.Organization, found *findings) map[string]*model.Unit {
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
				"unit %q covers nothing, because the parent %q of unit %q does not exist: correct the name, or add the unit",
				unit.Name, current.Parent, current.Name)
			return
		}
		if at := slices.Index(line, parent.Name); at >= 0 {
			found.reject(object, field, ReasonInvalidUnitTree,
				"unit %q covers nothing, because these units lie below each other in a circle: %s",
				unit.Name, strings.Join(append(line[at:], parent.Name), " below "))
			return
		}
		line = append(line, parent.Name)
		current = parent
	}
}

func (p *places) documentUnits() map[string]document.Unit {
	published := make(map[string]document.Unit, len(p.units))
	for name, unit := range p.units {
		attributes, unknown := sortAttributes(unit.Attributes)
		published[name] = document.Unit{Kind: unit.Kind, Parent: unit.Parent, Attributes: attributes, UnknownAttributes: unknown}
	}
	return published
}
