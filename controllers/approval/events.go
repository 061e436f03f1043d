// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/publications"
	"github.com/rolewright/rolewright/internal/snapshot"
)

type queue = workqueue.TypedRateLimitingInterface[ctrl.Request]

// watch enqueues requests that changed, those that a decision names, and those whose organization changed.
func (r *Reconciler) watch(requests controller.Controller, from cache.Cache, again *concerned) error {
	ofDecision := func(_ context.Context, decision *v1alpha1.ApprovalDecision) []reconcile.Request {
		return []reconcile.Request{{NamespacedName: types.NamespacedName{
			Namespace: decision.Namespace, Name: decision.Spec.RequestRef.Name,
		}}}
	}
	for _, changes := range []source.Source{
		source.Kind(from, &v1alpha1.ApprovalRequest{}, &handler.TypedEnqueueRequestForObject[*v1alpha1.ApprovalRequest]{}),
		source.Kind(from, &v1alpha1.ApprovalDecision{}, handler.TypedEnqueueRequestsFromMapFunc(ofDecision)),
		again.source(),
	} {
		if err := requests.Watch(changes); err != nil {
			return err
		}
	}
	return nil
}

// concerned hands requests over to the controller that looks at them.
type concerned struct {
	started chan struct{}
	queue   queue
}

func newConcerned() *concerned { return &concerned{started: make(chan struct{})} }

func (c *concerned) source() source.Source {
	return source.Func(func(_ context.Context, q queue) error {
		c.queue = q
		close(c.started)
		return nil
	})
}

// add enqueues a request, once the controller runs.
func (c *concerned) add(ctx context.Context, key types.NamespacedName) {
	select {
	case <-c.started:
		c.queue.Add(ctrl.Request{NamespacedName: key})
	case <-ctx.Done():
	}
}

// organizations has the requests of an organization looked at again when the organization was resolved or published: who
// may decide may be others by then.
type organizations struct {
	Client       client.Reader
	Store        *snapshot.Store
	Publications *publications.Tracker
	Clock        func() time.Time
	concerned    *concerned
}

func (o *organizations) setup(manager ctrl.Manager) error {
	resolved, err := controller.New("approval-organizations", manager, controller.Options{Reconciler: o})
	if err != nil {
		return err
	}
	return resolved.Watch(source.Func(func(_ context.Context, q queue) error {
		tell := func(key snapshot.Key) { q.Add(ctrl.Request{NamespacedName: key}) }
		o.Store.Subscribe(tell)
		o.Publications.OnObserved(tell)
		return nil
	}))
}

// Reconcile enqueues the requests of one organization of which something else may be said now.
func (o *organizations) Reconcile(ctx context.Context, key ctrl.Request) (ctrl.Result, error) {
	requests, err := lookup.Requests(ctx, o.Client, key.NamespacedName)
	if err != nil {
		return ctrl.Result{}, err
	}
	for i := range requests {
		if request := &requests[i]; pending(request) || o.live(request) {
			o.concerned.add(ctx, client.ObjectKeyFromObject(request))
		}
	}
	return ctrl.Result{}, nil
}

func pending(request *v1alpha1.ApprovalRequest) bool {
	return request.Status.State == "" || request.Status.State == v1alpha1.RequestPending
}

// live reports whether a request gives a role that has not ended.
func (o *organizations) live(request *v1alpha1.ApprovalRequest) bool {
	return intake.Gives(request) && request.Status.Grant.NotAfter.After(o.Clock())
}
