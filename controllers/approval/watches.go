// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/priority"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/publications"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// Setup adds two controllers to a manager: one reconciles requests, the other enqueues the requests of an organization that was
// resolved or published.
func (r *Reconciler) Setup(manager ctrl.Manager) error {
	affected := make(chan event.GenericEvent)
	err := ctrl.NewControllerManagedBy(manager).Named("approval").
		Watches(&v1alpha1.ApprovalRequest{},
			r.Statuses.Edits.Handler(itself, r.Evidence.predicate(), &handler.EnqueueRequestForObject{})).
		Watches(&v1alpha1.ApprovalDecision{},
			r.Statuses.Edits.Handler(requestOfDecision, statuswriter.Every, handler.EnqueueRequestsFromMapFunc(requestOfDecision))).
		Watches(&v1alpha1.ApprovalRequest{}, handler.EnqueueRequestsFromMapFunc(r.renewals)).
		Watches(&corev1.Namespace{}, handler.EnqueueRequestsFromMapFunc(r.requestsIn), builder.OnlyMetadata,
			builder.WithPredicates(lookup.NamespaceIsGone)).
		WatchesRawSource(source.Channel(affected, affectedRequests)).
		WatchesRawSource(r.enforcementChanges()).
		WithOptions(controller.Options{MaxConcurrentReconciles: workers}).
		Complete(r)
	if err != nil {
		return err
	}
	organizations := &organizationReconciler{client: r.Client, clock: r.Clock, affected: affected}
	return ctrl.NewControllerManagedBy(manager).Named("approval-organizations").
		WatchesRawSource(organizationChanges(r.Store, r.Publications)).
		Complete(organizations)
}

// itself returns the request itself.
func itself(_ context.Context, object client.Object) []reconcile.Request {
	return []reconcile.Request{{NamespacedName: client.ObjectKeyFromObject(object)}}
}

// requestsIn returns the requests of a namespace: of one that was deleted, those that were created in the next of its name.
func (r *Reconciler) requestsIn(ctx context.Context, namespace client.Object) []reconcile.Request {
	list := &v1alpha1.ApprovalRequestList{}
	if err := r.Client.List(ctx, list, client.InNamespace(namespace.GetName()), client.UnsafeDisableDeepCopy); err != nil {
		return nil
	}
	requests := make([]reconcile.Request, 0, len(list.Items))
	for i := range list.Items {
		requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(&list.Items[i])})
	}
	return requests
}

// requestOfDecision returns the request that a decision names.
func requestOfDecision(_ context.Context, object client.Object) []reconcile.Request {
	decision, is := object.(*v1alpha1.ApprovalDecision)
	if !is {
		return nil
	}
	return []reconcile.Request{{NamespacedName: types.NamespacedName{Namespace: decision.Namespace, Name: decision.Spec.RequestRef.Name}}}
}

// renewals returns the requests that prolong the role of another one.
func (r *Reconciler) renewals(ctx context.Context, object client.Object) []reconcile.Request {
	renewing, err := lookup.Renewals(ctx, r.Client, client.ObjectKeyFromObject(object))
	if err != nil {
		// The cache is not there any more.
		return nil
	}
	requests := make([]reconcile.Request, 0, len(renewing))
	for i := range renewing {
		if approval.FollowsRenewed(&renewing[i], r.Clock()) {
			requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(&renewing[i])})
		}
	}
	return requests
}

// organizationChanges is the source of the organizations that were resolved, or whose publication was observed.
func organizationChanges(store *snapshot.Store, published *publications.Tracker) source.Source {
	return source.Func(func(_ context.Context, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) error {
		store.Subscribe(func(key snapshot.Key, resolved *snapshot.Snapshot) {
			priority.Add(queue, key, 0, resolved != nil && resolved.Shared)
		})
		published.OnObserved(func(key snapshot.Key) { queue.Add(ctrl.Request{NamespacedName: key}) })
		return nil
	})
}

// organizationReconciler enqueues the requests of an organization that may be affected by a change of it: other users may be
// able to decide.
type organizationReconciler struct {
	client   client.Reader
	clock    func() time.Time
	affected chan<- event.GenericEvent
}

// Reconcile enqueues the affected requests of one organization.
func (r *organizationReconciler) Reconcile(ctx context.Context, key ctrl.Request) (ctrl.Result, error) {
	requests, err := lookup.Requests(ctx, r.client, key.NamespacedName)
	if err != nil {
		return ctrl.Result{}, err
	}
	now := r.clock()
	for i := range requests {
		if !isPending(&requests[i]) && !givesRole(&requests[i], now) {
			continue
		}
		select {
		case r.affected <- event.GenericEvent{Object: &requests[i]}:
		case <-ctx.Done():
			return ctrl.Result{}, ctx.Err()
		}
	}
	return ctrl.Result{}, nil
}

func isPending(request *v1alpha1.ApprovalRequest) bool {
	return request.Status.State == "" || request.Status.State == v1alpha1.RequestPending
}

// givesRole reports whether a request gives a role that has not ended, or will once its beneficiary is a user.
func givesRole(request *v1alpha1.ApprovalRequest, now time.Time) bool {
	grant := request.Status.Grant
	return request.DeletionTimestamp.IsZero() && grant != nil && grant.RevocationTime == nil &&
		grant.EndTime != nil && grant.EndTime.After(now)
}
