// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"context"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
)

// readEnforcement reads what is known of the policies on which approvals rest, and reports whether that is known for all that was
// loaded: what no pass has seen yet waits until the policies are probed after it was created.
func (r *Reconciler) readEnforcement(in *inputs) bool {
	if r.Policies == nil {
		return true
	}
	var unseen []types.UID
	if approval.IsNewRequest(in.request) {
		unseen = append(unseen, in.request.UID)
	}
	for i := range in.decisions {
		if approval.IsNewDecision(&in.decisions[i]) {
			unseen = append(unseen, in.decisions[i].UID)
		}
	}
	enforcement, known := r.Policies.Enforcement(unseen)
	in.enforcement = &enforcement
	return known
}

// enforcementChanges is the source of the requests that stand still or go on when the policies are enforced no longer, or again.
func (r *Reconciler) enforcementChanges() source.Source {
	return source.Func(func(ctx context.Context, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) error {
		if r.Policies != nil {
			r.Policies.OnChange(func() { r.enqueueOpen(ctx, queue) })
		}
		return nil
	})
}

// enqueueOpen enqueues the requests that are pending, or give a role that may be revoked.
func (r *Reconciler) enqueueOpen(ctx context.Context, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) {
	list, now := &v1alpha1.ApprovalRequestList{}, r.Clock()
	if err := r.Client.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
		// The cache is not there any more.
		return
	}
	for i := range list.Items {
		if request := &list.Items[i]; isPending(request) || givesRole(request, now) {
			queue.Add(ctrl.Request{NamespacedName: client.ObjectKeyFromObject(request)})
		}
	}
}
