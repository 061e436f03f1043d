// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"context"
	"fmt"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/retry"
	"github.com/rolewright/rolewright/internal/approval"
)

// orphanGrace is how long a decision is kept whose request does not exist. The request may be about to arrive: watches of
// different kinds are not ordered.
const orphanGrace = time.Hour

// remove deletes a request whose time to live is over, unless it was created again in the meantime. What happened to it is in
// the audit log before.
func (r *Reconciler) remove(ctx context.Context, in *inputs, after *v1alpha1.ApprovalRequest, now time.Time) error {
	if err := r.Evidence.recordRemoval(in, after, now); err != nil {
		return err
	}
	return client.IgnoreNotFound(r.Client.Delete(ctx, in.request, client.Preconditions{UID: &in.request.UID}))
}

// pruneOrphans marks decisions whose request does not exist as not counted, and deletes them after a while.
func (r *Reconciler) pruneOrphans(ctx context.Context, in *inputs, now time.Time) (ctrl.Result, error) {
	var next time.Time
	var failures []error
	orphaned := approval.DecisionResult{
		Reason: approval.ReasonUnknownRequest, Message: fmt.Sprintf("there is no ApprovalRequest %q in this namespace", in.key.Name),
	}
	for i := range in.decisions {
		decision := &in.decisions[i]
		if end := decision.CreationTimestamp.Add(orphanGrace); end.After(now) {
			if next.IsZero() || end.Before(next) {
				next = end
			}
			failures = append(failures, r.writeDecision(ctx, decision, orphaned, now))
			continue
		}
		failures = append(failures, r.removeOrphan(ctx, decision))
	}
	if err := retry.MostSevere(failures...); err != nil {
		return retry.Result(err)
	}
	return requeueAt(next, now), nil
}

// removeOrphan deletes a decision whose request does not exist. If no request was ever found, only this records the decision.
func (r *Reconciler) removeOrphan(ctx context.Context, decision *v1alpha1.ApprovalDecision) error {
	if err := r.Evidence.recordOrphan(decision); err != nil {
		return err
	}
	return client.IgnoreNotFound(r.Client.Delete(ctx, decision, client.Preconditions{UID: &decision.UID}))
}
