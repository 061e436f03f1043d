// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"iter"
	"slices"

	"github.com/rolewright/rolewright/internal/engine/condition"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// WhoCan lists the ids of the users who may do the action of a request on its resource, sorted bytewise and greater than
// after: "" starts from the first. The request's subject id is ignored; all else counts as in Check, at one moment for the
// whole search.
//
// The first search makes lists of who holds what, which takes less than compiling the index did. From then on, a search
// looks at those users alone who hold the permission there, under whatever condition, and stops when the caller does.
func (x *Index) WhoCan(r *access.Request, after string) iter.Seq[string] {
	return func(yield func(string) bool) {
		s := x.newSearch(r, condition.ReadsSubject)
		s.confirmed(s.candidates(after))(yield)
	}
}

// confirmed yields the ids of those users who may.
func (s *search) confirmed(candidates iter.Seq[uint32]) iter.Seq[string] {
	return func(yield func(string) bool) {
		p := s.index.postings()
		for number := range candidates {
			s.asked.Subject.ID, s.holder = p.ids[number], p.holders[number]
			if s.allowed() && !yield(p.ids[number]) {
				return
			}
		}
	}
}

// candidates yields the numbers of the users who hold the permission for the resource under whatever condition, those
// with greater ids than after, in order.
func (s *search) candidates(after string) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		if s.asked.Subject.Type != access.SubjectTypeUser || !s.permitted() || !s.placed() || !s.allowedToSome() {
			return
		}
		p := s.index.postings()
		first := uint32(len(p.ids) - len(following(p.ids, after)))
		var lists merging
		add := func(users []uint32) {
			if place, _ := slices.BinarySearch(users, first); place < len(users) {
				lists = append(lists, users[place:])
			}
		}
		s.givers(p, add)
		add(p.given[s.permission])
		lists.merge(yield)
	}
}

// allowedToSome tells whether none of the invariants says no that ask nothing of the subject.
func (s *search) allowedToSome() bool {
	for _, invariant := range s.index.guards[s.permission].invariants {
		if !s.index.conditions[invariant].reads().Any(s.varying) && !s.allowedToAll([]uint32{invariant}) {
			return false
		}
	}
	return true
}

// givers adds the lists of those who hold a capability that holds the permission, in a scope that covers the resource.
func (s *search) givers(p *postings, add func(users []uint32)) {
	for unit := range s.index.upward(s.unit) {
		for _, scope := range p.rooted[unit] {
			if !s.index.scopes[scope].coversValues(&s.values) {
				continue
			}
			for i := range p.granted[scope] {
				if held := &p.granted[scope][i]; s.mayHold(held.capability) {
					add(held.users)
				}
			}
		}
	}
}

// mayHold tells whether a capability holds the permission for some user: without qualifier, or with some that ask
// something of the subject and others that are true.
func (s *search) mayHold(capability uint32) bool {
	held := s.index.holds(capability, s.permission)
	if held != heldQualified {
		return held == heldPlain
	}
	for _, qualifiers := range s.index.capabilities[capability].qualified[s.permission] {
		if !slices.ContainsFunc(qualifiers, s.neverTrue) {
			return true
		}
	}
	return false
}

// neverTrue tells whether a qualifier is not true, whatever varies.
func (s *search) neverTrue(qualifier uint32) bool {
	return !s.index.conditions[qualifier].reads().Any(s.varying) && !s.isTrue(qualifier)
}

// merging is a heap of lists of numbers, none of which is empty: the first list begins with the least number.
type merging [][]uint32

// merge yields the numbers of all lists in order, each once.
func (m merging) merge(yield func(uint32) bool) {
	for i := len(m)/2 - 1; i >= 0; i-- {
		m.sink(i)
	}
	for len(m) > 0 {
		number := m[0][0]
		for len(m) > 0 && m[0][0] == number {
			if m[0] = m[0][1:]; len(m[0]) == 0 {
				last := len(m) - 1
				m[0], m = m[last], m[:last]
			}
			m.sink(0)
		}
		if !yield(number) {
			return
		}
	}
}

// sink moves a list down to where those below it begin with greater numbers.
func (m merging) sink(at int) {
	for {
		least := at
		for child := 2*at + 1; child <= 2*at+2 && child < len(m); child++ {
			if m[child][0] < m[least][0] {
				least = child
			}
		}
		if least == at {
			return
		}
		m[at], m[least] = m[least], m[at]
		at = least
	}
}
