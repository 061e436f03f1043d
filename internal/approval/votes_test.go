// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

func TestDecisionsThatNeverCount(t *testing.T) {
	for name, c := range map[string]struct {
		approver, step string
		verdict        v1alpha1.Verdict
		change         func(*v1alpha1.ApprovalDecision)
		stays          bool // bea remains an approver
		reason         string
	}{
		"of a user who is no approver":   {approver: "eve", step: "location", reason: approval.ReasonNotApprover},
		"of the requester":               {approver: "ann", step: "location", reason: approval.ReasonOwnRequest},
		"of the beneficiary":             {approver: "jon", step: "location", reason: approval.ReasonOwnRequest},
		"of an approver of another step": {approver: "vic", step: "location", reason: approval.ReasonNotApprover},
		"on a later step":                {approver: "vic", step: "vice", reason: approval.ReasonStepNotOpen},
		"on an unknown step":             {approver: "ben", step: "final", reason: approval.ReasonUnknownStep},
		"with another digest": {approver: "ben", step: "location", reason: approval.ReasonDigestMismatch, change: func(d *v1alpha1.ApprovalDecision) {
			d.Spec.Digest = "sha256:00"
		}},
		"on an earlier request of the name": {approver: "ben", step: "location", reason: approval.ReasonRequestMismatch, change: func(d *v1alpha1.ApprovalDecision) {
			d.Spec.RequestRef.UID = "uid-0"
		}},
		"on behalf without permission": {approver: "eve", step: "location", reason: approval.ReasonOnBehalfNotPermitted, change: func(d *v1alpha1.ApprovalDecision) {
			d.Spec.OnBehalfOf = "ben"
		}},
		"of an approver on behalf of another": {approver: "bea", step: "location", stays: true, reason: approval.ReasonOnBehalfNotPermitted, change: func(d *v1alpha1.ApprovalDecision) { d.Spec.OnBehalfOf = "ben" }},
		"on behalf of the requester":          {approver: "dan", step: "location", reason: approval.ReasonOwnRequest, change: func(d *v1alpha1.ApprovalDecision) { d.Spec.OnBehalfOf = "ann" }},
		"on behalf of a non-approver":         {approver: "dan", step: "location", reason: approval.ReasonNotApprover, change: func(d *v1alpha1.ApprovalDecision) { d.Spec.OnBehalfOf = "eve" }},
		"with the permission alone":           {approver: "dan", step: "location", reason: approval.ReasonNotApprover},
		"by the requester for an approver":    {approver: "ann", step: "location", reason: approval.ReasonOwnRequest, change: func(d *v1alpha1.ApprovalDecision) { d.Spec.OnBehalfOf = "ben" }},
		"a withdrawal by a stranger":          {approver: "eve", verdict: v1alpha1.VerdictWithdraw, reason: approval.ReasonWithdrawalNotPermitted},
		"a withdrawal by a former approver":   {approver: "bea", verdict: v1alpha1.VerdictWithdraw, reason: approval.ReasonWithdrawalNotPermitted},
		"a withdrawal by a later approver":    {approver: "kim", verdict: v1alpha1.VerdictWithdraw, reason: approval.ReasonWithdrawalNotPermitted},
		"a withdrawal by the beneficiary":     {approver: "jon", verdict: v1alpha1.VerdictWithdraw, reason: approval.ReasonWithdrawalNotPermitted},
		"a revocation before an approval":     {approver: "ann", verdict: v1alpha1.VerdictRevoke, reason: approval.ReasonNotRevocable},
		"of a user whom the index lacks":      {approver: "zoe", step: "location", reason: approval.ReasonNotApprover},
		"of a later approver":                 {approver: "kim", step: "location", reason: approval.ReasonNotApprover},
		"of a former approver":                {approver: "bea", step: "location", reason: approval.ReasonNotEligible},
		"on behalf of a former approver":      {approver: "dan", step: "location", reason: approval.ReasonNotEligible, change: func(d *v1alpha1.ApprovalDecision) { d.Spec.OnBehalfOf = "bea" }},
	} {
		t.Run(name, func(t *testing.T) {
			spec := chain(step("location", role("approver"), group("clerks")), step("vice", users("vic")))
			spec.Steps[0].Approvers[0].Role.Match = v1alpha1.RoleMatchExact
			spec.OnBehalfPermission = "on-behalf"
			s := newStory(t, spec)
			s.state.Request.Spec.Beneficiary = "jon"
			s.document.Groups["clerks"] = document.Group{}
			s.index()
			s.pass(0)
			if !c.stays {
				s.suspend("bea")
			}
			s.document.Groups["clerks"] = document.Group{Members: []string{"kim"}}
			s.index()
			if c.verdict == "" {
				c.verdict = v1alpha1.VerdictApprove
			}
			if c.change == nil {
				c.change = func(*v1alpha1.ApprovalDecision) {}
			}
			s.decides(5, c.approver, c.step, c.verdict, c.change).pass(6).is(pending).counts(c.approver, c.reason)
			if votes := s.last.Status.Steps[0].Votes; len(votes) > 0 {
				t.Errorf("there are votes: %+v", votes)
			}
			// The counterpart: what is well made counts.
			s.approves(7, "cem", "location").pass(8).is(pending).waitsFor("vice: vic").counts("cem", countedReason)
		})
	}
}

