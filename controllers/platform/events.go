// SPDX-License-Identifier: Apache-2.0

package platform

import (
	"context"
	"maps"

	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/snapshot"
)

type queue = workqueue.TypedRateLimitingInterface[ctrl.Request]

// enqueuePlatform enqueues the only request for every change of an object.
func (r *Reconciler) enqueuePlatform() handler.EventHandler {
	return handler.Funcs{
		CreateFunc: func(_ context.Context, _ event.CreateEvent, q queue) { q.AddAfter(platformRequest, r.Coalesce) },
		UpdateFunc: func(_ context.Context, _ event.UpdateEvent, q queue) { q.AddAfter(platformRequest, r.Coalesce) },
		DeleteFunc: func(_ context.Context, _ event.DeleteEvent, q queue) { q.AddAfter(platformRequest, r.Coalesce) },
	}
}

// snapshots enqueues the only request for everything that was resolved.
func (r *Reconciler) snapshots(of *snapshot.Store) source.Source {
	return source.Func(func(_ context.Context, q queue) error {
		of.Subscribe(func(snapshot.Key, *snapshot.Snapshot) { q.AddAfter(platformRequest, r.Patience) })
		return nil
	})
}

// relevantChanges lets pass the updates that may change a status.
var relevantChanges = predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool { return isRelevant(e.ObjectOld, e.ObjectNew) }}

// isRelevant reports whether an update of an object may change a status.
func isRelevant(before, after client.Object) bool {
	// After a watch was interrupted, an update may really be another object of the same name and generation.
	if before.GetUID() != after.GetUID() {
		return true
	}
	organization, isOrganization := before.(*v1alpha1.Organization)
	if !isOrganization {
		return before.GetGeneration() != after.GetGeneration()
	}
	// Only the catalog of an organization matters, and the labels by which PlatformAssignments select it.
	return organization.Spec.CatalogRef != after.(*v1alpha1.Organization).Spec.CatalogRef ||
		!maps.Equal(before.GetLabels(), after.GetLabels())
}
