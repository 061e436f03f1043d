// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/intake"
)

// given tells a story up to a role that jon holds from the 10th second on, which bea or ben may decide.
func given(t *testing.T) *story {
	t.Helper()
	s := newStory(t, chain(step("location", users("ben", "bea"))))
	s.asksForRole()
	s.state.Request.Spec.Beneficiary = "jon"
	s.pass(0)
	granted(s, metav1.ConditionFalse, approval.ReasonPending)
	s.approves(10, "ben", "location").pass(12).is(approved)
	granted(s, metav1.ConditionTrue, approval.ReasonGranted)
	return s
}

func granted(s *story, status metav1.ConditionStatus, reason string) {
	s.Helper()
	found := meta.FindStatusCondition(s.last.Status.Conditions, v1alpha1.ConditionGranted)
	if found == nil || found.Status != status || found.Reason != reason || found.Message == "" {
		s.Errorf("Granted is %+v, not %s with reason %s", found, status, reason)
	}
}

func TestRoleForAWhile(t *testing.T) {
	s := given(t)
	held := s.last.Status.Grant
	if !held.StartTime.Time.Equal(moment(10)) || !held.EndTime.Time.Equal(moment(110)) || !s.last.Next.Equal(moment(100)) {
		t.Errorf("it is held from %v until %v, next at %v", held.StartTime, held.EndTime, s.last.Next)
	}
	if !intake.Gives(s.state.Request) {
		t.Error("the request gives nothing")
	}
	s.pass(99)
	granted(s, metav1.ConditionTrue, approval.ReasonGranted)
	s.pass(100)
	granted(s, metav1.ConditionTrue, approval.ReasonGrantExpiring)
	if last := s.events[len(s.events)-1]; last.Type != "Warning" || last.Reason != approval.ReasonGrantExpiring || last.Message != "role approver is "+
		"held until 2026-03-02T09:01:50Z: to hold it for longer, make a request that renews this one" {
		t.Errorf("the last event is %+v", last)
	}
	if !s.last.Next.Equal(moment(110)) {
		t.Errorf("next at %v", s.last.Next)
	}
	s.pass(110).is(approved)
	granted(s, metav1.ConditionFalse, approval.ReasonGrantExpired)
	s.decides(111, "ben", "", v1alpha1.VerdictRevoke).pass(112).counts("ben", approval.ReasonNotRevocable)

	without := newStory(t, chain(step("location", users("ben")))).pass(0)
	without.approves(1, "ben", "location").pass(1).is(approved)
	if without.last.Status.Grant != nil || meta.FindStatusCondition(without.last.Status.Conditions, v1alpha1.ConditionGranted) != nil {
		t.Error("a request that asks for no role gives one")
	}
	refused := newStory(t, chain(step("location", users("ben"))))
	refused.asksForRole()
	refused.pass(0).denies(1, "ben", "location").pass(1).is(denied)
	granted(refused, metav1.ConditionFalse, approval.ReasonNotGranted)
	refused.decides(2, "ann", "", v1alpha1.VerdictRevoke).pass(2).counts("ann", approval.ReasonNotRevocable)
}

func TestRevocation(t *testing.T) {
	for approver, reason := range map[string]string{
		"ann": countedReason, "jon": countedReason, "bea": countedReason, "ben": countedReason,
		"vic": approval.ReasonRevocationNotPermitted, "eve": approval.ReasonRevocationNotPermitted,
	} {
		t.Run(approver, func(t *testing.T) {
			s := given(t)
			s.decides(50, approver, "", v1alpha1.VerdictRevoke).pass(52).is(approved).counts(approver, reason)
			if reason != countedReason {
				granted(s, metav1.ConditionTrue, approval.ReasonGranted)
				return
			}
			granted(s, metav1.ConditionFalse, approval.ReasonRevoked)
			if held := s.last.Status.Grant; !held.RevocationTime.Time.Equal(moment(50)) || string(held.RevokedBy) != approver || intake.Gives(s.state.Request) {
				t.Errorf("the role is %+v", held)
			}
			if n := reasons(s.events)["Revoked"]; n != 1 {
				t.Errorf("%d events of revocation", n)
			}
			if !s.last.Next.Equal(moment(50 + 30*24*3600)) {
				t.Errorf("next at %v", s.last.Next)
			}
		})
	}
	s := given(t)
	s.decides(50, "bea", "", v1alpha1.VerdictRevoke).decides(50, "ann", "", v1alpha1.VerdictRevoke).pass(60)
	s.decides(40, "jon", "", v1alpha1.VerdictRevoke).pass(61).counts("jon", approval.ReasonNotRevocable)

	s = given(t)
	s.suspend("bea")
	s.decides(50, "bea", "", v1alpha1.VerdictRevoke).pass(52).counts("bea", approval.ReasonRevocationNotPermitted)

	// That the requester has left keeps nobody from taking the role back.
	s = given(t)
	s.suspend("ann")
	s.decides(50, "bea", "", v1alpha1.VerdictRevoke).pass(52).counts("bea", countedReason)

	early := newStory(t, chain(step("location", users("ben"))))
	early.asksForRole()
	early.pass(0).decides(1, "ann", "", v1alpha1.VerdictRevoke).approves(5, "ben", "location").pass(6).counts("ann", approval.ReasonNotRevocable)
	granted(early, metav1.ConditionTrue, approval.ReasonGranted)
}

func TestRevocationWhereNobodyWasAsked(t *testing.T) {
	passing := chain(step("location", users("ben")))
	passing.BypassPermission = "bypass"
	s := newStory(t, passing)
	s.state.Request.Spec.Requester = "bob"
	s.asksForRole(v1alpha1.WithoutDecisionOnBypass)
	s.pass(0).is(approved)
	s.decides(5, "eve", "", v1alpha1.VerdictRevoke).pass(5).counts("eve", approval.ReasonRevocationNotPermitted)
	s.decides(5, "ben", "", v1alpha1.VerdictRevoke).pass(6).counts("ben", countedReason)
}

func TestRemovalWaitsForTheRole(t *testing.T) {
	spec := chain(step("location", users("ben")))
	spec.TTLSecondsAfterFinished = 60
	s := newStory(t, spec)
	s.asksForRole()
	s.pass(0).approves(10, "ben", "location").pass(10)
	if s.last.Remove || !s.last.Next.Equal(moment(100)) {
		t.Errorf("removed: %v, next at %v", s.last.Remove, s.last.Next)
	}
	s.pass(169)
	if s.last.Remove || !s.last.Next.Equal(moment(170)) {
		t.Errorf("removed: %v, next at %v", s.last.Remove, s.last.Next)
	}
	s.pass(170)
	if !s.last.Remove {
		t.Error("it is kept a minute after the end of the role")
	}
}

// The answer for one window says nothing of another.
func TestGrantCheckIsAnsweredForItsWindow(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben"))))
	s.asksForRole()
	_, first := approval.Decide(&s.state)
	s.state.CheckedGrants = []approval.CheckedGrant{{Window: first.Window}}
	s.state.Now = moment(5)
	outcome, second := approval.Decide(&s.state)
	if outcome != nil || second == nil || !second.Window.StartTime.Time.Equal(moment(5)) {
		t.Errorf("the outcome is %+v, and the check %+v", outcome, second)
	}
}
