// SPDX-License-Identifier: Apache-2.0

package search

import (
	"slices"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/condition"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Where lists the units in which the subject of a request has its permission on resources of its resource's type, sorted
// by name, for the query of a list: an element for each unit, however large the part of the tree is that a grant covers.
//
// Of the resource only its type and its values of dimensions count. All that does not depend on more of it is decided:
// grants and overrides, windows, features, dimensions, and each condition that reads neither resource.id nor
// resource.properties. What is left of the others is in the Place; Qualifier and Prohibition return what they say. For a
// resource that lies in a unit, Check is true exactly if there is a Place of that unit, and the resource meets what is in it.
//
// Resources of a type that is the kind of a unit are the units of that kind. Each is in the Place of its name, where only
// conditions that read resource.properties are left: the attributes of the unit, and what the caller knows besides.
func Where(x *compiled.Index, r *access.Request) []access.Place {
	s := newWhereSearch(x, r)
	if len(x.UnitTable) == 0 || !s.search.findSubject() || !s.search.findPermission() || !s.sortProhibitions() {
		return nil
	}
	covering := s.search.scopesGiving()
	var places []access.Place
	for _, unit := range x.NamedUnits() {
		if !anyCovers(x, covering, unit.Number) || !s.move(unit) {
			continue
		}
		if alternatives, allowed := s.place(); allowed {
			places = append(places, access.Place{Unit: unit.Name, Alternatives: alternatives, Unless: s.unless})
		}
	}
	return places
}

// whereSearch finds out, unit by unit, what is left to be met.
type whereSearch struct {
	search *search
	// sent are the properties of the request, of which the values of dimensions count.
	sent map[string]any
	// open are the parts of the request that are not known.
	open condition.Reads
	// inUnit are the prohibitions that are decided in each unit, and unless the names of those that are left.
	inUnit []uint32
	unless []string
}

func newWhereSearch(x *compiled.Index, r *access.Request) *whereSearch {
	open, varying := condition.ReadsResourceProperties|condition.ReadsResourceID, condition.ReadsResourceUnit
	isUnit := x.Types.Of(r.Resource.Type) == compiled.OfUnits
	if isUnit {
		open, varying = condition.ReadsResourceProperties, condition.ReadsResourceID
	}
	s := &whereSearch{search: newSearch(x, r, varying), sent: r.Resource.Properties, open: open}
	s.search.decision.IsUnit = isUnit
	s.search.asked.Resource = access.Resource{Type: r.Resource.Type}
	return s
}

// move goes on to resources in a unit, or to the unit if it is the resource. It reports whether there are such, with values
// that their dimensions have.
func (s *whereSearch) move(unit compiled.Named) bool {
	d := &s.search.decision
	if d.Unit = unit.Number; d.IsUnit {
		if d.Index.UnitTable[d.Unit].Kind != s.search.asked.Resource.Type {
			return false
		}
		s.search.asked.Resource.ID, d.Self = unit.Name, &d.Index.UnitTable[d.Unit].Attributes
	}
	var known bool
	d.Values, known = d.Index.ValuesOf(s.sent, d.Location)
	return known
}

// sortProhibitions sorts the permission's prohibitions by when they can be decided. It fails if one that already can be says no.
func (s *whereSearch) sortProhibitions() bool {
	for _, number := range s.search.decision.Index.Restrictions[s.search.decision.Permission].Prohibitions {
		prohibition := &s.search.decision.Index.Conditions[number]
		switch reads := prohibition.Reads(); {
		case reads.Any(s.open):
			s.unless = append(s.unless, prohibition.Name)
		case reads.Any(s.search.varying):
			s.inUnit = append(s.inUnit, number)
		case !s.search.decision.AllowedToAll([]uint32{number}):
			return false
		}
	}
	slices.Sort(s.unless)
	s.unless = slices.Compact(s.unless)
	return true
}

// place decides about the unit as far as it can. It returns what is left to be met, nothing if anything will do.
func (s *whereSearch) place() (alternatives [][]string, allowed bool) {
	s.search.reset()
	detail := s.search.decision.Holder.Detail
	if detail != nil && s.search.decision.Overridden(detail.Overrides, true) || !s.search.decision.AllowedToAll(s.inUnit) {
		return nil, false
	}
	if detail != nil && s.search.decision.Overridden(detail.Overrides, false) {
		return nil, true
	}
	for i := s.search.decision.Holder.From; i < s.search.decision.Holder.Until; i++ {
		g := &s.search.decision.Index.Grants[i]
		if s.search.decision.Index.Holds(g.EffectiveRole, s.search.decision.Permission) == compiled.NoPermission ||
			!s.search.decision.Covered(g.Scope, g.Window) {
			continue
		}
		asked, possible := s.remainingAlternatives(g.EffectiveRole)
		if possible && len(asked) == 0 {
			return nil, true
		}
		alternatives = append(alternatives, asked...)
	}
	return minimal(alternatives), len(alternatives) > 0
}

// remainingAlternatives returns what is left of the alternatives under which an effective role holds the permission, nothing
// if it holds it in any case. It fails if none of them can be met.
func (s *whereSearch) remainingAlternatives(effectiveRole uint32) (alternatives [][]string, possible bool) {
	held := s.search.decision.Index.Holds(effectiveRole, s.search.decision.Permission)
	if held == compiled.HasPermission {
		return nil, true
	}
	for _, qualifiers := range s.search.decision.Index.Alternatives(held) {
		left, possible := s.remaining(qualifiers)
		switch {
		case possible && len(left) == 0:
			return nil, true
		case possible:
			alternatives = append(alternatives, left)
		}
	}
	return alternatives, len(alternatives) > 0
}

// remaining returns the names of those qualifiers of an alternative that cannot be decided yet. It fails if another is not true.
func (s *whereSearch) remaining(qualifiers []uint32) (names []string, possible bool) {
	for _, number := range qualifiers {
		qualifier := &s.search.decision.Index.Conditions[number]
		if qualifier.Reads().Any(s.open) {
			names = append(names, qualifier.Name)
		} else if !s.search.decision.IsTrue(number) {
			return nil, false
		}
	}
	slices.Sort(names)
	return slices.Compact(names), true
}

// minimal sorts alternatives, the shortest first, and leaves out those that include another.
func minimal(alternatives [][]string) [][]string {
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