func TestRequiredApprovals(t *testing.T) {
	two := step("location", role("approver"))
	two.RequiredApprovals, two.RequiredDenials = 2, 2
	s := newStory(t, chain(two)).pass(0)
	s.approves(1, "ben", "location").pass(1).is(pending).waitsFor("location: bea, cem, ida, mia and 1 more")
	if message := s.last.Status.Steps[0].Message; message != "1 of 2 approvals" {
		t.Errorf("the step says %q", message)
	}
	s.denies(2, "bea", "location").pass(2).is(pending)
	if message := s.last.Status.Steps[0].Message; message != "1 of 2 approvals, 1 of 2 denials" {
		t.Errorf("the step says %q", message)
	}
	s.approves(3, "cem", "location").denies(4, "vic", "location").approves(4, "ida", "location").pass(9)
	s.is(approved).counts("cem", countedReason).counts("ida", approval.ReasonStepClosed)

	s = newStory(t, chain(two)).pass(0)
	s.denies(1, "ben", "location").approves(2, "bea", "location").denies(3, "cem", "location").pass(3).is(denied)
	s.says(`step "location" was denied by "cem"`).counts("bea", countedReason)
	if state := s.last.Status.Steps[0].State; state != v1alpha1.StepDenied {
		t.Errorf("the step is %s", state)
	}
}

func TestUnknownModeIsNeverApproved(t *testing.T) {
	odd := step("location", users("ben", "bea"))
	odd.ApprovalMode = "Most"
	s := newStory(t, chain(odd)).pass(0)
	s.approves(1, "ben", "location").approves(2, "bea", "location").pass(3).is(pending)
	if message := s.last.Status.Steps[0].Message; message != `2 approvals, and no number suffices: the approvalMode "Most" is unknown` {
		t.Errorf("the step says %q", message)
	}
	s = newStory(t, chain(odd)).pass(0)
	s.denies(1, "ben", "location").pass(1).is(denied)
}

func TestDenialClosesTheOtherSteps(t *testing.T) {
	parallel := chain(step("location", users("ben")), step("vice", users("vic")), step("group", users("bea")))
	parallel.Order = v1alpha1.StepsParallel
	s := newStory(t, parallel).pass(0)
	s.approves(1, "ben", "location").denies(2, "vic", "vice").approves(3, "bea", "group").pass(9).is(denied)
	s.counts("ben", countedReason).counts("bea", approval.ReasonRequestClosed)
	for i, state := range []v1alpha1.StepState{v1alpha1.StepApproved, v1alpha1.StepDenied, v1alpha1.StepClosed} {
		if s.last.Status.Steps[i].State != state {
			t.Errorf("step %d is %s, not %s", i, s.last.Status.Steps[i].State, state)
		}
	}
}

