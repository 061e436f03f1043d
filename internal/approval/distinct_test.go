// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
)

// distinctSteps is a chain of two steps that asks for different people, where delegates may decide for approvers.
func distinctSteps(one, two v1alpha1.ApprovalStep) v1alpha1.ApprovalChainSpec {
	spec := chain(one, two)
	spec.DistinctApprovers, spec.OnBehalfPermission = v1alpha1.DistinctAcrossSteps, "on-behalf"
	return spec
}

func TestDistinctApproversAcrossStepsInOrder(t *testing.T) {
	for name, c := range map[string]struct {
		// first approves step one; then second tries step two.
		first, second func(*story) *story
		decider       string
		reason        string
	}{
		"a delegate of one approver, then of another": {
			first:   func(s *story) *story { return s.approvesOnBehalf(1, "dan", "ben", "one") },
			second:  func(s *story) *story { return s.approvesOnBehalf(2, "dan", "bea", "two") },
			decider: "dan", reason: approval.ReasonDecidedOtherStep,
		},
		"a delegate, then the delegate in their own name": {
			first:   func(s *story) *story { return s.approvesOnBehalf(1, "dan", "ben", "one") },
			second:  func(s *story) *story { return s.approves(2, "dan", "two") },
			decider: "dan", reason: approval.ReasonNotEligible,
		},
		"a delegate, then the approver who was represented": {
			first:   func(s *story) *story { return s.approvesOnBehalf(1, "dan", "ben", "one") },
			second:  func(s *story) *story { return s.approves(2, "ben", "two") },
			decider: "ben", reason: approval.ReasonNotEligible,
		},
		"an approver, then a delegate of the same approver": {
			first:   func(s *story) *story { return s.approves(1, "ben", "one") },
			second:  func(s *story) *story { return s.approvesOnBehalf(2, "dan", "ben", "two") },
			decider: "dan", reason: approval.ReasonNotEligible,
		},
		"an approver in their own name, then as a delegate": {
			first:   func(s *story) *story { return s.approves(1, "dan", "one") },
			second:  func(s *story) *story { return s.approvesOnBehalf(2, "dan", "bea", "two") },
			decider: "dan", reason: approval.ReasonDecidedOtherStep,
		},
		"a delegate, then another approver": {
			first:   func(s *story) *story { return s.approvesOnBehalf(1, "dan", "ben", "one") },
			second:  func(s *story) *story { return s.approves(2, "bea", "two") },
			decider: "bea", reason: countedReason,
		},
	} {
		t.Run(name, func(t *testing.T) {
			everyone := users("ben", "bea", "dan")
			s := newStory(t, distinctSteps(step("one", everyone), step("two", everyone))).pass(0)
			c.first(s).pass(1).is(pending)
			c.second(s).pass(2).counts(c.decider, c.reason)
			if c.reason == countedReason {
				s.is(approved)
			} else {
				s.is(pending)
			}
		})
	}
}

func TestDistinctApproversInStepsThatAreOpenTogether(t *testing.T) {
	for name, c := range map[string]struct {
		first, second func(*story) *story
		decider       string
		reason        string
	}{
		"a delegate of one approver, then of another": {
			first:   func(s *story) *story { return s.approvesOnBehalf(1, "dan", "ben", "one") },
			second:  func(s *story) *story { return s.approvesOnBehalf(2, "dan", "bea", "two") },
			decider: "dan", reason: approval.ReasonDecidedOtherStep,
		},
		"a delegate, then the approver who was represented": {
			first:   func(s *story) *story { return s.approvesOnBehalf(1, "dan", "ben", "one") },
			second:  func(s *story) *story { return s.approves(2, "ben", "two") },
			decider: "ben", reason: approval.ReasonDecidedOtherStep,
		},
		"a delegate, then the delegate in their own name": {
			first:   func(s *story) *story { return s.approvesOnBehalf(1, "dan", "bea", "two") },
			second:  func(s *story) *story { return s.approves(2, "dan", "one") },
			decider: "dan", reason: approval.ReasonDecidedOtherStep,
		},
		"an approver, then a delegate of the same approver": {
			first:   func(s *story) *story { return s.approves(1, "ben", "one") },
			second:  func(s *story) *story { return s.approvesOnBehalf(2, "dan", "ben", "two") },
			decider: "dan", reason: approval.ReasonDecidedOtherStep,
		},
		"an approver in their own name, then as a delegate": {
			first:   func(s *story) *story { return s.approves(1, "dan", "one") },
			second:  func(s *story) *story { return s.approvesOnBehalf(2, "dan", "bea", "two") },
			decider: "dan", reason: approval.ReasonDecidedOtherStep,
		},
		"one approver, then another": {
			first:   func(s *story) *story { return s.approves(1, "ben", "one") },
			second:  func(s *story) *story { return s.approves(2, "bea", "two") },
			decider: "bea", reason: countedReason,
		},
	} {
		t.Run(name, func(t *testing.T) {
			one, two := step("one", users("ben", "bea", "dan")), step("two", users("ben", "bea", "dan"))
			one.RequiredApprovals, two.RequiredApprovals = 2, 2
			parallel := distinctSteps(one, two)
			parallel.Order = v1alpha1.StepsParallel
			seenTogether := newStory(t, parallel).pass(0)
			seenOneByOne := seenTogether.fork()

			c.second(c.first(seenTogether)).pass(2).is(pending).counts(c.decider, c.reason)

			c.first(seenOneByOne).pass(1).is(pending)
			c.second(seenOneByOne).pass(2).is(pending).counts(c.decider, c.reason)
			if votes := len(seenOneByOne.last.Status.Steps[0].Votes) + len(seenOneByOne.last.Status.Steps[1].Votes); (votes == 2) != (c.reason == countedReason) {
				t.Errorf("%d votes count", votes)
			}
		})
	}
}

// Where several decisions of one person await the count, the first in time counts, whatever the order of the steps.
func TestDistinctApproversCountTheEarlierVote(t *testing.T) {
	one, two := step("one", users("ben", "bea")), step("two", users("ben", "bea"))
	one.RequiredApprovals, two.RequiredApprovals = 2, 2
	parallel := distinctSteps(one, two)
	parallel.Order = v1alpha1.StepsParallel
	s := newStory(t, parallel).pass(0)
	s.approves(5, "ben", "two").approves(6, "ben", "one").pass(7).counts("ben", approval.ReasonDecidedOtherStep)
	s.waitsFor("one: bea; two: bea")
	if votes := s.last.Status.Steps[1].Votes; len(votes) != 1 {
		t.Errorf("step two has the votes %+v", votes)
	}
}

func TestApproversMayRepeatWhereTheChainDoesNotAskForDistinctOnes(t *testing.T) {
	spec := distinctSteps(step("one", users("ben")), step("two", users("ben")))
	spec.DistinctApprovers = v1alpha1.DistinctWithinStep
	s := newStory(t, spec).pass(0)
	s.approvesOnBehalf(1, "dan", "ben", "one").pass(1).is(pending)
	s.approvesOnBehalf(2, "dan", "ben", "two").pass(2).is(approved).counts("dan", countedReason)
}
