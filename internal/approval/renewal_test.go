// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/intake"
)

// starting is a story of a request for a role that starts at a moment.
func starting(t *testing.T, seconds int) *story {
	t.Helper()
	return asking(t, giving(), func(s *story) { s.state.Request.Spec.Grant.StartTime = new(metav1.NewTime(moment(seconds))) })
}

func TestLaterStart(t *testing.T) {
	s := starting(t, 50).approves(10, "ben", "location").pass(10).is(approved)
	held := s.last.Status.Grant
	if !held.StartTime.Time.Equal(moment(50)) || !held.EndTime.Time.Equal(moment(150)) || !s.last.Next.Equal(moment(50)) {
		t.Errorf("it is held from %v until %v, next at %v", held.StartTime, held.EndTime, s.last.Next)
	}
	granted(s, metav1.ConditionFalse, approval.ReasonNotStarted)
	s.pass(50)
	granted(s, metav1.ConditionTrue, approval.ReasonGranted)

	// Who approves later than that gives the whole duration.
	s = starting(t, 50).approves(70, "ben", "location").pass(70).is(approved)
	if held := s.last.Status.Grant; !held.StartTime.Time.Equal(moment(70)) || !held.EndTime.Time.Equal(moment(170)) {
		t.Errorf("it is held from %v until %v", held.StartTime, held.EndTime)
	}
}

func TestRevocationBeforeTheStart(t *testing.T) {
	s := starting(t, 50).approves(10, "ben", "location").pass(10)
	s.decides(20, "ben", "", v1alpha1.VerdictRevoke).pass(20).counts("ben", countedReason)
	granted(s, metav1.ConditionFalse, approval.ReasonRevoked)
	if intake.Gives(s.state.Request) {
		t.Error("it gives the role")
	}
	s.pass(60)
	granted(s, metav1.ConditionFalse, approval.ReasonRevoked)
}

func TestStartTooFarAhead(t *testing.T) {
	const year = 365 * 24 * 3600
	starting(t, year).is(pending)
	starting(t, year+1).is(denied).says(`the role cannot be given: ApprovalChain "chain-0" gives no role that starts more than 365 days ` +
		`ahead: set grant.startTime to an earlier time than 2027-03-02T09:00:01Z`)
}

// earlier is an approved request for the role that ann is given until a moment.
func earlier(s *story, end int) *v1alpha1.ApprovalRequest {
	e := s.state.Request.DeepCopy()
	e.Name, e.UID, e.Spec.Grant.RenewalOf = "offer-0", "uid-0", nil
	e.Status = v1alpha1.ApprovalRequestStatus{
		State: approved,
		Grant: &v1alpha1.GrantStatus{Window: v1alpha1.Window{StartTime: new(metav1.NewTime(moment(-100))), EndTime: new(metav1.NewTime(moment(end)))}},
	}
	return e
}

// renewing is a story of a request that prolongs the role of an earlier one, after changes to that.
func renewing(t *testing.T, changes ...func(*v1alpha1.ApprovalRequest)) *story {
	t.Helper()
	return asking(t, giving(), func(s *story) {
		s.state.Request.Spec.Grant.RenewalOf = &v1alpha1.ApprovalRequestReference{Name: "offer-0", UID: "uid-0"}
		s.state.Renewed = earlier(s, 500)
		for _, change := range changes {
			change(s.state.Renewed)
		}
	})
}

// expires makes a pass after the request whose role is prolonged says that it was held until a moment.
func (s *story) expires(seconds int) *story {
	s.Helper()
	meta.SetStatusCondition(&s.state.Renewed.Status.Conditions, metav1.Condition{
		Type: v1alpha1.ConditionGranted, Status: metav1.ConditionFalse, Reason: approval.ReasonGrantExpired,
	})
	return s.pass(seconds)
}

