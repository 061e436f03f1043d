// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// A step that ended by itself has been seen to end: what arrives later takes place no earlier.
func TestLateVoteAfterAStepThatEndedByItself(t *testing.T) {
	everyone := step("location", users("ben"), role("approver"))
	everyone.ApprovalMode = v1alpha1.ApprovalAll
	for waits, parallel := range map[string]v1alpha1.ApprovalChainSpec{
		"location: ida; vice: vic": chain(everyone, step("vice", users("vic"))),
		"vice: vic; location: ida": chain(step("vice", users("vic")), everyone),
	} {
		parallel.Order = v1alpha1.StepsParallel
		s := newStory(t, parallel)
		for _, id := range []string{"bea", "cem", "vic", "mia"} {
			s.user(id, func(u *document.User) { u.Grants = nil })
		}
		s.pass(0).approves(5, "ben", "location").pass(6).waitsFor(waits)
		s.pass(1000).is(pending).waitsFor("vice: vic")
		s.approves(10, "vic", "vice").pass(1005).is(approved)
		if ended := s.last.Status.CompletionTime; !ended.Time.Equal(moment(1000)) {
			t.Errorf("it ended at %v, before the other step had", ended)
		}
	}
}

// `all` with several denials: one that does not suffice keeps the step open, as long as it counts.
func TestAllWithDenials(t *testing.T) {
	everyone := step("location", users("ben", "bea", "cem", "vic"))
	everyone.ApprovalMode, everyone.RequiredDenials = v1alpha1.ApprovalAll, 2
	s := newStory(t, chain(everyone)).pass(0)
	s.approves(1, "ben", "location").denies(2, "cem", "location").approves(3, "bea", "location").approves(4, "vic", "location")
	s.pass(5).is(pending).counts("cem", countedReason).waitsFor("location: nobody")
	if message := s.last.Status.Steps[0].Message; message != "3 of 3 approvals, of everybody who may decide it, 1 of 2 denials" {
		t.Errorf("the step says %q", message)
	}

	left := s.fork()
	left.suspend("cem")
	left.pass(6).is(pending).counts("cem", countedReason)

	second := newStory(t, chain(everyone)).pass(0)
	second.approves(1, "ben", "location").denies(2, "cem", "location").denies(3, "vic", "location").pass(5).is(denied)
	second.says(`step "location" was denied by "vic"`)
	if message := second.last.Status.Steps[0].Message; message != `denied by "cem", "vic"` {
		t.Errorf("the step says %q", message)
	}
}

// The nearest manager who holds a role may be another when a grant of one below begins. Also in the line of the beneficiary,
// who need not be the requester.
func TestNextPassIsDueWhenAGrantInTheLineOfManagersBegins(t *testing.T) {
	for requester, beneficiary := range map[v1alpha1.UserID]v1alpha1.UserID{"cem": "jon", "jon": ""} {
		line := v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeManagerWithRole, ManagerWithRole: &v1alpha1.ManagerWithRoleApprover{
			LineOf: v1alpha1.LineOfBeneficiary, RoleRef: v1alpha1.RoleReference{Name: "approver"},
		}}
		s := newStory(t, chain(step("line", line)))
		begin := moment(300)
		s.user("jon", func(u *document.User) { u.Manager = "eve" })
		s.user("eve", func(u *document.User) {
			u.Manager = "ben"
			u.Grants = []document.Grant{{
				Role: "approver", Scope: document.Scope{Everywhere: true}, Window: document.Window{StartTime: &begin},
			}}
		})
		s.state.Request.Spec.Requester, s.state.Request.Spec.Beneficiary = requester, beneficiary
		s.pass(0).waitsFor("line: ben")
		if !s.last.Next.Equal(begin) {
			t.Errorf("the next pass is due at %v, not when the grant of eve begins", s.last.Next)
		}
		s.pass(300).waitsFor("line: nobody")
	}
}
