// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"context"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/retry"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/conditions"
)

// known returns the decisions of which it is known whether they count.
func known(decisions []v1alpha1.ApprovalDecision, results map[string]approval.DecisionResult) []v1alpha1.ApprovalDecision {
	return slices.DeleteFunc(slices.Clone(decisions), func(d v1alpha1.ApprovalDecision) bool {
		_, found := results[d.Name]
		return !found
	})
}

// separate returns the decisions that stay, those that are to be removed now, and when the next one is.
func separate(
	decisions []v1alpha1.ApprovalDecision, results map[string]approval.DecisionResult, now time.Time,
) (kept, removed []v1alpha1.ApprovalDecision, next time.Time) {
	names, next := approval.Prune(decisions, results, now)
	gone := sets.New(names...)
	for i := range decisions {
		if gone.Has(decisions[i].Name) {
			removed = append(removed, decisions[i])
		} else {
			kept = append(kept, decisions[i])
		}
	}
	return kept, removed, next
}

// refusedFirst separates the decisions that will never count, no matter who made them, from the others.
func refusedFirst(
	decisions []v1alpha1.ApprovalDecision, results map[string]approval.DecisionResult,
) (refused, others []v1alpha1.ApprovalDecision) {
	for i := range decisions {
		if results[decisions[i].Name].Stays() {
			refused = append(refused, decisions[i])
		} else {
			others = append(others, decisions[i])
		}
	}
	return refused, others
}

// writeDecisions writes whether decisions count, and returns them as they are then.
func (r *Reconciler) writeDecisions(
	ctx context.Context, decisions []v1alpha1.ApprovalDecision, results map[string]approval.DecisionResult, now time.Time,
) ([]v1alpha1.ApprovalDecision, error) {
	written, failures := slices.Clone(decisions), make([]error, 0, len(decisions))
	for i := range written {
		written[i].Status = judged(&decisions[i], results[decisions[i].Name], now)
		failures = append(failures, statuswriter.Write(ctx, r.Statuses, &decisions[i],
			func(*v1alpha1.ApprovalDecision) v1alpha1.ApprovalDecisionStatus { return written[i].Status }))
	}
	return written, retry.MostSevere(failures...)
}

// judged returns the status of a decision that says whether it counts.
func judged(decision *v1alpha1.ApprovalDecision, result approval.DecisionResult, now time.Time) v1alpha1.ApprovalDecisionStatus {
	counted := metav1.Condition{
		Type: v1alpha1.ConditionCounted, Status: metav1.ConditionFalse, Reason: result.Reason, Message: result.Message,
	}
	if result.Counted {
		counted.Status = metav1.ConditionTrue
	}
	ready := counted
	ready.Type = v1alpha1.ConditionReady
	resolved := conditions.ResolvedRefs("", "")
	if conditions.IsUnresolved(result.Reason) {
		resolved = conditions.ResolvedRefs(result.Reason, result.Message)
	}
	desired := []metav1.Condition{ready, counted, resolved}
	if result.Stays() {
		desired = append(desired, conditions.Stalled(result.Reason, result.Message))
	}
	return v1alpha1.ApprovalDecisionStatus{
		ObservedGeneration: decision.Generation,
		Conditions:         conditions.Merge(decision.Status.Conditions, decision.Generation, now, desired...),
	}
}

// removeDecisions deletes decisions. If no request was ever found for one, only the audit log then has it.
func (r *Reconciler) removeDecisions(ctx context.Context, decisions []v1alpha1.ApprovalDecision) error {
	var failures []error
	for i := range decisions {
		if err := r.Evidence.recordOrphan(&decisions[i]); err != nil {
			return err
		}
		failures = append(failures,
			client.IgnoreNotFound(r.Client.Delete(ctx, &decisions[i], client.Preconditions{UID: &decisions[i].UID})))
	}
	return retry.MostSevere(failures...)
}
