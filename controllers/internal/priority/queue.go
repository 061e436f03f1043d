// SPDX-License-Identifier: Apache-2.0

package priority

import (
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/handler"
)

// Add enqueues an organization after a time. If shared is set, nothing of its own has changed, and it comes after those of which something
// has. One that is in the queue for a change of its own keeps its place.
func Add(queue workqueue.TypedRateLimitingInterface[ctrl.Request], key types.NamespacedName, after time.Duration, shared bool) {
	request := ctrl.Request{NamespacedName: key}
	ordered, is := queue.(priorityqueue.PriorityQueue[ctrl.Request])
	if !is || !shared {
		queue.AddAfter(request, after)
		return
	}
	ordered.AddWithOpts(priorityqueue.AddOpts{After: after, Priority: new(handler.LowPriority)}, request)
}
