// SPDX-License-Identifier: Apache-2.0

package search

import (
	"iter"
	"slices"
	"sync"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/condition"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// WhoCan lists the ids of the users who may do the action of a request on its resource, sorted bytewise and greater than
// after: "" starts from the first. The request's subject id is ignored; all else counts as in Check, at one moment for the
// whole search.
//
// The first search makes lists of who holds what, which takes less than compiling the index did. From then on, a search
// looks at those users alone who hold the permission there, under whatever condition, and stops when the caller does; under a condition
// that only the owner meets, at the owner. It decides for those whom a window, a condition or an override of theirs may keep from it.
func WhoCan(x *compiled.Index, r *access.Request, after string) iter.Seq[string] {
	return func(yield func(string) bool) {
		s := newSearch(x, r, condition.ReadsSubject)
		s.confirmed(s.candidates(after))(yield)
	}
}

// confirmed yields the ids of those users who may: for certain, or because it is decided so.
func (s *search) confirmed(candidates iter.Seq2[uint32, bool]) iter.Seq[string] {
	return func(yield func(string) bool) {
		p := s.decision.Index.ReverseIndex()
		for number, certain := range candidates {
			if (certain || s.allows(p, number)) && !yield(p.IDs[number]) {
				return
			}
		}
	}
}

// allows decides for a user.
func (s *search) allows(p *compiled.ReverseIndex, number uint32) bool {
	s.asked.Subject.ID, s.decision.Holder = p.IDs[number], p.Holders[number]
	return s.allowed()
}

// rooms are reused: most searches merge a few dozen lists.
var rooms = sync.Pool{New: func() any { return new(compiled.UserLists) }}

// leave keeps a room for another search, and nothing of this one.
func leave(room *compiled.UserLists) {
	clear(*room)
	*room = (*room)[:0]
	rooms.Put(room)
}

// candidates yields the numbers of the users who hold the permission for the resource under whatever condition, those
// with greater ids than after, in order, and whether they may for certain: now, whatever is asked of the subject, and with no override
// that takes it.
func (s *search) candidates(after string) iter.Seq2[uint32, bool] {
	return func(yield func(uint32, bool) bool) {
		if !s.decision.Index.IsSubjectType(s.asked.Subject.Type) || !s.findPermission() || !s.decision.Locate() {
			return
		}
		some, all := s.allowedToSome()
		if !some {
			return
		}
		p := s.decision.Index.ReverseIndex()
		first := uint32(len(p.IDs) - len(namesAfter(p.IDs, after)))
		lists := rooms.Get().(*compiled.UserLists)
		defer leave(lists)
		add := func(users []uint32, certain bool) {
			place := 0
			if first > 0 {
				place, _ = slices.BinarySearch(users, first)
			}
			if place < len(users) {
				*lists = append(*lists, compiled.UserList{Users: users[place:], Certain: certain && all})
			}
		}
		s.givers(p, add)
		add(p.GivenTo[s.decision.Permission], false)
		taken := p.TakenFrom[s.decision.Permission]
		lists.Merge(func(user uint32, certain bool) bool {
			if certain && len(taken) > 0 {
				_, isTaken := slices.BinarySearch(taken, user)
				certain = !isTaken
			}
			return yield(user, certain)
		})
	}
}

// allowedToSome reports whether none of the prohibitions says no that ask nothing of the subject, and whether there are no others.
func (s *search) allowedToSome() (some, all bool) {
	all = true
	for _, prohibition := range s.decision.Index.Restrictions[s.decision.Permission].Prohibitions {
		if s.decision.Index.Conditions[prohibition].Reads().Any(s.varying) {
			all = false
		} else if !s.decision.AllowedToAll([]uint32{prohibition}) {
			return false, false
		}
	}
	return true, all
}

// givers adds the lists of those who hold an effective role that holds the permission, in a scope that covers the resource, and whether
// they do so for certain.
func (s *search) givers(p *compiled.ReverseIndex, add func(users []uint32, certain bool)) {
	x := s.decision.Index
	byWay := map[compiled.Held]eligible{}
	for unit := range x.Ancestors(s.decision.Unit) {
		for _, scope := range p.ScopesByUnit[unit] {
			if len(x.Dimensions) > 0 && !x.Scopes[scope].CoversValues(&s.decision.Values) {
				continue
			}
			holders := p.HoldersByScope[scope]
			for i := range holders {
				switch held := x.Holds(holders[i].EffectiveRole, s.decision.Permission); held {
				case compiled.NoPermission:
				case compiled.HasPermission:
					add(holders[i].Users, holders[i].Always)
				default:
					s.eligible(p, held, byWay).add(holders[i].Users, add)
				}
			}
		}
	}
}

// eligible are those for whom some alternative of what is held with qualifiers can be true: all, or users by their numbers.
type eligible struct {
	all   bool
	users []uint32
}

// eligible returns for whom what is held so can be true, which is found out once.
func (s *search) eligible(p *compiled.ReverseIndex, held compiled.Held, byWay map[compiled.Held]eligible) eligible {
	found, known := byWay[held]
	if !known {
		found = s.findEligible(p, held)
		byWay[held] = found
	}
	return found
}

// findEligible finds out for whom what is held so can be true: qualifiers may ask something of the subject, and others are true.
func (s *search) findEligible(p *compiled.ReverseIndex, held compiled.Held) (found eligible) {
	for _, qualifiers := range s.decision.Index.Alternatives(held) {
		if slices.ContainsFunc(qualifiers, s.neverTrue) {
			continue
		}
		id, only := s.onlySubject(qualifiers)
		if !only {
			return eligible{all: true}
		}
		if user, known := slices.BinarySearch(p.IDs, id); known {
			found.users = append(found.users, uint32(user))
		}
	}
	return found
}

// onlySubject returns the id of the only subject for whom qualifiers can be true together, if one of them tells.
func (s *search) onlySubject(qualifiers []uint32) (id string, only bool) {
	for _, qualifier := range qualifiers {
		if id, only = s.decision.OnlySubject(qualifier); only {
			return id, true
		}
	}
	return "", false
}

// add adds those of some users who are eligible.
func (e eligible) add(users []uint32, add func(users []uint32, certain bool)) {
	if e.all {
		add(users, false)
	}
	for _, user := range e.users {
		if place, is := slices.BinarySearch(users, user); is {
			add(users[place:place+1], false)
		}
	}
}

// neverTrue reports whether a qualifier is not true, whatever varies.
func (s *search) neverTrue(qualifier uint32) bool {
	return !s.decision.Index.Conditions[qualifier].Reads().Any(s.varying) && !s.decision.IsTrue(qualifier)
}
