// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// denials counts the votes on a step that deny it.
func denials(step *v1alpha1.StepProgress) int {
	n := 0
	for i := range step.Votes {
		if step.Votes[i].Verdict == v1alpha1.VerdictDeny {
			n++
		}
	}
	return n
}

// cannotBeApproved reports whether an open step can never be approved, no matter which users become eligible again. Short says that too few
// users are left.
func (g *progress) cannotBeApproved(index int, short bool) bool {
	step, spec := &g.status.Steps[index], &g.pass.chain.Steps[index]
	switch {
	case spec.ApprovalMode == document.ApprovalAll:
		return denials(step) > 0 || g.incomplete[index]
	case spec.ApprovalMode != document.ApprovalCount:
		return true
	case short:
		return denials(step) > 0
	}
	return g.sharedShortage() == index
}

// unreachableMessage says why a step can never be approved, and what helps.
func (g *progress) unreachableMessage(index, left int) string {
	step, spec := &g.status.Steps[index], &g.pass.chain.Steps[index]
	denied := denials(step)
	var why string
	help := "withdraw the request, have the chain corrected, and make the request again"
	switch {
	case spec.ApprovalMode == document.ApprovalAll && denied == 0:
		why = fmt.Sprintf("everybody must approve it, %q is the beneficiary, and no fallback decides in their place", g.pass.input.Beneficiary)
		help = "withdraw the request and make it for another beneficiary, or have a fallback added to the chain and make it again"
	case spec.ApprovalMode == document.ApprovalAll:
		why = fmt.Sprintf("everybody must approve it, and %s denied it", listVoters(step.Votes, v1alpha1.VerdictDeny))
	case spec.ApprovalMode != document.ApprovalCount:
		why = fmt.Sprintf("its approvalMode %q is unknown", spec.ApprovalMode)
	case g.sharedShortage() == index:
		why = "different users must decide different steps, and the steps have too few between them"
	default:
		why = fmt.Sprintf("it asks for %d approvals, and %d of those who may decide it are left", spec.RequiredApprovals, left)
	}
	if denied > 0 {
		if missing := spec.RequiredDenials - denied; missing <= left {
			help = fmt.Sprintf("%d more can deny it, or withdraw the request", missing)
		} else {
			why += fmt.Sprintf("; nor can it be denied, which takes %d denials", spec.RequiredDenials)
		}
	}
	return fmt.Sprintf("step %q cannot be approved any more: %s: %s", step.Name, why, help)
}

// sharedShortage returns the first step that is not decided, if it and those after it cannot all be approved because different users
// must decide them, and those who are left are too few between them; -1 if they are not. A step that has too few alone shares nothing.
func (g *progress) sharedShortage() int {
	if !g.pass.distinct() {
		return -1
	}
	var needs, steps []int
	var pools [][]string
	for i := range g.status.Steps {
		step, spec := &g.status.Steps[i], &g.pass.chain.Steps[i]
		undecided := step.State == v1alpha1.StepOpen || step.State == v1alpha1.StepWaiting
		if undecided && spec.ApprovalMode == document.ApprovalCount {
			needs = append(needs, max(0, spec.RequiredApprovals-(len(step.Votes)-denials(step))))
			steps, pools = append(steps, i), append(pools, g.leftFor(i))
		}
	}
	if engine.SharedShortage(needs, pools) <= 0 {
		return -1
	}
	return steps[0]
}

// leftFor lists the users who may still decide a step that is not decided: those who are eligible now or, before the step begins,
// its approvers.
func (g *progress) leftFor(index int) []string {
	pool := g.eligible[index]
	if g.status.Steps[index].State == v1alpha1.StepWaiting {
		pool = nil
		for _, a := range g.status.Chain.Steps[index].Approvers {
			pool = append(pool, string(a.User))
		}
	}
	var left []string
	for _, user := range pool {
		if !g.hasVoted(index, user) {
			left = append(left, user)
		}
	}
	return left
}
