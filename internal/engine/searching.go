// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"maps"
	"slices"
	"sync"

	"github.com/rolewright/rolewright/internal/engine/condition"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// searching is what searches look through. It is made of an index when the first search asks for it, so that who only
// decides does not pay for it.
type searching struct {
	permissions, units lazy[[]string]
	postings           lazy[*postings]
}

// lazy is a value that is made when it is first asked for. Its zero value is ready, and must not be copied once used.
type lazy[T any] struct {
	once  sync.Once
	value T
}

func (l *lazy[T]) get(compile func() T) T {
	l.once.Do(func() { l.value = compile() })
	return l.value
}

// permissionNames are the names of the permissions, sorted.
func (x *Index) permissionNames() []string {
	return x.searching.permissions.get(func() []string { return slices.Sorted(maps.Keys(x.permissions)) })
}

// unitNames are the names of the units, sorted.
func (x *Index) unitNames() []string {
	return x.searching.units.get(func() []string { return slices.Sorted(maps.Keys(x.units)) })
}

// following are those of some sorted names that are greater than one, which need not be among them.
func following(names []string, after string) []string {
	place, found := slices.BinarySearch(names, after)
	if found {
		place++
	}
	if after == "" {
		place = 0
	}
	return names[place:]
}

// search is one decision after another about requests that differ in one thing only. All are made for one moment.
type search struct {
	decision
	// asked is the request, into which each candidate is written.
	asked access.Request
	// varying are the parts of the request that differ, and constant the bits of the conditions that read none of them:
	// what they yield stays.
	varying  condition.Reads
	constant uint64
}

// newSearch begins a search, of which the caller sets what it knows of the decision. It must not be copied: the decision
// refers to the request in it.
func (x *Index) newSearch(r *access.Request, varying condition.Reads) *search {
	s := &search{asked: *r, varying: varying}
	s.index, s.request = x, &s.asked
	for i := range x.conditions[:min(len(x.conditions), 64)] {
		if !x.conditions[i].reads().Any(varying) {
			s.constant |= 1 << i
		}
	}
	return s
}

// allowed decides for the candidate that was written into the request.
func (s *search) allowed() bool {
	s.forget()
	return s.decision.allowed()
}

// forget forgets the conditions that may yield something else for the next candidate.
func (s *search) forget() {
	s.evaluated &= s.constant
	s.true &= s.constant
}

// placed looks up the request's unit and its values. It fails when the resource is nowhere.
func (s *search) placed() bool {
	unit, _, located := s.index.locate(&s.asked.Resource)
	values, known := s.index.valuesOf(&s.asked.Resource)
	s.unit, s.values = unit, values
	return located && known
}

// permitted looks up the request's permission. It fails when there is none, or when it is refused to everybody.
func (s *search) permitted() bool {
	permission, known := s.index.permissions[s.asked.Action.Name]
	s.permission = permission.number
	return known && s.index.guards[s.permission].refused == ""
}

// held looks up the request's subject. It fails when that is nobody who may hold anything.
func (s *search) held() bool {
	holder, known := s.index.users[s.asked.Subject.ID]
	s.holder = holder
	return known && s.asked.Subject.Type == access.SubjectTypeUser && (holder.extra == nil || !holder.extra.suspended)
}

// reads says what a condition depends on; nothing, when it does not compile and so never can be evaluated.
func (c *namedCondition) reads() condition.Reads {
	if c.program == nil {
		return 0
	}
	return c.program.Reads()
}
