// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"iter"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// ranks tells whether one role is another, or inherits it.
func (x *Index) ranks(role, other string, exactly bool) bool {
	if role == other || exactly {
		return role == other
	}
	_, inherits := slices.BinarySearch(x.roles[role].Inherits, other)
	return inherits
}

// unitOf is the unit over which holders of a role are asked for. It fails when no unit above is of the kind.
func (q *inquiry) unitOf(a *document.RoleApprover) (uint32, bool) {
	if a.NearestUnitKind == "" {
		return q.unit, true
	}
	for unit := range q.index.upward(q.unit) {
		if q.index.unitTable[unit].kind == a.NearestUnitKind {
			return unit, true
		}
	}
	return 0, false
}

// holds tells whether a user holds a role by a live grant that covers a unit and the submission's values.
func (q *inquiry) holds(id, role string, exactly bool, unit uint32) bool {
	holder := q.index.users[id]
	over := q.decision
	over.unit = unit
	for i := holder.from; i < holder.until; i++ {
		g := &q.index.grants[i]
		if q.index.ranks(q.index.capabilities[g.capability].role, role, exactly) && over.covered(g.scope, g.window) {
			return true
		}
	}
	return false
}

// roleHolders yields who holds a role over the submission, sorted.
func (q *inquiry) roleHolders(a *document.RoleApprover) iter.Seq[string] {
	return func(yield func(string) bool) {
		unit, found := q.unitOf(a)
		if !found {
			return
		}
		p := q.index.postings()
		lists := q.holderLists(p, a, unit)
		lists.merge(func(number uint32) bool {
			// A list does not tell whether the grant is live.
			id := p.ids[number]
			return !q.holds(id, a.Role, a.Exactly, unit) || yield(id)
		})
	}
}

// holderLists are those of who holds a role in a scope that covers a unit and the submission's values.
func (q *inquiry) holderLists(p *postings, a *document.RoleApprover, unit uint32) merging {
	var lists merging
	for above := range q.index.upward(unit) {
		for _, scope := range p.rooted[above] {
			if q.index.scopes[scope].coversValues(&q.values) {
				lists = append(lists, q.index.holdersIn(p, scope, a)...)
			}
		}
	}
	return lists
}

// holdersIn are the lists of who holds a role in one scope.
func (x *Index) holdersIn(p *postings, scope uint32, a *document.RoleApprover) [][]uint32 {
	var lists [][]uint32
	for i := range p.granted[scope] {
		if held := &p.granted[scope][i]; x.ranks(x.capabilities[held.capability].role, a.Role, a.Exactly) {
			lists = append(lists, held.users)
		}
	}
	return lists
}

// manager is the user whom an approver names in a line of managers, empty when there is none.
func (q *inquiry) manager(a *document.ManagerApprover) string {
	below := q.submission.Requester
	if a.OfBeneficiary {
		below = q.submission.EffectiveBeneficiary()
	}
	level, named := 0, ""
	for id := range q.index.line(below) {
		level++
		if a.Level > 0 && level == a.Level || a.Level == 0 && level > a.AboveLevel && q.active(id) && q.holds(id, a.Holding, a.Exactly, q.unit) {
			named = id
			break
		}
	}
	return named
}

// line yields the managers above a user, from the nearest on: as IsAbove has it.
func (x *Index) line(below string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		seen := map[string]struct{}{below: {}}
		for current := below; ; {
			holder, known := x.users[current]
			if !known || holder.extra == nil || holder.extra.manager == "" {
				return
			}
			current = holder.extra.manager
			if _, before := seen[current]; before {
				return
			}
			seen[current] = struct{}{}
			if _, known := x.users[current]; !known || !yield(current) {
				return
			}
		}
	}
}
