// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"fmt"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

func above(limit string) v1alpha1.Expression {
	return v1alpha1.Expression("resource.properties.value > " + limit)
}

func TestWhichChainGoverns(t *testing.T) {
	plain, large := chain(step("location", users("ben"))), chain(step("vice", role("vice")))
	large.When = above("250000.0")
	high, tied, other, broken := plain, large, plain, plain
	five := int32(5)
	high.Priority, tied.When, other.RequestType, broken.When = &five, above("1.0"), "order", "resource."
	for name, c := range map[string]struct {
		chains   []v1alpha1.ApprovalChainSpec
		value    string
		governs  string
		messages []string
	}{
		"the condition is true":           {chains: []v1alpha1.ApprovalChainSpec{plain, large}, value: "250000.01", governs: "chain-1"},
		"the condition is false":          {chains: []v1alpha1.ApprovalChainSpec{plain, large}, value: "250000", governs: "chain-0"},
		"the attribute is missing":        {chains: []v1alpha1.ApprovalChainSpec{plain, large}, messages: []string{"cannot be said whether chain", "chain-1"}},
		"the attribute is no number":      {chains: []v1alpha1.ApprovalChainSpec{plain, large}, value: `"much"`, messages: []string{"cannot be said", "make the request again"}},
		"the condition does not compile":  {chains: []v1alpha1.ApprovalChainSpec{broken}, value: "1", messages: []string{"does not compile"}},
		"priority wins over a condition":  {chains: []v1alpha1.ApprovalChainSpec{high, large}, value: "300000", governs: "chain-0"},
		"two conditions are true":         {chains: []v1alpha1.ApprovalChainSpec{large, tied}, value: "300000", messages: []string{`"chain-0" and "chain-1"`, "same priority"}},
		"one of two conditions is":        {chains: []v1alpha1.ApprovalChainSpec{large, tied}, value: "3", governs: "chain-1"},
		"no condition is true":            {chains: []v1alpha1.ApprovalChainSpec{large}, value: "3", messages: []string{`no chain governs requests of type "offer" like this one`}},
		"a chain of another type is left": {chains: []v1alpha1.ApprovalChainSpec{other, plain}, governs: "chain-1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t, c.chains...)
			if c.value != "" {
				s.attribute("value", c.value)
			}
			s.pass(0)
			if c.governs != "" {
				s.is(pending)
				if governing := s.last.Status.Chain.Name; string(governing) != c.governs {
					t.Errorf("%s governs, not %s", governing, c.governs)
				}
				return
			}
			s.is(denied)
			for _, part := range c.messages {
				if !strings.Contains(s.last.Status.Message, part) {
					t.Errorf("the message %q does not say %q", s.last.Status.Message, part)
				}
			}
		})
	}
}

func TestWhoMayNotAsk(t *testing.T) {
	for name, c := range map[string]struct {
		change  func(*v1alpha1.ApprovalRequestSpec)
		message string
	}{
		"a suspended requester":   {func(r *v1alpha1.ApprovalRequestSpec) { r.Requester = "sue" }, `requester "sue" is suspended`},
		"a suspended beneficiary": {func(r *v1alpha1.ApprovalRequestSpec) { r.Beneficiary = "sue" }, `beneficiary "sue" is suspended`},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t, chain(step("location", users("ben"))))
			c.change(&s.state.Request.Spec)
			s.pass(0).is(denied)
			if !strings.Contains(s.last.Status.Message, c.message) || s.last.Status.Chain != nil {
				t.Errorf("it says %q, not %q", s.last.Status.Message, c.message)
			}
		})
	}
}

