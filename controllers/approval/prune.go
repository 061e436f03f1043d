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

// remove deletes a request whose time to live is over, unless it was created again in the meantime. What happened to it is in
// the audit log before.
func (r *Reconciler) remove(ctx context.Context, in *inputs, after *v1alpha1.ApprovalRequest, now time.Time) error {
	if err := r.Evidence.recordRemoval(in, after, now); err != nil {
		return err
	}
	return client.IgnoreNotFound(r.Client.Delete(ctx, in.request, client.Preconditions{UID: &in.request.UID}))
}

// pruneOrphans marks decisions whose request does not exist as not counted, and deletes them after a while: the request may be
// about to arrive, because watches of different kinds are not ordered.
func (r *Reconciler) pruneOrphans(ctx context.Context, in *inputs, now time.Time) (ctrl.Result, error) {
	orphaned := approval.DecisionResult{
		Reason: approval.ReasonUnknownRequest, Message: fmt.Sprintf("there is no ApprovalRequest %q in this namespace", in.key.Name),
	}
	results := make(map[string]approval.DecisionResult, len(in.decisions))
	for i := range in.decisions {
		results[in.decisions[i].Name] = orphaned
	}
	kept, removed, next := separate(in.decisions, results, now)
	_, failed := r.writeDecisions(ctx, kept, results, now)
	if err := retry.MostSevere(failed, r.removeDecisions(ctx, removed)); err != nil {
		return retry.Result(err)
	}
	return requeueAt(next, now), nil
}