func TestRenewalStartsWhenTheRoleEnds(t *testing.T) {
	s := renewing(t).is(pending).approves(10, "ben", "location").pass(10).is(approved)
	if held := s.last.Status.Grant; !held.StartTime.Time.Equal(moment(500)) || !held.EndTime.Time.Equal(moment(600)) {
		t.Errorf("it is held from %v until %v", held.StartTime, held.EndTime)
	}
	// Once that has ended, its request may be gone.
	s = renewing(t).is(pending)
	s.expires(500)
	s.state.Renewed = nil
	s.approves(700, "ben", "location").pass(700).is(approved)
	if held := s.last.Status.Grant; !held.StartTime.Time.Equal(moment(700)) || !held.EndTime.Time.Equal(moment(800)) {
		t.Errorf("it is held from %v until %v", held.StartTime, held.EndTime)
	}
}

// What is no role of the same beneficiary in the same place is not prolonged.
func TestRenewalOfSomethingElse(t *testing.T) {
	for part, change := range map[string]func(*v1alpha1.ApprovalRequest){
		`there is no request "offer-0" with that uid`: func(e *v1alpha1.ApprovalRequest) { e.UID = "another" },
		`request "offer-0" gave no role`: func(e *v1alpha1.ApprovalRequest) {
			e.Status.State, e.Status.Grant = denied, nil
		},
		`the role of request "offer-0" was revoked`: func(e *v1alpha1.ApprovalRequest) {
			e.Status.Grant.RevocationTime = new(metav1.NewTime(moment(-1)))
		},
		`for another role, scope, unit or beneficiary`:   func(e *v1alpha1.ApprovalRequest) { e.Spec.Beneficiary = "jon" },
		`another role, scope, unit or beneficiary: make`: func(e *v1alpha1.ApprovalRequest) { e.Spec.Grant.RoleRef.Name = "vice" },
		`role, scope, unit or beneficiary: make`:         func(e *v1alpha1.ApprovalRequest) { e.Spec.Unit = "west" },
		`scope, unit or beneficiary: make the`: func(e *v1alpha1.ApprovalRequest) {
			e.Spec.Grant.Scope = &v1alpha1.Scope{Everywhere: new(true)}
		},
		`unit or beneficiary: make the request again`: func(e *v1alpha1.ApprovalRequest) { e.Spec.OrganizationRef.Name = "other" },
		`that uid: make the request again without`: func(e *v1alpha1.ApprovalRequest) {
			e.DeletionTimestamp = new(metav1.NewTime(moment(-1)))
		},
	} {
		s := renewing(t, change).is(denied)
		if !strings.Contains(s.last.Status.Message, part) {
			t.Errorf("it says %q, without %q", s.last.Status.Message, part)
		}
	}
}

// Who revokes a role, or deletes its request, after it was asked to be prolonged ends what prolongs it too.
func TestRenewalOfARoleThatEndsEarly(t *testing.T) {
	for name, change := range map[string]func(*story){
		"revoked": func(s *story) { s.state.Renewed.Status.Grant.RevocationTime = new(metav1.NewTime(moment(5))) },
		"deleted": func(s *story) { s.state.Renewed = nil },
		"deleted, and it would have ended since": func(s *story) {
			s.state.Renewed = nil
			s.pass(600)
		},
		"revoked, and it would have ended since": func(s *story) {
			s.state.Renewed.Status.Grant.RevocationTime = new(metav1.NewTime(moment(5)))
			s.state.Renewed.Status.Grant.EndTime = s.last.Status.Chain.Grant.StartTime
			s.pass(600)
		},
	} {
		s := renewing(t).is(pending)
		change(s)
		at := int(s.state.Now.Sub(start).Seconds()) + 10
		s.approves(at, "ben", "location").pass(at).is(denied)
		if s.last.Status.Grant != nil {
			t.Errorf("%s: it gives the role", name)
		}
	}
}

