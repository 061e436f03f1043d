// SPDX-License-Identifier: Apache-2.0

package naive

import (
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// written is a unit as it is written, whether or not it hangs in the tree.
func (r *Reader) written(name string) *model.Unit {
	for _, unit := range r.units() {
		if unit.Name == name {
			return &unit
		}
	}
	return nil
}

// line is a unit with all that it lies below, up to the root; nil when the way does not end there.
func (r *Reader) line(name string) []string {
	root := r.root()
	if root == "" {
		return nil
	}
	var line []string
	for {
		unit := r.written(name)
		if unit == nil || slices.Contains(line, name) {
			return nil
		}
		line = append(line, name)
		if name == root {
			return line
		}
		name = unit.Parent
	}
}

func (r *Reader) isUnit(name string) bool { return r.line(name) != nil }

// resourceIsUnit holds when the resource of the request claims to be a unit: its type is a kind that any structure gives to a
// unit, whether or not that counts.
func (e *evaluator) resourceIsUnit() bool {
	return e.request.Resource.Type != "" && !e.calls(e.request.Resource.Type) && slices.ContainsFunc(e.world.Structures, func(structure model.Structure) bool {
		return slices.ContainsFunc(structure.Units, func(unit model.Unit) bool { return unit.Kind == e.request.Resource.Type })
	})
}

// unitOfRequest is the unit in which the request happens; empty when there is none of that name.
func (e *evaluator) unitOfRequest() string {
	if id := e.request.Resource.ID; e.resourceIsUnit() {
		if e.isUnit(id) && e.written(id).Kind == e.request.Resource.Type {
			return id
		}
		return ""
	}
	if e.calls(e.request.Resource.Type) {
		return e.homeOf(e.request.Resource.ID)
	}
	property, given := e.request.Resource.Properties["unit"]
	if !given {
		return e.root()
	}
	if name, isText := property.(string); isText && e.isUnit(name) {
		return name
	}
	return ""
}

// homeOf is the home unit on which all assignments of a user agree that name a unit, and the root if none names anything; empty if there is
// no such user, or if what they name is no unit.
func (r *Reader) homeOf(user string) string {
	home, named := "", false
	for _, assignment := range r.assignmentsOf(user) {
		named = named || assignment.HomeUnit != ""
		if !r.isUnit(assignment.HomeUnit) {
			continue
		}
		if home != "" && home != assignment.HomeUnit {
			return ""
		}
		home = assignment.HomeUnit
	}
	switch {
	case !r.isUser(user):
		return ""
	case !named:
		return r.root()
	}
	return home
}

func (r *Reader) group(name string) *model.UnitGroup {
	for _, group := range r.unitGroups() {
		if group.Name == name {
			return &group
		}
	}
	return nil
}

// unitCovered holds when the units and groups of a scope cover a unit: they name it or one that it lies below. Unknown names
// cover nothing.
func (r *Reader) unitCovered(scope model.Scope, unit string) bool {
	above := func(name string) bool { return slices.Contains(r.line(unit), name) }
	if scope.Everywhere || slices.ContainsFunc(scope.Units, above) {
		return true
	}
	return slices.ContainsFunc(scope.Groups, func(name string) bool {
		group := r.group(name)
		return group != nil && slices.ContainsFunc(group.Units, above)
	})
}

// coversSomething holds when a grant in a scope covers any unit, and any value of every dimension.
func (r *Reader) coversSomething(scope model.Scope) bool {
	for _, named := range scope.Dimensions {
		if r.dimension(named.Name) == nil {
			return false
		}
	}
	for _, dimension := range r.world.Catalog.Dimensions {
		named := named(scope, dimension.Name)
		if named == nil || !named.All && !slices.ContainsFunc(named.Values, func(v string) bool { return slices.Contains(dimension.Values, v) }) {
			return false
		}
	}
	for _, unit := range r.units() {
		if r.isUnit(unit.Name) && r.unitCovered(scope, unit.Name) {
			return true
		}
	}
	return false
}

// grantCovers holds when a scope covers the unit and, for each dimension of the catalog, the value of the request.
func (e *evaluator) grantCovers(scope model.Scope) bool {
	for _, named := range scope.Dimensions {
		if e.dimension(named.Name) == nil {
			return false
		}
	}
	if !e.unitCovered(scope, e.unitOfRequest()) {
		return false
	}
	for _, dimension := range e.world.Catalog.Dimensions {
		named := named(scope, dimension.Name)
		if named == nil || !e.valueCovered(*named) {
			return false
		}
	}
	return true
}

// denialCovers holds when the scope of a denying override covers the request: it takes what it does not limit, and
// everything when it names something unknown.
func (e *evaluator) denialCovers(scope model.Scope) bool {
	if !e.allKnown(scope) {
		return true
	}
	if len(scope.Units)+len(scope.Groups) > 0 && !e.unitCovered(scope, e.unitOfRequest()) {
		return false
	}
	for _, named := range scope.Dimensions {
		if !e.valueCovered(named) {
			return false
		}
	}
	return true
}

// valueCovered holds when the request's value of a dimension is covered; an absent one is covered by all alone.
func (e *evaluator) valueCovered(named model.DimensionScope) bool {
	value, given := e.resourceProperties()[named.Name]
	text, _ := value.(string)
	return named.All || given && slices.Contains(named.Values, text)
}

func (r *Reader) allUnits(names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !r.isUnit(name) })
}

// allKnown holds when everything that a scope names exists, and every unit of its groups.
func (r *Reader) allKnown(scope model.Scope) bool {
	if !r.allUnits(scope.Units) {
		return false
	}
	for _, group := range scope.Groups {
		if known := r.group(group); known == nil || len(known.Units) == 0 || !r.allUnits(known.Units) {
			return false
		}
	}
	for _, named := range scope.Dimensions {
		dimension := r.dimension(named.Name)
		if dimension == nil {
			return false
		}
		for _, value := range named.Values {
			if !slices.Contains(dimension.Values, value) {
				return false
			}
		}
	}
	return true
}

func (r *Reader) dimension(name string) *model.Dimension {
	for i, dimension := range r.world.Catalog.Dimensions {
		if dimension.Name == name {
			return &r.world.Catalog.Dimensions[i]
		}
	}
	return nil
}

func named(scope model.Scope, dimension string) *model.DimensionScope {
	for i, named := range scope.Dimensions {
		if named.Name == dimension {
			return &scope.Dimensions[i]
		}
	}
	return nil
}
