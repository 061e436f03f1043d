// SPDX-License-Identifier: Apache-2.0

package search

import (
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/internal/engine/decide"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// namesAfter returns those of some sorted names that are greater than one, which need not be among them.
func namesAfter(names []string, after string) []string {
	return namedAfter(names, func(name string) string { return name }, after)
}

// namedAfter is namesAfter of what has names.
func namedAfter[T any](sorted []T, name func(T) string, after string) []T {
	if after == "" {
		return sorted
	}
	place, found := slices.BinarySearchFunc(sorted, after, func(one T, after string) int { return strings.Compare(name(one), after) })
	if found {
		place++
	}
	return sorted[place:]
}

// search is one decision after another about requests that differ in one thing only. All are made for one moment.
type search struct {
	decision decide.Decision
	// asked is the request, into which each candidate is written.
	asked access.Request
	// varying are the parts of the request that differ, and constant the bits of the conditions that read none of them, 64 in each
	// word: what they yield stays.
	varying  condition.Reads
	constant []uint64
}

// newSearch begins a search, of which the caller sets what it knows of the decision. It must not be copied: the decision
// refers to the request in it.
func newSearch(x *compiled.Index, r *access.Request, varying condition.Reads) *search {
	s := &search{asked: *r, varying: varying}
	s.decision.Index, s.decision.Request = x, &s.asked
	s.constant = make([]uint64, (len(x.Conditions)+63)/64)
	for i := range x.Conditions {
		if !x.Conditions[i].Reads().Any(varying) {
			s.constant[i/64] |= 1 << (i % 64)
		}
	}
	return s
}

// allowed decides for the candidate that was written into the request.
func (s *search) allowed() bool {
	s.reset()
	return s.decision.Allowed()
}

// reset forgets the conditions that may yield something else for the next candidate.
func (s *search) reset() {
	s.decision.ForgetAllBut(s.constant)
}

// findPermission looks up the request's permission. It reports whether there is one that is not refused to everybody, and that is
// about the request's resource.
func (s *search) findPermission() bool {
	permission, known := s.decision.Index.Permissions.Get(s.asked.Action.Name)
	s.decision.Permission = permission.Number
	return known && s.decision.Index.Restrictions[s.decision.Permission].Refused == "" &&
		s.decision.Index.IsAbout(s.decision.Permission, s.asked.Resource.Type)
}

// findSubject looks up the request's subject. It reports whether that is a user who may hold anything.
func (s *search) findSubject() bool {
	holder, known := s.decision.Index.FindUser(s.asked.Subject.ID)
	s.decision.Holder = holder
	return known && s.decision.Index.IsSubjectType(s.asked.Subject.Type) && (holder.Detail == nil || !holder.Detail.Suspended)
}
