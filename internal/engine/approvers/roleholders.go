// SPDX-License-Identifier: Apache-2.0

package approvers

import (
	"iter"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// unitOf is the unit over which holders of a role are asked for. It fails when no role is named, or no unit above is of the kind.
func (e *evaluation) unitOf(a *document.RoleApprover) (uint32, bool) {
	switch {
	case a == nil:
		return 0, false
	case a.NearestUnitKind == "":
		return e.decision.Unit, true
	}
	for unit := range e.decision.Index.Ancestors(e.decision.Unit) {
		e.work.spend(1)
		if e.decision.Index.UnitTable[unit].Kind == a.NearestUnitKind {
			return unit, true
		}
	}
	return 0, false
}

// holds reports whether a user holds a role by a live grant that covers a unit and the input's values.
func (e *evaluation) holds(id, role string, exact bool, unit uint32) bool {
	holder := e.decision.Index.User(id)
	e.work.spend(1 + int(holder.Until-holder.From))
	over := e.decision
	over.Unit = unit
	for i := holder.From; i < holder.Until; i++ {
		g := &e.decision.Index.Grants[i]
		if e.decision.Index.Ranks(e.decision.Index.EffectiveRoles[g.EffectiveRole].Role, role, exact) && over.Covered(g.Scope, g.Window) {
			return true
		}
	}
	return false
}

// roleHolders yields who holds a role over the input, sorted.
func (e *evaluation) roleHolders(a *document.RoleApprover) iter.Seq[string] {
	return func(yield func(string) bool) {
		unit, found := e.unitOf(a)
		if !found {
			return
		}
		p := e.decision.Index.ReverseIndex()
		lists := e.holderLists(p, unit, roleFilter(e.decision.Index, a))
		lists.Merge(func(number uint32, _ bool) bool {
			// A list does not say whether the grant is live.
			id := p.IDs[number]
			return !e.holds(id, a.Role, isExact(a.Match), unit) || yield(id)
		})
	}
}

// holderLists are those of who holds an effective role of some in a scope that covers a unit and the input's values.
func (e *evaluation) holderLists(p *compiled.ReverseIndex, unit uint32, counts func(effectiveRole uint32) bool) compiled.UserLists {
	var lists compiled.UserLists
	for above := range e.decision.Index.Ancestors(unit) {
		e.work.spend(1)
		for _, scope := range p.ScopesByUnit[above] {
			e.work.spend(1 + len(p.HoldersByScope[scope]))
			if e.decision.Index.Scopes[scope].CoversValues(&e.decision.Values) {
				lists = append(lists, holdersIn(p, scope, counts)...)
			}
		}
	}
	return lists
}

// roleFilter returns the filter of the effective roles that count as a role.
func roleFilter(x *compiled.Index, a *document.RoleApprover) func(effectiveRole uint32) bool {
	return func(effectiveRole uint32) bool {
		return x.Ranks(x.EffectiveRoles[effectiveRole].Role, a.Role, isExact(a.Match))
	}
}

// holdersIn are the lists of who holds an effective role of some in one scope.
func holdersIn(p *compiled.ReverseIndex, scope uint32, counts func(effectiveRole uint32) bool) []compiled.UserList {
	var lists []compiled.UserList
	for i := range p.HoldersByScope[scope] {
		if held := &p.HoldersByScope[scope][i]; counts(held.EffectiveRole) {
			lists = append(lists, compiled.UserList{Users: held.Users})
		}
	}
	return lists
}

// isExact reports whether a match leaves out the holders of roles that inherit a role. One that is unknown does.
func isExact(match string) bool { return match != "" }

// isLine reports whether there is a line of managers of a user. An unknown one has none.
func isLine(of string) bool { return of == "" || of == document.LineOfBeneficiary }

// manager is the user whom an approver names in a line of managers, empty when there is none.
func (e *evaluation) manager(a *document.Approver) string {
	switch manager, withRole := a.Manager, a.ManagerWithRole; {
	case a.Type == document.ApproverTypeManager && manager != nil:
		return e.firstManager(manager.LineOf, func(level int, _ string) bool { return manager.Level > 0 && level >= manager.Level })
	case a.Type == document.ApproverTypeManagerWithRole && withRole != nil:
		return e.firstManager(withRole.LineOf, func(level int, id string) bool {
			return level > withRole.AboveLevel && e.isActive(id) && e.holds(id, withRole.Role, isExact(withRole.Match), e.decision.Unit)
		})
	}
	return ""
}

// firstManager is the first in a line of managers who fits, empty when there is none. If the request is that manager's own, it is
// the next in line: who makes a request does not choose by its beneficiary that a fallback decides.
func (e *evaluation) firstManager(lineOf string, fits func(level int, id string) bool) string {
	if !isLine(lineOf) {
		return ""
	}
	below := e.input.Requester
	if lineOf == document.LineOfBeneficiary {
		below = e.input.EffectiveBeneficiary()
	}
	level := 0
	for id := range e.decision.Index.ManagersAbove(below) {
		level++
		if fits(level, id) && (e.withOwn || !e.isOwn(id)) {
			return id
		}
	}
	return ""
}