func TestAll(t *testing.T) {
	unanimous := step("location", users("ben", "bea", "cem"))
	unanimous.ApprovalMode = v1alpha1.ApprovalAll
	s := newStory(t, chain(unanimous)).pass(0)
	s.approves(1, "ben", "location").approves(2, "bea", "location").pass(2).is(pending).waitsFor("location: cem")
	if message := s.last.Status.Steps[0].Message; message != "2 of 3 approvals, of everybody who may decide it" {
		t.Errorf("the step says %q", message)
	}
	done := s.fork()
	done.approves(3, "cem", "location").pass(3).is(approved)

	// A step does not wait for a former approver, and a step without approvers is not approved.
	s.suspend("cem")
	s.pass(50).is(approved)
	if ended := s.last.Status.CompletionTime; !ended.Time.Equal(moment(50)) {
		t.Errorf("it ended at %v, before the pass that saw it", ended)
	}
	s = newStory(t, chain(unanimous)).pass(0)
	for _, id := range []string{"ben", "bea", "cem"} {
		s.suspend(id)
	}
	s.pass(1).is(pending).waitsFor("location: nobody")
	ready(s, metav1.ConditionFalse, approval.ReasonNoEligibleApprover)

	// Nor is a step whose approvers have all left after one of them approved it.
	s = newStory(t, chain(unanimous)).pass(0).approves(1, "ben", "location").pass(1).counts("ben", countedReason)
	for _, id := range []string{"ben", "bea", "cem"} {
		s.suspend(id)
	}
	s.pass(2).is(pending).waitsFor("location: nobody").counts("ben", countedReason)
	s.user("ben", func(u *document.User) { u.Suspended = false })
	s.pass(3).is(approved)
}

func TestLosingEligibility(t *testing.T) {
	two := step("location", users("ben", "bea", "cem"))
	two.RequiredApprovals = 2
	s := newStory(t, chain(two, step("vice", users("vic")))).pass(0)
	s.approves(1, "ben", "location").pass(1).counts("ben", countedReason)
	s.suspend("ben")
	s.pass(2).is(pending).counts("ben", countedReason).waitsFor("location: bea, cem")
	s.approves(3, "bea", "location").pass(3).is(pending).waitsFor("vice: vic")
	if votes := s.last.Status.Steps[0].Votes; len(votes) != 2 || votes[0].Approver != "ben" {
		t.Errorf("the votes are %+v", votes)
	}
	// A step that has ended stays ended.
	s.suspend("bea")
	s.pass(5).waitsFor("vice: vic").counts("bea", countedReason)

	t.Run("before the vote is seen", func(t *testing.T) {
		s := newStory(t, chain(two, step("vice", users("vic")))).pass(0).approves(1, "ben", "location")
		s.suspend("ben")
		s.pass(2).counts("ben", approval.ReasonNotEligible)
		s.user("ben", func(u *document.User) { u.Suspended = false })
		s.approves(3, "bea", "location").pass(60).is(pending).counts("ben", approval.ReasonNotEligible).waitsFor("location: ben, cem")
		s.approves(61, "ben", "location").pass(61).counts("ben", countedReason).waitsFor("vice: vic")
	})
}

