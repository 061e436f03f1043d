// SPDX-License-Identifier: Apache-2.0

package search

import (
	"iter"
	"slices"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/condition"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// WhoCan lists the ids of the users who may do the action of a request on its resource, sorted bytewise and greater than
// after: "" starts from the first. The request's subject id is ignored; all else counts as in Check, at one moment for the
// whole search.
//
// The first search makes lists of who holds what, which takes less than compiling the index did. From then on, a search
// looks at those users alone who hold the permission there, under whatever condition, and stops when the caller does.
func WhoCan(x *compiled.Index, r *access.Request, after string) iter.Seq[string] {
	return func(yield func(string) bool) {
		s := newSearch(x, r, condition.ReadsSubject)
		s.confirmed(s.candidates(after))(yield)
	}
}

// confirmed yields the ids of those users who may.
func (s *search) confirmed(candidates iter.Seq[uint32]) iter.Seq[string] {
	return func(yield func(string) bool) {
		p := s.decision.Index.ReverseIndex()
		for number := range candidates {
			s.asked.Subject.ID, s.decision.Holder = p.IDs[number], p.Holders[number]
			if s.allowed() && !yield(p.IDs[number]) {
				return
			}
		}
	}
}

// candidates yields the numbers of the users who hold the permission for the resource under whatever condition, those
// with greater ids than after, in order.
func (s *search) candidates(after string) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		if !s.decision.Index.IsSubjectType(s.asked.Subject.Type) || !s.findPermission() || !s.decision.Locate() || !s.allowedToSome() {
			return
		}
		p := s.decision.Index.ReverseIndex()
		first := uint32(len(p.IDs) - len(namesAfter(p.IDs, after)))
		var lists compiled.MergeHeap
		add := func(users []uint32) {
			if place, _ := slices.BinarySearch(users, first); place < len(users) {
				lists = append(lists, users[place:])
			}
		}
		s.givers(p, add)
		add(p.GivenTo[s.decision.Permission])
		lists.Merge(yield)
	}
}

// allowedToSome reports whether none of the prohibitions says no that ask nothing of the subject.
func (s *search) allowedToSome() bool {
	for _, prohibition := range s.decision.Index.Restrictions[s.decision.Permission].Prohibitions {
		if !s.decision.Index.Conditions[prohibition].Reads().Any(s.varying) && !s.decision.AllowedToAll([]uint32{prohibition}) {
			return false
		}
	}
	return true
}

// givers adds the lists of those who hold an effective role that holds the permission, in a scope that covers the resource.
func (s *search) givers(p *compiled.ReverseIndex, add func(users []uint32)) {
	for unit := range s.decision.Index.Ancestors(s.decision.Unit) {
		for _, scope := range p.ScopesByUnit[unit] {
			if !s.decision.Index.Scopes[scope].CoversValues(&s.decision.Values) {
				continue
			}
			for i := range p.HoldersByScope[scope] {
				if held := &p.HoldersByScope[scope][i]; s.mayHold(held.EffectiveRole) {
					add(held.Users)
				}
			}
		}
	}
}

// mayHold reports whether an effective role holds the permission for some user: without qualifier, or with some that ask
// something of the subject and others that are true.
func (s *search) mayHold(effectiveRole uint32) bool {
	held := s.decision.Index.Holds(effectiveRole, s.decision.Permission)
	if held == compiled.HasPermission {
		return true
	}
	for _, qualifiers := range s.decision.Index.Alternatives(held) {
		if !slices.ContainsFunc(qualifiers, s.neverTrue) {
			return true
		}
	}
	return false
}

// neverTrue reports whether a qualifier is not true, whatever varies.
func (s *search) neverTrue(qualifier uint32) bool {
	return !s.decision.Index.Conditions[qualifier].Reads().Any(s.varying) && !s.decision.IsTrue(qualifier)
}
