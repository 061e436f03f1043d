// SPDX-License-Identifier: Apache-2.0

package statuswriter

import (
	"context"
	"time"

	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// Handler returns a handler of the events of a kind whose statuses the Writer writes. It enqueues the requests of an object whose
// status another writer changed once that is to be put right. It leaves the events that pass a predicate to the next handler, but for
// those of the Writer's own writes: a pass that writes a status has decided everything that follows from it.
func (e *Edits) Handler(requests handler.MapFunc, passes predicate.Predicate, next handler.EventHandler) handler.EventHandler {
	type queue = workqueue.TypedRateLimitingInterface[reconcile.Request]
	return handler.Funcs{
		CreateFunc: func(ctx context.Context, created event.CreateEvent, q queue) {
			if passes.Create(created) {
				next.Create(ctx, created, q)
			}
		},
		UpdateFunc: func(ctx context.Context, updated event.UpdateEvent, q queue) {
			change := e.Observe(updated.ObjectOld, updated.ObjectNew)
			if change.Edited {
				e.enqueue(ctx, q, requests(ctx, updated.ObjectNew), updated.ObjectNew, change.Wait)
			}
			if !((change.Own || change.Edited) && isOnlyStatus(updated)) && passes.Update(updated) {
				next.Update(ctx, updated, q)
			}
		},
		DeleteFunc: func(ctx context.Context, deleted event.DeleteEvent, q queue) {
			e.Forget(deleted.Object)
			if passes.Delete(deleted) {
				next.Delete(ctx, deleted, q)
			}
		},
	}
}

func (e *Edits) enqueue(
	ctx context.Context, q workqueue.TypedRateLimitingInterface[reconcile.Request], requests []reconcile.Request,
	object client.Object, wait time.Duration,
) {
	log.FromContext(ctx).Info("Another writer changed a status", "object", client.ObjectKeyFromObject(object), "putRightAfter", wait)
	for _, request := range requests {
		q.AddAfter(request, wait)
	}
}

// isOnlyStatus reports whether nothing but the status differs that a controller looks at.
func isOnlyStatus(updated event.UpdateEvent) bool {
	before, after := updated.ObjectOld, updated.ObjectNew
	return before.GetGeneration() == after.GetGeneration() && before.GetDeletionTimestamp().Equal(after.GetDeletionTimestamp())
}

// Every lets every event pass, and None none.
var (
	Every = predicate.Funcs{}
	None  = predicate.NewPredicateFuncs(func(client.Object) bool { return false })
)