func TestEndOfAGrant(t *testing.T) {
	two := step("location", role("approver"))
	two.RequiredApprovals = 2
	s := newStory(t, chain(two)).pass(0)
	s.approves(900, "ida", "location").pass(950).counts("ida", countedReason)
	if !s.last.Next.Equal(moment(1000)) {
		t.Errorf("the next pass is due at %v, not when ida's grant ends", s.last.Next)
	}
	s.pass(1000).counts("ida", countedReason)
	s.approves(1010, "ben", "location").pass(1011).is(approved)

	t.Run("before the vote", func(t *testing.T) {
		s := newStory(t, chain(two)).pass(0).approves(1000, "ida", "location").pass(1001).counts("ida", approval.ReasonNotEligible)
		s.approves(1010, "ben", "location").pass(1011).is(pending)
	})
	t.Run("before the pass that sees the vote", func(t *testing.T) {
		s := newStory(t, chain(two)).pass(0).approves(999, "ida", "location").approves(1010, "ben", "location").pass(2000).is(approved)
		s.counts("ida", countedReason)
	})
}

// TestEndOfAGrantEndsAStep shows that the step ends when the grant ends, no matter how late the pass is.
func TestEndOfAGrantEndsAStep(t *testing.T) {
	unanimous := step("location", role("approver"))
	unanimous.ApprovalMode = v1alpha1.ApprovalAll
	s := newStory(t, chain(unanimous, step("vice", users("vic"))))
	for _, id := range []string{"bea", "cem", "vic", "mia"} {
		s.user(id, func(u *document.User) { u.Grants = nil })
	}
	s.pass(0).waitsFor("location: ben, ida")
	s.approves(10, "ben", "location").pass(11).waitsFor("location: ida")
	s.approves(1500, "vic", "vice").pass(2000).is(approved)
	if progress := s.last.Status.Steps[0]; !progress.CompletionTime.Time.Equal(moment(1000)) {
		t.Errorf("the step is %+v", progress)
	}
}

func TestFallback(t *testing.T) {
	falling := step("location", users("ben"))
	falling.Fallback = []v1alpha1.ApproverSelector{group("clerks")}
	s := newStory(t, chain(falling)).pass(0).waitsFor("location: ben")
	s.approves(1, "kim", "location").pass(1).is(pending).counts("kim", approval.ReasonNotEligible)
	s.suspend("ben")
	// What was decided too early does not count later. Once the step has fallen back, kim decides again.
	s.pass(2).is(pending).counts("kim", approval.ReasonNotEligible).waitsFor("location: kim, jon")
	s.approves(3, "kim", "location").pass(3).is(approved).counts("kim", countedReason)

	s = newStory(t, chain(falling))
	s.suspend("ben")
	s.pass(0).waitsFor("location: kim, jon").approves(1, "jon", "location").pass(1).is(approved)
	s = newStory(t, chain(falling))
	s.state.Request.Spec.Requester = "ben"
	s.pass(0).waitsFor("location: kim, jon")

	alone := step("location", users("ben"))
	s = newStory(t, chain(alone))
	s.state.Request.Spec.Requester = "ben"
	s.pass(0).is(pending).waitsFor("location: nobody")
	ready(s, metav1.ConditionFalse, approval.ReasonNoEligibleApprover)
}

func TestOnBehalf(t *testing.T) {
	two := step("location", users("ben", "bea"))
	two.RequiredApprovals = 2
	spec := chain(two)
	spec.OnBehalfPermission = "on-behalf"
	s := newStory(t, spec).pass(0)
	s.approvesOnBehalf(1, "dan", "ben", "location").pass(1).is(pending).counts("dan", countedReason).waitsFor("location: bea")
	s.approves(2, "ben", "location").pass(2).is(pending).counts("ben", approval.ReasonAlreadyDecided)
	lost := s.fork()
	lost.user("dan", func(u *document.User) { u.Grants = nil })
	lost.pass(3).counts("dan", countedReason).counts("ben", approval.ReasonAlreadyDecided)
	s.approves(4, "bea", "location").pass(4).is(approved)
	vote := s.last.Status.Steps[0].Votes[0]
	if vote.Approver != "dan" || vote.OnBehalfOf != "ben" {
		t.Errorf("the vote is %+v", vote)
	}
	without := newStory(t, chain(two)).pass(0)
	without.approvesOnBehalf(1, "dan", "ben", "location").pass(1).counts("dan", approval.ReasonOnBehalfNotPermitted)
}

