// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// defaultTimeToLive is how long a request is kept after its end, where its chain says nothing.
const defaultTimeToLive = 30 * 24 * time.Hour

// passStep ends an open step with its approval, and goes on to what comes after it.
func (p *pass) passStep(step int, at time.Time, message string) {
	p.endStep(step, v1alpha1.StepApproved, at, message)
	p.proceed(at)
}

func (p *pass) endStep(step int, state v1alpha1.StepState, at time.Time, message string) {
	progress := &p.status.Steps[step]
	progress.State, progress.Ended, progress.Message = state, stamp(at), cut(message, maxMessage)
}

// approve ends a request of which every step is passed; with a role, from then on and for as long as was asked for. A role
// that would not be held denies it.
func (p *pass) approve(at time.Time) {
	if why := p.forbidden(at); why != "" {
		p.end(v1alpha1.RequestDenied, at, why)
		return
	}
	p.end(v1alpha1.RequestApproved, at, p.approvedMessage())
	if p.Request.Spec.Grant != nil {
		p.status.Grant = &v1alpha1.GrantStatus{Window: p.window(at)}
	}
}

// window is for how long the role would be held that is asked for, if the request were approved at a time.
func (p *pass) window(approved time.Time) v1alpha1.Window {
	from := stamp(approved)
	until := stamp(from.Add(time.Duration(p.Request.Spec.Grant.DurationSeconds) * time.Second))
	return v1alpha1.Window{NotBefore: from, NotAfter: until}
}

// forbidden tells why a role that is asked for would not be held, if the request were approved at a time.
func (p *pass) forbidden(at time.Time) string {
	if p.Request.Spec.Grant == nil {
		return ""
	}
	if p.Forbidden == nil {
		return "it cannot be said whether the role may be held"
	}
	if why := p.Forbidden(p.window(at)); why != "" {
		return "the role cannot be given: " + why
	}
	return ""
}

// approvedMessage tells how the request was approved.
func (p *pass) approvedMessage() string {
	begins := func(begin v1alpha1.StepBegin) func(v1alpha1.RequestStep) bool {
		return func(s v1alpha1.RequestStep) bool { return s.Begin == begin }
	}
	steps, chain := p.status.Chain.Steps, p.status.Chain.Name
	switch {
	case slices.ContainsFunc(steps, begins(v1alpha1.StepBypassed)):
		return fmt.Sprintf("%q holds %s, so no step of chain %q was asked", p.Request.Spec.Requester, p.chain.BypassPermission, chain)
	case slices.ContainsFunc(steps, begins(v1alpha1.StepAsked)):
		return fmt.Sprintf("every step of chain %q is passed", chain)
	case slices.ContainsFunc(steps, begins(v1alpha1.StepSubmitted)):
		return fmt.Sprintf("%q is an approver of every step of chain %q that is needed", p.Request.Spec.Requester, chain)
	}
	return fmt.Sprintf("no step of chain %q is needed", chain)
}

// end brings a request to its end. What was open or waiting is closed.
func (p *pass) end(state v1alpha1.RequestState, at time.Time, message string) {
	p.status.State, p.status.Ended, p.status.Message = state, stamp(at), cut(message, maxMessage)
	for i := range p.status.Steps {
		switch p.status.Steps[i].State {
		case v1alpha1.StepOpen:
			p.endStep(i, v1alpha1.StepClosed, at, "the request ended before the step was decided")
		case v1alpha1.StepWaiting:
			p.status.Steps[i].State, p.status.Steps[i].Message = v1alpha1.StepClosed, "the request ended before the step began"
		default:
		}
	}
}

// withdrawn ends a request that was taken back before it was opened.
func (p *pass) withdrawn() bool {
	for _, b := range p.ballots {
		if b.spec.Verdict == v1alpha1.VerdictWithdraw {
			p.end(v1alpha1.RequestWithdrawn, b.created, withdrawnMessage(b))
			return true
		}
	}
	return false
}

func withdrawnMessage(b *ballot) string {
	message := fmt.Sprintf("withdrawn by %q", b.spec.Approver)
	if b.spec.Comment != "" {
		message += ": " + string(b.spec.Comment)
	}
	return message
}

