// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
)

// parallel is a chain whose steps are open together and take two approvals each.
func parallel(steps ...v1alpha1.ApprovalStep) v1alpha1.ApprovalChainSpec {
	spec := chain(steps...)
	spec.Order = v1alpha1.StepsParallel
	for i := range spec.Steps {
		spec.Steps[i].RequiredApprovals = 2
	}
	return spec
}

// Where the chain does not ask for different people, each step waits for all who have not decided that step.
func TestStepsThatAreOpenTogetherWaitForTheSamePeople(t *testing.T) {
	s := newStory(t, parallel(step("one", users("ben", "bea")), step("two", users("ben", "bea")))).pass(0)
	s.approves(1, "ben", "one").pass(1).waitsFor("one: bea; two: ben, bea")
}

// The next pass over a request that has ended is the one that removes it.
func TestNextPassOverARequestThatHasEnded(t *testing.T) {
	spec := chain(step("one", users("ben")))
	spec.TTLSecondsAfterFinished = 100
	s := newStory(t, spec).pass(0)
	s.approves(5, "ben", "one").pass(5).is(approved)
	if want := moment(105); !s.last.Next.Equal(want) {
		t.Errorf("the next pass is at %v, want %v", s.last.Next, want)
	}
}

// Of several checks of a grant the one for the moment of the approval answers.
func TestGrantCheckForAnotherMoment(t *testing.T) {
	s := newStory(t, chain(step("one", users("ben"))))
	s.asksForRole()
	s.pass(0)
	s.approves(5, "ben", "one")
	s.state.Now = moment(5)
	_, check := approval.Decide(&s.state)
	if check == nil {
		t.Fatal("no check is asked for")
	}
	if known := check.Grant.Records; len(known) != 1 || known[0].UID != "person" {
		t.Errorf("the role would be given to who is known by %v", known)
	}
	earlier := *check
	earlier.Window = v1alpha1.Window{}
	s.state.CheckedGrants = []approval.CheckedGrant{{Window: earlier.Window, Refusal: "it was too early"}, {Window: check.Window}}
	outcome, another := approval.Decide(&s.state)
	if another != nil || outcome.Status.State != approved {
		t.Errorf("another check %+v, outcome %+v", another, outcome)
	}
}

// A clock that goes back does not make a request end before what has happened to any of its steps.
func TestClockThatGoesBackAfterALaterStep(t *testing.T) {
	s := newStory(t, parallel(step("one", users("ben", "bea")), step("two", users("ben", "bea")))).pass(0)
	s.approves(40, "ben", "two").approves(40, "bea", "two").pass(40)
	s.approves(20, "ben", "one").approves(20, "bea", "one").pass(30).is(approved)
	if ended := s.last.Status.CompletionTime; ended.Time.Before(moment(40)) {
		t.Errorf("the request ended at %v, before its second step", ended)
	}
}

// A withdrawal counts, whatever else was decided before it.
func TestWithdrawalAfterVotes(t *testing.T) {
	s := newStory(t, parallel(step("one", users("ben", "bea")))).pass(0)
	s.approves(1, "ben", "one").decides(2, "ann", "", v1alpha1.VerdictWithdraw).pass(2).is(withdrawn).counts("ann", countedReason)
}
