// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// judge says of each decision with which nothing is wrong in itself whether it counts.
func (p *pass) judge() {
	for _, b := range p.ballots {
		switch b.spec.Verdict {
		case v1alpha1.VerdictWithdraw:
			p.verdicts[b.name] = p.judgeWithdrawal()
		case v1alpha1.VerdictRevoke:
			p.verdicts[b.name] = p.judgeRevocation(b)
		default:
			p.verdicts[b.name] = p.judgeVote(b)
		}
	}
}

func (p *pass) judgeVote(b *ballot) Counted {
	if p.voted(b) {
		return Counted{Counted: true, Reason: ReasonCounted, Message: countsMessage(b)}
	}
	if found, now := p.verdicts[b.name]; now && !found.Counted {
		return found
	}
	progress := &p.status.Steps[b.step]
	switch {
	case b.former != nil:
		return *b.former
	case progress.State == v1alpha1.StepOpen:
		return Counted{Reason: ReasonRequestNotOpen, Message: "the organization is not resolved: see its conditions"}
	case p.early(b):
		return Counted{Reason: ReasonStepNotOpen, Message: fmt.Sprintf("step %q had not begun when the decision was made", progress.Name)}
	case progress.State == v1alpha1.StepClosed:
		return Counted{Reason: ReasonRequestClosed, Message: "the request had ended: it is " + string(p.status.State)}
	}
	return Counted{Reason: ReasonStepClosed, Message: fmt.Sprintf("step %q ended without it: it is %s", progress.Name, progress.State)}
}

func (p *pass) judgeWithdrawal() Counted {
	switch p.status.State {
	case v1alpha1.RequestWithdrawn:
		return Counted{Counted: true, Reason: ReasonCounted, Message: "withdraws the request"}
	case v1alpha1.RequestPending:
		return Counted{Reason: ReasonRequestNotOpen, Message: "the organization is not resolved: see its conditions"}
	default:
		return Counted{Reason: ReasonRequestClosed, Message: "the request had ended: it is " + string(p.status.State)}
	}
}

func (p *pass) judgeRevocation(b *ballot) Counted {
	given := p.status.Grant
	switch {
	case given == nil:
		return Counted{Reason: ReasonNotRevocable, Message: "the request gives no role: it is " + string(p.status.State)}
	case !p.revocable(b):
		return Counted{Reason: ReasonNotRevocable, Message: "the role was not held when the decision was made"}
	case given.Revoked != nil && given.RevokedBy == b.spec.Approver:
		return Counted{Counted: true, Reason: ReasonCounted, Message: "takes the role back"}
	case given.Revoked != nil:
		return Counted{Reason: ReasonNotRevocable, Message: fmt.Sprintf("%q had taken the role back", given.RevokedBy)}
	}
	return Counted{Reason: ReasonRevocationNotPermitted, Message: fmt.Sprintf(
		"%q is neither the requester nor the beneficiary, and may not decide any step of the request", b.spec.Approver)}
}

func countsMessage(b *ballot) string {
	verb := "approves"
	if b.spec.Verdict == v1alpha1.VerdictDeny {
		verb = "denies"
	}
	message := fmt.Sprintf("%s step %q", verb, b.spec.Step)
	if b.spec.OnBehalfOf != "" {
		message += fmt.Sprintf(" on behalf of %q", b.spec.OnBehalfOf)
	}
	return message
}
