// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// describe writes into the status what a pending request waits for.
func (g *progress) describe() {
	g.describeDeputies()
	g.status.WaitingFor = ""
	var lines []string
	for i := range g.status.Steps {
		step := &g.status.Steps[i]
		if g.pass.state.Index == nil && step.State == v1alpha1.StepOpen {
			// Who may decide now is unknown. Keep what was known.
			continue
		}
		step.WaitingFor, step.OmittedWaitingForCount = nil, nil
		if step.State == v1alpha1.StepOpen {
			g.describeStep(i)
			lines = append(lines, fmt.Sprintf("%s: %s", step.Name, formatWaiting(step, maxLineWaiting)))
		}
	}
	g.status.WaitingFor = bounded.Bytes(strings.Join(lines, "; "), maxLine)
	switch {
	case !g.pending():
	case g.blocked != nil:
		g.status.Message = bounded.Bytes(g.blocked.message, maxMessage)
	case g.status.WaitingFor != "":
		g.status.Message = "waits for " + g.status.WaitingFor
	}
}

// describeDeputies writes who may decide in place of those whom the request waits for.
func (g *progress) describeDeputies() {
	p := g.pass
	if g.pending() && p.state.Index == nil {
		return
	}
	g.status.Deputies = nil
	if !g.pending() || p.chain == nil || p.chain.OnBehalfPermission == "" {
		return
	}
	holders, transitions := p.state.Index.PermissionHolders(p.at(p.now), p.chain.OnBehalfPermission, v1alpha1.MaxDeputies)
	for _, user := range holders {
		g.status.Deputies = append(g.status.Deputies, v1alpha1.Observed(user))
	}
	g.transitions = append(g.transitions, transitions...)
}

// describeStep writes who may still decide an open step, and how many votes it has.
func (g *progress) describeStep(index int) {
	step, spec := &g.status.Steps[index], &g.pass.chain.Steps[index]
	approvals, left := len(step.Votes)-denials(step), g.eligibleFor(index)
	for _, user := range left[:min(len(left), maxWaiting)] {
		step.WaitingFor = append(step.WaitingFor, v1alpha1.Observed(user))
	}
	step.OmittedWaitingForCount = bounded.CountIfAny(max(0, len(left)-maxWaiting))
	step.Message = g.progressMessage(index, approvals, len(left))
	switch short := approvals+len(left) < max(1, spec.RequiredApprovals); {
	case g.blocked != nil:
	case g.cannotBeApproved(index):
		g.block(ReasonOutcomeUnreachable, g.unreachableMessage(index, len(left)))
	case short:
		g.block(ReasonNoEligibleApprover, g.stuckMessage(step, len(left), spec.RequiredApprovals))
	}
}

// eligibleFor lists the users who may decide an open step now.
func (g *progress) eligibleFor(index int) []string {
	return slices.DeleteFunc(slices.Clone(g.eligible[index]), func(user string) bool { return g.hasVoted(index, user) })
}

// progressMessage says how many votes an open step has, and how many it needs.
func (g *progress) progressMessage(index, approvals, left int) string {
	step, spec := &g.status.Steps[index], &g.pass.chain.Steps[index]
	var message string
	switch spec.ApprovalMode {
	case document.ApprovalCount:
		message = fmt.Sprintf("%d of %d approvals", approvals, spec.RequiredApprovals)
	case document.ApprovalAll:
		message = fmt.Sprintf("%d of %d approvals, of everybody who may decide it", approvals, approvals+left)
	default:
		message = fmt.Sprintf("%s, and no number suffices: the approvalMode %q is unknown",
			english.Count(approvals, "approval"), spec.ApprovalMode)
	}
	if denials := len(step.Votes) - approvals; denials > 0 {
		message += fmt.Sprintf(", %d of %d denials", denials, spec.RequiredDenials)
	}
	if replaced := g.status.Chain.Steps[index].ReplacedApprover; replaced != "" {
		message += fmt.Sprintf("; approver %q is the beneficiary, so the fallback decides if others are needed", replaced)
	}
	return message
}

// hasVoted reports whether a user's vote counts in a step; if the chain asks for distinct approvers, in any.
func (g *progress) hasVoted(step int, user string) bool {
	for i := range g.status.Steps {
		if i != step && !g.pass.distinct() {
			continue
		}
		if slices.ContainsFunc(g.status.Steps[i].Votes, func(v v1alpha1.Vote) bool {
			return string(v.OnBehalfOf) == user || string(v.Approver) == user && (v.OnBehalfOf == "" || i != step)
		}) {
			return true
		}
	}
	return false
}

// stuckMessage says why too few users may decide a step.
func (g *progress) stuckMessage(step *v1alpha1.StepProgress, left, required int) string {
	if err := g.pass.state.Index.ValidateInput(g.pass.at(g.pass.now)); err != nil {
		return fmt.Sprintf("step %q waits, and nobody may decide it: %v", step.Name, err)
	}
	if left == 0 {
		return fmt.Sprintf("step %q waits, and nobody may decide it who was an approver when the request was opened: "+
			"restore one, or withdraw the request and make it again", step.Name)
	}
	return fmt.Sprintf("step %q asks for %d approvals, and only %d more may decide it who were approvers when the request was opened: "+
		"restore some, or withdraw the request and make it again", step.Name, required, left)
}
