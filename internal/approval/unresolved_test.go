// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const unresolved = "the organization is not resolved: see its conditions"

// While the organization is not resolved, an open request takes no decision of any kind. Once it is, they count as of their time.
func TestDecisionsOnAnOpenRequestWaitForTheOrganization(t *testing.T) {
	two := step("location", users("ben", "bea"))
	two.RequiredApprovals = 2
	two.Timeouts = []v1alpha1.ApprovalTimeout{timed(v1alpha1.TimeoutExpire, 1000)}
	s := newStory(t, chain(two))
	s.asksForRole()
	s.pass(0).approves(1, "ben", "location").pass(1)
	index := s.state.Index
	s.state.Index = nil
	s.decides(10, "ann", "", v1alpha1.VerdictWithdraw).approves(11, "bea", "location").revokes(12, "bea").pass(20).is(pending)
	ready(s, metav1.ConditionFalse, approval.ReasonOrganizationNotResolved)
	granted(s, metav1.ConditionFalse, approval.ReasonPending)
	s.waitsFor("")
	if waiting := s.last.Status.Steps[0].WaitingFor; len(waiting) != 1 || waiting[0] != "bea" {
		t.Errorf("the step waits for %v", waiting)
	}
	if !s.last.Next.IsZero() || s.last.Remove {
		t.Errorf("the next pass is due at %v, remove %t", s.last.Next, s.last.Remove)
	}
	for i, want := range []string{`approves step "location"`, unresolved, unresolved, "the request gives no role: it is Pending"} {
		if result := s.last.Decisions[s.state.Decisions[i].Name]; result.Message != want || result.Counted != (i == 0) {
			t.Errorf("of decision %d it says %q, not %q", i, result.Message, want)
		}
	}
	s.state.Index = index
	s.pass(30).is(withdrawn)
	checkDecision(t, s, "ann", countedReason, "withdraws the request")
	if votes := s.last.Status.Steps[0].Votes; len(votes) != 1 || votes[0].Approver != "ben" {
		t.Errorf("the votes are %+v", votes)
	}
}

// Who may revoke a role is not known without an index: the revocation waits.
func TestRevocationsWaitForTheOrganization(t *testing.T) {
	s := given(t)
	known := s.state.Index
	s.state.Index = nil
	s.revokes(50, "bea").pass(51)
	checkDecision(t, s, "bea", approval.ReasonRequestNotOpen, unresolved)
	granted(s, metav1.ConditionTrue, approval.ReasonGranted)
	s.state.Index = known
	s.pass(52).counts("bea", countedReason)
	granted(s, metav1.ConditionFalse, approval.ReasonRevoked)
}

// A warning is given once for what a request waits for, and again when it waits for something else.
func TestEventsOfWhatARequestWaitsFor(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben"))))
	index := s.state.Index
	s.state.Index = nil
	s.pass(0).pass(1)
	s.state.Index = index
	s.state.Request.Spec.Unit = "nowhere"
	s.pass(2).pass(3)
	s.state.Index = nil
	s.pass(4)
	counted := reasons(s.events)
	if counted[approval.ReasonOrganizationNotResolved] != 2 || counted[approval.ReasonUnknownUnit] != 1 || len(s.events) != 3 {
		t.Errorf("the events are %+v", s.events)
	}
	for _, event := range s.events {
		if event.Type != "Warning" || event.Message == "" {
			t.Errorf("the event is %+v", event)
		}
	}
}

// `all` on behalf of others: everybody must be represented, and one denial that suffices by any of them ends it.
func TestAllOnBehalf(t *testing.T) {
	everyone := step("location", users("ben", "bea", "dan"))
	everyone.ApprovalMode, everyone.RequiredDenials = v1alpha1.ApprovalAll, 2
	spec := chain(everyone)
	spec.OnBehalfPermission = "on-behalf"
	s := newStory(t, spec).pass(0)
	s.approvesOnBehalf(1, "dan", "ben", "location").pass(1).is(pending).waitsFor("location: bea, dan")

	left := s.fork()
	left.approves(2, "bea", "location").pass(2).is(pending).waitsFor("location: dan")
	// Dan has decided for ben, and may not decide for himself as well: the step waits until he is no approver.
	left.suspend("dan")
	left.pass(3).is(approved).counts("dan", countedReason)

	s.user("bea", func(u *document.User) {
		u.Grants = append(u.Grants, document.Grant{Role: "on-behalf", Scope: document.Scope{Everywhere: true}})
	})
	s.decides(5, "bea", "location", v1alpha1.VerdictDeny, func(d *v1alpha1.ApprovalDecision) { d.Spec.OnBehalfOf = "dan" })
	s.pass(5).is(pending).counts("bea", countedReason).waitsFor("location: bea")
	s.decides(6, "ben", "location", v1alpha1.VerdictDeny).pass(6).is(pending).counts("ben", approval.ReasonAlreadyDecided)
}