func TestWhatIsNotThereYetIsWaitedFor(t *testing.T) {
	for name, c := range map[string]struct {
		change          func(*v1alpha1.ApprovalRequestSpec)
		reason, message string
		come            func(*story)
	}{
		"the requester": {
			func(r *v1alpha1.ApprovalRequestSpec) { r.Requester = "zoe" },
			approval.ReasonUnknownRequester, `the requester "zoe" is not a user of the organization: create a UserAssignment`,
			func(s *story) { s.document.Users["zoe"] = document.User{} },
		},
		"the beneficiary": {
			func(r *v1alpha1.ApprovalRequestSpec) { r.Beneficiary = "zoe" },
			approval.ReasonUnknownBeneficiary, `the beneficiary "zoe" is not a user of the organization: create a UserAssignment`,
			func(s *story) { s.document.Users["zoe"] = document.User{} },
		},
		"the unit": {
			func(r *v1alpha1.ApprovalRequestSpec) { r.Unit = "moon" },
			approval.ReasonUnknownUnit, `unit "moon" is not in the organization: add the unit to an OrganizationStructure`,
			func(s *story) { s.document.Units["moon"] = document.Unit{Parent: "site"} },
		},
		"a value of a dimension": {
			func(r *v1alpha1.ApprovalRequestSpec) {
				r.Attributes = v1alpha1.Attributes{"goods": apiextensionsv1.JSON{Raw: []byte(`"coal"`)}}
			},
			approval.ReasonUnknownDimensionValue, `dimension "goods" has no value "coal": add the value to the PermissionCatalog`,
			func(s *story) { s.document.Dimensions["goods"] = []string{"coal", "food"} },
		},
		"a chain for its type": {
			func(r *v1alpha1.ApprovalRequestSpec) { r.RequestType = "order" },
			approval.ReasonNoMatchingChain, `no chain governs requests of type "order": create an ApprovalChain`,
			func(s *story) {
				orders := chain(step("location", users("ben")))
				orders.RequestType = "order"
				s.govern(orders)
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t, chain(step("location", users("ben"))))
			s.document.Dimensions = map[string][]string{"goods": {"food"}, "shift": {"day"}}
			s.index()
			c.change(&s.state.Request.Spec)
			s.pass(0).is(pending)
			ready(s, metav1.ConditionFalse, c.reason)
			if !strings.HasPrefix(s.last.Status.Message, c.message) || s.last.Status.Chain != nil {
				t.Errorf("it says %q, not %q", s.last.Status.Message, c.message)
			}
			c.come(s)
			s.index()
			s.pass(1).is(pending).waitsFor("location: ben")
			ready(s, metav1.ConditionTrue, "Pending")
		})
	}
}

// No later value of a dimension is a number.
func TestValueThatCannotBeOne(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben"))))
	s.document.Dimensions = map[string][]string{"goods": {"7"}}
	s.index()
	s.attribute("goods", "7")
	s.pass(0).is(denied).says(`attribute "goods" is a value of the dimension of that name, and must be a string: correct that, and make the request again`)
}

func TestWhatARequestWaitsFor(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben"))))
	index := s.state.Index
	s.state.Index = nil
	s.pass(0).is(pending)
	ready(s, metav1.ConditionFalse, approval.ReasonOrganizationNotResolved)
	s.state.Index = index
	chains := s.state.Chains
	s.state.Chains = nil
	s.pass(1).is(pending)
	ready(s, metav1.ConditionFalse, approval.ReasonChainNotObserved)
	s.state.Chains = chains
	s.pass(2).is(pending).waitsFor("location: ben")
	ready(s, metav1.ConditionTrue, "Pending")
	s.state.Index = nil
	s.approves(3, "ben", "location").pass(3).is(pending).counts("ben", approval.ReasonRequestNotOpen)
	ready(s, metav1.ConditionFalse, approval.ReasonOrganizationNotResolved)
	s.state.Index = index
	s.pass(9).is(approved).counts("ben", countedReason)
	ready(s, metav1.ConditionTrue, "Approved")
}

func ready(s *story, status metav1.ConditionStatus, reason string) {
	s.Helper()
	found := meta.FindStatusCondition(s.last.Status.Conditions, v1alpha1.ConditionReady)
	if found == nil || found.Status != status || found.Reason != reason || found.Message == "" {
		s.Errorf("Ready is %+v, not %s with reason %s", found, status, reason)
	}
}

func TestWhen(t *testing.T) {
	for _, c := range []struct {
		when  v1alpha1.Expression
		state v1alpha1.StepState
	}{
		{above("10"), v1alpha1.StepOpen},
		{above("30"), v1alpha1.StepSkipped},
		{"resource.properties.missing", v1alpha1.StepOpen},
		{"resource.", v1alpha1.StepOpen},
		{"subject.id == 'ann' && resource.type == 'offer' && resource.unit.open", v1alpha1.StepOpen},
		{"subject.id == 'eve'", v1alpha1.StepSkipped},
		{"directory.isManager('max', subject.id)", v1alpha1.StepOpen},
		{"now < timestamp('2026-03-02T09:00:00Z')", v1alpha1.StepSkipped},
	} {
		narrow := step("large", users("ben"))
		narrow.When = c.when
		s := newStory(t, chain(narrow, step("location", users("bea"))))
		s.attribute("value", "20")
		s.pass(0).is(pending)
		if state := s.last.Status.Steps[0].State; state != c.state {
			t.Errorf("with %q the step is %s, not %s", c.when, state, c.state)
		}
		if c.state == v1alpha1.StepSkipped {
			s.approves(1, "ben", "large").pass(1).counts("ben", approval.ReasonStepNotOpen)
		}
	}
	never := step("large", users("ben"))
	never.When = "false"
	newStory(t, chain(never)).pass(0).is(approved).says(`no step of chain "chain-0" is needed`)
}

