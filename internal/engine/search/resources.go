// SPDX-License-Identifier: Apache-2.0

package search

import (
	"iter"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/condition"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// ResourcesCan lists the ids of the resources on which the subject of a request may do its action, of the type that the request's
// resource has, sorted bytewise and greater than after: "" starts from the first. The organization knows its units, by their
// kinds, and its users, by the words for them; it knows no others. Each has the properties as they are sent. The request's
// resource id is ignored; all else counts as in Check, at one moment for the whole search.
func ResourcesCan(x *compiled.Index, r *access.Request, after string) iter.Seq[string] {
	return func(yield func(string) bool) {
		s := newSearch(x, r, condition.ReadsResource)
		if !s.findSubject() || !s.findPermission() {
			return
		}
		covering := s.scopesGiving()
		for id, at := range s.resources(covering, after) {
			s.asked.Resource.ID = id
			if s.decision.LocateAt(at) && s.allowed() && !yield(id) {
				return
			}
		}
	}
}

// resources yields the ids of the resources of the type that is asked for, in order, with the place of each, which a scope covers.
func (s *search) resources(covering []uint32, after string) iter.Seq2[string, compiled.Location] {
	x, resourceType := s.decision.Index, s.asked.Resource.Type
	return func(yield func(string, compiled.Location) bool) {
		switch x.Types.Of(resourceType) {
		case compiled.OfUnits:
			for _, unit := range namedAfter(x.NamedUnitsOf(resourceType), compiled.Named.String, after) {
				if anyCovers(x, covering, unit.Number) && !yield(unit.Name, x.AtUnit(unit.Number)) {
					return
				}
			}
		case compiled.OfUsers:
			p := x.ReverseIndex()
			ids := namesAfter(p.IDs, after)
			for i, id := range ids {
				at, known := x.AtUser(p.Holders[len(p.IDs)-len(ids)+i])
				if known && anyCovers(x, covering, at.Unit) && !yield(id, at) {
					return
				}
			}
		case compiled.OfRecords:
		}
	}
}

// scopesGiving are the scopes in which a grant or an override of the subject gives the permission, at whatever time and
// under whatever condition.
func (s *search) scopesGiving() []uint32 {
	x := s.decision.Index
	var scopes []uint32
	for i := s.decision.Holder.From; i < s.decision.Holder.Until; i++ {
		if g := &x.Grants[i]; x.Holds(g.EffectiveRole, s.decision.Permission) != compiled.NoPermission {
			scopes = append(scopes, g.Scope)
		}
	}
	if s.decision.Holder.Detail == nil {
		return scopes
	}
	for i := range s.decision.Holder.Detail.Overrides {
		if o := &s.decision.Holder.Detail.Overrides[i]; !o.Deny && o.Permission == s.decision.Permission {
			scopes = append(scopes, o.Scope)
		}
	}
	return scopes
}

// anyCovers reports whether any of some scopes covers a unit.
func anyCovers(x *compiled.Index, scopes []uint32, unit uint32) bool {
	for _, number := range scopes {
		if x.Covers(number, unit) {
			return true
		}
	}
	return false
}
