// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"strings"
	"testing"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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

// TestLargeAttributesAreDenied: before a chain or a role is looked at, whatever the organization, and kept for a minute.
func TestLargeAttributesAreDenied(t *testing.T) {
	text := func(bytes int) apiextensionsv1.JSON {
		return apiextensionsv1.JSON{Raw: []byte(`"` + strings.Repeat("x", bytes-2) + `"`)}
	}
	for name, c := range map[string]struct {
		attributes v1alpha1.Attributes
		says       string
	}{
		"the largest": {v1alpha1.Attributes{"a": text(4096), "b": text(4096), "c": text(4096), "d": text(4092)}, ""},
		"one":         {v1alpha1.Attributes{"a": text(9), "note": text(4097)}, `attribute "note" has 4097 bytes of JSON, and at most 4096 are allowed`},
		"nested": {v1alpha1.Attributes{"a": {Raw: []byte(strings.Repeat("[", 4000) + strings.Repeat("]", 4000))}},
			`attribute "a" has 8000 bytes of JSON, and at most 4096 are allowed`},
		"together": {v1alpha1.Attributes{"a": text(4096), "b": text(4096), "c": text(4096), "d": text(4093)},
			"the attributes have 16385 bytes with their names, and at most 16384 are allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t, chain(step("location", users("ben"))))
			s.state.Request.Spec.Attributes = c.attributes
			if c.says == "" {
				s.pass(0).is(pending).waitsFor("location: ben")
				return
			}
			s.state.Index = nil
			s.pass(0).says(c.says + ": make it smaller, or name where it can be read, and make the request again")
			if d := meta.FindStatusCondition(s.last.Status.Conditions, v1alpha1.ConditionDenied); d.Status != metav1.ConditionTrue || d.Reason != approval.ReasonAttributesTooLarge {
				t.Errorf("Denied is %s with the reason %s", d.Status, d.Reason)
			}
			s.pass(59)
			if s.last.Status.State != denied || s.last.Remove {
				t.Errorf("it is %s, removed: %t", s.last.Status.State, s.last.Remove)
			}
			s.pass(60)
			if !s.last.Remove {
				t.Error("it is kept")
			}
		})
	}
}
