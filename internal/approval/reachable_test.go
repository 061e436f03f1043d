// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
)

// needing returns a step with numbers of approvals and denials; 0 approvals, those of everybody.
func needing(approvals, denials int32, step v1alpha1.ApprovalStep) v1alpha1.ApprovalStep {
	if step.RequiredApprovals = approvals; approvals == 0 {
		step.ApprovalMode = v1alpha1.ApprovalAll
	}
	step.RequiredDenials = denials
	return step
}

func (s *story) cannotEnd(says ...string) {
	s.Helper()
	s.is(pending)
	ready := meta.FindStatusCondition(s.last.Status.Conditions, v1alpha1.ConditionReady)
	if ready.Status != "False" || ready.Reason != approval.ReasonOutcomeUnreachable {
		s.Errorf("ready is %s %s: %s", ready.Status, ready.Reason, ready.Message)
	}
	for _, part := range says {
		if !strings.Contains(ready.Message, part) {
			s.Errorf("it says %q, which lacks %q", ready.Message, part)
		}
	}
}

// TestOutcomesOutOfReach: a request that its votes have made undecidable says so, and what would help.
func TestOutcomesOutOfReach(t *testing.T) {
	board := users("ben", "bea", "cem")
	all := newStory(t, chain(needing(0, 2, step("board", board)))).pass(0).denies(1, "ben", "board").pass(1)
	all.fork().cannotEnd(`everybody must approve it, and "ben" denied it`, "1 more can deny it, or withdraw the request")
	all.fork().approves(2, "bea", "board").approves(2, "cem", "board").pass(2).
		cannotEnd("nor can it be denied, which takes 2 denials", "withdraw the request, have the chain corrected")
	left := all.fork().approves(2, "bea", "board").pass(2)
	left.cannotEnd("1 more can deny it, or withdraw the request")
	all.denies(2, "cem", "board").pass(2).is(denied)

	split := newStory(t, chain(needing(2, 2, step("board", users("ben", "bea"))))).pass(0).approves(1, "ben", "board").pass(1).is(pending)
	split.denies(2, "bea", "board").pass(2).cannotEnd("it asks for 2 approvals, and 0 of those who may decide it are left", "nor can it be denied")

	several := newStory(t, chain(needing(2, 2, step("board", board)))).pass(0).denies(1, "ben", "board").pass(1).is(pending)
	if ready := meta.FindStatusCondition(several.last.Status.Conditions, v1alpha1.ConditionReady); ready.Status != "True" {
		t.Errorf("two are left who may approve, and ready is %s: %s", ready.Reason, ready.Message)
	}

	unknown := newStory(t, chain(step("board", board)))
	unknown.state.Chains["chain-0"].Spec.Steps[0].ApprovalMode = "Most"
	unknown.pass(0).cannotEnd(`its approvalMode "Most" is unknown`)
}

// TestDistinctUsersOutOfReach: steps that share too few approvers say so, as soon as it is certain.
// Of steps that wait together, the first that cannot go on is told.
func TestFirstOfTheStepsThatNobodyMayDecide(t *testing.T) {
	two := chain(step("one", users("sue")), step("two", users("sue")))
	two.Order = v1alpha1.StepsParallel
	s := newStory(t, two).pass(0).is(pending).waitsFor("one: nobody; two: nobody")
	if message := s.message(v1alpha1.ConditionReady); !strings.HasPrefix(message, `step "one" waits, and nobody may decide it`) {
		t.Errorf("it says %q", message)
	}
}

func TestDistinctUsersOutOfReach(t *testing.T) {
	spec := chain(step("one", users("ben", "bea")), step("two", users("ben")))
	spec.DistinctApprovers, spec.Order = v1alpha1.DistinctAcrossSteps, v1alpha1.StepsParallel
	s := newStory(t, spec).pass(0).is(pending)
	if ready := meta.FindStatusCondition(s.last.Status.Conditions, v1alpha1.ConditionReady); ready.Status != "True" {
		t.Errorf("bea and ben may each decide one, and ready is %s: %s", ready.Reason, ready.Message)
	}
	spec.Steps[0].Approvers[0].Users = []v1alpha1.UserReference{"ben"}
	newStory(t, spec).pass(0).cannotEnd("different users must decide different steps")
	// A step that is not needed needs nobody.
	unneeded := chain(step("one", users("ben", "bea")), step("two", users("ben")), step("three", users("ben")))
	unneeded.DistinctApprovers, unneeded.Steps[1].When = v1alpha1.DistinctAcrossSteps, "false"
	s = newStory(t, unneeded).pass(0).is(pending)
	if ready := meta.FindStatusCondition(s.last.Status.Conditions, v1alpha1.ConditionReady); ready.Status != "True" {
		t.Errorf("bea and ben may each decide one, and ready is %s: %s", ready.Reason, ready.Message)
	}
	// A step that has too few by itself has none in common with others.
	alone := chain(needing(2, 2, step("one", users("ben", "bea"))))
	alone.DistinctApprovers = v1alpha1.DistinctAcrossSteps
	newStory(t, alone).pass(0).denies(1, "ben", "one").pass(1).
		cannotEnd("it asks for 2 approvals, and 1 of those who may decide it are left", "1 more can deny it")
	spec.DistinctApprovers = v1alpha1.DistinctWithinStep
	newStory(t, spec).pass(0).approves(1, "ben", "one").approves(2, "ben", "two").pass(3).is(approved)
}

