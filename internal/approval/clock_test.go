// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"slices"
	"testing"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
)

func timed(action v1alpha1.TimeoutAction, after int32, approvers ...v1alpha1.ApproverSelector) v1alpha1.ApprovalTimeout {
	return v1alpha1.ApprovalTimeout{AfterSeconds: after, Action: action, Approvers: approvers}
}

func TestTimeouts(t *testing.T) {
	for _, c := range []struct {
		action v1alpha1.TimeoutAction
		state  v1alpha1.RequestState
		step   v1alpha1.StepState
	}{
		{v1alpha1.TimeoutDeny, denied, v1alpha1.StepDenied},
		{v1alpha1.TimeoutExpire, expired, v1alpha1.StepExpired},
	} {
		slow := step("location", users("ben"))
		slow.Timeouts = []v1alpha1.ApprovalTimeout{timed(c.action, 60)}
		s := newStory(t, chain(slow)).pass(0)
		if !s.last.Next.Equal(moment(60)) {
			t.Errorf("the next pass is due at %v", s.last.Next)
		}
		intime, late, withdrawn := s.fork(), s.fork(), s.fork()
		s.pass(59).is(pending)
		s.pass(75).is(c.state).says(`step "location" was not decided within 1m0s`)
		if progress := s.last.Status.Steps[0]; progress.State != c.step || !s.last.Status.CompletionTime.Time.Equal(moment(60)) {
			t.Errorf("the step is %+v, the request ended at %v", progress, s.last.Status.CompletionTime)
		}
		// What was decided before the deadline counts, whenever it is seen; in the second of the deadline it is too late.
		intime.approves(59, "ben", "location").pass(75).is(approved)
		late.approves(60, "ben", "location").pass(75).is(c.state).counts("ben", approval.ReasonStepClosed)
		withdrawn.withdraws(60, "ann").pass(75).is(c.state).counts("ann", approval.ReasonRequestClosed)
	}
}

func TestTimeoutsCountFromTheBeginOfTheirStep(t *testing.T) {
	slow := step("vice", users("vic"))
	slow.Timeouts = []v1alpha1.ApprovalTimeout{timed(v1alpha1.TimeoutExpire, 60)}
	s := newStory(t, chain(step("location", users("ben")), slow)).pass(0)
	s.pass(500).is(pending)
	s.approves(510, "ben", "location")
	seen, missed := s.fork(), s.fork()
	seen.pass(511).is(pending)
	seen.pass(569).is(pending)
	seen.pass(570).is(expired)
	// Nobody looked for a long time.
	missed.approves(565, "vic", "vice").pass(900).is(approved)
	missed.counts("vic", countedReason)
}

func TestEscalation(t *testing.T) {
	slow := step("location", users("ben"))
	slow.Timeouts = []v1alpha1.ApprovalTimeout{
		timed(v1alpha1.TimeoutExpire, 90), timed(v1alpha1.TimeoutEscalate, 30, users("vic", "ben")), timed(v1alpha1.TimeoutEscalate, 60, role("vice")),
	}
	s := newStory(t, chain(slow)).pass(0).waitsFor("location: ben")
	s.approves(29, "vic", "location").pass(29).is(pending).counts("vic", approval.ReasonNotEligible)
	waiting := s.fork()
	// What was said too early is not heard later.
	s.pass(30).is(pending).counts("vic", approval.ReasonNotEligible)
	s.approves(31, "ben", "location").pass(31).is(approved).counts("vic", approval.ReasonNotEligible)

	waiting.state.Decisions = nil
	waiting.pass(30).waitsFor("location: ben, vic")
	waiting.pass(60).waitsFor("location: ben, vic, mia")
	if n := waiting.last.Status.Steps[0].EscalationCount; n == nil || *n != 2 {
		t.Errorf("%v escalations", n)
	}
	if n := reasons(waiting.events)["StepEscalated"]; n != 2 {
		t.Errorf("%d events of escalation", n)
	}
	waiting.approves(61, "mia", "location").pass(99).is(approved)
}

func reasons(events []approval.Event) map[string]int {
	counted := map[string]int{}
	for _, e := range events {
		counted[e.Reason]++
	}
	return counted
}

