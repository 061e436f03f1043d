// SPDX-License-Identifier: Apache-2.0

package search

import (
	"iter"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/condition"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// WhatCan lists the permissions that the subject of a request has on its resource, sorted bytewise and greater than
// after: "" starts from the first. The request's action name is ignored; all else counts as in Check, at one moment for
// the whole search.
func WhatCan(x *compiled.Index, r *access.Request, after string) iter.Seq[string] {
	return func(yield func(string) bool) {
		s := newSearch(x, r, condition.ReadsAction)
		if !s.findSubject() || !s.decision.Locate() {
			return
		}
		given := s.permissionsGiven()
		for _, permission := range namedAfter(x.NamedPermissions(), compiled.Named.String, after) {
			if !given.Has(permission.Number) || !x.IsAbout(permission.Number, s.asked.Resource.Type) {
				continue
			}
			s.asked.Action.Name, s.decision.Permission = permission.Name, permission.Number
			if s.allowed() && !yield(permission.Name) {
				return
			}
		}
	}
}

// permissionsGiven are the permissions that a live grant or override of the subject gives on the resource, under whatever
// condition.
func (s *search) permissionsGiven() compiled.Bitset {
	x := s.decision.Index
	given := compiled.NewBitset(len(x.Restrictions))
	for i := s.decision.Holder.From; i < s.decision.Holder.Until; i++ {
		g := &x.Grants[i]
		if !s.decision.Covered(g.Scope, g.Window) {
			continue
		}
		for number := range uint32(len(x.Restrictions)) {
			if x.Holds(g.EffectiveRole, number) != compiled.NoPermission {
				given.Add(number)
			}
		}
	}
	if s.decision.Holder.Detail == nil {
		return given
	}
	for i := range s.decision.Holder.Detail.Overrides {
		if o := &s.decision.Holder.Detail.Overrides[i]; !o.Deny {
			given.Add(o.Permission)
		}
	}
	return given
}