// Distinct approvers with fallback: who decided another step is not asked again, and the step falls back to others.
func TestDistinctApproversFallBack(t *testing.T) {
	first, second := step("one", users("ben")), step("two", users("ben", "dan"))
	second.Fallback = []v1alpha1.ApproverSelector{users("bea", "ben", "cem")}
	s := newStory(t, distinctSteps(first, second)).pass(0)
	direct := s.fork()
	direct.approves(1, "ben", "one").pass(1).waitsFor("two: dan")
	// Ben is spent and dan is away: the fallback is asked, without ben.
	direct.suspend("dan")
	direct.pass(2).waitsFor("two: bea, cem")
	direct.approves(3, "ben", "two").pass(3).is(pending).counts("ben", approval.ReasonNotEligible)
	direct.approves(4, "bea", "two").pass(4).is(approved).counts("bea", countedReason)

	// Dan decides the first step on behalf of ben: neither of them may decide the second.
	s.approvesOnBehalf(1, "dan", "ben", "one").pass(1).waitsFor("two: bea, cem")
	s.approvesOnBehalf(2, "dan", "bea", "two").pass(2).is(pending).counts("dan", approval.ReasonDecidedOtherStep)
	s.approves(3, "cem", "two").pass(3).is(approved)
}

// A step of which several approvers go at different times falls back when the last of them does, and not before.
func TestFallbackBeginsWithTheEndOfTheLastGrant(t *testing.T) {
	falling := step("location", role("approver"))
	falling.Fallback = []v1alpha1.ApproverSelector{users("kim")}
	s := newStory(t, chain(falling))
	for i, id := range []string{"ben", "bea", "cem", "vic", "ida", "mia"} {
		until := moment(100 + 10*i)
		s.user(id, func(u *document.User) { u.Grants[0].Window.EndTime = &until })
	}
	s.pass(0)
	for at, want := range map[int]string{100: "bea, cem, ida, mia and 1 more", 149: "mia", 150: "kim"} {
		fork := s.fork()
		fork.pass(at).waitsFor("location: " + want)
	}
	late := s.fork()
	late.approves(149, "kim", "location").pass(160).is(pending).counts("kim", approval.ReasonNotEligible)
	s.approves(150, "kim", "location").pass(160).is(approved)
	if ended := s.last.Status.CompletionTime; !ended.Time.Equal(moment(150)) {
		t.Errorf("it ended at %v", ended)
	}
}

// Where the requester asks for another, approvers in the requester's own line may revoke, and those in the beneficiary's.
func TestApproversInEitherLineMayRevoke(t *testing.T) {
	line := func(of v1alpha1.LineOf) v1alpha1.ApproverSelector {
		return v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeManager, Manager: &v1alpha1.ManagerApprover{Level: 1, LineOf: of}}
	}
	s := newStory(t, chain(step("requester", line("")), step("beneficiary", line(v1alpha1.LineOfBeneficiary))))
	s.user("jon", func(u *document.User) { u.Manager = "kim" })
	s.state.Request.Spec.Beneficiary = "jon"
	s.asksForRole()
	s.pass(0).approves(1, "max", "requester").pass(1).approves(2, "kim", "beneficiary").pass(2).is(approved)
	for user, reason := range map[string]string{"max": countedReason, "kim": countedReason, "mia": approval.ReasonRevocationNotPermitted} {
		fork := s.fork()
		fork.revokes(50, user).pass(50).counts(user, reason)
	}
	// Once the requester is gone, so is their line; that of the beneficiary stays.
	delete(s.document.Users, "ann")
	s.index()
	for user, reason := range map[string]string{"kim": countedReason, "mia": approval.ReasonRevocationNotPermitted} {
		fork := s.fork()
		fork.index()
		fork.revokes(50, user).pass(50).counts(user, reason)
	}
}

// A request that cannot be written as JSON has no digest that a decision could name, so it is denied.
func TestRequestWithoutDigestIsDenied(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben"))))
	s.attribute("amount", "{")
	outcome, check := approval.Decide(&s.state)
	if check != nil || outcome.Status.State != denied || outcome.Status.Chain != nil ||
		!strings.Contains(outcome.Status.Message, "an attribute of the request is not JSON") {
		t.Errorf("the outcome is %+v, with the check %v", outcome, check)
	}
}

// ResolvedRefs names what a request waits for before it can be opened, and nothing else.
func TestResolvedRefsOfARequest(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben"))))
	index := s.state.Index
	refs := func(want string) {
		t.Helper()
		c := meta.FindStatusCondition(s.last.Status.Conditions, v1alpha1.ConditionResolvedRefs)
		if c == nil || string(c.Status)+" "+c.Reason != want {
			t.Errorf("ResolvedRefs is %+v, want %s", c, want)
		}
	}
	s.state.Index = nil
	s.pass(0)
	refs("False OrganizationNotResolved")
	s.state.Index = index
	s.state.Request.Spec.Unit = "nowhere"
	s.pass(1)
	refs("False UnknownUnit")
	s.state.Request.Spec.Unit = ""
	s.state.Request.Spec.RequestType = "nothing"
	s.pass(2)
	refs("False NoMatchingChain")
	s.state.Request.Spec.RequestType = "offer"
	s.pass(3)
	refs("True ResolvedRefs")
	s.approves(4, "ben", "location").pass(5)
	refs("True ResolvedRefs")
}