func TestReminders(t *testing.T) {
	slow := step("location", users("ben"))
	slow.Reminders = []v1alpha1.ApprovalReminder{{AfterSeconds: 40}, {AfterSeconds: 20}, {AfterSeconds: 10}}
	s := newStory(t, chain(slow)).pass(0)
	if !s.last.Next.Equal(moment(10)) {
		t.Errorf("the next pass is due at %v", s.last.Next)
	}
	s.pass(9)
	s.pass(10)
	s.pass(35)
	s.pass(36)
	if n := reasons(s.events)["StepReminder"]; n != 2 {
		t.Errorf("%d reminders, where two times two passes saw new ones: %v", n, s.events)
	}
	if last := s.events[len(s.events)-1]; last.Message != `step "location" still waits for ben` {
		t.Errorf("the last event is %+v", last)
	}
	if !s.last.Next.Equal(moment(40)) {
		t.Errorf("the next pass is due at %v", s.last.Next)
	}
}

// Only a step that is open reminds.
func TestRemindersOfOtherSteps(t *testing.T) {
	spec := chain(step("one", users("ben")), step("two", users("bea")), step("three", users("cem")))
	for i := range 3 {
		spec.Steps[i].Reminders = []v1alpha1.ApprovalReminder{{AfterSeconds: int32(300 * (i + 1))}}
	}
	s := newStory(t, spec).pass(0)
	for i, want := range []int{300, 650, 0} {
		if next := s.last.Next; i < 2 && !next.Equal(moment(want)) {
			t.Errorf("in step %d the next pass is due at %v", i, next)
		}
		s.approves(50*(i+1), []string{"ben", "bea", "cem"}[i], []string{"one", "two", "three"}[i]).pass(50 * (i + 1))
	}
	s.is(approved)
}

func TestEvents(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben")), step("vice", users("vic")))).pass(0)
	s.approves(1, "ben", "location").pass(1)
	s.denies(2, "vic", "vice").pass(2)
	s.pass(3)
	var told []string
	for _, e := range s.events {
		told = append(told, e.Type+" "+e.Reason+": "+e.Message)
	}
	expected := []string{
		`Normal StepApproved: step "location" is approved by "ben"`,
		`Normal StepOpened: step "vice" waits for vic`,
		`Warning Denied: step "vice" was denied by "vic"`,
	}
	if !slices.Equal(told, expected) {
		t.Errorf("told is %q", told)
	}
}

func TestClockOfTheServerAhead(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben")), step("vice", users("vic")))).pass(10)
	// The first pass took place, by the manager's clock, after the decision that followed it.
	s.approves(7, "ben", "location").pass(10).waitsFor("vice: vic").counts("ben", countedReason)
	s.approves(14, "vic", "vice").pass(12).is(approved)
}

func TestLateArrival(t *testing.T) {
	two := step("location", users("ben", "bea", "cem"))
	two.RequiredApprovals = 2
	two.Timeouts = []v1alpha1.ApprovalTimeout{timed(v1alpha1.TimeoutExpire, 60)}
	s := newStory(t, chain(two)).pass(0)
	s.approves(20, "ben", "location").pass(21)
	s.approves(10, "bea", "location").pass(70).is(approved)

	// After the end nothing changes.
	s.denies(5, "cem", "location").pass(71).is(approved).counts("cem", approval.ReasonStepClosed)
}

func TestTTLAfterFinished(t *testing.T) {
	for _, c := range []struct {
		ttl int32
		end int
	}{{0, 30 * 24 * 3600}, {60, 60}} {
		spec := chain(step("location", users("ben")))
		spec.TTLSecondsAfterFinished = c.ttl
		s := newStory(t, spec).pass(0)
		s.approves(1, "ben", "location").pass(1)
		if s.last.Remove || !s.last.Next.Equal(moment(1+c.end)) {
			t.Errorf("removed: %v, next at %v", s.last.Remove, s.last.Next)
		}
		s.pass(c.end)
		if s.last.Remove {
			t.Error("it is removed too early")
		}
		s.pass(1 + c.end)
		if !s.last.Remove {
			t.Errorf("it is kept after %d seconds", c.end)
		}
	}
}
