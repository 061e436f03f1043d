// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
)

func TestARequesterHasOnlySoManyOpenRequests(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben"))))
	s.asksForRole()
	s.refusal = func(v1alpha1.Window) string { t.Error("it takes a grant check"); return "" }
	s.state.OlderRequests = approval.MaxOpenRequests
	s.pass(0).says(`"ann" has 500 other requests in this namespace that are open or were refused within the last hour: ` +
		"withdraw some, or wait, and make it again")
	if c := meta.FindStatusCondition(s.last.Status.Conditions, v1alpha1.ConditionDenied); c.Reason != approval.ReasonTooManyRequests {
		t.Errorf("Denied has the reason %s", c.Reason)
	}
	if s.last.Status.State != denied || s.last.Status.Chain != nil || !s.last.Next.Equal(moment(60)) {
		t.Errorf("it is %s, and removed at %v", s.last.Status.State, s.last.Next)
	}

	// It stays so, and goes soon.
	s.state.OlderRequests = 0
	s.pass(59)
	if s.last.Status.State != denied || s.last.Remove {
		t.Errorf("it is %s, removed: %v", s.last.Status.State, s.last.Remove)
	}
	s.pass(60)
	if !s.last.Remove {
		t.Error("it is kept")
	}
}

func TestOneRequestBelowTheBoundIsOpened(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben"))))
	s.state.OlderRequests = approval.MaxOpenRequests - 1
	s.pass(0).is(pending).waitsFor("location: ben")

	// Once it is open, others do not matter.
	s.state.OlderRequests = approval.MaxOpenRequests
	s.pass(1).is(pending).waitsFor("location: ben")
}

func TestWhatCountsAgainstTheBound(t *testing.T) {
	waiting := newStory(t).pass(0)
	opened := newStory(t, chain(step("location", users("ben")))).pass(0)
	withdrawn := opened.fork().decides(1, "ann", "", v1alpha1.VerdictWithdraw).pass(1)
	rejected := opened.fork().denies(1, "ben", "location").pass(1)
	refused := newStory(t, chain(step("location", users("ben"))))
	refused.attribute("value", "1")
	refused.suspend("ann")
	refused.pass(0).is(denied)
	excess := newStory(t, chain(step("location", users("ben"))))
	excess.state.OlderRequests = approval.MaxOpenRequests
	excess.pass(0)
	for name, c := range map[string]struct {
		story *story
		at    time.Time
		want  bool
	}{
		"one that waits":            {waiting, moment(1000 * hour), true},
		"one that is open":          {opened, moment(1000 * hour), true},
		"one that was withdrawn":    {withdrawn, moment(1), false},
		"one that was denied":       {rejected, moment(1), false},
		"one that was refused":      {refused, moment(hour - 1), true},
		"one that was, an hour ago": {refused, moment(hour), false},
		"one beyond the bound":      {excess, moment(0), false},
	} {
		if got := approval.CountsAgainstBound(&c.story.last.Status, c.at); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if !approval.CountsAgainstBound(&v1alpha1.ApprovalRequestStatus{}, start) {
		t.Error("one that nobody looked at does not count")
	}
}
