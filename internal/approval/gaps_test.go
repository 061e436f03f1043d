// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

func TestConditionsNameTheGenerationAndTheMomentOfTheirChange(t *testing.T) {
	s := newStory(t, chain(step("one", users("ben"))))
	s.state.Request.Generation = 3
	s.pass(0).pass(5)
	ready := meta.FindStatusCondition(s.last.Status.Conditions, v1alpha1.ConditionReady)
	if ready == nil || ready.ObservedGeneration != 3 || !ready.LastTransitionTime.Time.Equal(moment(0)) {
		t.Fatalf("Ready is %+v", ready)
	}
}

func TestOpenRequestSaysThatItsRequesterHasLeft(t *testing.T) {
	s := newStory(t, chain(step("one", users("ben")))).pass(0).is(pending).says(`waits for one: ben`)
	delete(s.document.Users, "ann")
	s.index()
	s.pass(10).is(pending).says(`step "one" waits, and nobody may decide it: the requester "ann" is not a user of the organization`)
}

func TestStepsThatAreNotAskedKeepApproversOnlyWhereARoleCanBeRevoked(t *testing.T) {
	passing := chain(step("one", users("ben")))
	passing.BypassPermission = "bypass"
	for _, forRole := range []bool{false, true} {
		s := newStory(t, passing)
		s.state.Request.Spec.Requester = "bob"
		if forRole {
			s.asksForRole(v1alpha1.WithoutDecisionOnBypass)
			s.state.Request.Spec.Beneficiary = "ann"
		}
		s.pass(0).is(approved)
		if got := len(s.last.Status.Chain.Steps[0].Approvers); (got > 0) != forRole {
			t.Errorf("for a role: %t; %d approvers are kept", forRole, got)
		}
	}
}

func TestVotesKeepTheTimeOfTheirDecision(t *testing.T) {
	s := newStory(t, chain(step("one", users("ben", "bea")))).pass(0)
	s.approves(7, "ben", "one").pass(9).is(approved)
	votes := s.last.Status.Steps[0].Votes
	if len(votes) != 1 || !votes[0].DecisionTime.Time.Equal(moment(7)) || votes[0].Approver != "ben" {
		t.Errorf("the votes are %+v", votes)
	}
}

func TestDistinctApproversMayRepresentEachOtherWithinOneStep(t *testing.T) {
	two := step("location", users("ben", "dan"))
	two.RequiredApprovals = 2
	spec := chain(two)
	spec.OnBehalfPermission, spec.DistinctApprovers = "on-behalf", v1alpha1.DistinctAcrossSteps
	s := newStory(t, spec).pass(0)
	s.approvesOnBehalf(1, "dan", "ben", "location").pass(1).counts("dan", countedReason)
	s.user("ben", func(u *document.User) {
		u.Grants = append(u.Grants, document.Grant{Role: "on-behalf", Scope: document.Scope{Everywhere: true}})
	})
	s.approvesOnBehalf(2, "ben", "dan", "location").pass(2).is(approved)
}

func TestOneApproverMayDecideParallelStepsWhereTheChainDoesNotAskForDistinctOnes(t *testing.T) {
	both := chain(step("one", users("ben", "bea")), step("two", users("ben", "bea")))
	both.Steps[0].RequiredApprovals, both.Steps[1].RequiredApprovals = 2, 2
	both.Order = v1alpha1.StepsParallel
	for distinct, want := range map[v1alpha1.DistinctApprovers]string{
		"": countedReason, v1alpha1.DistinctWithinStep: countedReason, v1alpha1.DistinctAcrossSteps: approval.ReasonDecidedOtherStep,
		"Unknown": approval.ReasonDecidedOtherStep,
	} {
		both.DistinctApprovers = distinct
		s := newStory(t, both).pass(0)
		s.approves(1, "ben", "one").pass(1).counts("ben", countedReason)
		s.approves(2, "ben", "two").pass(2).counts("ben", want)
	}
}

func TestRequestMayBeWithdrawnWhileTheOrganizationIsNotResolved(t *testing.T) {
	s := newStory(t, chain(step("one", users("ben"))))
	s.state.Index = nil
	s.decides(1, "ann", "", v1alpha1.VerdictWithdraw).pass(2).is(withdrawn).counts("ann", countedReason)
}