// A renewal that was approved already ends with the role that it prolongs, unless that has ended in its time.
func TestApprovedRenewalOfARoleThatEndsEarly(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*story)
		at     int
		ends   bool
	}{
		"nothing":                        {func(*story) {}, 20, false},
		"revoked":                        {func(s *story) { s.state.Renewed.Status.Grant.RevocationTime = new(metav1.NewTime(moment(15))) }, 20, true},
		"revoked, and seen later":        {func(s *story) { s.state.Renewed.Status.Grant.RevocationTime = new(metav1.NewTime(moment(15))) }, 550, true},
		"deleted before its end":         {func(s *story) { s.state.Renewed = nil }, 20, true},
		"made again before its end":      {func(s *story) { s.state.Renewed.UID = "another" }, 499, true},
		"being deleted before its end":   {func(s *story) { s.state.Renewed.DeletionTimestamp = new(metav1.NewTime(moment(15))) }, 20, true},
		"being deleted, and seen later":  {func(s *story) { s.state.Renewed.DeletionTimestamp = new(metav1.NewTime(moment(15))) }, 550, true},
		"deleted, and seen later":        {func(s *story) { s.state.Renewed = nil }, 550, true},
		"deleted, and seen after both":   {func(s *story) { s.state.Renewed = nil }, 700, true},
		"deleted before its end is seen": {func(s *story) { s.pass(500).state.Renewed = nil }, 510, true},
		"removed after its end":          {func(s *story) { s.expires(500).state.Renewed = nil }, 510, false},
		"being removed after its end":    {func(s *story) { s.state.Renewed.DeletionTimestamp = new(metav1.NewTime(moment(505))) }, 510, false},
		"revoked, and the renewal ended": {func(s *story) { s.state.Renewed.Status.Grant.RevocationTime = new(metav1.NewTime(moment(15))) }, 600, true},
		"expired, but a renewal itself, and what it prolongs was not seen to end": {func(s *story) {
			s.state.Renewed.Spec.Grant.RenewalOf = &v1alpha1.ApprovalRequestReference{Name: "offer", UID: "uid"}
			s.expires(500).state.Renewed = nil
		}, 510, true},
		"expired, and a renewal of what expired": {func(s *story) {
			s.state.Renewed.Spec.Grant.RenewalOf = &v1alpha1.ApprovalRequestReference{Name: "offer", UID: "uid"}
			s.state.Renewed.Status.RenewedRoleEndTime = new(metav1.NewTime(moment(-100)))
			s.expires(500).state.Renewed = nil
		}, 510, false},
		"expired, and seen to be revoked later": {func(s *story) {
			s.expires(500).state.Renewed.Status.Grant.RevocationTime = new(metav1.NewTime(moment(499)))
		}, 510, true},
	} {
		s := renewing(t).approves(10, "ben", "location").pass(10).is(approved)
		c.change(s)
		s.pass(c.at)
		granted := meta.FindStatusCondition(s.last.Status.Conditions, v1alpha1.ConditionGranted)
		if ended := granted.Reason == approval.ReasonRenewedRoleRevoked; ended != c.ends || ended == intake.Gives(s.state.Request) {
			t.Errorf("%s: it ended is %t, and Granted is %s: %s", name, ended, granted.Reason, granted.Message)
		}
		if c.ends {
			if !strings.Contains(granted.Message, `of request "offer-0"`) {
				t.Errorf("%s: it does not name the request: %s", name, granted.Message)
			}
			if at := s.last.Status.Grant.RevocationTime; at.After(moment(600)) {
				t.Errorf("%s: it ended at %s, after its time", name, at)
			}
			// It stays so, whatever becomes of the role.
			s.state.Renewed = earlier(s, 500)
			s.pass(c.at + 1)
			granted := meta.FindStatusCondition(s.last.Status.Conditions, v1alpha1.ConditionGranted)
			if granted.Reason != approval.ReasonRenewedRoleRevoked {
				t.Errorf("%s: then Granted is %s", name, granted.Reason)
			}
		}
	}
}

