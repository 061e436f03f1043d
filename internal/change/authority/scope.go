// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"iter"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// place is a scope in one of the states of the organization.
type place struct {
	doc   *document.Document
	scope *document.Scope
}

// everywhere is the scope of what is not limited.
var everywhere = document.Scope{Everywhere: true}

// named yields the units that a scope names, those of its groups too.
func (p place) named() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, unit := range p.scope.Units {
			if !yield(unit) {
				return
			}
		}
		for _, group := range p.scope.UnitGroups {
			for _, unit := range p.doc.UnitGroups[group] {
				if !yield(unit) {
					return
				}
			}
		}
	}
}

// covers reports whether a unit of the state lies in the scope. An unknown one lies nowhere.
func (p place) covers(unit string) bool {
	if _, known := p.doc.Units[unit]; !known {
		return false
	}
	if p.scope.Everywhere {
		return true
	}
	for range len(p.doc.Units) {
		for name := range p.named() {
			if name == unit {
				return true
			}
		}
		if unit = p.doc.Units[unit].Parent; unit == "" {
			return false
		}
	}
	return false
}

// coversAll reports whether the scope covers every unit.
func (p place) coversAll() bool {
	if p.scope.Everywhere {
		return true
	}
	for name := range p.named() {
		if unit, known := p.doc.Units[name]; known && unit.Parent == "" {
			return true
		}
	}
	return false
}

// coversValues reports whether a scope covers, in a dimension, all values that another one does. An absent entry of the other
// covers none.
func (p place) coversValues(dimension string, other document.Values) bool {
	own := p.scope.Dimensions[dimension]
	if own.All {
		return true
	}
	return !other.All && !slices.ContainsFunc(other.Values, func(value string) bool { return !slices.Contains(own.Values, value) })
}

// coversEveryValue reports whether a scope covers all values of every dimension.
func (p place) coversEveryValue() bool {
	for dimension := range p.doc.Dimensions {
		if !p.scope.Dimensions[dimension].All {
			return false
		}
	}
	return true
}
