// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/conditions"
)

// awaitedRetry is when a request whose removal waits for another one is looked at again.
const awaitedRetry = time.Second

// outcome returns the outcome of a pass.
func (g *progress) outcome() *Outcome {
	g.revoke()
	g.endWithBeneficiary()
	g.endWithRenewed()
	g.describe()
	g.countReminders()
	g.status.Conditions = g.conditions()
	now := g.pass.now
	o := &Outcome{Status: g.status, Decisions: g.decisionResults(), Events: g.events(), ForWantOfVotes: g.forWantOfVotes}
	switch {
	case g.pending() || now.Before(g.removalTime()):
		o.Next = g.nextPass()
	case g.isAwaited():
		o.Next = now.UTC().Add(awaitedRetry)
	default:
		o.Remove = true
	}
	return o
}

// nextPass returns the next time at which time alone changes something; zero if it never does.
func (g *progress) nextPass() time.Time {
	var next time.Time
	consider := func(t time.Time) {
		if t.After(g.pass.now) && (next.IsZero() || t.Before(next)) {
			next = t.UTC()
		}
	}
	if !g.pending() {
		consider(g.removalTime())
		if grant := g.status.Grant; grant != nil {
			consider(grantEnd(grant))
			if grant.RevocationTime == nil {
				consider(grant.StartTime.Time)
				consider(endingTime(grant))
			}
		}
		return next
	}
	if g.pass.state.Index == nil {
		return next
	}
	g.eachDeadline(consider)
	for i := range g.status.Steps {
		if g.status.Steps[i].State == v1alpha1.StepOpen {
			g.eachReminder(i, consider)
		}
	}
	for _, t := range g.transitions {
		consider(t)
	}
	return next
}

// eachReminder calls a function with the time of each reminder of a step.
func (g *progress) eachReminder(step int, visit func(time.Time)) {
	for _, reminder := range g.status.Chain.Steps[step].Reminders {
		visit(deadline(&g.status.Steps[step], reminder.AfterSeconds))
	}
}

// countReminders writes how many reminders and escalations of the open steps are due.
func (g *progress) countReminders() {
	if g.pass.state.Index == nil {
		return
	}
	for i := range g.status.Steps {
		step, due := &g.status.Steps[i], 0
		if step.State != v1alpha1.StepOpen {
			continue
		}
		g.eachReminder(i, func(at time.Time) {
			if !at.After(g.pass.now) {
				due++
			}
		})
		step.ReminderCount, step.EscalationCount = bounded.CountIfAny(due), bounded.CountIfAny(g.escalations(i, g.pass.now))
	}
}

// conditions returns the conditions that this package writes.
func (g *progress) conditions() []metav1.Condition {
	request, desired := g.pass.state.Request, []metav1.Condition{g.readyCondition(), g.resolvedRefs()}
	types := []string{
		v1alpha1.ConditionReady, v1alpha1.ConditionResolvedRefs,
		v1alpha1.ConditionApproved, v1alpha1.ConditionDenied, v1alpha1.ConditionCompleted,
	}
	desired = append(desired, g.endConditions()...)
	if request.Spec.Grant != nil {
		types, desired = append(types, v1alpha1.ConditionGranted), append(desired, g.grantedCondition())
	}
	return conditions.Merge(conditions.Only(g.status.Conditions, types...), request.Generation, g.pass.now, desired...)
}

// endReason is the reason of conditions that say how the request ended, if it did: the state of the request, or the bound that it
// exceeds.
func (g *progress) endReason() string {
	if g.excess != "" {
		return g.excess
	}
	return string(g.status.State)
}

// endConditions returns how the request ended, if it did.
func (g *progress) endConditions() []metav1.Condition {
	condition := func(conditionType string, holds bool) metav1.Condition {
		c := metav1.Condition{
			Type: conditionType, Status: metav1.ConditionFalse, Reason: g.endReason(), Message: g.status.Message,
		}
		if holds {
			c.Status = metav1.ConditionTrue
		}
		if g.pending() {
			c.Message = "the request is pending"
		}
		return c
	}
	return []metav1.Condition{
		condition(v1alpha1.ConditionApproved, g.status.State == v1alpha1.RequestApproved),
		condition(v1alpha1.ConditionDenied, g.status.State == v1alpha1.RequestDenied),
		condition(v1alpha1.ConditionCompleted, !g.pending()),
	}
}

// resolvedRefs returns whether everything exists that the request needs before it can be opened.
func (g *progress) resolvedRefs() metav1.Condition {
	if g.pending() && g.blocked != nil && (conditions.IsUnresolved(g.blocked.reason) || slices.Contains(waitingReasons, g.blocked.reason)) {
		return conditions.ResolvedRefs(g.blocked.reason, g.blocked.message)
	}
	return conditions.ResolvedRefs("", "")
}

// waitingReasons are those of a request that waits for its organization or its chain.
var waitingReasons = []string{
	ReasonOrganizationNotResolved, ReasonNoMatchingChain, ReasonChainNotObserved, ReasonRenewedRequestPending,
}

func (g *progress) readyCondition() metav1.Condition {
	ready := metav1.Condition{
		Type: v1alpha1.ConditionReady, Status: metav1.ConditionTrue, Reason: g.endReason(), Message: g.status.Message,
	}
	if g.pending() && g.blocked != nil {
		ready.Status, ready.Reason, ready.Message = metav1.ConditionFalse, g.blocked.reason, g.blocked.message
	}
	return ready
}