// TestBeneficiaryWhoIsAnApprover: who makes a request does not choose by its beneficiary who decides. Where the beneficiary would
// have had a say, the fallback or the next in line has it, and the status says so.
func TestBeneficiaryWhoIsAnApprover(t *testing.T) {
	for name, c := range map[string]struct {
		step                   v1alpha1.ApprovalStep
		fallback               []v1alpha1.ApproverSelector
		beneficiary, requester v1alpha1.UserID
		waits                  string
	}{
		"the only one":                     {step("s", users("ben")), []v1alpha1.ApproverSelector{users("vic")}, "ben", "", "s: vic"},
		"one of two who all must":          {needing(0, 1, step("s", users("ben", "bea"))), []v1alpha1.ApproverSelector{users("vic")}, "ben", "", "s: bea, vic"},
		"one of two, and two must":         {needing(2, 1, step("s", users("ben", "bea"))), []v1alpha1.ApproverSelector{users("vic", "bea")}, "ben", "", "s: bea, vic"},
		"one of three, and two must":       {needing(2, 1, step("s", users("ben", "bea", "cem"))), []v1alpha1.ApproverSelector{users("vic")}, "ben", "", "s: bea, cem"},
		"one of two, and one must":         {step("s", users("ben", "bea")), []v1alpha1.ApproverSelector{users("vic")}, "ben", "", "s: bea"},
		"none of them":                     {needing(0, 1, step("s", users("ben", "bea"))), []v1alpha1.ApproverSelector{users("vic")}, "jon", "", "s: ben, bea"},
		"the requester, one of two":        {needing(0, 1, step("s", users("ben", "bea"))), []v1alpha1.ApproverSelector{users("vic")}, "", "ben", "s: bea"},
		"the manager":                      {step("s", manager(1)), []v1alpha1.ApproverSelector{users("eve")}, "max", "", "s: mia"},
		"the highest manager":              {step("s", manager(2)), []v1alpha1.ApproverSelector{users("eve")}, "mia", "", "s: eve"},
		"a manager who is not asked":       {step("s", manager(2)), []v1alpha1.ApproverSelector{users("eve")}, "max", "", "s: mia"},
		"the beneficiary's manager asking": {step("s", managerOf(v1alpha1.LineOfBeneficiary, 1)), []v1alpha1.ApproverSelector{users("eve")}, "ann", "max", "s: mia"},
	} {
		t.Run(name, func(t *testing.T) {
			c.step.Fallback = c.fallback
			s := newStory(t, chain(c.step))
			s.state.Request.Spec.Beneficiary = c.beneficiary
			if c.requester != "" {
				s.state.Request.Spec.Requester = c.requester
			}
			s.pass(0).is(pending).waitsFor(c.waits)
		})
	}
	all := needing(0, 1, step("s", users("ben", "bea")))
	alone := newStory(t, chain(all))
	alone.state.Request.Spec.Beneficiary = "ben"
	alone.pass(0).cannotEnd(`everybody must approve it, "ben" is the beneficiary, and no fallback decides in their place`)
	alone.approves(1, "bea", "s").pass(1).cannotEnd("no fallback")

	all.Fallback = []v1alpha1.ApproverSelector{users("vic")}
	s := newStory(t, chain(all))
	s.state.Request.Spec.Beneficiary = "ben"
	s.pass(0).approves(1, "bea", "s").pass(1).is(pending).waitsFor("s: vic")
	if got := s.last.Status.Steps[0].Message; !strings.Contains(got, `approver "ben" is the beneficiary`) {
		t.Errorf("the step says %q", got)
	}
	s.approves(2, "vic", "s").pass(2).is(approved)
}

func managerOf(of v1alpha1.LineOf, level int32) v1alpha1.ApproverSelector {
	selector := manager(level)
	selector.Manager.LineOf = of
	return selector
}
