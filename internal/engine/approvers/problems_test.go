// SPDX-License-Identifier: Apache-2.0

package approvers_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/engine/approvers"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestSharedShortage compares with every way in which users can be assigned to steps.
func TestSharedShortage(t *testing.T) {
	everybody := []string{"a", "b", "c", "d"}
	rapid.Check(t, func(t *rapid.T) {
		var needs []int
		var pools [][]string
		for range rapid.IntRange(0, 3).Draw(t, "steps") {
			needs = append(needs, rapid.IntRange(0, 2).Draw(t, "needs"))
			pools = append(pools, rapid.SliceOfNDistinct(rapid.SampledFrom(everybody), 0, 4, rapid.ID).Draw(t, "pool"))
		}
		var fits func(user int, left []int) bool
		fits = func(user int, left []int) bool {
			if user == len(everybody) {
				return !slices.ContainsFunc(left, func(n int) bool { return n > 0 })
			}
			for i := range left {
				if slices.Contains(pools[i], everybody[user]) {
					next := slices.Clone(left)
					next[i]--
					if fits(user+1, next) {
						return true
					}
				}
			}
			return fits(user+1, left)
		}
		got := approvers.SharedShortage(needs, pools)
		if (got < 0) != fits(0, needs) {
			t.Fatalf("step %d is short of %v out of %v", got, needs, pools)
		}
		if got >= 0 && (!fits(0, append(slices.Clone(needs[:got]), make([]int, len(needs)-got)...)) || needs[got] == 0) {
			t.Fatalf("step %d is not the first that is short of %v out of %v", got, needs, pools)
		}
	})
}

// TestProblemsOfPlans: what cannot be approved, or may stay undecided, is told before a request is made.
func TestProblemsOfPlans(t *testing.T) {
	count := func(approvals, denials int) document.Step {
		return document.Step{Name: "s", ApprovalMode: document.ApprovalCount, RequiredApprovals: approvals, RequiredDenials: denials}
	}
	all := func(denials int) document.Step {
		return document.Step{Name: "s", ApprovalMode: document.ApprovalAll, RequiredDenials: denials}
	}
	asked := func(users ...string) access.PlanStep {
		return access.PlanStep{Name: "s", Disposition: access.DispositionAsked, Approvers: users}
	}
	replaced := func(p access.PlanStep, fallback ...string) access.PlanStep {
		p.Replaced, p.Fallback = "zoe", fallback
		return p
	}
	escalated := asked("ann")
	escalated.Escalations = [][]string{nil, {"ben", "ann"}}
	after := func(step document.Step, timeouts ...document.StepTimeout) document.Step {
		step.Timeouts = timeouts
		return step
	}
	nobody, later, expires := document.StepTimeout{AfterSeconds: 5, Action: "Escalate"}, document.StepTimeout{AfterSeconds: 7, Action: "Escalate"}, document.StepTimeout{AfterSeconds: 6, Action: "Expire"}
	for name, c := range map[string]struct {
		step document.Step
		plan access.PlanStep
		want string
	}{
		"one of one":           {count(1, 1), asked("ann"), ""},
		"nobody":               {count(1, 1), asked(), "nobody may decide"},
		"not asked":            {count(1, 1), access.PlanStep{Name: "s", Disposition: access.DispositionBypassed}, ""},
		"a fallback":           {count(1, 1), access.PlanStep{Disposition: access.DispositionAsked, Fallback: []string{"ann"}}, ""},
		"two of one":           {count(2, 1), asked("ann"), "needs 2 approvals, and only 1"},
		"two, later":           {after(count(2, 1), nobody, later), escalated, ""},
		"two, later, too late": {after(count(2, 1), expires, later), escalated, "only 1 may decide it: the request would end there without an approval"},
		"two of two, for a while": {after(count(2, 2), expires), access.PlanStep{
			Disposition: access.DispositionAsked, Approvers: []string{"ann", "ben"}, Escalations: [][]string{nil},
		}, ""},
		"two of two, two deny":   {count(2, 2), asked("ann", "ben"), "left undecided"},
		"two of three, two deny": {count(2, 2), asked("ann", "ben", "cem"), ""},
		"one of one, two deny":   {count(1, 2), asked("ann"), "left undecided"},
		"all, one denies":        {all(1), asked("ann", "ben"), ""},
		"all, two deny":          {all(2), asked("ann", "ben"), "left undecided"},
		"all, one replaced":      {all(1), replaced(asked("ann"), "ben"), ""},
		"all, one not replaced":  {all(1), replaced(asked("ann")), "zoe is the beneficiary"},
		"two, one replaced":      {count(2, 1), replaced(asked("ann"), "ben"), ""},
		"two, one not replaced":  {count(2, 1), replaced(asked("ann")), "needs 2 approvals, and only 1"},
		"an unknown mode":        {document.Step{ApprovalMode: "Most"}, asked("ann"), "never approved"},
	} {
		chain := document.Chain{Steps: []document.Step{c.step}}
		plan := access.ApprovalPlan{Steps: []access.PlanStep{c.plan}}
		got := strings.Join(approvers.Problems(&chain, &plan), "; ")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	chain := document.Chain{Steps: []document.Step{count(1, 1), count(1, 1)}}
	plan := access.ApprovalPlan{Steps: []access.PlanStep{asked("ann"), asked("ann")}}
	if got := approvers.Problems(&chain, &plan); got != nil {
		t.Errorf("one user for two steps: %v", got)
	}
	chain.DistinctApprovers = document.AcrossSteps
	if got := approvers.Problems(&chain, &plan); len(got) != 1 || !strings.Contains(got[0], "different users must decide different steps") {
		t.Errorf("one user for two steps of different users: %v", got)
	}
}
