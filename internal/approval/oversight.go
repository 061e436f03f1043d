// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// refuseWithdrawal returns why a withdrawal does not count; nil if it does. Its requester may withdraw a request at any time; once
// it is open, so may its approvers and the holders of its managePermission. Before, the chain is not known: those may who manage
// the requests of a chain for its type. A withdrawal that was not permitted stays so.
func (p *pass) refuseWithdrawal(d *decision) *DecisionResult {
	chain := p.status.Chain
	early := chain == nil || d.created.Before(openingTime(p.status))
	switch {
	case d.decider() == p.input.Requester:
		return nil
	case d.stays(ReasonWithdrawalNotPermitted):
		return d.rejected
	case p.state.Index == nil:
		return &DecisionResult{Reason: ReasonRequestNotOpen, Message: organizationNotResolved}
	case early && p.managesUnopened(d.decider(), d.created):
		return nil
	case early:
		return &DecisionResult{Reason: ReasonRequestNotOpen, Message: fmt.Sprintf(
			"the request was not open when the decision was made: until then, only its requester %q may withdraw it, "+
				"and who holds the managePermission of a chain for its type", p.input.Requester)}
	case p.mayEnd(d.decider(), d.created):
		return nil
	}
	return &DecisionResult{Reason: ReasonWithdrawalNotPermitted, Message: fmt.Sprintf(
		"%q is not the requester, %s", d.decider(), lacksSay(chain))}
}

// refuseRevocation returns why a revocation of a role that was held at its time does not count; nil if it does. The requester,
// the beneficiary, the approvers and the holders of the managePermission may revoke, and who may take the role from the beneficiary
// without a request. A revocation that was not permitted stays so.
func (p *pass) refuseRevocation(d *decision) *DecisionResult {
	switch {
	case p.isParty(d.decider()):
		return nil
	case d.stays(ReasonRevocationNotPermitted):
		return d.rejected
	case p.state.Index == nil:
		return &DecisionResult{Reason: ReasonRequestNotOpen, Message: organizationNotResolved}
	case p.mayRevoke(d.decider(), d.created):
		return nil
	}
	return &DecisionResult{Reason: ReasonRevocationNotPermitted, Message: fmt.Sprintf(
		"%q is neither the requester nor the beneficiary, %s; no administration rule lets them take the role",
		d.decider(), lacksSay(p.status.Chain))}
}

// mayRevoke reports whether a user may revoke the role of the request, whose requester and beneficiary may besides.
func (p *pass) mayRevoke(user string, at time.Time) bool {
	return p.mayEnd(user, at) || p.state.Index.MayTake(p.at(at), user)
}

// MayRevoke reports whether a user may revoke the role that a request gave, at the moment of its state: whether there still is one is not
// asked. It says what the manager would, without the decisions of the state.
func MayRevoke(s *State, user string) bool {
	p := newPass(s, &s.Request.Status)
	return p.isParty(user) || s.Index != nil && p.chain != nil && p.mayRevoke(user, s.Now)
}

// MayWithdraw reports whether a user may withdraw a request that is pending, at the moment of its state. It says what the manager would,
// without the decisions of the state.
func MayWithdraw(s *State, user string) bool {
	p := newPass(s, &s.Request.Status)
	switch {
	case user == p.input.Requester:
		return true
	case s.Index == nil:
		return false
	case p.chain == nil:
		return p.managesUnopened(user, s.Now)
	}
	return p.mayEnd(user, s.Now)
}

// stays reports whether an earlier pass rejected a decision for a reason that no later pass judges again.
func (d *decision) stays(reason string) bool { return d.rejected != nil && d.rejected.Reason == reason }

// lacksSay says that a user is neither an approver nor a holder of the managePermission.
func lacksSay(chain *v1alpha1.RequestChain) string {
	if chain.ManagePermission == "" {
		return "and may not decide any step of the request"
	}
	return fmt.Sprintf("may not decide any step of the request, and does not hold %s over it", chain.ManagePermission)
}

// managesUnopened reports whether a user manages the requests of a chain that may come to govern the request.
func (p *pass) managesUnopened(user string, at time.Time) bool {
	for _, chain := range p.state.Chains {
		if chain.Spec.RequestType == p.state.Request.Spec.RequestType &&
			p.state.Index.Oversees(p.at(at), user, string(chain.Spec.ManagePermission)) {
			return true
		}
	}
	return false
}

// mayEnd reports whether a user may withdraw the request and revoke its role: an approver of a step, whether it was asked or
// not, and a holder of the managePermission. Those whose request it is may have left.
func (p *pass) mayEnd(user string, at time.Time) bool {
	input, chain := p.at(at), p.status.Chain
	if p.state.Index.Oversees(input, user, string(chain.ManagePermission)) {
		return true
	}
	for i := range chain.Steps {
		for _, a := range chain.Steps[i].Approvers {
			if string(a.User) == user && p.state.Index.IsApprover(poolSelectors(&p.chain.Steps[i], &a), input, user) {
				return true
			}
		}
	}
	return false
}

// poolSelectors returns the selectors of the pool to which an approver of a step belongs.
func poolSelectors(step *document.Step, approver *v1alpha1.RequestApprover) []document.Approver {
	switch approver.Pool {
	case v1alpha1.PoolFallback:
		return step.Fallback
	case v1alpha1.PoolEscalation:
		for i := range step.Timeouts {
			if step.Timeouts[i].AfterSeconds == approver.AfterSeconds {
				return step.Timeouts[i].Approvers
			}
		}
		return nil
	default:
		return step.Approvers
	}
}
