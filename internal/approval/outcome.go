// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// outcome says what the pass came to.
func (p *pass) outcome() *Outcome {
	p.judge()
	p.describe()
	p.remind()
	p.settleConditions()
	o := &Outcome{Status: p.status, Verdicts: p.verdicts, Events: p.events()}
	if !p.pending() {
		o.Remove = !p.Now.Before(p.removal())
	}
	if !o.Remove {
		o.Next = p.nextTime()
	}
	return o
}

// nextTime is when time alone changes something, after the pass.
func (p *pass) nextTime() time.Time {
	var next time.Time
	consider := func(t time.Time) {
		if t.After(p.Now) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	if !p.pending() {
		consider(p.removal())
		if p.status.Grant != nil {
			consider(p.grantEnd())
		}
		return next
	}
	if p.chain == nil || p.Index == nil {
		return next
	}
	p.deadlines(consider)
	for i := range p.status.Steps {
		if progress := &p.status.Steps[i]; progress.State == v1alpha1.StepOpen {
			for _, after := range p.status.Chain.Spec.Steps[i].ReminderSeconds {
				consider(deadline(progress, int64(after)))
			}
		}
	}
	for _, t := range p.turns {
		consider(t)
	}
	return next
}

// remind counts the reminders and the escalations of the open steps that are due.
func (p *pass) remind() {
	if !p.pending() || p.chain == nil || p.Index == nil {
		return
	}
	for i := range p.status.Steps {
		progress, due := &p.status.Steps[i], 0
		if progress.State != v1alpha1.StepOpen {
			continue
		}
		for _, after := range p.status.Chain.Spec.Steps[i].ReminderSeconds {
			if !deadline(progress, int64(after)).After(p.now) {
				due++
			}
		}
		progress.Reminded, progress.Escalated = count(due), count(p.escalated(i, p.now))
	}
}

// settleConditions writes the conditions that this package knows of, and leaves out all others.
func (p *pass) settleConditions() {
	own := slices.DeleteFunc(slices.Clone(p.status.Conditions), func(c metav1.Condition) bool {
		return c.Type != v1alpha1.ConditionReady && (c.Type != v1alpha1.ConditionGranted || p.Request.Spec.Grant == nil)
	})
	settle := func(c metav1.Condition) {
		c.ObservedGeneration, c.LastTransitionTime = p.Request.Generation, *stamp(p.Now)
		meta.SetStatusCondition(&own, c)
	}
	settle(p.readyCondition())
	if p.Request.Spec.Grant != nil {
		settle(p.grantedCondition())
	}
	p.status.Conditions = own
}

func (p *pass) readyCondition() metav1.Condition {
	ready := metav1.Condition{
		Type: v1alpha1.ConditionReady, Status: metav1.ConditionTrue, Reason: string(p.status.State), Message: p.status.Message,
	}
	if p.pending() && p.missing != nil {
		ready.Status, ready.Reason, ready.Message = metav1.ConditionFalse, p.missing.Reason, p.missing.Message
	}
	return ready
}

// events tell what is new in the status.
func (p *pass) events() []Event {
	former := &p.Request.Status
	var events []Event
	tell := func(kind, reason, format string, details ...any) {
		events = append(events, Event{Type: kind, Reason: reason, Message: cut(fmt.Sprintf(format, details...), maxMessage)})
	}
	if former.Chain == nil && p.status.Chain != nil {
		tell(normal, eventOpened, "chain %q governs the request", p.status.Chain.Name)
	}
	for i := range p.status.Steps {
		before := v1alpha1.StepProgress{State: v1alpha1.StepWaiting}
		if i < len(former.Steps) {
			before = former.Steps[i]
		}
		p.stepEvents(&before, &p.status.Steps[i], tell)
	}
	if p.missing != nil && p.pending() && !saidBefore(former.Conditions, p.missing) {
		tell(warning, p.missing.Reason, "%s", p.missing.Message)
	}
	if formerState := former.State; !p.pending() && (formerState == "" || formerState == v1alpha1.RequestPending) {
		kind := normal
		if p.status.State == v1alpha1.RequestDenied || p.status.State == v1alpha1.RequestExpired {
			kind = warning
		}
		tell(kind, string(p.status.State), "%s", p.status.Message)
	}
	if given := p.status.Grant; given != nil && given.Revoked != nil && (former.Grant == nil || former.Grant.Revoked == nil) {
		tell(normal, ReasonRevoked, "%q took the role back", given.RevokedBy)
	}
	return events
}

// Types of events, as Kubernetes has them.
const (
	normal  = "Normal"
	warning = "Warning"
)

func saidBefore(conditions []metav1.Condition, missing *metav1.Condition) bool {
	former := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady)
	return former != nil && former.Status == metav1.ConditionFalse && former.Reason == missing.Reason
}

func (p *pass) stepEvents(before, after *v1alpha1.StepProgress, tell func(kind, reason, format string, details ...any)) {
	if after.Began != nil && before.Began == nil && after.State == v1alpha1.StepOpen {
		tell(normal, eventStepOpened, "step %q waits for %s", after.Name, waits(after, maxWaiting))
	}
	if after.State == v1alpha1.StepApproved && before.State != v1alpha1.StepApproved {
		tell(normal, eventStepApproved, "step %q is %s", after.Name, after.Message)
	}
	if after.State != v1alpha1.StepOpen {
		return
	}
	if number(after.Escalated) > number(before.Escalated) {
		tell(warning, eventEscalated, "step %q was not decided in time, and waits for %s", after.Name, waits(after, maxWaiting))
	}
	if number(after.Reminded) > number(before.Reminded) {
		tell(normal, eventReminder, "step %q still waits for %s", after.Name, waits(after, maxWaiting))
	}
}

func number(n *int32) int32 {
	if n == nil {
		return 0
	}
	return *n
}