func TestBypass(t *testing.T) {
	passing := chain(step("location", users("ben")), step("vice", role("vice")))
	passing.BypassPermission = "bypass"
	newStory(t, passing).pass(0).is(pending)
	s := newStory(t, passing)
	s.state.Request.Spec.Requester = "bob"
	s.pass(0).is(approved).says(`"bob" holds bypass, so no step of chain "chain-0" was asked`)
	for _, progress := range s.last.Status.Steps {
		if progress.State != v1alpha1.StepSkipped || progress.Message != `"bob" holds bypass` {
			t.Errorf("step %+v", progress)
		}
	}
	s = newStory(t, passing)
	s.user("bob", func(u *document.User) { u.Grants[0].Scope = document.Scope{Units: []string{"west"}} })
	s.state.Request.Spec.Requester = "bob"
	s.pass(0).is(pending)
}

func TestSubmission(t *testing.T) {
	asks := chain(step("location", role("approver")), step("vice", users("vic")))
	approves := asks
	approves.OnSubmission = v1alpha1.ApproveOwnSteps
	by := func(requester v1alpha1.UserID, spec v1alpha1.ApprovalChainSpec) *story {
		s := newStory(t, spec)
		s.state.Request.Spec.Requester = requester
		return s
	}
	by("cem", asks).pass(0).waitsFor("location: bea, ben, ida, mia and 1 more")
	by("ann", approves).pass(0).waitsFor("location: bea, ben, cem, ida and 2 more")
	s := by("cem", approves).pass(0).is(pending).waitsFor("vice: vic")
	if message := s.last.Status.Steps[0].Message; !strings.Contains(message, `by submission: "cem"`) {
		t.Errorf("the step says %q", message)
	}
	by("vic", approves).pass(0).is(approved).says(`"vic" is an approver of every step of chain "chain-0" that is needed`)
	west := by("cem", approves)
	west.state.Request.Spec.Unit = "west"
	west.pass(0).waitsFor("location: bea, ben, mia, vic")

	own := by("vic", approves)
	own.asksForRole(v1alpha1.WithoutDecisionOnSubmission)
	own.pass(0).is(pending).waitsFor("location: bea, ben, cem, ida and 1 more")
	forAnn := by("vic", approves)
	forAnn.asksForRole(v1alpha1.WithoutDecisionOnSubmission)
	forAnn.state.Request.Spec.Beneficiary = "ann"
	forAnn.pass(0).is(approved)
}

func TestForbiddenRoles(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben"))))
	s.asksForRole()
	var asked []string
	s.refusal = func(w v1alpha1.Window) string {
		asked = append(asked, fmt.Sprint(w.StartTime.Sub(start), w.EndTime.Sub(start)))
		return "billing and reviewing are kept apart"
	}
	s.pass(0).is(denied).says("the role cannot be given: billing and reviewing are kept apart")
	if asked[0] != "0s 1m40s" || s.last.Status.Chain != nil {
		t.Errorf("asked for %v, chain %v", asked, s.last.Status.Chain)
	}
	s = newStory(t, chain(step("location", users("ben"))))
	s.asksForRole()
	s.pass(0).is(pending)
	s.refusal = func(w v1alpha1.Window) string { return "it begins at " + w.StartTime.UTC().Format("15:04:05") }
	s.approves(30, "ben", "location").pass(31).is(denied).says("the role cannot be given: it begins at 09:00:30").counts("ben", countedReason)
	if s.last.Status.Grant != nil || s.last.Status.Steps[0].State != v1alpha1.StepApproved {
		t.Errorf("the status is %s", written(t, s.last.Status))
	}
	unchecked := newStory(t, chain(step("location", users("ben"))))
	unchecked.asksForRole()
	if outcome, check := approval.Decide(&unchecked.state); outcome != nil || check == nil {
		t.Errorf("unchecked, it has the outcome %+v", outcome)
	}
}

