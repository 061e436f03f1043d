// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"reflect"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
)

// TestKeptChainDecidesAsItsChain: what a request keeps says the same as the chain, but for what only opening a request depends on.
func TestKeptChainDecidesAsItsChain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		if d.opened.Chain == nil {
			return
		}
		spec := d.chains["chain"].Spec.DeepCopy()
		spec.RequestType, spec.Priority, spec.When, spec.OnSubmission = "", nil, "", ""
		spec.GrantPolicy, spec.Requesters = nil, nil
		for i := range spec.Steps {
			spec.Steps[i].When = ""
		}
		written, kept := intake.ChainSpec(spec), intake.RequestChain(d.opened.Chain)
		if want, got := resolve.Chain(&written), resolve.Chain(&kept); !reflect.DeepEqual(got, want) {
			t.Fatalf("the chain says\n%+v\nand the request keeps\n%+v", want, got)
		}
	})
}

// TestKeptChainNamesItsObject: a request says which object governs it, and what that left out.
func TestKeptChainNamesItsObject(t *testing.T) {
	manager := v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeManagerWithRole, ManagerWithRole: &v1alpha1.ManagerWithRoleApprover{
		RoleRef: v1alpha1.RoleReference{Name: "vice"}, AboveLevel: 1,
	}}
	s := newStory(t, chain(step("location", role("approver"), manager)))
	s.state.Chains["chain-0"].UID, s.state.Chains["chain-0"].Generation = "uid-of-chain", 7
	kept := s.pass(0).last.Status.Chain
	if kept.Name != "chain-0" || kept.UID != "uid-of-chain" || kept.Generation != 7 || *kept.TTLSecondsAfterFinished != 30*24*60*60 {
		t.Errorf("it keeps %+v", kept)
	}
	if kept.Order != "Sequential" || kept.DistinctApprovers != "WithinStep" {
		t.Errorf("the order is %q, and approvers are distinct %q", kept.Order, kept.DistinctApprovers)
	}
	approver := &v1alpha1.ObservedRole{Kind: "Role", Name: "approver"}
	vice := &v1alpha1.ObservedRole{Kind: "Role", Name: "vice"}
	want := v1alpha1.RequestStep{
		Name: "location", Disposition: v1alpha1.StepAsked, ApprovalMode: "Count", RequiredApprovals: 1, RequiredDenials: 1,
		ApproverSelectors: []v1alpha1.RequestSelector{
			{Type: "Role", RoleRef: approver, Match: "AtLeast"},
			{Type: "ManagerWithRole", RoleRef: vice, Match: "AtLeast", LineOf: "Requester", AboveLevel: 1},
		},
	}
	got := kept.Steps[0]
	got.Approvers = nil
	if !reflect.DeepEqual(got, want) {
		t.Errorf("it keeps the step\n%+v\nnot\n%+v", got, want)
	}
}

// TestUnknownWordsInAStatusLetNobodyDecide: a word that this manager does not know narrows what a request keeps.
func TestUnknownWordsInAStatusLetNobodyDecide(t *testing.T) {
	line := v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeManager, Manager: &v1alpha1.ManagerApprover{Level: 1}}
	for name, c := range map[string]struct {
		selector v1alpha1.ApproverSelector
		user     string
		damage   func(*v1alpha1.RequestSelector)
		reason   string
	}{
		"nothing":           {users("ben"), "ben", func(*v1alpha1.RequestSelector) {}, countedReason},
		"another type":      {users("ben"), "ben", func(r *v1alpha1.RequestSelector) { r.Type = "Everybody" }, approval.ReasonNotEligible},
		"no role":           {role("approver"), "ben", func(r *v1alpha1.RequestSelector) { r.RoleRef = nil }, approval.ReasonNotEligible},
		"a kind of role":    {role("approver"), "ben", func(r *v1alpha1.RequestSelector) { r.RoleRef.Kind = "Other" }, approval.ReasonNotEligible},
		"the match Exact":   {role("approver"), "vic", func(r *v1alpha1.RequestSelector) { r.Match = "Exact" }, approval.ReasonNotEligible},
		"another match":     {role("approver"), "vic", func(r *v1alpha1.RequestSelector) { r.Match = "Roughly" }, approval.ReasonNotEligible},
		"the match AtLeast": {role("approver"), "vic", func(*v1alpha1.RequestSelector) {}, countedReason},
		"a line":            {line, "max", func(*v1alpha1.RequestSelector) {}, countedReason},
		"another line":      {line, "max", func(r *v1alpha1.RequestSelector) { r.LineOf = "Owner" }, approval.ReasonNotEligible},
		"no level":          {line, "max", func(r *v1alpha1.RequestSelector) { r.Level = 0 }, approval.ReasonNotEligible},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t, chain(step("location", c.selector))).pass(0)
			c.damage(&s.state.Request.Status.Chain.Steps[0].ApproverSelectors[0])
			s.approves(1, c.user, "location").pass(1).counts(c.user, c.reason)
		})
	}
}

