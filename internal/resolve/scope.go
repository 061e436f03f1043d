// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions"
)

// readScope is a scope without the names that do not exist.
type readScope struct {
	permissions.Scope
	// valid is false when any name does not exist; covers is false when nothing is covered.
	valid, covers bool
}

// scope reads a scope, naming what does not exist in it and why it covers nothing, if so.
func (s *scene) scope(written *model.Scope, object model.Ref, field string) readScope {
	read := readScope{valid: true, covers: true}
	s.readUnits(written, object, field+".scope", &read)
	s.readDimensions(written, object, field+".scope.dimensions", &read)
	return read
}

func (s *scene) readUnits(written *model.Scope, object model.Ref, field string, read *readScope) {
	for i, unit := range written.Units {
		if _, known := s.units[unit]; known {
			read.Units = append(read.Units, unit)
			continue
		}
		read.valid = false
		s.found.reject(object, fmt.Sprintf("%s.units[%d]", field, i), ReasonUnknownUnit,
			"organization %q has no unit %q in its tree, so the name covers nothing: correct it, or add the unit", s.organization.Name, unit)
	}
	for i, group := range written.Groups {
		if _, known := s.groups[group]; known {
			read.UnitGroups = append(read.UnitGroups, group)
			continue
		}
		read.valid = false
		s.found.reject(object, fmt.Sprintf("%s.unitGroups[%d]", field, i), ReasonUnknownUnitGroup,
			"organization %q has no unit group %q, so the name covers nothing: correct it, or add the group", s.organization.Name, group)
	}
	read.Units, read.UnitGroups = unique(read.Units), unique(read.UnitGroups)
	read.Everywhere = written.Everywhere
	switch {
	case read.Everywhere:
		read.Units, read.UnitGroups = nil, nil
	case len(written.Units) == 0 && len(written.Groups) == 0:
		read.covers = false
		s.found.reject(object, field, ReasonEmptyScope,
			"no place is named, so nothing is covered: name units or unitGroups, or set everywhere to true")
	case len(read.Units) == 0 && len(read.UnitGroups) == 0:
		read.covers = false
	}
}

func (s *scene) readDimensions(written *model.Scope, object model.Ref, field string, read *readScope) {
	for i := range written.Dimensions {
		s.readDimension(&written.Dimensions[i], object, fmt.Sprintf("%s[%d]", field, i), read)
	}
	for _, dimension := range s.catalog.Dimensions {
		if !namesDimension(written.Dimensions, dimension.Name) {
			read.covers = false
			s.found.reject(object, field, ReasonEmptyScope,
				"nothing is said about dimension %q, so nothing is covered: name its values, or set all to true", dimension.Name)
		}
	}
}

func (s *scene) readDimension(written *model.DimensionScope, object model.Ref, field string, read *readScope) {
	values, known := s.dimensions[written.Name]
	if !known {
		// A limit that cannot be understood must not widen what it limits.
		read.valid, read.covers = false, false
		s.found.reject(object, field+".name", ReasonUnknownDimension,
			"catalog %q has no dimension %q, so nothing is covered: correct the name, or take the entry out", s.catalog.Name, written.Name)
		return
	}
	covered := permissions.Values{All: written.All}
	for i, value := range written.Values {
		if values.has(value) {
			covered.Values = append(covered.Values, value)
			continue
		}
		read.valid = false
		s.found.reject(object, fmt.Sprintf("%s.values[%d]", field, i), ReasonUnknownDimensionValue,
			"dimension %q has no value %q, so the name covers nothing: correct it, or add it to the catalog", written.Name, value)
	}
	covered.Values = unique(covered.Values)
	if covered.All {
		covered.Values = nil
	} else if len(covered.Values) == 0 {
		read.covers = false
	}
	if read.Dimensions == nil {
		read.Dimensions = map[string]permissions.Values{}
	}
	read.Dimensions[written.Name] = covered
}
