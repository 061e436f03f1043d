// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"fmt"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
)

// message is the message of a condition of the request.
func (s *story) message(condition string) string {
	s.Helper()
	c := meta.FindStatusCondition(s.last.Status.Conditions, condition)
	if c == nil {
		s.Fatalf("there is no condition %s", condition)
	}
	return c.Message
}

func TestMessageOfAStepThatNobodyMayDecide(t *testing.T) {
	two := step("location", users("ben", "bea"))
	two.RequiredApprovals = 2
	for _, c := range []struct {
		suspended []string
		message   string
	}{
		{[]string{"ann"}, `step "location" waits, and nobody may decide it: the requester "ann" is suspended`},
		{[]string{"ben", "bea"}, `step "location" waits, and nobody may decide it who was an approver when the request was opened: ` +
			"restore one, or withdraw the request and make it again"},
		{[]string{"ben"}, `step "location" asks for 2 approvals, and only 1 more may decide it who were approvers when the request was opened: ` +
			"restore some, or withdraw the request and make it again"},
	} {
		s := newStory(t, chain(two)).pass(0)
		for _, user := range c.suspended {
			s.suspend(user)
		}
		s.pass(1).is(pending)
		ready(s, metav1.ConditionFalse, approval.ReasonNoEligibleApprover)
		if message := s.message(v1alpha1.ConditionReady); message != c.message {
			t.Errorf("Ready says %q, not %q", message, c.message)
		}
		// It is an event once, not in every pass.
		s.pass(2)
		if n := reasons(s.events)[approval.ReasonNoEligibleApprover]; n != 1 {
			t.Errorf("there are %d events of it", n)
		}
	}
	// As long as enough users are left, nothing blocks the request.
	s := newStory(t, chain(two)).pass(0)
	s.approves(1, "ben", "location").pass(1).is(pending)
	ready(s, metav1.ConditionTrue, "Pending")
}

func TestMessagesOfSteps(t *testing.T) {
	skipped, denying := step("large", users("ben")), step("location", users("ben"))
	skipped.When = "false"
	s := newStory(t, chain(skipped, denying, step("vice", users("vic")))).pass(0)
	s.denies(1, "ben", "location").pass(1).is(denied)
	checkSteps(t, s,
		"large Skipped: the step is not needed for this request",
		`location Denied: denied by "ben"`,
		"vice Closed: the request ended before the step began",
	)

	parallel := chain(step("location", users("ben")), step("vice", users("vic")))
	parallel.Order = v1alpha1.StepsParallel
	s = newStory(t, parallel).pass(0)
	s.approves(1, "ben", "location").decides(2, "ann", "", v1alpha1.VerdictWithdraw, func(d *v1alpha1.ApprovalDecision) {
		d.Spec.Comment = "not needed any more"
	}).pass(2).is(withdrawn).says(`withdrawn by "ann": "not needed any more"`)
	checkSteps(t, s,
		`location Approved: approved by "ben"`,
		"vice Closed: the request ended before the step was decided",
	)
	if ended := s.last.Status.Steps[1].CompletionTime; !ended.Time.Equal(moment(2)) {
		t.Errorf("the closed step ended at %v", ended)
	}

	everyone := step("location", users("ben", "bea"))
	everyone.ApprovalMode = v1alpha1.ApprovalAll
	spec := chain(everyone)
	spec.OnBehalfPermission = "on-behalf"
	s = newStory(t, spec).pass(0)
	s.approvesOnBehalf(1, "dan", "ben", "location").approves(2, "bea", "location").pass(2).is(approved)
	checkSteps(t, s, `location Approved: approved by everybody who may decide it: "dan" on behalf of "ben", "bea"`)

	slow := step("location", users("ben"))
	slow.Timeouts = []v1alpha1.ApprovalTimeout{timed(v1alpha1.TimeoutDeny, 60)}
	s = newStory(t, chain(slow)).pass(0)
	s.pass(61).is(denied)
	checkSteps(t, s, "location Denied: not decided within 1m0s")
}

func checkSteps(t *testing.T, s *story, expected ...string) {
	t.Helper()
	var steps []string
	for _, step := range s.last.Status.Steps {
		steps = append(steps, fmt.Sprintf("%s %s: %s", step.Name, step.State, step.Message))
	}
	if !slices.Equal(steps, expected) {
		t.Errorf("the steps are\n%q, not\n%q", steps, expected)
	}
}

