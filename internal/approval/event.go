// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
)

// Types of events, as Kubernetes has them.
const (
	normal  = "Normal"
	warning = "Warning"
)

type eventList []Event

func (l *eventList) add(eventType, reason, format string, details ...any) {
	*l = append(*l, Event{Type: eventType, Reason: reason, Message: bounded.Bytes(fmt.Sprintf(format, details...), maxMessage)})
}

// events returns what is new in the status. That a request was opened, and whom it waits for first, is no event: hundreds may be made at
// once, and the status says it.
func (g *progress) events() []Event {
	var events eventList
	before, after := &g.pass.state.Request.Status, &g.status
	for i := range after.Steps {
		var stepBefore v1alpha1.StepProgress
		if i < len(before.Steps) {
			stepBefore = before.Steps[i]
		}
		events.addStep(&stepBefore, &after.Steps[i], before.Chain == nil)
	}
	if g.pending() && g.blocked != nil && !hasReason(before.Conditions, g.blocked.reason) {
		events.add(warning, g.blocked.reason, "%s", g.blocked.message)
	}
	events.addEnd(before, after)
	return events
}

func (l *eventList) addStep(before, after *v1alpha1.StepProgress, opening bool) {
	if after.State == v1alpha1.StepApproved && before.State != v1alpha1.StepApproved {
		l.add(normal, eventStepApproved, "step %q is %s", after.Name, after.Message)
	}
	if after.State != v1alpha1.StepOpen {
		return
	}
	waiting := formatWaiting(after, maxWaiting)
	if before.StartTime == nil && !opening {
		l.add(normal, eventStepOpened, "step %q waits for %s", after.Name, waiting)
	}
	if valueOf(after.EscalationCount) > valueOf(before.EscalationCount) {
		l.add(warning, eventEscalated, "step %q was not decided in time, and waits for %s", after.Name, waiting)
	}
	if valueOf(after.ReminderCount) > valueOf(before.ReminderCount) {
		l.add(normal, eventReminder, "step %q still waits for %s", after.Name, waiting)
	}
}

func (l *eventList) addEnd(before, after *v1alpha1.ApprovalRequestStatus) {
	if after.CompletionTime != nil && before.CompletionTime == nil {
		eventType := normal
		if after.State == v1alpha1.RequestDenied || after.State == v1alpha1.RequestExpired {
			eventType = warning
		}
		l.add(eventType, string(after.State), "%s", after.Message)
	}
	if granted := meta.FindStatusCondition(after.Conditions, v1alpha1.ConditionGranted); granted != nil &&
		granted.Reason == ReasonGrantExpiring && isGranted(before) {
		l.add(warning, ReasonGrantExpiring, "%s", granted.Message)
	}
	if isRevoked(after) && !isRevoked(before) {
		l.addRevocation(after.Grant)
	}
}

func (l *eventList) addRevocation(grant *v1alpha1.GrantStatus) {
	switch grant.RevocationReason {
	case ReasonBeneficiaryGone:
		l.add(warning, ReasonBeneficiaryGone, "the role ended: the beneficiary is not the user any more to whom it was given")
	case ReasonBeneficiarySuspended:
		l.add(warning, ReasonBeneficiarySuspended, "the role ended: the beneficiary was suspended")
	case ReasonRenewedRoleRevoked:
		l.add(warning, ReasonRenewedRoleRevoked, "the role ended: the one that it prolongs was revoked, or its request was deleted")
	default:
		l.add(normal, ReasonRevoked, "%q revoked the role%s", grant.RevokedBy, formatVia(grant.RevokedVia))
	}
}

// isGranted reports whether the role was held, and not about to end.
func isGranted(status *v1alpha1.ApprovalRequestStatus) bool {
	granted := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionGranted)
	return granted != nil && granted.Reason == ReasonGranted
}

func isRevoked(status *v1alpha1.ApprovalRequestStatus) bool {
	return status.Grant != nil && status.Grant.RevocationTime != nil
}

// hasReason reports whether the condition Ready has a reason, which no other than one that is False has.
func hasReason(conditions []metav1.Condition, reason string) bool {
	ready := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady)
	return ready != nil && ready.Reason == reason
}
