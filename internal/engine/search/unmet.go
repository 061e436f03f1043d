// SPDX-License-Identifier: Apache-2.0

package search

import (
	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// CountUnmet counts the users who hold the permission of a request for its resource, and may not because of conditions: of
// qualifiers or prohibitions that are not met, or that cannot be evaluated. It asks everyone who holds the permission there.
func CountUnmet(x *compiled.Index, r *access.Request) (unmet access.Unmet) {
	s := newSearch(x, r, condition.ReadsSubject)
	if !x.IsSubjectType(r.Subject.Type) || !s.findPermission() || !s.decision.Locate() {
		return unmet
	}
	p := x.ReverseIndex()
	var lists compiled.UserLists
	add := func(users []uint32) {
		if len(users) > 0 {
			lists = append(lists, compiled.UserList{Users: users})
		}
	}
	for unit := range x.Ancestors(s.decision.Unit) {
		for _, scope := range p.ScopesByUnit[unit] {
			for i := range p.HoldersByScope[scope] {
				if held := &p.HoldersByScope[scope][i]; x.Holds(held.EffectiveRole, s.decision.Permission) != compiled.NoPermission {
					add(held.Users)
				}
			}
		}
	}
	add(p.GivenTo[s.decision.Permission])
	lists.Merge(func(number uint32, _ bool) bool {
		s.asked.Subject.ID, s.decision.Holder = p.IDs[number], p.Holders[number]
		s.reset()
		switch s.outcome() {
		case notMet:
			unmet.NotMet++
		case notEvaluated:
			unmet.NotEvaluated++
		case met, otherwise:
		}
		return true
	})
	return unmet
}

// outcome says what conditions make of what a user holds.
type outcome int

const (
	// otherwise is the outcome for who may, for whom something else refuses, and for who holds nothing there now.
	otherwise outcome = iota
	notMet
	notEvaluated
)

// outcome returns what the conditions make of what the subject holds.
func (s *search) outcome() outcome {
	d := &s.decision
	detail := d.Holder.Detail
	if detail != nil && (detail.Suspended || d.Overridden(detail.Overrides, true)) {
		return otherwise
	}
	held := s.heldOutcome()
	if held != met {
		return held
	}
	for _, prohibition := range d.Index.Restrictions[d.Permission].Prohibitions {
		switch refuses, failed := d.Yields(prohibition); {
		case failed:
			return notEvaluated
		case refuses:
			return notMet
		}
	}
	return otherwise
}

// met is the outcome of what the subject holds without condition, or under conditions that are met.
const met outcome = -1

// heldOutcome returns the best outcome of what the subject's grants and overrides give.
func (s *search) heldOutcome() outcome {
	d, best := &s.decision, otherwise
	if d.Holder.Detail != nil && d.Overridden(d.Holder.Detail.Overrides, false) {
		return met
	}
	for i := d.Holder.From; i < d.Holder.Until; i++ {
		g := &d.Index.Grants[i]
		held := d.Index.Holds(g.EffectiveRole, d.Permission)
		if held == compiled.NoPermission || !d.Covered(g.Scope, g.Window) {
			continue
		}
		if held == compiled.HasPermission {
			return met
		}
		for _, qualifiers := range d.Index.Alternatives(held) {
			switch next := s.qualifiedOutcome(qualifiers); next {
			case met:
				return met
			default:
				best = max(best, next)
			}
		}
	}
	return best
}

// qualifiedOutcome returns the outcome of one alternative: one that is false cannot be met, whatever the others are.
func (s *search) qualifiedOutcome(qualifiers []uint32) outcome {
	result := met
	for _, qualifier := range qualifiers {
		switch isTrue, failed := s.decision.Yields(qualifier); {
		case failed:
			result = notEvaluated
		case !isTrue:
			return notMet
		}
	}
	return result
}