// A request is not removed before what prolongs its role has kept that it ended in its time.
func TestRequestsStayForTheirRenewals(t *testing.T) {
	renewal := renewing(t).approves(10, "ben", "location").pass(10).is(approved).state.Request
	revoked := renewal.DeepCopy()
	revoked.Status.Grant.RevocationTime = new(metav1.NewTime(moment(20)))
	kept := renewal.DeepCopy()
	kept.Status.RenewedRoleEndTime = kept.Status.Grant.StartTime
	deleted := renewal.DeepCopy()
	deleted.DeletionTimestamp = new(metav1.NewTime(moment(20)))
	other := renewal.DeepCopy()
	other.Spec.Grant.RenewalOf.UID = "another"
	damaged := renewal.DeepCopy()
	damaged.Status.Steps = nil
	unopened := renewal.DeepCopy()
	unopened.Status = v1alpha1.ApprovalRequestStatus{State: pending}
	open := renewing(t).is(pending).state.Request
	ended := renewing(t).decides(5, "ann", "", v1alpha1.VerdictWithdraw).pass(10).state.Request

	month := int((30 * 24 * time.Hour).Seconds())
	for name, c := range map[string]struct {
		renewal *v1alpha1.ApprovalRequest
		stays   bool
	}{
		"approved": {renewal, true}, "open": {open, true}, "revoked": {revoked, false}, "withdrawn": {ended, false}, "kept": {kept, false},
		"deleted": {deleted, false}, "of another": {other, false}, "damaged": {damaged, false}, "not opened": {unopened, false},
	} {
		s := asking(t, giving()).approves(10, "ben", "location").pass(10).is(approved)
		s.state.Request.Name, s.state.Request.UID = "offer-0", "uid-0"
		s.state.Renewals = []v1alpha1.ApprovalRequest{*c.renewal}
		s.pass(110 + month)
		if s.last.Remove == c.stays || c.stays && !s.last.Next.After(s.state.Now) {
			t.Errorf("%s: it is removed is %t, next at %v", name, s.last.Remove, s.last.Next)
		}
	}
}

// What someone has taken out of a status or a spec prolongs nothing.
func TestRenewalOfWhatIsIncomplete(t *testing.T) {
	renewing(t, func(e *v1alpha1.ApprovalRequest) { e.Spec.Grant = nil }).is(denied)
	s := renewing(t).is(pending)
	s.state.Request.Status.Chain.Grant.StartTime, s.state.Renewed = nil, nil
	s.approves(700, "ben", "location").pass(700).is(denied)
}

// A request waits for one that is not decided yet.
func TestRenewalOfAPendingRequest(t *testing.T) {
	s := renewing(t, func(e *v1alpha1.ApprovalRequest) { e.Status = v1alpha1.ApprovalRequestStatus{State: pending} }).is(pending)
	ready(s, metav1.ConditionFalse, approval.ReasonRenewedRequestPending)
	s.state.Renewed = earlier(s, 500)
	s.pass(5).is(pending).waitsFor("location: ben")
}

// Chains see what is asked for.
func TestConditionsSeeStartAndRenewal(t *testing.T) {
	for when, s := range map[string]func(*v1alpha1.RequestedGrant){
		`has(context.grant.startTime) && context.grant.startTime > now + duration("40s")`: func(g *v1alpha1.RequestedGrant) {
			g.StartTime = new(metav1.NewTime(moment(50)))
		},
		`has(context.grant.renewalOf) && context.grant.renewalOf == 'offer-0'`: func(g *v1alpha1.RequestedGrant) {
			g.RenewalOf = &v1alpha1.ApprovalRequestReference{Name: "offer-0", UID: "uid-0"}
		},
	} {
		for _, named := range []bool{true, false} {
			governing := chain(step("location", users("ben")), step("more", users("bea")))
			governing.Steps[1].When = v1alpha1.Expression(when)
			story := newStory(t, governing)
			story.asksForRole()
			story.state.Renewed = earlier(story, 500)
			if named {
				s(story.state.Request.Spec.Grant)
			}
			story.pass(0)
			if got := story.last.Status.Chain.Steps[1].Disposition == v1alpha1.StepAsked; got != named {
				t.Errorf("%s: needed is %t", when, got)
			}
		}
	}
}

// The role is about to end for a tenth of its time, and for a week at most.
func TestRoleIsAboutToEnd(t *testing.T) {
	for duration, before := range map[time.Duration]time.Duration{1000 * time.Hour: 100 * time.Hour, 8000 * time.Hour: 7 * 24 * time.Hour} {
		s := asking(t, giving(), func(s *story) { s.state.Request.Spec.Grant.DurationSeconds = int32(duration.Seconds()) })
		s.approves(0, "ben", "location").pass(0)
		if want := start.Add(duration - before); !s.last.Next.Equal(want) {
			t.Errorf("after %s, next is at %s, not at %s", duration, s.last.Next, want)
		}
	}
}
