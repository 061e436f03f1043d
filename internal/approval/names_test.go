// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"strings"
	"testing"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
)

// named gives a decision a name.
func named(name string) func(*v1alpha1.ApprovalDecision) {
	return func(d *v1alpha1.ApprovalDecision) { d.Name = name }
}

// via has a service account write a decision.
func via(account v1alpha1.ServiceAccountUser) func(*v1alpha1.ApprovalDecision) {
	return func(d *v1alpha1.ApprovalDecision) { d.Spec.Via = account }
}

// TestNamesOfDecisionsDoNotMatter shows that the first decision of a user counts, and in the same second a denial, under any name.
func TestNamesOfDecisionsDoNotMatter(t *testing.T) {
	for _, names := range [][2]string{{"a", "z"}, {"z", "a"}} {
		s := newStory(t, chain(step("location", users("ben", "bea")))).pass(0)
		s.decides(5, "ben", "location", v1alpha1.VerdictApprove, named(names[0]))
		s.decides(5, "ben", "location", v1alpha1.VerdictDeny, named(names[1]))
		s.pass(6).is(denied).says(`step "location" was denied by "ben"`).counts("ben", countedReason)

		s = newStory(t, chain(step("location", users("ben", "bea")))).pass(0)
		s.decides(5, "bea", "location", v1alpha1.VerdictApprove, named(names[0]))
		s.decides(6, "ben", "location", v1alpha1.VerdictDeny, named(names[1]))
		s.pass(6).is(approved).counts("ben", approval.ReasonStepClosed)

		s = newStory(t, chain(step("location", users("ben", "bea")))).pass(0)
		s.decides(5, "ben", "location", v1alpha1.VerdictApprove, named(names[0]))
		s.decides(5, "ann", "", v1alpha1.VerdictWithdraw, named(names[1]))
		s.pass(6).is(withdrawn).counts("ben", approval.ReasonRequestClosed)
	}
}

// TestWhatDoesNotCountUsesUpNothing shows that a user decides again after a decision that does not count.
func TestWhatDoesNotCountUsesUpNothing(t *testing.T) {
	slow := step("location", users("ben"))
	slow.Timeouts = []v1alpha1.ApprovalTimeout{timed(v1alpha1.TimeoutEscalate, 30, users("vic"))}
	spec := chain(slow, step("vice", users("mia")))
	for name, first := range map[string]struct {
		approver, step, reason string
		change                 func(*v1alpha1.ApprovalDecision)
	}{
		"about another chain":      {"vic", "location", approval.ReasonDigestMismatch, func(d *v1alpha1.ApprovalDecision) { d.Spec.Digest = "sha256:00" }},
		"on another step":          {"vic", "final", approval.ReasonUnknownStep, func(*v1alpha1.ApprovalDecision) {}},
		"before the escalation":    {"vic", "location", approval.ReasonNotEligible, func(*v1alpha1.ApprovalDecision) {}},
		"on behalf of a bystander": {"vic", "location", approval.ReasonNotApprover, func(d *v1alpha1.ApprovalDecision) { d.Spec.OnBehalfOf = "eve" }},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t, spec).pass(0)
			s.decides(10, first.approver, first.step, v1alpha1.VerdictApprove, first.change).pass(11).counts("vic", first.reason)
			s.pass(31).is(pending).waitsFor("location: ben, vic").counts("vic", first.reason)
			s.approves(40, "vic", "location").pass(40).counts("vic", countedReason).waitsFor("vice: mia")
		})
	}
	t.Run("before the step", func(t *testing.T) {
		s := newStory(t, spec).pass(0).approves(5, "mia", "vice").pass(5).counts("mia", approval.ReasonStepNotOpen)
		s.approves(10, "ben", "location").pass(10).waitsFor("vice: mia").counts("mia", approval.ReasonStepNotOpen)
		s.approves(11, "mia", "vice").pass(11).is(approved)
	})
}

// TestTheTrailSaysWhoWrote shows that the service account that writes for a user is named wherever what it wrote is.
func TestTheTrailSaysWhoWrote(t *testing.T) {
	const desk = "system:serviceaccount:shop:desk"
	two := step("location", users("ben", "bea"))
	two.RequiredApprovals = 2
	s := newStory(t, chain(two))
	s.asksForRole()
	s.state.Request.Spec.Via = desk
	s.pass(0).decides(1, "ben", "location", v1alpha1.VerdictApprove, via(desk)).pass(1).counts("ben", countedReason)
	if vote := s.last.Status.Steps[0].Votes[0]; vote.Approver != "ben" || vote.Via != desk {
		t.Errorf("the vote is %+v", vote)
	}
	s.approves(2, "bea", "location").pass(2).is(approved)
	s.decides(3, "ann", "", v1alpha1.VerdictRevoke, via(desk)).pass(3).counts("ann", countedReason)
	if given := s.last.Status.Grant; given.RevokedBy != "ann" || given.RevokedVia != desk {
		t.Errorf("the role is %+v", given)
	}
	var events []string
	for _, e := range s.events {
		events = append(events, e.Message)
	}
	for _, want := range []string{
		`approved by "ben" via "` + desk + `", "bea"`, `"ann" revoked the role via "` + desk + `"`,
	} {
		if !strings.Contains(strings.Join(events, "\n"), want) {
			t.Errorf("no event says %s: %q", want, events)
		}
	}
	s = newStory(t, chain(two)).pass(0)
	s.decides(1, "ann", "", v1alpha1.VerdictWithdraw, via(desk)).pass(1).says(`withdrawn by "ann" via "` + desk + `"`)
}
