// SPDX-License-Identifier: Apache-2.0

package apisource

import (
	"context"
	"time"

	"k8s.io/client-go/util/workqueue"
)

// How long to wait before an update is retried: the first time, and at most.
const (
	minBackoff = 500 * time.Millisecond
	maxBackoff = 30 * time.Second
)

// Queue runs updates of sources, one after the other, and retries with a backoff what may succeed later. It takes what any
// number of Updaters observe.
type Queue struct {
	updaters workqueue.TypedRateLimitingInterface[*Updater]
}

// NewQueue returns an empty queue. Run works on it.
func NewQueue() *Queue {
	return &Queue{workqueue.NewTypedRateLimitingQueue(
		workqueue.NewTypedItemExponentialFailureRateLimiter[*Updater](minBackoff, maxBackoff))}
}

// Run updates sources until the context ends. A queue runs once.
func (q *Queue) Run(ctx context.Context) {
	stop := context.AfterFunc(ctx, q.updaters.ShutDown)
	defer stop()
	for {
		updater, shutDown := q.updaters.Get()
		if shutDown {
			return
		}
		if updater.update(ctx) {
			q.updaters.AddRateLimited(updater)
		} else {
			q.updaters.Forget(updater)
		}
		q.updaters.Done(updater)
	}
}

// add queues an updater that has observed a new state.
func (q *Queue) add(updater *Updater) {
	q.updaters.Forget(updater)
	q.updaters.Add(updater)
}
