// SPDX-License-Identifier: Apache-2.0

package resolution

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/published"
	"github.com/rolewright/rolewright/internal/snapshot"
)

type queue = workqueue.TypedRateLimitingInterface[ctrl.Request]

// changesOf enqueues the organizations that an object belongs to when it comes, goes, or changes its spec. What changes
// in a status or in labels cannot change what is resolved.
func (r *Reconciler) changesOf(from cache.Cache, object client.Object) source.Source {
	enqueue := func(ctx context.Context, object client.Object, q queue) {
		for _, key := range r.organizationsOf(ctx, object) {
			r.Store.Touch(key)
			q.AddAfter(ctrl.Request{NamespacedName: key}, r.Coalesce)
		}
	}
	return source.Kind(from, object, handler.Funcs{
		CreateFunc: func(ctx context.Context, e event.CreateEvent, q queue) { enqueue(ctx, e.Object, q) },
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, q queue) {
			enqueue(ctx, e.ObjectOld, q)
			enqueue(ctx, e.ObjectNew, q)
		},
		DeleteFunc: func(ctx context.Context, e event.DeleteEvent, q queue) { enqueue(ctx, e.Object, q) },
	}, predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
		// After a watch was interrupted, an update may really be another object of the same name and generation.
		return e.ObjectOld.GetGeneration() != e.ObjectNew.GetGeneration() || e.ObjectOld.GetUID() != e.ObjectNew.GetUID()
	}})
}

// organizationsOf returns the organizations that are resolved from an object.
func (r *Reconciler) organizationsOf(ctx context.Context, object client.Object) []snapshot.Key {
	switch o := object.(type) {
	case *v1alpha1.Organization:
		return []snapshot.Key{client.ObjectKeyFromObject(o)}
	case *v1alpha1.Role:
		return []snapshot.Key{{Namespace: o.Namespace, Name: o.Spec.OrganizationRef.Name}}
	case *v1alpha1.UserAssignment:
		return []snapshot.Key{{Namespace: o.Namespace, Name: o.Spec.OrganizationRef.Name}}
	case *v1alpha1.PermissionCatalog:
		// An organization that the cache does not hold yet has an event of its own to come.
		organizations, err := lookup.OrganizationsOf(ctx, r.Cache, o.Name)
		if err != nil {
			log.FromContext(ctx).Error(err, "Cannot tell which organizations use a catalog", "catalog", o.Name)
		}
		keys := make([]snapshot.Key, 0, len(organizations))
		for i := range organizations {
			keys = append(keys, client.ObjectKeyFromObject(&organizations[i]))
		}
		return keys
	default:
		return nil
	}
}

// doubts enqueues the organizations of which somebody else published something that the snapshot knows nothing of.
func (r *Reconciler) doubts() source.Source {
	return source.Func(func(_ context.Context, q queue) error {
		r.Store.OnDoubt(func(key snapshot.Key) { q.AddAfter(ctrl.Request{NamespacedName: key}, r.Coalesce) })
		return nil
	})
}

// publicationsIn tells the store what readers see. It enqueues nothing: nothing is resolved from what is published.
func (r *Reconciler) publicationsIn(from cache.Cache, object client.Object) source.Source {
	observe := func(object client.Object, gone bool) {
		configMap, is := object.(*corev1.ConfigMap)
		if !is {
			return
		}
		key, named := published.OrganizationOf(configMap)
		if !named {
			return
		}
		if gone {
			r.Store.Observe(key, nil)
			return
		}
		r.Store.Observe(key, seen(configMap))
	}
	return source.Kind(from, object, handler.Funcs{
		CreateFunc: func(_ context.Context, e event.CreateEvent, _ queue) { observe(e.Object, false) },
		UpdateFunc: func(_ context.Context, e event.UpdateEvent, _ queue) { observe(e.ObjectNew, false) },
		DeleteFunc: func(_ context.Context, e event.DeleteEvent, _ queue) { observe(e.Object, true) },
	})
}

// seen is what readers see in a ConfigMap, nil when it is nothing of ours.
func seen(configMap *corev1.ConfigMap) *snapshot.Published {
	publication := published.Read(configMap)
	if publication == nil {
		return nil
	}
	return &snapshot.Published{Digest: publication.Digest, Bytes: publication.Bytes}
}
