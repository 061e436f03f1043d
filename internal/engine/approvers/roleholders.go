// SPDX-License-Identifier: Apache-2.0

package approvers

import (
	"iter"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// unitOf is the unit over which holders of a role are asked for. It fails when no unit above is of the kind.
func (q *evaluation) unitOf(a *document.RoleApprover) (uint32, bool) {
	if a.NearestUnitKind == "" {
		return q.decision.Unit, true
	}
	for unit := range q.decision.Index.Ancestors(q.decision.Unit) {
		if q.decision.Index.UnitTable[unit].Kind == a.NearestUnitKind {
			return unit, true
		}
	}
	return 0, false
}

// holds tells whether a user holds a role by a live grant that covers a unit and the submission's values.
func (q *evaluation) holds(id, role string, exactly bool, unit uint32) bool {
	holder := q.decision.Index.Users[id]
	over := q.decision
	over.Unit = unit
	for i := holder.From; i < holder.Until; i++ {
		g := &q.decision.Index.Grants[i]
		if q.decision.Index.Ranks(q.decision.Index.EffectiveRoles[g.EffectiveRole].Role, role, exactly) && over.Covered(g.Scope, g.Window) {
			return true
		}
	}
	return false
}

// roleHolders yields who holds a role over the submission, sorted.
func (q *evaluation) roleHolders(a *document.RoleApprover) iter.Seq[string] {
	return func(yield func(string) bool) {
		unit, found := q.unitOf(a)
		if !found {
			return
		}
		p := q.decision.Index.ReverseIndex()
		lists := q.holderLists(p, a, unit)
		lists.Merge(func(number uint32) bool {
			// A list does not tell whether the grant is live.
			id := p.IDs[number]
			return !q.holds(id, a.Role, a.Exactly, unit) || yield(id)
		})
	}
}

// holderLists are those of who holds a role in a scope that covers a unit and the submission's values.
func (q *evaluation) holderLists(p *compiled.ReverseIndex, a *document.RoleApprover, unit uint32) compiled.MergeHeap {
	var lists compiled.MergeHeap
	for above := range q.decision.Index.Ancestors(unit) {
		for _, scope := range p.ScopesByUnit[above] {
			if q.decision.Index.Scopes[scope].CoversValues(&q.decision.Values) {
				lists = append(lists, holdersIn(q.decision.Index, p, scope, a)...)
			}
		}
	}
	return lists
}

// holdersIn are the lists of who holds a role in one scope.
func holdersIn(x *compiled.Index, p *compiled.ReverseIndex, scope uint32, a *document.RoleApprover) [][]uint32 {
	var lists [][]uint32
	for i := range p.HoldersByScope[scope] {
		if held := &p.HoldersByScope[scope][i]; x.Ranks(x.EffectiveRoles[held.EffectiveRole].Role, a.Role, a.Exactly) {
			lists = append(lists, held.Users)
		}
	}
	return lists
}

// manager is the user whom an approver names in a line of managers, empty when there is none.
func (q *evaluation) manager(a *document.ManagerApprover) string {
	below := q.submission.Requester
	if a.OfBeneficiary {
		below = q.submission.EffectiveBeneficiary()
	}
	level, named := 0, ""
	for id := range q.decision.Index.ManagersAbove(below) {
		level++
		if a.Level > 0 && level == a.Level || a.Level == 0 && level > a.AboveLevel && q.isActive(id) && q.holds(id, a.Holding, a.Exactly, q.decision.Unit) {
			named = id
			break
		}
	}
	return named
}
