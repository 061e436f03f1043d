// SPDX-License-Identifier: Apache-2.0

package document

// Needs returns how many users must approve the step at least.
func (s *Step) Needs() int {
	if s.ApprovalMode == ApprovalCount {
		return max(1, s.RequiredApprovals)
	}
	return 1
}

// Undecidable reports whether the step may be left undecided after all of some users have voted: some approve it, too few for an
// approval, and the others deny it, too few for a denial.
func (s *Step) Undecidable(users int) bool {
	if s.ApprovalMode == ApprovalAll {
		return s.RequiredDenials > 1
	}
	return s.Needs()+max(1, s.RequiredDenials)-2 >= users
}
