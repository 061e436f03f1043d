// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"context"

	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// affectedRequests enqueues the requests that a change of an organization may affect. Thousands may wait in one organization,
// so whatever users do, in any organization, goes first.
var affectedRequests = handler.Funcs{GenericFunc: func(
	_ context.Context, affected event.GenericEvent, queue workqueue.TypedRateLimitingInterface[reconcile.Request],
) {
	request := reconcile.Request{NamespacedName: client.ObjectKeyFromObject(affected.Object)}
	if prioritized, is := queue.(priorityqueue.PriorityQueue[reconcile.Request]); is {
		prioritized.AddWithOpts(priorityqueue.AddOpts{Priority: new(handler.LowPriority)}, request)
		return
	}
	queue.Add(request)
}}