func TestUnknownWordsInAStatusApproveNothing(t *testing.T) {
	for name, damage := range map[string]func(*v1alpha1.RequestChain){
		"the mode":              func(c *v1alpha1.RequestChain) { c.Steps[0].ApprovalMode = "Most" },
		"no mode":               func(c *v1alpha1.RequestChain) { c.Steps[0].ApprovalMode = "" },
		"distinct across steps": func(c *v1alpha1.RequestChain) { c.DistinctApprovers = "Somewhere" },
	} {
		s := newStory(t, chain(step("one", users("ben")), step("two", users("ben")))).pass(0)
		damage(s.state.Request.Status.Chain)
		s.approves(1, "ben", "one").pass(1).approves(2, "ben", "two").pass(2)
		if s.last.Status.State != v1alpha1.RequestPending {
			t.Errorf("%s: it is %s", name, s.last.Status.State)
		}
	}
	s := newStory(t, chain(step("one", users("ben")))).pass(0)
	s.state.Request.Status.Chain.Steps[0].RequiredApprovals = -1
	s.pass(1).is(pending)
}

// TestDamagedStatusStaysAsItIs: nothing becomes of a request whose steps are not those of the chain that it keeps.
func TestDamagedStatusStaysAsItIs(t *testing.T) {
	for name, damage := range map[string]func(*v1alpha1.ApprovalRequestStatus){
		"no progress":        func(s *v1alpha1.ApprovalRequestStatus) { s.Steps = nil },
		"less progress":      func(s *v1alpha1.ApprovalRequestStatus) { s.Steps = s.Steps[:1] },
		"progress of others": func(s *v1alpha1.ApprovalRequestStatus) { slices.Reverse(s.Steps) },
		"fewer steps":        func(s *v1alpha1.ApprovalRequestStatus) { s.Chain.Steps = s.Chain.Steps[1:] },
		"no chain":           func(s *v1alpha1.ApprovalRequestStatus) { s.Chain = nil },
		"an end at no time":  func(s *v1alpha1.ApprovalRequestStatus) { s.State = approved },
		"another state":      func(s *v1alpha1.ApprovalRequestStatus) { s.State = "Settled" },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t, chain(step("one", users("ben")), step("two", users("bea")))).pass(0).approves(1, "ben", "one")
			damage(&s.state.Request.Status)
			s.pass(1).is(s.state.Request.Status.State).counts("ben", approval.ReasonRequestNotOpen)
			ready := s.last.Status.Conditions[0]
			if ready.Status != "False" || ready.Reason != approval.ReasonInvalidStatus {
				t.Errorf("the condition is %+v", ready)
			}
			if stalled := meta.FindStatusCondition(s.last.Status.Conditions, v1alpha1.ConditionStalled); stalled == nil || stalled.Reason != ready.Reason {
				t.Errorf("it is not stalled: %+v", stalled)
			}
		})
	}
}