func TestDistinctApprovers(t *testing.T) {
	spec := chain(step("location", users("ben", "bea")), step("final", users("ben", "bea")))
	same := newStory(t, spec).pass(0)
	same.approves(1, "ben", "location").approves(2, "ben", "final").pass(2).is(approved)

	spec.DistinctApprovers = v1alpha1.DistinctAcrossSteps
	s := newStory(t, spec).pass(0)
	s.approves(1, "ben", "location").pass(1).waitsFor("final: bea")
	s.approves(2, "ben", "final").pass(2).is(pending).counts("ben", approval.ReasonNotEligible)
	s.approves(3, "bea", "final").pass(3).is(approved)

	// In steps that are open at once, the first counts; and the user on whose behalf it was made counts like its maker.
	spec.Order, spec.OnBehalfPermission = v1alpha1.StepsParallel, "on-behalf"
	spec.Steps[0].RequiredApprovals, spec.Steps[1].RequiredApprovals = 2, 2
	s = newStory(t, spec).pass(0)
	s.approves(1, "ben", "location").approves(2, "ben", "final").pass(2).counts("ben", approval.ReasonDecidedOtherStep)
	s.approvesOnBehalf(3, "dan", "ben", "final").pass(3).counts("dan", approval.ReasonDecidedOtherStep)
	s.approvesOnBehalf(4, "dan", "bea", "location").pass(4).counts("dan", countedReason)
	s.is(pending).waitsFor("final: nobody")
	s.approves(5, "bea", "final").pass(5).is(pending).counts("bea", approval.ReasonNotEligible)
}

func TestWithdrawal(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben")), step("vice", users("vic")))).pass(0)
	early := s.fork()
	early.decides(1, "ann", "", v1alpha1.VerdictWithdraw).approves(1, "ben", "location").pass(3).is(withdrawn).says(`withdrawn by "ann"`)
	early.counts("ann", countedReason).waitsFor("")
	s.approves(1, "ben", "location").approves(2, "vic", "vice").decides(3, "ann", "", v1alpha1.VerdictWithdraw).pass(3)
	s.is(approved).counts("ann", approval.ReasonRequestClosed)

	unopened := newStory(t, chain(step("location", users("ben"))))
	unopened.state.Index = nil
	unopened.revokes(0, "ann").pass(0).is(pending).counts("ann", approval.ReasonNotRevocable)
	unopened.decides(0, "ann", "", v1alpha1.VerdictWithdraw).pass(0).is(withdrawn)
}

func TestRequesterWhoLeaves(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben")))).pass(0)
	s.suspend("ann")
	s.approves(1, "ben", "location").pass(1).is(pending).counts("ben", approval.ReasonNotEligible)
	ready(s, metav1.ConditionFalse, approval.ReasonNoEligibleApprover)
	s.user("ann", func(u *document.User) { u.Suspended = false })
	s.pass(2).is(pending).counts("ben", approval.ReasonNotEligible)
	s.approves(3, "ben", "location").pass(3).is(approved)
}

func TestLineOfManagers(t *testing.T) {
	s := newStory(t, chain(step("first", manager(1)), step("second", manager(2)))).pass(0).waitsFor("first: max")
	s.approves(1, "max", "first").pass(1).waitsFor("second: mia")
	// The new manager was no approver when the request was opened, and the former one is none now.
	s.user("max", func(u *document.User) { u.Manager = "vic" })
	s.approves(2, "mia", "second").approves(2, "vic", "second").pass(2).is(pending).waitsFor("second: nobody")
	s.counts("mia", approval.ReasonNotEligible).counts("vic", approval.ReasonNotApprover)
}
