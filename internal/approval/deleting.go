// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/conditions"
)

// endDeleted returns the outcome of a request that is being deleted. Something may keep the object for long: it stays in its
// state, waits for nobody and gives nothing. Decisions that counted stay counted, and no other does.
func endDeleted(s *State) *Outcome {
	message := fmt.Sprintf("the request is being deleted since %s: it gives nothing, and no decision on it counts any more",
		s.Request.DeletionTimestamp.UTC().Format(time.RFC3339))
	o := &Outcome{Status: *s.Request.Status.DeepCopy(), Decisions: map[string]DecisionResult{}}
	o.Status.ObservedGeneration, o.Status.WaitingFor, o.Status.Deputies = s.Request.Generation, "", nil
	for i := range s.Decisions {
		o.Decisions[s.Decisions[i].Name] = lastResult(&s.Decisions[i], message)
	}
	desired := []metav1.Condition{{Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: ReasonDeleting, Message: message}}
	if s.Request.Spec.Grant != nil {
		desired = append(desired, metav1.Condition{
			Type: v1alpha1.ConditionGranted, Status: metav1.ConditionFalse, Reason: ReasonDeleting, Message: message,
		})
	}
	o.Status.Conditions = conditions.Merge(s.Request.Status.Conditions, s.Request.Generation, s.Now, desired...)
	return o
}

// lastResult returns what an earlier pass found of a decision; without one, the decision does not count.
func lastResult(decision *v1alpha1.ApprovalDecision, message string) DecisionResult {
	if counted := meta.FindStatusCondition(decision.Status.Conditions, v1alpha1.ConditionCounted); counted != nil {
		return DecisionResult{Counted: counted.Status == metav1.ConditionTrue, Reason: counted.Reason, Message: counted.Message}
	}
	return DecisionResult{Reason: ReasonRequestClosed, Message: message}
}
