// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/conditions"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/status"
)

// keepOrphans is how long a decision is kept whose request does not exist. The request may be about to come: watches of
// different kinds do not keep step.
const keepOrphans = time.Hour

// write writes what became of a request: its own status first, because what decisions came to follows from it.
func (r *Reconciler) write(ctx context.Context, f *found, outcome *approval.Outcome, now time.Time) error {
	if outcome.Remove {
		return client.IgnoreNotFound(r.remove(ctx, f.request))
	}
	desired := outcome.Status
	desired.Conditions = f.conditions(desired.Conditions, now)
	// The events of a request say more than its conditions, so the writer sends none.
	if _, err := statuswriter.Apply(ctx, r.Statuses, f.request, &f.request.Status, desired); err != nil {
		return err
	}
	for _, event := range outcome.Events {
		r.Recorder.Eventf(f.request, nil, event.Type, event.Reason, "Approval", "%s", event.Message)
	}
	var failures []error
	for i := range f.decisions {
		verdict := outcome.Verdicts[f.decisions[i].Name]
		failures = append(failures, r.judge(ctx, &f.decisions[i], verdict, now))
	}
	return errors.Join(failures...)
}

// judge writes whether a decision counts.
func (r *Reconciler) judge(ctx context.Context, decision *v1alpha1.ApprovalDecision, verdict approval.Counted, now time.Time) error {
	counted := metav1.Condition{
		Type: v1alpha1.ConditionCounted, Status: metav1.ConditionFalse, Reason: verdict.Reason, Message: verdict.Message,
	}
	if verdict.Counted {
		counted.Status = metav1.ConditionTrue
	}
	desired := v1alpha1.ApprovalDecisionStatus{
		Conditions: conditions.Merge(decision.Status.Conditions, decision.Generation, now, counted),
	}
	return statuswriter.Write(ctx, r.Statuses, decision, &decision.Status, desired)
}

func stamp(t time.Time) metav1.Time { return metav1.NewTime(t.UTC().Truncate(time.Second)) }

// conditions adds what only the organization's snapshot knows: whether the role is withheld, and whether readers see it.
func (f *found) conditions(own []metav1.Condition, now time.Time) []metav1.Condition {
	if !f.gives() {
		return own
	}
	set := func(c metav1.Condition) {
		c.ObservedGeneration, c.LastTransitionTime = f.request.Generation, stamp(now)
		if former := meta.FindStatusCondition(f.request.Status.Conditions, c.Type); former != nil && former.Status == c.Status {
			c.LastTransitionTime = former.LastTransitionTime
		}
		meta.RemoveStatusCondition(&own, c.Type)
		own = append(own, c)
	}
	if why := f.withheld(now); why != nil {
		set(metav1.Condition{Type: v1alpha1.ConditionGranted, Status: metav1.ConditionFalse, Reason: why.Reason, Message: why.Message})
	}
	former := meta.FindStatusCondition(f.request.Status.Conditions, v1alpha1.ConditionPublished)
	switch {
	case former != nil && former.Status == metav1.ConditionTrue:
		set(*former)
	case f.revision > 0:
		set(metav1.Condition{
			Type: v1alpha1.ConditionPublished, Status: metav1.ConditionTrue, Reason: status.ReasonPublished,
			Message: fmt.Sprintf("readers see this as of revision %d", f.revision),
		})
	default:
		set(metav1.Condition{
			Type: v1alpha1.ConditionPublished, Status: metav1.ConditionFalse, Reason: status.ReasonOrganizationNotResolved,
			Message: "readers do not see this yet",
		})
	}
	return own
}

// withheld is why the organization does not give the role, nil if it does.
func (f *found) withheld(now time.Time) *resolve.Finding {
	self := model.Ref{Kind: model.KindRequest, Namespace: f.key.Namespace, Name: f.key.Name}
	for _, finding := range f.taken.FindingsAt(now).ByObject[self] {
		if finding.Severity == resolve.Error {
			return &finding
		}
	}
	return nil
}

// remove deletes a request whose time is over, unless it was made anew meanwhile.
func (r *Reconciler) remove(ctx context.Context, request *v1alpha1.ApprovalRequest) error {
	return r.Client.Delete(ctx, request, client.Preconditions{UID: &request.UID})
}

// sweep says of decisions whose request does not exist that they count for nothing, and removes them after a while.
func (r *Reconciler) sweep(ctx context.Context, f *found, now time.Time) (ctrl.Result, error) {
	var next time.Time
	var failures []error
	for i := range f.decisions {
		decision := &f.decisions[i]
		if end := decision.CreationTimestamp.Add(keepOrphans); end.After(now) {
			if next.IsZero() || end.Before(next) {
				next = end
			}
			failures = append(failures, r.judge(ctx, decision, approval.Counted{
				Reason: approval.ReasonUnknownRequest, Message: fmt.Sprintf("there is no ApprovalRequest %q in this namespace", f.key.Name),
			}, now))
			continue
		}
		failures = append(failures, client.IgnoreNotFound(r.Client.Delete(ctx, decision, client.Preconditions{UID: &decision.UID})))
	}
	if err := errors.Join(failures...); err != nil && !outdated(err) {
		return ctrl.Result{}, err
	}
	return until(next, now), nil
}
