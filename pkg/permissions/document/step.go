// SPDX-License-Identifier: Apache-2.0

package document

import (
	"cmp"
	"slices"
)

// Needs returns how many users must approve the step at least.
func (s *Step) Needs() int {
	if s.ApprovalMode == ApprovalCount {
		return max(1, s.RequiredApprovals)
	}
	return 1
}

// EndsAfter returns after how many seconds the step ends if it is not decided; 0 if it never does.
func (s *Step) EndsAfter() int64 {
	var first int64
	for i := range s.Timeouts {
		if t := &s.Timeouts[i]; t.Action != ActionEscalate && (first == 0 || t.AfterSeconds < first) {
			first = t.AfterSeconds
		}
	}
	return first
}

// Escalations returns the timeouts of the step after which further approvers may decide it, in the order of time.
func (s *Step) Escalations() []int {
	var escalations []int
	end := s.EndsAfter()
	for i := range s.Timeouts {
		if t := &s.Timeouts[i]; t.Action == ActionEscalate && (end == 0 || t.AfterSeconds < end) {
			escalations = append(escalations, i)
		}
	}
	slices.SortStableFunc(escalations, func(a, b int) int { return cmp.Compare(s.Timeouts[a].AfterSeconds, s.Timeouts[b].AfterSeconds) })
	return escalations
}

// Undecidable reports whether the step may be left undecided after all of some users have voted: some approve it, too few for an
// approval, and the others deny it, too few for a denial. One that ends by itself is not.
func (s *Step) Undecidable(users int) bool {
	if s.EndsAfter() > 0 {
		return false
	}
	if s.ApprovalMode == ApprovalAll {
		return s.RequiredDenials > 1
	}
	return s.Needs()+max(1, s.RequiredDenials)-2 >= users
}