// revoke takes back the role of an approved request, if somebody who may said so while it was held.
func (p *pass) revoke() {
	if p.status.Grant == nil || p.status.Grant.Revoked != nil {
		return
	}
	for _, b := range p.ballots {
		if b.spec.Verdict == v1alpha1.VerdictRevoke && p.revocable(b) && p.mayRevoke(b) {
			p.status.Grant.Revoked = stamp(b.created)
			p.status.Grant.RevokedBy = b.spec.Approver
			return
		}
	}
}

// revocable tells whether the role was held when a revocation was made.
func (p *pass) revocable(b *ballot) bool {
	given := p.status.Grant
	return given != nil && !b.created.Before(given.NotBefore.Time) && b.created.Before(given.NotAfter.Time)
}

// mayRevoke tells whether somebody may take back the role: the requester, the beneficiary, and who may decide one of the
// steps, whether it was asked or not.
func (p *pass) mayRevoke(b *ballot) bool {
	user := string(b.spec.Approver)
	if user == p.submission.Requester || user == p.submission.Beneficiary {
		return true
	}
	if p.Index == nil {
		return false
	}
	asked := *p.at(b.created)
	// A requester who is no user any more must not keep others from taking back what was given to somebody else.
	without := asked
	without.Requester = asked.Beneficiary
	for i := range p.status.Chain.Steps {
		for _, a := range p.status.Chain.Steps[i].Approvers {
			if string(a.User) != user {
				continue
			}
			selectors := p.selectors(i, a.Pool, a.Timeout)
			if p.Index.MayDecide(selectors, &asked, user) || p.Index.MayDecide(selectors, &without, user) {
				return true
			}
		}
	}
	return false
}

// selectors are what makes somebody an approver of a step, in one pool.
func (p *pass) selectors(step int, of v1alpha1.ApproverPool, timeout *int32) []document.Approver {
	written := &p.chain.Steps[step]
	switch of {
	case v1alpha1.PoolFallback:
		return written.Fallback
	case v1alpha1.PoolEscalation:
		if place := int(number(timeout)); place < len(written.Timeouts) {
			return written.Timeouts[place].Approvers
		}
		return nil
	default:
		return written.Approvers
	}
}

// grantEnd tells until when the role is held or was held.
func (p *pass) grantEnd() time.Time {
	if p.status.Grant.Revoked != nil {
		return p.status.Grant.Revoked.Time
	}
	return p.status.Grant.NotAfter.Time
}

// removal is when the time to live of a request that has ended is over.
func (p *pass) removal() time.Time {
	end := p.status.Ended.Time
	if p.status.Grant != nil {
		end = later(end, p.grantEnd())
	}
	if p.status.Chain != nil && p.status.Chain.Spec.TimeToLiveSeconds != nil {
		return end.Add(time.Duration(*p.status.Chain.Spec.TimeToLiveSeconds) * time.Second)
	}
	return end.Add(defaultTimeToLive)
}

// grantedCondition tells whether the role that is asked for is held.
func (p *pass) grantedCondition() metav1.Condition {
	c := metav1.Condition{Type: v1alpha1.ConditionGranted, Status: metav1.ConditionFalse}
	given, role := p.status.Grant, p.Request.Spec.Grant.RoleRef.Name
	switch {
	case p.pending():
		c.Reason, c.Message = ReasonPending, "the request is pending"
	case given == nil:
		c.Reason, c.Message = ReasonNotGranted, "the request ended without giving the role"
	case given.Revoked != nil:
		c.Reason = ReasonRevoked
		c.Message = fmt.Sprintf("%q took the role back at %s", given.RevokedBy, given.Revoked.UTC().Format(time.RFC3339))
	case !p.Now.Before(given.NotAfter.Time):
		c.Reason, c.Message = ReasonGrantExpired, "the role was held until "+given.NotAfter.UTC().Format(time.RFC3339)
	default:
		c.Status, c.Reason = metav1.ConditionTrue, ReasonGranted
		c.Message = fmt.Sprintf("role %s is held until %s", role, given.NotAfter.UTC().Format(time.RFC3339))
	}
	return c
}
