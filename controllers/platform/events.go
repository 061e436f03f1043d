// SPDX-License-Identifier: Apache-2.0

package platform

import (
	"context"
	"maps"

	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

type queue = workqueue.TypedRateLimitingInterface[ctrl.Request]

// changesOf asks for a look at everything when an object comes, goes, or changes so that something else may be shown.
func (r *Reconciler) changesOf(from cache.Cache, object client.Object) source.Source {
	return source.Kind(from, object, handler.Funcs{
		CreateFunc: func(_ context.Context, _ event.CreateEvent, q queue) { q.AddAfter(everything, r.Coalesce) },
		UpdateFunc: func(_ context.Context, _ event.UpdateEvent, q queue) { q.AddAfter(everything, r.Coalesce) },
		DeleteFunc: func(_ context.Context, _ event.DeleteEvent, q queue) { q.AddAfter(everything, r.Coalesce) },
	}, predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool { return matters(e.ObjectOld, e.ObjectNew) }})
}

// matters reports whether a change may change what is shown.
func matters(before, after client.Object) bool {
	if before.GetUID() != after.GetUID() {
		return true
	}
	was, isOrganization := before.(*v1alpha1.Organization)
	if !isOrganization {
		return before.GetGeneration() != after.GetGeneration()
	}
	// Of an organization only its catalog counts, and the labels that PlatformAssignments select by.
	return was.Spec.CatalogRef != after.(*v1alpha1.Organization).Spec.CatalogRef || !maps.Equal(before.GetLabels(), after.GetLabels())
}
