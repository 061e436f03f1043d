// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
)

const problem = "the API server is not known to enforce the policies"

// enforced sets what is known of the policies.
func (s *story) enforced(since int, problem string) *story {
	s.state.Enforcement = &approval.Enforcement{Since: moment(since), Problem: problem}
	return s
}

// TestRequestsStandStillWhilePoliciesAreNotEnforced: nothing opens, counts, ends or escalates, whatever it is, and everything that was
// decided stays.
func TestRequestsStandStillWhilePoliciesAreNotEnforced(t *testing.T) {
	timedStep := step("location", users("ben"))
	timedStep.Timeouts = []v1alpha1.ApprovalTimeout{timed(v1alpha1.TimeoutExpire, 60)}
	unopened := newStory(t, chain(timedStep)).enforced(-10, problem)
	unopened.pass(5).says("the request stands still: " + problem)
	if unopened.last.Status.State != pending || unopened.last.Status.Chain != nil || unopened.last.Status.ObservedGeneration != 0 {
		t.Errorf("it was opened: %+v", unopened.last.Status)
	}
	unopened.enforced(-10, "").pass(6).is(pending).waitsFor("location: ben")

	s := newStory(t, chain(timedStep)).enforced(-10, "").pass(0).waitsFor("location: ben")
	s.enforced(-10, problem)
	s.approves(10, "ben", "location").withdraws(11, "ann")
	for _, at := range []int{12, 70} {
		s.pass(at).is(pending)
		if ready := meta.FindStatusCondition(s.last.Status.Conditions, v1alpha1.ConditionReady); ready.Reason != approval.ReasonPoliciesNotEnforced {
			t.Errorf("Ready has the reason %s", ready.Reason)
		}
		if len(s.last.Decisions) != 0 {
			t.Errorf("something is said of decisions: %v", s.last.Decisions)
		}
	}
	late := s.fork().enforced(20, "")
	late.pass(80).is(expired).counts("ben", approval.ReasonPoliciesNotEnforced).counts("ann", approval.ReasonPoliciesNotEnforced)

	known := s.fork().enforced(-10, "")
	known.pass(80).is(approved).counts("ben", countedReason)
}

// TestDecisionsBeforeTheEnforcement: count for nothing, whatever they say, and never again; those that an earlier pass saw stay as they are.
func TestDecisionsBeforeTheEnforcement(t *testing.T) {
	two := step("location", users("ben", "bea", "cem"))
	two.RequiredApprovals = 2
	s := newStory(t, chain(two)).enforced(-10, "").pass(0)
	s.approves(1, "ben", "location").pass(2).counts("ben", countedReason)
	s.enforced(5, "")
	s.approves(5, "bea", "location").pass(6).is(pending).counts("ben", countedReason).counts("bea", approval.ReasonPoliciesNotEnforced)
	// What is known of the policies later does not change it.
	s.enforced(-10, "").pass(7).is(pending).counts("bea", approval.ReasonPoliciesNotEnforced)
	s.approves(8, "cem", "location").pass(9).is(approved)
	for name, result := range s.last.Decisions {
		if result.Reason == approval.ReasonPoliciesNotEnforced && !result.Stays() {
			t.Errorf("%s may count later", name)
		}
	}
}

// TestRequestsBeforeTheEnforcement: are denied unless an earlier pass saw them.
func TestRequestsBeforeTheEnforcement(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben")))).enforced(0, "")
	s.pass(1).is(denied)
	if !strings.HasPrefix(s.last.Status.Message, "the request was made before 2026-03-02T09:00:00Z") {
		t.Errorf("it says %q", s.last.Status.Message)
	}
	waiting := newStory(t).enforced(-2, "").pass(0).is(pending)
	waiting.enforced(100, "").pass(101).is(pending)
	if waiting.last.Status.State == denied {
		t.Error("a request that was seen in time is denied")
	}
}

// TestRevocationsWaitForTheEnforcement: a role is not revoked in another's name, and ends with its beneficiary all the same.
func TestRevocationsWaitForTheEnforcement(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben")))).enforced(-10, "")
	s.asksForRole()
	s.pass(0)
	s.approves(1, "ben", "location").pass(2).is(approved)
	s.enforced(-10, problem)
	s.revokes(5, "ben").pass(6).is(approved)
	if s.last.Status.Grant.RevocationTime != nil {
		t.Error("the role is revoked")
	}
	suspended := s.fork()
	suspended.suspend("ann")
	suspended.pass(7)
	if suspended.last.Status.Grant.RevocationTime == nil {
		t.Error("the role of a suspended user goes on")
	}
	s.fork().enforced(5, "").pass(8).counts("ben", approval.ReasonPoliciesNotEnforced)
	s.enforced(-10, "").pass(8)
	if s.last.Status.Grant.RevocationTime == nil {
		t.Error("the revocation does not count")
	}
}
