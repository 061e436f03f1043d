// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"slices"

	"github.com/rolewright/rolewright/internal/engine/condition"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Where lists the units in which the subject of a request has its permission on resources of its resource's type, sorted
// by name, for the query of a list: an element for each unit, however large the part of the tree is that a grant covers.
//
// Of the resource only its type and its values of dimensions count. All that does not depend on more of it is decided:
// grants and overrides, windows, features, dimensions, and each condition that reads neither resource.id nor
// resource.properties, nor resource.unit if the type is a kind of unit. What is left of the others is in the
// Place; Qualifier and Invariant tell what they say. For a resource that lies in a unit, Check is true exactly if there is
// a Place of that unit, and the resource meets what is in it.
func (x *Index) Where(r *access.Request) []access.Place {
	s := &placing{search: x.newSearch(r, condition.ReadsResourceUnit), open: condition.ReadsResourceID | condition.ReadsResourceProperties}
	values, known := x.valuesOf(&r.Resource)
	if !known || len(x.unitTable) == 0 || !s.held() || !s.permitted() {
		return nil
	}
	s.values = values
	// Without id and unit, the resource is no unit: what may be one of some is not asked about it.
	s.asked.Resource = access.Resource{Type: r.Resource.Type}
	if x.kinds.has(r.Resource.Type) {
		s.open |= condition.ReadsResourceUnit
	}
	if !s.sortInvariants() {
		return nil
	}
	covering := s.scopesGiving()
	var places []access.Place
	for _, name := range x.unitNames() {
		s.unit = x.units[name]
		if !x.anyCovers(covering, s.unit) {
			continue
		}
		if alternatives, allowed := s.place(); allowed {
			places = append(places, access.Place{Unit: name, Alternatives: alternatives, Unless: s.unless})
		}
	}
	return places
}

// placing finds out, unit by unit, what is left to be met.
type placing struct {
	*search
	// open are the parts of the request that are not known.
	open condition.Reads
	// inUnit are the invariants that are decided in each unit, and unless the names of those that are left.
	inUnit []uint32
	unless []string
}

// sortInvariants sorts the permission's invariants by when they can be decided. It fails if one that already can be says no.
func (s *placing) sortInvariants() bool {
	for _, number := range s.index.guards[s.permission].invariants {
		invariant := &s.index.conditions[number]
		switch reads := invariant.reads(); {
		case reads.Any(s.open):
			s.unless = append(s.unless, invariant.name)
		case reads.Any(s.varying):
			s.inUnit = append(s.inUnit, number)
		case !s.allowedToAll([]uint32{number}):
			return false
		}
	}
	slices.Sort(s.unless)
	s.unless = slices.Compact(s.unless)
	return true
}

// place decides about the unit as far as it can. It returns what is left to be met, nothing if anything will do.
func (s *placing) place() (alternatives [][]string, allowed bool) {
	s.forget()
	extra := s.holder.extra
	if extra != nil && s.overridden(extra.overrides, true) || !s.allowedToAll(s.inUnit) {
		return nil, false
	}
	if extra != nil && s.overridden(extra.overrides, false) {
		return nil, true
	}
	for i := s.holder.from; i < s.holder.until; i++ {
		g := &s.index.grants[i]
		if s.index.holds(g.capability, s.permission) == notHeld || !s.covered(g.scope, g.window) {
			continue
		}
		asked, possible := s.asks(g.capability)
		if possible && len(asked) == 0 {
			return nil, true
		}
		alternatives = append(alternatives, asked...)
	}
	return least(alternatives), len(alternatives) > 0
}

// asks returns what is left of the alternatives under which a capability holds the permission, nothing if it holds it in
// any case. It fails if none of them can be met.
func (s *placing) asks(capability uint32) (alternatives [][]string, possible bool) {
	if s.index.holds(capability, s.permission) == heldPlain {
		return nil, true
	}
	for _, qualifiers := range s.index.capabilities[capability].qualified[s.permission] {
		left, possible := s.left(qualifiers)
		switch {
		case possible && len(left) == 0:
			return nil, true
		case possible:
			alternatives = append(alternatives, left)
		}
	}
	return alternatives, len(alternatives) > 0
}

// left returns the names of those qualifiers of an alternative that cannot be decided yet. It fails if another is not true.
func (s *placing) left(qualifiers []uint32) (names []string, possible bool) {
	for _, number := range qualifiers {
		qualifier := &s.index.conditions[number]
		if qualifier.reads().Any(s.open) {
			names = append(names, qualifier.name)
		} else if !s.isTrue(number) {
			return nil, false
		}
	}
	slices.Sort(names)
	return slices.Compact(names), true
}

// least sorts alternatives, the shortest first, and leaves out those that include another.
func least(alternatives [][]string) [][]string {
	slices.SortFunc(alternatives, func(a, b []string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return slices.Compare(a, b)
	})
	kept := alternatives[:0]
	for _, alternative := range alternatives {
		included := slices.ContainsFunc(kept, func(shorter []string) bool {
			return !slices.ContainsFunc(shorter, func(name string) bool { return !slices.Contains(alternative, name) })
		})
		if !included {
			kept = append(kept, alternative)
		}
	}
	return slices.Clip(kept)
}

// Qualifier returns a qualifier as it is published, for those who turn what Where leaves into a query. The second result
// is false when there is none of that name.
func (x *Index) Qualifier(name string) (document.Condition, bool) {
	number, known := x.qualifiers[name]
	if !known {
		return document.Condition{}, false
	}
	return x.conditions[number].written(), true
}

// Invariant returns an invariant as it is published, as Qualifier does a qualifier.
func (x *Index) Invariant(name string) (document.Condition, bool) {
	for i := range x.conditions[len(x.qualifiers):] {
		if c := &x.conditions[len(x.qualifiers)+i]; c.name == name {
			return c.written(), true
		}
	}
	return document.Condition{}, false
}

func (c *namedCondition) written() document.Condition {
	return document.Condition{Description: c.description, Expression: c.expression}
}
