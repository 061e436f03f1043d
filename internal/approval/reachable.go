// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"slices"

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

// cannotBeApproved reports whether an open step can never be approved, no matter when, and which of its approvers become eligible again.
func (g *progress) cannotBeApproved(index int) bool {
	step, spec := &g.status.Steps[index], &g.pass.chain.Steps[index]
	switch {
	case spec.ApprovalMode == document.ApprovalAll:
		return denials(step) > 0 || g.incomplete[index] && !g.hasFallback(index)
	case spec.ApprovalMode != document.ApprovalCount:
		return true
	case denials(step) > 0 && g.isShort(index):
		return true
	}
	return g.sharedShortage() == index
}

// isShort reports whether a step asks for more approvals than it has and can yet get.
func (g *progress) isShort(index int) bool {
	step := &g.status.Steps[index]
	missing := g.pass.chain.Steps[index].RequiredApprovals - (len(step.Votes) - denials(step))
	return g.status.Chain.Steps[index].OmittedApproverCount == nil && len(g.leftFor(index)) < missing
}

// hasFallback reports whether the request keeps a user who may decide a step in the place of its beneficiary.
func (g *progress) hasFallback(index int) bool {
	return slices.ContainsFunc(g.status.Chain.Steps[index].Approvers, func(a v1alpha1.RequestApprover) bool {
		return a.Pool == v1alpha1.PoolFallback
	})
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
// must decide them, and those who are left are too few between them; -1 if they are not. A step that has too few alone shares nothing,
// nor does one that keeps only some of its approvers.
func (g *progress) sharedShortage() int {
	if !g.pass.distinct() {
		return -1
	}
	var needs, steps []int
	var pools [][]string
	for i := range g.status.Steps {
		step, spec := &g.status.Steps[i], &g.pass.chain.Steps[i]
		undecided := step.State == v1alpha1.StepOpen || step.State == v1alpha1.StepWaiting
		isWhole := g.status.Chain.Steps[i].OmittedApproverCount == nil
		if undecided && isWhole && spec.ApprovalMode == document.ApprovalCount {
			needs = append(needs, max(0, spec.RequiredApprovals-(len(step.Votes)-denials(step))))
			steps, pools = append(steps, i), append(pools, g.leftFor(i))
		}
	}
	if engine.SharedShortage(needs, pools) <= 0 {
		return -1
	}
	return steps[0]
}

// leftFor lists the users who have not decided a step and may come to: everyone whom the request keeps as one of its approvers.
func (g *progress) leftFor(index int) []string {
	var left []string
	for _, a := range g.status.Chain.Steps[index].Approvers {
		if user := string(a.User); !g.hasVoted(index, user) && !slices.Contains(left, user) {
			left = append(left, user)
		}
	}
	return left
}
