// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// readScope is a scope without the names that do not exist.
type readScope struct {
	scope document.Scope
	// valid is false when any name does not exist; covers is false when nothing is covered.
	valid, covers bool
}

// WrittenScope returns a scope as it is written, names that do not exist among it.
func WrittenScope(written *model.Scope) *document.Scope {
	scope := &document.Scope{
		Everywhere: written.Everywhere, Units: written.Units, UnitGroups: written.Groups, Dimensions: map[string]document.Values{},
	}
	for i := range written.Dimensions {
		d := &written.Dimensions[i]
		scope.Dimensions[d.Name] = document.Values{All: d.All, Values: d.Values}
	}
	return scope
}

// effect describes what a mistake in a scope leads to: in a single name, in a group's units, and in the whole scope.
type effect struct{ name, group, whole string }

var (
	grantEffect = effect{name: "the name covers nothing", group: "only the group's other units are covered", whole: "nothing is covered"}
	giveEffect  = sameEffect("the override gives nothing")
	denyEffect  = sameEffect("the permission is denied everywhere")
)

func sameEffect(text string) effect { return effect{name: text, group: text, whole: text} }

// scopeReader reads one scope.
type scopeReader struct {
	env    *environment
	found  *findings
	object model.Ref
	effect effect
	read   readScope
}

// scope reads a scope, naming what does not exist in it and why it covers nothing, if so.
func (r *reader) scope(written *model.Scope, object model.Ref, field string, effect effect) readScope {
	r.found.work.spend(len(written.Units) + len(written.Groups) + (1+len(written.Dimensions))*len(r.env.catalog.dimensions))
	for i := range written.Dimensions {
		r.found.work.spend(len(written.Dimensions[i].Values))
	}
	s := scopeReader{env: r.env, found: r.found, object: object, effect: effect, read: readScope{valid: true, covers: true}}
	s.readUnits(written, field+".scope")
	s.readDimensions(written, field+".scope.dimensions")
	return s.read
}

func (r *scopeReader) readUnits(written *model.Scope, field string) {
	read := &r.read
	for i, unit := range written.Units {
		if _, known := r.env.units.units[unit]; known {
			read.scope.Units = append(read.scope.Units, unit)
			continue
		}
		read.valid = false
		r.found.reject(r.object, fmt.Sprintf("%s.units[%d]", field, i), ReasonUnknownUnit,
			"organization %q has no unit %q in its tree, so %s: %s",
			r.env.organization.Name, unit, r.effect.name, r.env.units.fixUnit(r.found, unit))
	}
	for i, group := range written.Groups {
		if _, known := r.env.units.groups[group]; known {
			read.scope.UnitGroups = append(read.scope.UnitGroups, group)
			r.readMissing(group, fmt.Sprintf("%s.unitGroups[%d]", field, i))
			continue
		}
		read.valid = false
		r.found.reject(r.object, fmt.Sprintf("%s.unitGroups[%d]", field, i), ReasonUnknownUnitGroup,
			"organization %q has no unit group %q, so %s: %s",
			r.env.organization.Name, group, r.effect.name, r.found.fix(r.env.units.groupNames, group, "add the group"))
	}
	read.scope.Units, read.scope.UnitGroups = unique(read.scope.Units), unique(read.scope.UnitGroups)
	read.scope.Everywhere = written.Everywhere
	switch {
	case read.scope.Everywhere:
		read.scope.Units, read.scope.UnitGroups = nil, nil
	case len(written.Units) == 0 && len(written.Groups) == 0:
		read.covers = false
		r.found.reject(r.object, field, ReasonEmptyScope,
			"no place is named, so %s: name units or unitGroups, or set everywhere to true", r.effect.whole)
	case len(read.scope.Units) == 0 && len(read.scope.UnitGroups) == 0:
		read.covers = false
	}
}

// readMissing rejects a group of which the tree does not have all units: what the others cover may not be all that was meant.
func (r *scopeReader) readMissing(group, field string) {
	missing := r.env.units.missing[group]
	if len(missing) == 0 {
		return
	}
	r.read.valid = false
	effect := r.effect.group
	if len(r.env.units.groups[group]) == 0 {
		effect = r.effect.name
	}
	r.found.reject(r.object, field, ReasonUnknownUnit,
		"unit group %q names %s, which organization %q does not have in its tree, so %s: %s",
		group, few(missing), r.env.organization.Name, effect, r.env.units.fixMissing(missing))
}

func (r *scopeReader) readDimensions(written *model.Scope, field string) {
	// meant are the dimensions whose names are misspelled: that is said already.
	meant := set{}
	for i := range written.Dimensions {
		r.readDimension(&written.Dimensions[i], fmt.Sprintf("%s[%d]", field, i), meant)
	}
	for _, dimension := range r.env.catalog.spec.Dimensions {
		if namesDimension(written.Dimensions, dimension.Name) {
			continue
		}
		if r.read.covers = false; !meant.has(dimension.Name) {
			r.found.reject(r.object, field, ReasonEmptyScope,
				"nothing is said about dimension %q, so %s: name its values, or set all to true", dimension.Name, r.effect.whole)
		}
	}
}

func (r *scopeReader) readDimension(written *model.DimensionScope, field string, meant set) {
	read := &r.read
	values, known := r.env.catalog.dimensions[written.Name]
	if !known {
		// A limit that cannot be understood must not widen what it limits.
		read.valid, read.covers = false, false
		meant.add(r.found.closest(r.env.catalog.names.dimensions, written.Name))
		r.found.reject(r.object, field+".name", ReasonUnknownDimension,
			"catalog %q has no dimension %q, so %s: %s",
			r.env.catalog.spec.Name, written.Name, r.effect.whole, r.found.fix(r.env.catalog.names.dimensions, written.Name, "remove the entry"))
		return
	}
	covered := document.Values{All: written.All}
	for i, value := range written.Values {
		if values.has(value) {
			covered.Values = append(covered.Values, value)
			continue
		}
		read.valid = false
		r.found.reject(r.object, fmt.Sprintf("%s.values[%d]", field, i), ReasonUnknownDimensionValue,
			"dimension %q has no value %q, so %s: %s",
			written.Name, value, r.effect.name, r.found.fix(r.env.catalog.names.values[written.Name], value, addToCatalog))
	}
	covered.Values = unique(covered.Values)
	if covered.All {
		covered.Values = nil
	} else if len(covered.Values) == 0 {
		read.covers = false
	}
	if read.scope.Dimensions == nil {
		read.scope.Dimensions = map[string]document.Values{}
	}
	read.scope.Dimensions[written.Name] = covered
}