func TestMessagesOfDecisions(t *testing.T) {
	spec := chain(step("location", users("ben", "bea")), step("vice", users("vic")))
	spec.Steps[0].RequiredApprovals, spec.Steps[0].RequiredDenials = 2, 2
	s := newStory(t, spec)
	unopened := s.fork()
	unopened.state.Index = nil
	unopened.approves(0, "ben", "location").pass(0)
	checkDecision(t, unopened, "ben", approval.ReasonRequestNotOpen, "the request is not open for decisions yet")

	s.pass(0).denies(1, "ben", "location").approvesOnBehalf(2, "dan", "bea", "location").pass(3)
	checkDecision(t, s, "ben", countedReason, `denies step "location"`)
	checkDecision(t, s, "dan", approval.ReasonOnBehalfNotPermitted,
		`nobody decides on behalf of others in chain "chain-0": it names no onBehalfPermission`)
	s.decides(4, "ann", "", v1alpha1.VerdictWithdraw).pass(4).is(withdrawn)
	checkDecision(t, s, "ann", countedReason, "withdraws the request")
	s.approves(5, "bea", "location").approves(5, "vic", "vice").pass(5)
	checkDecision(t, s, "bea", approval.ReasonRequestClosed, "the request had ended: it is Withdrawn")
	checkDecision(t, s, "vic", approval.ReasonStepNotOpen, `step "vice" had not begun when the decision was made`)

	spec.OnBehalfPermission = "on-behalf"
	s = newStory(t, spec).pass(0)
	s.approvesOnBehalf(1, "dan", "bea", "location").approvesOnBehalf(2, "eve", "ben", "location").pass(2)
	checkDecision(t, s, "dan", countedReason, `approves step "location" on behalf of "bea"`)
	checkDecision(t, s, "eve", approval.ReasonOnBehalfNotPermitted,
		`"eve" did not hold on-behalf here when the decision was made, which deciding on behalf of "ben" asks for`)
	s.approves(3, "ben", "location").approves(4, "bea", "location").decides(5, "ann", "", v1alpha1.VerdictWithdraw).pass(5)
	checkDecision(t, s, "bea", approval.ReasonStepClosed, `step "location" ended without it: it is Approved`)

	s = given(t)
	again := s.fork().revokes(50, "ann").revokes(51, "ann").pass(52)
	checkDecision(t, again, "ann", approval.ReasonNotRevocable, `"ann" had revoked the role`)
	together := s.fork().revokes(50, "ann").revokes(50, "bea").pass(52).counts("ann", countedReason)
	checkDecision(t, together, "bea", approval.ReasonNotRevocable, `"ann" had revoked the role`)
	s.revokes(50, "ann").revokes(51, "bea").revokes(9, "jon").pass(52)
	checkDecision(t, s, "ann", countedReason, "revokes the role")
	checkDecision(t, s, "bea", approval.ReasonNotRevocable, `"ann" had revoked the role`)
	checkDecision(t, s, "jon", approval.ReasonNotRevocable, "the role was not held when the decision was made")
	if message := s.message(v1alpha1.ConditionGranted); message != `"ann" revoked the role at 2026-03-02T09:00:50Z` {
		t.Errorf("Granted says %q", message)
	}
	s.decides(60, "ann", "", v1alpha1.VerdictWithdraw).pass(60)
	checkDecision(t, s, "ann", approval.ReasonRequestClosed, "the request had ended: it is Approved")
}

// checkDecision checks the result and message of the last decision of a user.
func checkDecision(t *testing.T, s *story, approver, reason, message string) {
	t.Helper()
	s.counts(approver, reason)
	for _, d := range slices.Backward(s.state.Decisions) {
		if string(d.Spec.Approver) == approver {
			if result := s.last.Decisions[d.Name]; result.Message != message {
				t.Errorf("of the decision of %s it says %q, not %q", approver, result.Message, message)
			}
			return
		}
	}
}

func TestConditionsThatOthersSetAreLeftOut(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben"))))
	s.state.Request.Status.Conditions = []metav1.Condition{
		{Type: "example.com/Seen", Status: metav1.ConditionTrue, Reason: "Seen"},
		{Type: v1alpha1.ConditionGranted, Status: metav1.ConditionTrue, Reason: approval.ReasonGranted, Message: "of another time"},
	}
	s.pass(0)
	if conditions := s.last.Status.Conditions; len(conditions) != 5 || conditions[0].Type != v1alpha1.ConditionReady {
		t.Errorf("the conditions are %+v", conditions)
	}
	first := s.last.Status.Conditions[0].LastTransitionTime
	s.pass(50).approves(60, "ben", "location").pass(60)
	if last := s.last.Status.Conditions[0]; !last.LastTransitionTime.Equal(&first) || last.ObservedGeneration != 1 || last.Reason != "Approved" {
		t.Errorf("Ready is %+v", last)
	}
}

func TestEventsOfEnds(t *testing.T) {
	slow := step("location", users("ben"))
	slow.Timeouts = []v1alpha1.ApprovalTimeout{timed(v1alpha1.TimeoutExpire, 60)}
	for state, end := range map[v1alpha1.RequestState]func(*story){
		approved:  func(s *story) { s.approves(1, "ben", "location").pass(1) },
		denied:    func(s *story) { s.denies(1, "ben", "location").pass(1) },
		withdrawn: func(s *story) { s.decides(1, "ann", "", v1alpha1.VerdictWithdraw).pass(1) },
		expired:   func(s *story) { s.pass(60) },
	} {
		s := newStory(t, chain(slow)).pass(0)
		end(s)
		s.is(state)
		expected := approval.Event{Type: "Normal", Reason: string(state), Message: s.last.Status.Message}
		if state == denied || state == expired {
			expected.Type = "Warning"
		}
		if last := s.events[len(s.events)-1]; last != expected {
			t.Errorf("the last event is %+v, not %+v", last, expected)
		}
	}
}

// Of two votes in the same second, the one with the lower name is counted first.
func TestVotesInTheSameSecond(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben", "bea")))).pass(0)
	s.approves(1, "ben", "location").denies(1, "bea", "location").pass(1)
	first := approved
	if s.state.Decisions[1].Name < s.state.Decisions[0].Name {
		first = denied
	}
	s.is(first)
}
