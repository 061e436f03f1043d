// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// An approver decides as what they were when the request was opened: who is asked only later is not asked sooner, or by another
// list, because they have come to belong to that one.
func TestApproversStayInTheirPool(t *testing.T) {
	lists := step("location", group("first"), users("ben"))
	lists.Fallback = []v1alpha1.ApproverSelector{group("fallback")}
	lists.Timeouts = []v1alpha1.ApprovalTimeout{
		timed(v1alpha1.TimeoutEscalate, 100, group("soon")), timed(v1alpha1.TimeoutEscalate, 200, group("late")),
	}
	for name, c := range map[string]struct {
		from, to string
		at       int
		before   string // whom the step waits for if kim stays
	}{
		"an approver of the fallback":          {from: "fallback", to: "first", at: 50, before: "ben"},
		"an approver of an escalation":         {from: "late", to: "first", at: 250, before: "ben, kim"},
		"a fallback of the approvers":          {from: "first", to: "fallback", at: 50, before: "kim, ben"},
		"a fallback of an escalation":          {from: "soon", to: "fallback", at: 150, before: "ben, kim"},
		"an escalation of the approvers":       {from: "first", to: "soon", at: 150, before: "kim, ben"},
		"an earlier escalation of a later one": {from: "late", to: "soon", at: 150, before: "ben"},
		"a later escalation of an earlier one": {from: "soon", to: "late", at: 250, before: "ben, kim"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t, chain(lists))
			s.document.Groups = map[string]document.Group{"first": {}, "fallback": {}, "soon": {}, "late": {}}
			s.document.Groups[c.from] = document.Group{Members: []string{"kim"}}
			s.index()
			s.pass(0)
			stays := s.fork()
			stays.index()
			stays.pass(c.at).waitsFor("location: " + c.before)
			s.document.Groups[c.from], s.document.Groups[c.to] = document.Group{}, document.Group{Members: []string{"kim"}}
			if c.to == "fallback" {
				s.suspend("ben")
			}
			s.index()
			left := "location: ben"
			if c.to == "fallback" {
				left = "location: nobody"
			}
			s.approves(c.at, "kim", "location").pass(c.at+1).is(pending).counts("kim", approval.ReasonNotEligible).waitsFor(left)
		})
	}
}

// What was found of a decision stays the same whatever else is found with it, or arrives later.
func TestWithdrawalsBesideOtherDecisions(t *testing.T) {
	two := step("location", users("ben", "bea"))
	two.RequiredApprovals = 2
	of := func(s *story, seconds int, verdict v1alpha1.Verdict, reason string) {
		t.Helper()
		for _, d := range s.state.Decisions {
			if d.Spec.Verdict == verdict && d.CreationTimestamp.Time.Equal(moment(seconds)) {
				if result := s.last.Decisions[d.Name]; result.Reason != reason || result.Counted != (reason == countedReason) {
					t.Errorf("of %s it says %+v, not %s", d.Name, result, reason)
				}
			}
		}
	}
	opened := newStory(t, chain(two)).pass(0)

	// One who has voted may withdraw.
	s := opened.fork().approves(1, "ben", "location").withdraws(2, "ben").pass(3).is(withdrawn).counts("ben", countedReason)
	of(s, 1, v1alpha1.VerdictApprove, countedReason)

	// Of several that are found together the first counts, of one user as of two. What was not permitted does not count.
	s = opened.fork().withdraws(1, "eve").withdraws(2, "ann").withdraws(3, "ann").withdraws(4, "ben").pass(5).is(withdrawn)
	s.counts("eve", approval.ReasonWithdrawalNotPermitted).counts("ben", approval.ReasonRequestClosed)
	of(s, 2, v1alpha1.VerdictWithdraw, countedReason)
	of(s, 3, v1alpha1.VerdictWithdraw, approval.ReasonRequestClosed)

	// One that arrives late does not replace the one that counted.
	s = opened.fork().withdraws(5, "ann").pass(6).is(withdrawn).counts("ann", countedReason)
	s.withdraws(4, "ann").pass(7)
	of(s, 5, v1alpha1.VerdictWithdraw, countedReason)
	of(s, 4, v1alpha1.VerdictWithdraw, approval.ReasonRequestClosed)

	// What was not permitted is said of it, even if the request ends in the same pass.
	s = opened.fork().withdraws(1, "eve").approves(2, "ben", "location").approves(3, "bea", "location").pass(4).is(approved)
	s.counts("eve", approval.ReasonWithdrawalNotPermitted)
}

// Of decisions that arrive after the request has ended, it is said what they missed.
func TestDecisionsThatArriveAfterTheEnd(t *testing.T) {
	spec := chain(step("first", users("ben")), step("second", users("vic", "mia")), step("third", users("bea")))
	s := newStory(t, spec).pass(0).approves(10, "ben", "first").approves(20, "vic", "second").pass(21)
	done := s.fork().approves(30, "bea", "third").pass(31).is(approved)
	done.approves(5, "mia", "second").pass(32)
	checkDecision(t, done, "mia", approval.ReasonStepNotOpen, `step "second" had not begun when the decision was made`)
	done.approves(15, "mia", "second").pass(33)
	checkDecision(t, done, "mia", approval.ReasonStepClosed, `step "second" ended without it: it is Approved`)

	gone := newStory(t, spec).pass(0).approves(10, "ben", "first").pass(11).withdraws(12, "ann").pass(13).is(withdrawn)
	gone.approves(11, "vic", "second").approves(11, "bea", "third").approves(5, "mia", "second").pass(14)
	checkDecision(t, gone, "vic", approval.ReasonRequestClosed, "the request had ended: it is Withdrawn")
	checkDecision(t, gone, "bea", approval.ReasonStepNotOpen, `step "third" had not begun when the decision was made`)
	checkDecision(t, gone, "mia", approval.ReasonStepNotOpen, `step "second" had not begun when the decision was made`)
}

