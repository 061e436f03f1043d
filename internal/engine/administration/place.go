// SPDX-License-Identifier: Apache-2.0

package administration

import (
	"iter"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Place is a scope in one of the states of the organization.
type Place struct {
	Doc   *document.Document
	Scope *document.Scope
}

// Whole returns all of a state: every unit, and every value of each dimension.
func Whole(doc *document.Document) Place {
	scope := &document.Scope{Everywhere: true, Dimensions: map[string]document.Values{}}
	for dimension := range doc.Dimensions {
		scope.Dimensions[dimension] = document.Values{All: true}
	}
	return Place{doc, scope}
}

// Named yields the units that a scope names, those of its groups too.
func (p Place) Named() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, unit := range p.Scope.Units {
			if !yield(unit) {
				return
			}
		}
		for _, group := range p.Scope.UnitGroups {
			for _, unit := range p.Doc.UnitGroups[group] {
				if !yield(unit) {
					return
				}
			}
		}
	}
}

// Covers reports whether a unit of the state lies in the scope. An unknown one lies nowhere.
func (p Place) Covers(unit string) bool {
	if _, known := p.Doc.Units[unit]; !known {
		return false
	}
	if p.Scope.Everywhere {
		return true
	}
	for range len(p.Doc.Units) {
		for name := range p.Named() {
			if name == unit {
				return true
			}
		}
		if unit = p.Doc.Units[unit].Parent; unit == "" {
			return false
		}
	}
	return false
}

// Reaches reports whether a unit of another state lies in the scope. One that this state does not have lies where the nearest unit
// above it lies.
func (p Place) Reaches(unit string, other *document.Document) bool {
	for range len(other.Units) + 1 {
		if _, known := p.Doc.Units[unit]; known {
			return p.Covers(unit)
		}
		above, known := other.Units[unit]
		if !known || above.Parent == "" {
			break
		}
		unit = above.Parent
	}
	return p.CoversAll()
}

// CoversAll reports whether the scope covers every unit.
func (p Place) CoversAll() bool {
	if p.Scope.Everywhere {
		return true
	}
	for name := range p.Named() {
		if unit, known := p.Doc.Units[name]; known && unit.Parent == "" {
			return true
		}
	}
	return false
}

// CoversValues reports whether a scope covers, in a dimension, all values that another one does. An absent entry of the other
// covers none.
func (p Place) CoversValues(dimension string, other document.Values) bool {
	own := p.Scope.Dimensions[dimension]
	if own.All {
		return true
	}
	return !other.All && !slices.ContainsFunc(other.Values, func(value string) bool { return !slices.Contains(own.Values, value) })
}

// CoversEveryValue reports whether a scope covers all values of every dimension.
func (p Place) CoversEveryValue() bool {
	for dimension := range p.Doc.Dimensions {
		if !p.Scope.Dimensions[dimension].All {
			return false
		}
	}
	return true
}
