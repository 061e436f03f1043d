// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"iter"

	"github.com/rolewright/rolewright/internal/engine/condition"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// WhatCan lists the permissions that the subject of a request has on its resource, sorted bytewise and greater than
// after: "" starts from the first. The request's action name is ignored; all else counts as in Check, at one moment for
// the whole search.
func (x *Index) WhatCan(r *access.Request, after string) iter.Seq[string] {
	return func(yield func(string) bool) {
		s := x.newSearch(r, condition.ReadsAction)
		if !s.held() || !s.placed() {
			return
		}
		given := s.permissionsGiven()
		for _, name := range following(x.permissionNames(), after) {
			number := x.permissions[name].number
			if !given.has(number) {
				continue
			}
			s.asked.Action.Name, s.permission = name, number
			if s.allowed() && !yield(name) {
				return
			}
		}
	}
}

// permissionsGiven are the permissions that a live grant or override of the subject gives on the resource, under whatever
// condition.
func (s *search) permissionsGiven() bitset {
	x := s.index
	given := newBitset(len(x.guards))
	for i := s.holder.from; i < s.holder.until; i++ {
		g := &x.grants[i]
		if !s.covered(g.scope, g.window) {
			continue
		}
		for number := range uint32(len(x.guards)) {
			if x.holds(g.capability, number) != notHeld {
				given.add(number)
			}
		}
	}
	if s.holder.extra == nil {
		return given
	}
	for i := range s.holder.extra.overrides {
		if o := &s.holder.extra.overrides[i]; !o.revoke {
			given.add(o.permission)
		}
	}
	return given
}