// A step that ends because someone has left ends when that is seen: what was seen before is not new, even where the result was
// not written or did not count.
func TestWhatWasSeenIsNotNew(t *testing.T) {
	everyone := step("location", users("ben", "bea", "cem"))
	everyone.ApprovalMode = v1alpha1.ApprovalAll
	for name, change := range map[string]func(*story){
		"decisions that count":             func(*story) {},
		"a decision that does not count":   func(s *story) { s.denies(3, "ben", "location").pass(4).counts("ben", approval.ReasonAlreadyDecided) },
		"a result that was lost":           func(s *story) { s.state.Decisions[1].Status = v1alpha1.ApprovalDecisionStatus{} },
		"a result that was lost of a user": func(s *story) { s.state.Decisions[0].Status = v1alpha1.ApprovalDecisionStatus{} },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t, chain(everyone)).pass(0).approves(1, "ben", "location").approves(2, "bea", "location").pass(2)
			change(s)
			s.suspend("cem")
			s.pass(50).is(approved)
			if ended := s.last.Status.CompletionTime; !ended.Time.Equal(moment(50)) {
				t.Errorf("it ended at %v, before the pass that saw it", ended)
			}
			if !s.last.ForWantOfVotes {
				t.Error("nobody decided it further, and a vote may have been made in time")
			}
		})
	}
	// A vote that decides leaves nothing to be looked for.
	decided := newStory(t, chain(step("location", users("ben")))).pass(0).approves(1, "ben", "location").pass(2).is(approved)
	if decided.last.ForWantOfVotes {
		t.Error("a vote decided the step")
	}
	// A vote that the request keeps counts, though its result was lost and its user was suspended since.
	s := newStory(t, chain(everyone)).pass(0).approves(1, "ben", "location").pass(2)
	s.state.Decisions[0].Status = v1alpha1.ApprovalDecisionStatus{}
	s.suspend("ben")
	s.pass(3).is(pending).counts("ben", countedReason)
}

// A decision that waited for the organization is judged once that is resolved.
func TestDecisionsThatWaitedAreJudged(t *testing.T) {
	two := step("location", users("ben", "bea", "cem"))
	two.RequiredApprovals = 2
	s := newStory(t, chain(two)).pass(0)
	s.suspend("ben")
	index := s.state.Index
	s.state.Index = nil
	s.approves(1, "ben", "location").approves(2, "bea", "location").pass(3)
	s.counts("ben", approval.ReasonRequestNotOpen).counts("bea", approval.ReasonRequestNotOpen)
	s.state.Index = index
	s.pass(4).is(pending).counts("ben", approval.ReasonNotEligible).counts("bea", countedReason)
}

// Of two steps that are not decided in time, the first that was due ends the request.
func TestTimeoutsOfStepsThatAreOpenTogether(t *testing.T) {
	for _, c := range []struct {
		one, two v1alpha1.ApprovalTimeout
		state    v1alpha1.RequestState
		says     string
	}{
		{timed(v1alpha1.TimeoutExpire, 60), timed(v1alpha1.TimeoutDeny, 60), expired, `step "one" was not decided within 1m0s`},
		{timed(v1alpha1.TimeoutDeny, 60), timed(v1alpha1.TimeoutExpire, 60), denied, `step "one" was not decided within 1m0s`},
		{timed(v1alpha1.TimeoutDeny, 61), timed(v1alpha1.TimeoutExpire, 60), expired, `step "two" was not decided within 1m0s`},
		{timed(v1alpha1.TimeoutEscalate, 60, users("vic")), timed(v1alpha1.TimeoutExpire, 60), expired, `step "two" was not decided within 1m0s`},
	} {
		both := parallel(step("one", users("ben")), step("two", users("bea")))
		both.Steps[0].Timeouts, both.Steps[1].Timeouts = []v1alpha1.ApprovalTimeout{c.one}, []v1alpha1.ApprovalTimeout{c.two}
		s := newStory(t, both).pass(0).pass(100).is(c.state).says(c.says)
		if ended := s.last.Status.CompletionTime; !ended.Time.Equal(moment(60)) || !s.last.ForWantOfVotes {
			t.Errorf("it ended at %v, for want of votes: %t", ended, s.last.ForWantOfVotes)
		}
	}
}

// Conditions that someone has removed are written again, and nothing is taken for new.
func TestConditionsThatWereRemovedComeBack(t *testing.T) {
	s := given(t)
	for _, seconds := range []int{50, 100, 105} {
		s.pass(seconds)
		before, events := written(t, s.last.Status), len(s.events)
		s.state.Request.Status.Conditions = nil
		s.pass(seconds)
		if after := written(t, s.last.Status); len(s.events) != events {
			t.Errorf("at %d events are recorded: %+v\n%s\n%s", seconds, s.events[events:], before, after)
		}
		granted(s, "True", map[bool]string{true: approval.ReasonGranted, false: approval.ReasonGrantExpiring}[seconds < 100])
	}
}
