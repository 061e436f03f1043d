// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// Types of events, as Kubernetes has them.
const (
	normal  = "Normal"
	warning = "Warning"
)

// told collects events.
type told []Event

func (t *told) tell(kind, reason, format string, details ...any) {
	*t = append(*t, Event{Type: kind, Reason: reason, Message: cut(fmt.Sprintf(format, details...), maxMessage)})
}

// events tell what is new in the status.
func (p *pass) events() []Event {
	var news told
	former := &p.Request.Status
	if former.Chain == nil && p.status.Chain != nil {
		news.tell(normal, eventOpened, "chain %q governs the request", p.status.Chain.Name)
	}
	for i := range p.status.Steps {
		before := v1alpha1.StepProgress{State: v1alpha1.StepWaiting}
		if i < len(former.Steps) {
			before = former.Steps[i]
		}
		news.ofStep(&before, &p.status.Steps[i])
	}
	if p.pending() && p.missing != nil && !saidBefore(former.Conditions, p.missing) {
		news.tell(warning, p.missing.Reason, "%s", p.missing.Message)
	}
	news.ofEnd(former, &p.status)
	return news
}

func (t *told) ofEnd(former, status *v1alpha1.ApprovalRequestStatus) {
	if status.Ended != nil && former.Ended == nil {
		kind := normal
		if status.State == v1alpha1.RequestDenied || status.State == v1alpha1.RequestExpired {
			kind = warning
		}
		t.tell(kind, string(status.State), "%s", status.Message)
	}
	if isRevoked(status) && !isRevoked(former) {
		t.tell(normal, ReasonRevoked, "%q took the role back", status.Grant.RevokedBy)
	}
}

func isRevoked(status *v1alpha1.ApprovalRequestStatus) bool {
	return status.Grant != nil && status.Grant.Revoked != nil
}

func saidBefore(conditions []metav1.Condition, missing *metav1.Condition) bool {
	former := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady)
	return former != nil && former.Status == metav1.ConditionFalse && former.Reason == missing.Reason
}

func (t *told) ofStep(before, after *v1alpha1.StepProgress) {
	if after.State == v1alpha1.StepApproved && before.State != v1alpha1.StepApproved {
		t.tell(normal, eventStepApproved, "step %q is %s", after.Name, after.Message)
	}
	if after.State != v1alpha1.StepOpen {
		return
	}
	if before.Began == nil {
		t.tell(normal, eventStepOpened, "step %q waits for %s", after.Name, waits(after, maxWaiting))
	}
	if number(after.Escalated) > number(before.Escalated) {
		t.tell(warning, eventEscalated, "step %q was not decided in time, and waits for %s", after.Name, waits(after, maxWaiting))
	}
	if number(after.Reminded) > number(before.Reminded) {
		t.tell(normal, eventReminder, "step %q still waits for %s", after.Name, waits(after, maxWaiting))
	}
}
