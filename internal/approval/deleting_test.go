// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/intake"
)

// delete has the request deleted, and something keep it.
func (s *story) delete(seconds int) *story {
	s.state.Request.DeletionTimestamp = &metav1.Time{Time: moment(seconds)}
	return s
}

func TestARequestThatIsBeingDeletedGivesNothing(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben", "bea"))))
	s.asksForRole()
	s.pass(0).approves(5, "ben", "location").approves(6, "bea", "location").pass(7).is(approved)
	if !intake.Gives(s.state.Request) {
		t.Fatal("an approved request gives nothing")
	}
	s.delete(10).pass(11).is(approved).counts("ben", countedReason).counts("bea", approval.ReasonStepClosed)
	if intake.Gives(s.state.Request) {
		t.Error("it gives a role")
	}
	ready(s, metav1.ConditionFalse, approval.ReasonDeleting)
	granted(s, metav1.ConditionFalse, approval.ReasonDeleting)
	if message := s.message(v1alpha1.ConditionGranted); message !=
		"the request is being deleted since 2026-03-02T09:00:10Z: it gives nothing, and no decision on it counts any more" {
		t.Errorf("Granted says %q", message)
	}
	if s.last.Remove || !s.last.Next.IsZero() {
		t.Errorf("removed: %v, next at %v", s.last.Remove, s.last.Next)
	}
}

func TestARequestThatIsBeingDeletedStaysPending(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben", "bea"))))
	s.asksForRole()
	s.pass(0).delete(3).approves(2, "ben", "location").pass(4).is(pending).waitsFor("").counts("ben", approval.ReasonRequestClosed)
	s.pass(100000).is(pending)

	// It is not opened either, and takes no grant check.
	s = newStory(t, chain(step("location", users("ben"))))
	s.asksForRole()
	s.delete(-1)
	s.refusal = func(v1alpha1.Window) string { t.Error("it asks for a grant check"); return "" }
	s.pass(0)
	if s.last.Status.Chain != nil || s.last.Status.State == approved {
		t.Errorf("it is opened: %+v", s.last.Status)
	}
}
