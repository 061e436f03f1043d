// SPDX-License-Identifier: Apache-2.0

package resolution

import (
	"context"
	"maps"

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
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
)

type queue = workqueue.TypedRateLimitingInterface[ctrl.Request]

// changesOf enqueues the organizations that an object belongs to when it comes, goes, or changes so that something else may
// be resolved.
func (r *Reconciler) changesOf(from cache.Cache, object client.Object) source.Source {
	return source.Kind(from, object, handler.Funcs{
		CreateFunc: func(ctx context.Context, e event.CreateEvent, q queue) { r.enqueue(ctx, q, e.Object) },
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, q queue) { r.enqueue(ctx, q, e.ObjectOld, e.ObjectNew) },
		DeleteFunc: func(ctx context.Context, e event.DeleteEvent, q queue) { r.enqueue(ctx, q, e.Object) },
	}, predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool { return matters(e.ObjectOld, e.ObjectNew) }})
}

// enqueue enqueues the organizations that states of an object belong to, each once: another touch a little later could have
// one resolved twice.
func (r *Reconciler) enqueue(ctx context.Context, q queue, states ...client.Object) {
	touched := map[snapshot.Key]struct{}{}
	for _, object := range states {
		concerned, err := r.organizationsOf(ctx, object)
		if err != nil {
			log.FromContext(ctx).Error(err, "Cannot tell which organizations a change concerns", "object", object.GetName())
		}
		for _, key := range concerned {
			if _, already := touched[key]; !already {
				touched[key] = struct{}{}
				r.Store.Touch(key)
				q.AddAfter(ctrl.Request{NamespacedName: key}, r.Coalesce)
			}
		}
	}
}

// matters reports whether a change may change what is resolved. One of a status cannot, but for that of a request, which
// begins or ceases to give a role, and one of labels only where PlatformAssignments select by them.
func matters(before, after client.Object) bool {
	// After a watch was interrupted, an update may really be another object of the same name and generation.
	if before.GetGeneration() != after.GetGeneration() || before.GetUID() != after.GetUID() {
		return true
	}
	if request, is := after.(*v1alpha1.ApprovalRequest); is {
		return intake.Gives(request) != intake.Gives(before.(*v1alpha1.ApprovalRequest))
	}
	_, selected := after.(*v1alpha1.Organization)
	return selected && !maps.Equal(before.GetLabels(), after.GetLabels())
}

// organizationsOf returns the organizations that are resolved from an object. One that the cache does not hold yet has an
// event of its own to come.
func (r *Reconciler) organizationsOf(ctx context.Context, object client.Object) ([]snapshot.Key, error) {
	switch o := object.(type) {
	case *v1alpha1.Organization:
		return []snapshot.Key{client.ObjectKeyFromObject(o)}, nil
	case *v1alpha1.Role:
		return []snapshot.Key{{Namespace: o.Namespace, Name: o.Spec.OrganizationRef.Name}}, nil
	case *v1alpha1.UserAssignment:
		return []snapshot.Key{{Namespace: o.Namespace, Name: o.Spec.OrganizationRef.Name}}, nil
	case *v1alpha1.UserGroup:
		return []snapshot.Key{{Namespace: o.Namespace, Name: o.Spec.OrganizationRef.Name}}, nil
	case *v1alpha1.ApprovalChain:
		return []snapshot.Key{{Namespace: o.Namespace, Name: o.Spec.OrganizationRef.Name}}, nil
	case *v1alpha1.ApprovalRequest:
		return organizationOfGiving(o), nil
	case *v1alpha1.PermissionCatalog:
		organizations, err := lookup.OrganizationsOf(ctx, r.Cache, o.Name)
		return keys(organizations), err
	case *v1alpha1.PlatformRole:
		organizations, err := lookup.OrganizationsOf(ctx, r.Cache, o.Spec.CatalogRef.Name)
		return keys(organizations), err
	case *v1alpha1.PlatformAssignment:
		// It matters also where it picks nothing: whom it suspends, it suspends everywhere.
		organizations, err := lookup.Organizations(ctx, r.Cache)
		return keys(organizations), err
	default:
		return nil, nil
	}
}

// organizationOfGiving is the organization of a request that gives a role. Others are not resolved from.
func organizationOfGiving(request *v1alpha1.ApprovalRequest) []snapshot.Key {
	if !intake.Gives(request) {
		return nil
	}
	return []snapshot.Key{{Namespace: request.Namespace, Name: request.Spec.OrganizationRef.Name}}
}

func keys(organizations []v1alpha1.Organization) []snapshot.Key {
	found := make([]snapshot.Key, 0, len(organizations))
	for i := range organizations {
		found = append(found, client.ObjectKeyFromObject(&organizations[i]))
	}
	return found
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
	return &snapshot.Published{Digest: publication.Digest, Bytes: publication.Bytes, Revision: publication.Revision}
}
