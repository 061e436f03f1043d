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

// The priorities below that of an organization of which something of its own has changed.
const (
	// Shared is that of an organization of which nothing has changed but what many organizations share.
	Shared = handler.LowPriority
	// Report is that of one whose change is published, and whose statuses are still to say so.
	Report = 2 * handler.LowPriority
)

// Add enqueues an organization after a time. If shared is set, nothing of its own has changed, and it comes after those of which something
// has. One that is in the queue for a change of its own keeps its place.
func Add(queue workqueue.TypedRateLimitingInterface[ctrl.Request], key types.NamespacedName, after time.Duration, shared bool) {
	priority := 0
	if shared {
		priority = Shared
	}
	AddAt(queue, key, after, priority)
}

// AddAt enqueues an organization at a priority after a time. One that is in the queue at a higher one keeps its place.
func AddAt(queue workqueue.TypedRateLimitingInterface[ctrl.Request], key types.NamespacedName, after time.Duration, priority int) {
	request := ctrl.Request{NamespacedName: key}
	ordered, is := queue.(priorityqueue.PriorityQueue[ctrl.Request])
	if !is || priority == 0 {
		queue.AddAfter(request, after)
		return
	}
	ordered.AddWithOpts(priorityqueue.AddOpts{After: after, Priority: &priority}, request)
}
