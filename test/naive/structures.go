// SPDX-License-Identifier: Apache-2.0

package naive

import (
	"cmp"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// mostUnits is how many units of an organization count.
const mostUnits = 5000

// fromOldest are the structures of the organization by age, then by name.
func (r *Reader) fromOldest() []model.Structure {
	return slices.SortedFunc(slices.Values(r.world.Structures), func(a, b model.Structure) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.Name, b.Name))
	})
}

// counting are the declarations that count: of those with one name the one in the oldest structure. Within a structure they
// come by name.
func counting[T any](structures []model.Structure, of func(model.Structure) []T, name func(T) string) []T {
	var found []T
	for _, structure := range structures {
		declared := slices.SortedStableFunc(slices.Values(of(structure)), func(a, b T) int { return cmp.Compare(name(a), name(b)) })
		for _, candidate := range declared {
			if !slices.ContainsFunc(found, func(older T) bool { return name(older) == name(candidate) }) {
				found = append(found, candidate)
			}
		}
	}
	return found
}

// units are those that count, whether or not they hang in the tree. An organization without any has one, by its own name.
func (r *Reader) units() []model.Unit {
	all := counting(r.fromOldest(), func(s model.Structure) []model.Unit { return s.Units }, func(u model.Unit) string { return u.Name })
	if len(all) == 0 {
		return []model.Unit{{Name: r.world.Organization.Name}}
	}
	return all[:min(len(all), mostUnits)]
}

// unitGroups are those that count.
func (r *Reader) unitGroups() []model.UnitGroup {
	return counting(r.fromOldest(), func(s model.Structure) []model.UnitGroup { return s.UnitGroups }, func(g model.UnitGroup) string { return g.Name })
}

// ownConstraints are those of the organization that count.
func (r *Reader) ownConstraints() []model.Constraint {
	return counting(r.fromOldest(), func(s model.Structure) []model.Constraint { return s.Constraints }, func(c model.Constraint) string { return c.Name })
}

// ownWaivers waive constraints of the organization.
func (r *Reader) ownWaivers() []model.Waiver {
	var all []model.Waiver
	for _, structure := range r.world.Structures {
		all = append(all, structure.Waivers...)
	}
	return all
}

// root is the unit without parent in the oldest structure that has such a unit; empty when there is none, or more than one
// there.
func (r *Reader) root() string {
	units := r.units()
	top := func(name string) bool {
		return slices.ContainsFunc(units, func(u model.Unit) bool { return u.Name == name && u.Parent == "" })
	}
	if len(r.world.Structures) == 0 || len(units) == 1 && top(units[0].Name) {
		return units[0].Name
	}
	var taken []string
	for _, structure := range r.fromOldest() {
		var roots []string
		for _, unit := range structure.Units {
			if unit.Parent == "" && top(unit.Name) && !slices.Contains(taken, unit.Name) {
				roots = append(roots, unit.Name)
			}
			taken = append(taken, unit.Name)
		}
		switch len(roots) {
		case 0:
		case 1:
			return roots[0]
		default:
			return ""
		}
	}
	return ""
}
