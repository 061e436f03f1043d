// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// maxUnits bounds the units of an organization, over all its structures.
const maxUnits = 5000

// structure is what the structures of an organization add up to. Of a name that several declare, the oldest counts.
type structure struct {
	// parts are the structures, the oldest first.
	parts       []*model.Structure
	units       declarations[model.Unit]
	groups      declarations[model.UnitGroup]
	constraints declarations[model.Constraint]
}

// declarations are what structures declare of one sort, in the order in which they count.
type declarations[T any] struct {
	byName map[string]*declaration[T]
	list   []*declaration[T]
}

// declaration is something that a structure declares.
type declaration[T any] struct {
	spec  *T
	in    *model.Structure
	field string
}

// stepsOfDeclaration are the steps that something counts for that a structure declares.
const stepsOfDeclaration = 4

func readStructures(written []model.Structure, found *findings) *structure {
	s := &structure{}
	for i := range written {
		s.parts = append(s.parts, &written[i])
	}
	slices.SortFunc(s.parts, func(a, b *model.Structure) int { return a.Older(b.Object) })
	for _, part := range s.parts {
		declare(&s.units, part, part.Units, "units", func(u *model.Unit) string { return u.Name }, found)
		declare(&s.groups, part, part.UnitGroups, "unitGroups", func(g *model.UnitGroup) string { return g.Name }, found)
		declare(&s.constraints, part, part.Constraints, "constraints", func(c *model.Constraint) string { return c.Name }, found)
	}
	s.dropUnits(found)
	return s
}

// declare adds what a structure declares of one sort, by name, but for the names that are taken.
func declare[T any](all *declarations[T], in *model.Structure, specs []T, list string, name func(*T) string, found *findings) {
	if all.byName == nil {
		all.byName = map[string]*declaration[T]{}
	}
	found.work.spend(stepsOfDeclaration * len(specs))
	sorted := make([]*T, len(specs))
	for i := range specs {
		sorted[i] = &specs[i]
	}
	slices.SortStableFunc(sorted, func(a, b *T) int { return cmp.Compare(name(a), name(b)) })
	for _, spec := range sorted {
		if name(spec) == "" {
			continue // the API server takes nothing without a name, and no unit may lie below itself
		}
		field := fmt.Sprintf("spec.%s[%s]", list, name(spec))
		if older := all.byName[name(spec)]; older != nil {
			found.reject(in.Ref, field, ReasonDuplicateName,
				"%s %q has the name too, and counts because it is older, so this one counts for nothing: rename or remove one of them",
				older.in.Kind, older.in.Name)
			continue
		}
		declared := &declaration[T]{spec: spec, in: in, field: field}
		all.byName[name(spec)] = declared
		all.list = append(all.list, declared)
	}
}

// dropUnits drops the units beyond the bound.
func (s *structure) dropUnits(found *findings) {
	if len(s.units.list) <= maxUnits {
		return
	}
	dropped := map[*model.Structure][]string{}
	for _, unit := range s.units.list[maxUnits:] {
		dropped[unit.in] = append(dropped[unit.in], unit.spec.Name)
		delete(s.units.byName, unit.spec.Name)
	}
	for in, names := range dropped {
		found.reject(in.Ref, "spec.units", ReasonTooManyUnits,
			"the organization has %d units, and the %d of the oldest structures count, so these cover nothing: %s: remove units",
			len(s.units.list), maxUnits, few(names))
	}
	s.units.list = s.units.list[:maxUnits]
}
