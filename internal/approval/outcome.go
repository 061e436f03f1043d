// SPDX-License-Identifier: Apache-2.0

package approval

import (
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
			next = t.UTC()
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

func number(n *int32) int32 {
	if n == nil {
		return 0
	}
	return *n
}
