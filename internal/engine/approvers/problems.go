// SPDX-License-Identifier: Apache-2.0

package approvers

import (
	"fmt"
	"math"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// SharedShortage returns the first of some steps that cannot have as many users as it needs out of its own, if each user decides
// one step only; -1 if all can.
func SharedShortage(needs []int, pools [][]string) int {
	m := matching{pools: pools, taken: map[string]int{}}
	for step, need := range needs {
		for range need {
			if !m.assign(step, map[string]struct{}{}) {
				return step
			}
		}
	}
	return -1
}

// matching assigns users to steps, each to one.
type matching struct {
	pools [][]string
	taken map[string]int
}

// assign gives a step one more user: a free one, or one whose step can have another instead.
func (m *matching) assign(step int, tried map[string]struct{}) bool {
	for _, user := range m.pools[step] {
		if _, before := tried[user]; before {
			continue
		}
		tried[user] = struct{}{}
		if other, busy := m.taken[user]; !busy || other != step && m.assign(other, tried) {
			m.taken[user] = step
			return true
		}
	}
	return false
}

// Problems says, in a sentence for each step, why the steps that ask approvers cannot be approved, or may be left undecided after
// everybody has decided; nil if nothing is wrong.
func Problems(chain *document.Chain, plan *access.ApprovalPlan) []string {
	var problems []string
	var asking []stepPools
	for i := range plan.Steps {
		if plan.Steps[i].Disposition != access.DispositionAsked {
			continue
		}
		step := planned(&chain.Steps[i], &plan.Steps[i])
		if problem := step.problem(plan.Steps[i].Replaced, chain.DistinctApprovers != ""); problem != "" {
			problems = append(problems, problem)
		}
		asking = append(asking, step)
	}
	if short := distinctShortage(chain, asking, &work{left: math.MaxInt}); short >= 0 {
		problems = append(problems, fmt.Sprintf("different users must decide different steps, and too few are left for step %q: %s",
			asking[short].step.Name, asking[short].consequence()))
	}
	return problems
}

// problem returns what is wrong with a step; empty if nothing is. If different users must decide different steps, a fallback may decide
// because its approvers decide others.
func (p *stepPools) problem(beneficiary string, distinct bool) string {
	step, users, most := p.step, len(p.everybody()), len(p.everybody())
	if distinct {
		most = len(p.anybody())
	}
	_, complete := Deciders(step, p.approvers, p.fallback, p.replaced)
	switch {
	case users == 0:
		return fmt.Sprintf("nobody may decide step %q: %s", step.Name, p.consequence())
	case step.ApprovalMode != document.ApprovalCount && step.ApprovalMode != document.ApprovalAll:
		return fmt.Sprintf("step %q is never approved: its approvalMode %q is unknown", step.Name, step.ApprovalMode)
	case !complete:
		return fmt.Sprintf("step %q needs the approval of everybody, %s is the beneficiary, and no fallback decides in their place: %s",
			step.Name, beneficiary, p.consequence())
	case most < step.Needs():
		return fmt.Sprintf("step %q needs %d approvals, and only %d may decide it: %s", step.Name, step.Needs(), most, p.consequence())
	case users < step.Needs():
		// What is wrong, if anything, is found of all steps together.
		return ""
	case step.Undecidable(users):
		return fmt.Sprintf("step %q may be left undecided: %d may decide it, and a denial takes %d of them: "+
			"the request could be stuck there", step.Name, users, step.RequiredDenials)
	}
	return ""
}

// consequence says what becomes of a request at a step that cannot be approved.
func (p *stepPools) consequence() string {
	if p.step.EndsAfter() > 0 {
		return "the request would end there without an approval"
	}
	return "the request would be stuck there"
}