func TestSnapshotHolds(t *testing.T) {
	s := newStory(t, chain(step("location", users("ben", "bea")), step("vice", users("vic"))))
	s.pass(0).waitsFor("location: ben, bea")
	digest := s.last.Status.Chain.Digest
	s.govern(chain(step("location", users("eve"))))
	s.pass(5).waitsFor("location: ben, bea")
	s.approves(6, "eve", "location").approves(6, "bea", "location").pass(7).counts("eve", approval.ReasonNotApprover)
	s.is(pending).waitsFor("vice: vic")
	if s.last.Status.Chain.Digest != digest {
		t.Error("the digest has changed")
	}
	again := newStory(t, chain(step("location", users("ben", "bea")), step("vice", users("vic"))))
	again.state.Request.UID = "uid-2"
	if again.pass(0).last.Status.Chain.Digest == digest {
		t.Error("another request has the same digest")
	}
}

func TestBoundsOfTheSnapshot(t *testing.T) {
	many := step("location", role("approver"))
	many.Fallback = []v1alpha1.ApproverSelector{users("kim")}
	many.Timeouts = []v1alpha1.ApprovalTimeout{
		{AfterSeconds: 10, Action: v1alpha1.TimeoutEscalate, Approvers: []v1alpha1.ApproverSelector{users("vic", "max")}},
	}
	s := newStory(t, chain(many))
	for i := range 300 {
		s.document.Users[fmt.Sprintf("u%03d", i)] = document.User{
			Grants: []document.Grant{{Role: "approver", Scope: document.Scope{Everywhere: true}}},
		}
	}
	s.index()
	s.pass(0)
	kept := s.last.Status.Chain.Steps[0]
	if len(kept.Approvers) != 256 || *kept.OmittedApproverCount != 306+3-256 {
		t.Fatalf("%d are kept and %d left out", len(kept.Approvers), *kept.OmittedApproverCount)
	}
	last := kept.Approvers[253:]
	if last[0].User != "kim" || last[1].User != "vic" || last[2].User != "max" || last[2].AfterSeconds != 10 {
		t.Errorf("the last are %+v", last)
	}
	progress := s.last.Status.Steps[0]
	if len(progress.WaitingFor) != 16 || *progress.OmittedWaitingForCount != 253-16 {
		t.Errorf("it waits for %v and %d more", progress.WaitingFor, *progress.OmittedWaitingForCount)
	}

	// So do their ids: what is kept free for the fallback is a part of the bytes, too.
	bulky := step("location", group("bulky"))
	bulky.Fallback = []v1alpha1.ApproverSelector{users("kim", "jon")}
	s = newStory(t, chain(bulky))
	var members []string
	for i := range 250 {
		members = append(members, fmt.Sprintf("%s%03d", strings.Repeat("x", 197), i))
		s.document.Users[members[i]] = document.User{}
	}
	s.document.Groups["bulky"] = document.Group{Members: members}
	s.index()
	kept = s.pass(0).last.Status.Chain.Steps[0]
	// Of 32 KiB, 256 bytes are kept free for two: 162 ids of 200 bytes fit into the rest.
	if len(kept.Approvers) != 164 || *kept.OmittedApproverCount != 88 || kept.Approvers[162].User != "kim" || kept.Approvers[163].User != "jon" {
		t.Errorf("%d are kept, %d left out, the last is %s", len(kept.Approvers), *kept.OmittedApproverCount, kept.Approvers[len(kept.Approvers)-1].User)
	}

	// The status of the largest request still fits into an object.
	long := make([]v1alpha1.ApprovalStep, 16)
	for i := range long {
		long[i] = step(fmt.Sprintf("step-%d", i), role("approver"))
	}
	s = newStory(t, chain(long...))
	for i := range 300 {
		s.document.Users[fmt.Sprintf("%s%03d", strings.Repeat("x", 250), i)] = document.User{
			Grants: []document.Grant{{Role: "approver", Scope: document.Scope{Everywhere: true}}},
		}
	}
	s.index()
	if size := len(written(t, s.pass(0).last.Status)); size > 1<<20 {
		t.Errorf("the status has %d bytes", size)
	}
}
