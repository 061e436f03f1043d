// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"maps"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// decisionResults returns of each decision, by name, whether it counts.
func (g *progress) decisionResults() map[string]DecisionResult {
	results := maps.Clone(g.pass.invalid)
	for _, d := range g.pass.decisions {
		switch d.spec.Verdict {
		case v1alpha1.VerdictWithdraw:
			results[d.name] = g.withdrawalResult(d)
		case v1alpha1.VerdictRevoke:
			results[d.name] = g.revocationResult(d)
		default:
			results[d.name] = g.voteResult(d)
		}
	}
	return results
}

func (g *progress) voteResult(d *decision) DecisionResult {
	if isVote(&g.status, d) {
		return DecisionResult{Counted: true, Reason: ReasonCounted, Message: countedMessage(d)}
	}
	if result, found := g.results[d.name]; found {
		return result
	}
	step := &g.status.Steps[d.step]
	switch {
	case d.rejected != nil:
		return *d.rejected
	case step.State == v1alpha1.StepOpen:
		return DecisionResult{Reason: ReasonRequestNotOpen, Message: organizationNotResolved}
	case g.precedesStep(d):
		return DecisionResult{Reason: ReasonStepNotOpen, Message: fmt.Sprintf("step %q had not begun when the decision was made", step.Name)}
	case step.State == v1alpha1.StepClosed:
		return DecisionResult{Reason: ReasonRequestClosed, Message: g.endedMessage()}
	}
	return DecisionResult{Reason: ReasonStepClosed, Message: fmt.Sprintf("step %q ended without it: it is %s", step.Name, step.State)}
}

func (g *progress) endedMessage() string {
	return "the request had ended: it is " + string(g.status.State)
}

func (g *progress) withdrawalResult(d *decision) DecisionResult {
	if d.stays(ReasonWithdrawalNotPermitted) {
		return *d.rejected
	}
	if result, found := g.results[d.name]; found {
		return result
	}
	switch {
	case g.status.State == v1alpha1.RequestWithdrawn && d == g.withdrew():
		return DecisionResult{Counted: true, Reason: ReasonCounted, Message: "withdraws the request" + formatVia(d.spec.Via)}
	case !g.pending():
		return DecisionResult{Reason: ReasonRequestClosed, Message: g.endedMessage()}
	}
	if refused := g.pass.refuseWithdrawal(d); refused != nil {
		return *refused
	}
	return DecisionResult{Reason: ReasonRequestNotOpen, Message: organizationNotResolved}
}

func (g *progress) revocationResult(d *decision) DecisionResult {
	switch grant := g.status.Grant; {
	case grant == nil:
		return DecisionResult{Reason: ReasonNotRevocable, Message: "the request gives no role: it is " + string(g.status.State)}
	case !g.revocableAt(d.created):
		return DecisionResult{Reason: ReasonNotRevocable, Message: "the role was not held when the decision was made"}
	case grant.RevokedBy == v1alpha1.Observed(d.spec.Approver) && grant.RevocationTime.Equal(timestamp(d.created)):
		return DecisionResult{Counted: true, Reason: ReasonCounted, Message: "revokes the role" + formatVia(d.spec.Via)}
	case grant.RevocationTime != nil && grant.RevokedBy != "":
		return DecisionResult{Reason: ReasonNotRevocable, Message: fmt.Sprintf("%q had revoked the role", grant.RevokedBy)}
	case grant.RevocationTime != nil:
		return DecisionResult{Reason: ReasonNotRevocable, Message: g.pass.revocationMessage(grant)}
	}
	// If it were not refused, the role would be revoked.
	return *g.pass.refuseRevocation(d)
}

func countedMessage(d *decision) string {
	verb := "approves"
	if d.spec.Verdict == v1alpha1.VerdictDeny {
		verb = "denies"
	}
	message := fmt.Sprintf("%s step %q", verb, d.spec.Step)
	if d.spec.OnBehalfOf != "" {
		message += fmt.Sprintf(" on behalf of %q", d.spec.OnBehalfOf)
	}
	return message + formatVia(d.spec.Via)
}
