// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// grantWindow returns when the role that a request asks for is held, if the request is approved at a time.
func grantWindow(spec *v1alpha1.RequestedGrant, approved time.Time) v1alpha1.Window {
	from := timestamp(approved)
	return v1alpha1.Window{StartTime: from, EndTime: timestamp(from.Add(time.Duration(spec.DurationSeconds) * time.Second))}
}

// passesGrantCheck reports whether the role that is asked for would be held, if the request were approved at a time. If not,
// the request is denied; if that is not known, the pass needs the check.
func (g *progress) passesGrantCheck(at time.Time) bool {
	request := g.pass.state.Request
	if request.Spec.Grant == nil {
		return true
	}
	window := grantWindow(request.Spec.Grant, at)
	for _, checked := range g.pass.state.CheckedGrants {
		if !checked.Window.StartTime.Equal(window.StartTime) {
			continue
		}
		if checked.Refusal != "" {
			g.end(v1alpha1.RequestDenied, at, "the role cannot be given: "+checked.Refusal)
		}
		return checked.Refusal == ""
	}
	g.check = &GrantCheck{Window: window, Grant: intake.Requested(request, window)}
	return false
}

// revoke revokes the role of an approved request by the first valid revocation.
func (g *progress) revoke() {
	if g.status.Grant == nil || g.status.Grant.RevocationTime != nil {
		return
	}
	for _, d := range g.pass.decisions {
		if d.spec.Verdict == v1alpha1.VerdictRevoke && heldAt(g.status.Grant, d.created) && g.mayRevoke(d) {
			g.status.Grant.RevocationTime, g.status.Grant.RevokedBy = timestamp(d.created), v1alpha1.Observed(d.spec.Approver)
			return
		}
	}
}

// heldAt reports whether a role that was not revoked was held at a time.
func heldAt(grant *v1alpha1.GrantStatus, t time.Time) bool {
	return !t.Before(grant.StartTime.Time) && t.Before(grant.EndTime.Time)
}

// mayRevoke reports whether a user may revoke the role: the requester, the beneficiary, and the users who may decide a step,
// whether it was asked or not.
func (g *progress) mayRevoke(d *decision) bool {
	p, user := g.pass, d.decider()
	if p.isParty(user) {
		return true
	}
	if p.state.Index == nil {
		return false
	}
	input := p.at(d.created)
	// If the requester is no longer a user, the approvers can still revoke what was granted to the beneficiary.
	withoutRequester := *input
	withoutRequester.Requester = input.Beneficiary
	for i := range g.status.Chain.Steps {
		for _, a := range g.status.Chain.Steps[i].Approvers {
			if string(a.User) != user {
				continue
			}
			selectors := poolSelectors(&p.chain.Steps[i], &a)
			if p.state.Index.MayDecide(selectors, input, user) || p.state.Index.MayDecide(selectors, &withoutRequester, user) {
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

// grantEnd returns when a role ends or has ended.
func grantEnd(grant *v1alpha1.GrantStatus) time.Time {
	if grant.RevocationTime != nil {
		return grant.RevocationTime.Time
	}
	return grant.EndTime.Time
}

// grantedCondition returns whether the role that is asked for is held.
func (g *progress) grantedCondition() metav1.Condition {
	c := metav1.Condition{Type: v1alpha1.ConditionGranted, Status: metav1.ConditionFalse}
	switch grant := g.status.Grant; {
	case g.pending():
		c.Reason, c.Message = ReasonPending, "the request is pending"
	case grant == nil:
		c.Reason, c.Message = ReasonNotGranted, "the request ended without giving the role"
	case grant.RevocationTime != nil:
		c.Reason = ReasonRevoked
		c.Message = fmt.Sprintf("%q revoked the role at %s", grant.RevokedBy, grant.RevocationTime.UTC().Format(time.RFC3339))
	case !g.pass.now.Before(grant.EndTime.Time):
		c.Reason, c.Message = ReasonGrantExpired, "the role was held until "+grant.EndTime.UTC().Format(time.RFC3339)
	default:
		c.Status, c.Reason = metav1.ConditionTrue, ReasonGranted
		c.Message = fmt.Sprintf("role %s is held until %s",
			g.pass.state.Request.Spec.Grant.RoleRef.Name, grant.EndTime.UTC().Format(time.RFC3339))
	}
	return c
}
