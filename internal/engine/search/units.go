// SPDX-License-Identifier: Apache-2.0

package search

import (
	"iter"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/condition"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// UnitsCan lists the names of the units on which the subject of a request may do its action, of the kind that the
// request's resource type names, sorted bytewise and greater than after: "" starts from the first. Each unit is itself the
// resource, with the properties as they are sent. The request's resource id is ignored; all else counts as in Check, at
// one moment for the whole search.
func UnitsCan(x *compiled.Index, r *access.Request, after string) iter.Seq[string] {
	return func(yield func(string) bool) {
		s := newSearch(x, r, condition.ReadsResource)
		if !x.Kinds.Has(s.asked.Resource.Type) || !s.findSubject() || !s.findPermission() {
			return
		}
		covering := s.scopesGiving()
		for _, name := range namesAfter(x.UnitNames(), after) {
			number := x.Units.Value(name)
			if x.UnitTable[number].Kind != s.asked.Resource.Type || !anyCovers(x, covering, number) {
				continue
			}
			s.asked.Resource.ID = name
			if s.decision.Locate() && s.allowed() && !yield(name) {
				return
			}
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
		if x.Scopes[number].CoversUnit(unit) {
			return true
		}
	}
	return false
}
