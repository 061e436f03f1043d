// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"iter"

	"github.com/rolewright/rolewright/internal/engine/condition"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// UnitsCan lists the names of the units on which the subject of a request may do its action, of the kind that the
// request's resource type names, sorted bytewise and greater than after: "" starts from the first. Each unit is itself the
// resource, with the properties as they are sent. The request's resource id is ignored; all else counts as in Check, at
// one moment for the whole search.
func (x *Index) UnitsCan(r *access.Request, after string) iter.Seq[string] {
	return func(yield func(string) bool) {
		s := x.newSearch(r, condition.ReadsResource)
		values, known := x.valuesOf(&s.asked.Resource)
		if !known || !x.kinds.has(s.asked.Resource.Type) || !s.held() || !s.permitted() {
			return
		}
		s.values = values
		covering := s.scopesGiving()
		for _, name := range following(x.unitNames(), after) {
			number := x.units[name]
			if x.unitTable[number].kind != s.asked.Resource.Type || !x.anyCovers(covering, number) {
				continue
			}
			s.asked.Resource.ID, s.unit = name, number
			if s.allowed() && !yield(name) {
				return
			}
		}
	}
}

// scopesGiving are the scopes in which a grant or an override of the subject gives the permission, at whatever time and
// under whatever condition.
func (s *search) scopesGiving() []uint32 {
	x := s.index
	var scopes []uint32
	for i := s.holder.from; i < s.holder.until; i++ {
		if g := &x.grants[i]; x.holds(g.capability, s.permission) != notHeld {
			scopes = append(scopes, g.scope)
		}
	}
	if s.holder.extra == nil {
		return scopes
	}
	for i := range s.holder.extra.overrides {
		if o := &s.holder.extra.overrides[i]; !o.revoke && o.permission == s.permission {
			scopes = append(scopes, o.scope)
		}
	}
	return scopes
}

// anyCovers tells whether any of some scopes covers a unit.
func (x *Index) anyCovers(scopes []uint32, unit uint32) bool {
	for _, number := range scopes {
		if x.scopes[number].coversUnit(unit) {
			return true
		}
	}
	return false
}

// Unit returns a unit as it is published. The second result is false when the organization has no unit of that name.
func (x *Index) Unit(name string) (document.Unit, bool) {
	number, known := x.units[name]
	if !known {
		return document.Unit{}, false
	}
	unit := &x.unitTable[number]
	return document.Unit{
		Kind: unit.kind, Parent: unit.parent, Attributes: unit.attributes.known, UnknownAttributes: unit.attributes.unknown,
	}, true
}
