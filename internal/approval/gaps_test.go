// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/rolewright/rolewright/api/v1alpha1"
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

func TestOpenRequestKeepsItsMessageWhenItsRequesterLeaves(t *testing.T) {
	s := newStory(t, chain(step("one", users("ben")))).pass(0).is(pending).says(`waits for step "one"`)
	delete(s.document.Users, "ann")
	s.index()
	s.pass(10).is(pending).says(`waits for step "one"`)
}

func TestStepsThatAreNotAskedKeepApproversOnlyWhereARoleCanBeRevoked(t *testing.T) {
	passing := chain(step("one", users("ben")))
	passing.BypassPermission = "bypass"
	for _, forRole := range []bool{false, true} {
		s := newStory(t, passing)
		s.state.Request.Spec.Requester = "bob"
		if forRole {
			s.asksForRole()
			s.state.Request.Spec.Beneficiary = "ann"
		}
		s.pass(0).is(approved)
		if got := len(s.last.Status.Chain.Steps[0].Approvers); (got > 0) != forRole {
			t.Errorf("for a role: %t; %d approvers are kept", forRole, got)
		}
	}
}
