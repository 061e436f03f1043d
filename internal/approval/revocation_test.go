// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

func (s *story) revokes(seconds int, user string) *story {
	return s.decides(seconds, user, "", v1alpha1.VerdictRevoke)
}

func TestFallbackApproversMayRevoke(t *testing.T) {
	falling := step("location", users("ben"))
	falling.Fallback = []v1alpha1.ApproverSelector{users("bea", "cem")}
	s := newStory(t, chain(falling))
	s.asksForRole()
	s.suspend("ben")
	s.pass(0).waitsFor("location: bea, cem").approves(10, "bea", "location").pass(10).is(approved)

	decided := s.fork()
	decided.revokes(50, "bea").pass(50).counts("bea", countedReason)
	granted(decided, metav1.ConditionFalse, approval.ReasonRevoked)

	// Cem did not decide, but could have.
	other := s.fork()
	other.revokes(50, "cem").pass(50).counts("cem", countedReason)

	// Ben comes back: he is an approver of the step, and so may take back what the fallback gave.
	s.user("ben", func(u *document.User) { u.Suspended = false })
	s.revokes(50, "ben").pass(50).counts("ben", approval.ReasonRevocationNotPermitted)
}

func TestEscalationApproversMayRevoke(t *testing.T) {
	slow := step("location", users("ben"))
	slow.Timeouts = []v1alpha1.ApprovalTimeout{
		timed(v1alpha1.TimeoutEscalate, 10, users("kim")), timed(v1alpha1.TimeoutEscalate, 20, users("bea")),
	}
	s := newStory(t, chain(slow))
	s.asksForRole()
	s.pass(0)
	s.pass(20).approves(25, "bea", "location").pass(25).is(approved)
	for _, user := range []string{"ben", "kim", "bea"} {
		fork := s.fork()
		fork.revokes(50, user).pass(50).counts(user, countedReason)
	}
}

func TestRevocationAfterSubmission(t *testing.T) {
	approves := chain(step("location", users("vic", "bea")))
	approves.OnSubmission = v1alpha1.ApproveOwnSteps
	s := newStory(t, approves)
	s.state.Request.Spec.Requester, s.state.Request.Spec.Beneficiary = "vic", "jon"
	s.asksForRole(v1alpha1.WithoutDecisionOnSubmission)
	s.pass(0).is(approved)
	for user, reason := range map[string]string{
		"vic": countedReason, "jon": countedReason, "bea": countedReason, "ben": approval.ReasonRevocationNotPermitted,
	} {
		fork := s.fork()
		fork.revokes(50, user).pass(50).counts(user, reason)
	}
}

// Who becomes an approver after the request was opened has no say in it, not even this one.
func TestApproversSinceTheOpeningMayNotRevoke(t *testing.T) {
	s := newStory(t, chain(step("location", group("clerks"), users("ben"))))
	s.document.Groups["clerks"] = document.Group{Members: []string{"bea"}}
	s.index()
	s.asksForRole()
	s.pass(0).approves(10, "ben", "location").pass(10).is(approved)
	s.document.Groups["clerks"] = document.Group{Members: []string{"bea", "kim"}}
	s.index()
	s.revokes(50, "kim").pass(50).counts("kim", approval.ReasonRevocationNotPermitted)
	granted(s, metav1.ConditionTrue, approval.ReasonGranted)
	s.revokes(51, "bea").pass(51).counts("bea", countedReason)
}

func TestRevocationAtTheBoundsOfTheRole(t *testing.T) {
	// The role is held from the 10th second on, and no longer in the 110th.
	for _, c := range []struct {
		at     int
		reason string
	}{{9, approval.ReasonNotRevocable}, {10, countedReason}, {109, countedReason}, {110, approval.ReasonNotRevocable}} {
		s := given(t)
		s.revokes(c.at, "jon").pass(120).counts("jon", c.reason)
		for _, verdict := range s.last.Decisions {
			if verdict.Reason == approval.ReasonNotRevocable && verdict.Message != "the role was not held when the decision was made" {
				t.Errorf("at %d it says %q", c.at, verdict.Message)
			}
		}
	}
}

// A revocation by a user who may not revoke does not stop a later one by a user who may.
func TestFirstValidRevocationCounts(t *testing.T) {
	s := given(t)
	s.revokes(40, "eve").revokes(50, "bea").revokes(60, "jon").pass(70)
	s.counts("eve", approval.ReasonNotRevocable).counts("bea", countedReason).counts("jon", approval.ReasonNotRevocable)
	if by := s.last.Status.Grant.RevokedBy; by != "bea" {
		t.Errorf("it was revoked by %q", by)
	}
}
