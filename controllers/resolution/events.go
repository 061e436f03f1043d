// SPDX-License-Identifier: Apache-2.0

package resolution

import (
	"context"
	"fmt"
	"maps"
	"time"

	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/priority"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
)

type queue = workqueue.TypedRateLimitingInterface[ctrl.Request]

// enqueueOrganizations enqueues the organizations that a changed object belongs to.
func (r *Reconciler) enqueueOrganizations() handler.EventHandler {
	return handler.Funcs{
		CreateFunc: func(ctx context.Context, e event.CreateEvent, q queue) { r.enqueue(ctx, q, e.Object) },
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, q queue) { r.enqueue(ctx, q, e.ObjectOld, e.ObjectNew) },
		DeleteFunc: func(ctx context.Context, e event.DeleteEvent, q queue) { r.enqueue(ctx, q, e.Object) },
	}
}

// enqueue enqueues the organizations that the states of an object belong to, each once: a second mark a little later could
// have one resolved twice.
func (r *Reconciler) enqueue(ctx context.Context, q queue, states ...client.Object) {
	marked := map[snapshot.Key]struct{}{}
	for _, object := range states {
		affected, err := r.organizationsOf(ctx, object)
		if err != nil {
			log.FromContext(ctx).Error(err, "Cannot list the organizations that a change affects", "object", object.GetName())
		}
		for _, key := range affected {
			if _, already := marked[key]; !already {
				marked[key] = struct{}{}
				r.markDirty(q, key, isShared(object))
			}
		}
	}
}

// markDirty enqueues an organization for a change of its own, or for one that others share: then it comes after those with changes of
// their own.
func (r *Reconciler) markDirty(q queue, key snapshot.Key, shared bool) {
	if !shared {
		r.own.add(key)
	}
	priority.Add(q, key, r.Debouncer.MarkDirty(key), shared)
}

// noteVersions lets every event of a kind pass, and notes which version it brings.
func (r *Reconciler) noteVersions(kind client.Object) predicate.Predicate {
	resource := fmt.Sprintf("%T", kind)
	note := func(object client.Object, listed bool) bool {
		r.Watches.Brought(time.Now(), resource, object.GetResourceVersion(), listed)
		return true
	}
	return predicate.Funcs{
		CreateFunc: func(e event.CreateEvent) bool { return note(e.Object, e.IsInInitialList) },
		UpdateFunc: func(e event.UpdateEvent) bool { return note(e.ObjectNew, false) },
		DeleteFunc: func(e event.DeleteEvent) bool { return note(e.Object, false) },
	}
}

// relevantChanges lets pass the updates that may change what is resolved.
var relevantChanges = predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool { return isRelevant(e.ObjectOld, e.ObjectNew) }}

// isRelevant reports whether an update may change what is resolved. An update of a status cannot, except when a request begins
// or ceases to give a role, or it is known to whom; an update of labels can only where PlatformAssignments select by them.
func isRelevant(before, after client.Object) bool {
	// After a watch was interrupted, an update may really be another object of the same name and generation.
	if before.GetGeneration() != after.GetGeneration() || before.GetUID() != after.GetUID() {
		return true
	}
	if request, is := after.(*v1alpha1.ApprovalRequest); is {
		former := before.(*v1alpha1.ApprovalRequest)
		return intake.Gives(request) != intake.Gives(former) ||
			len(request.Status.BeneficiaryRecords) != len(former.Status.BeneficiaryRecords)
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
	case *v1alpha1.OrganizationStructure:
		return []snapshot.Key{{Namespace: o.Namespace, Name: o.Spec.OrganizationRef.Name}}, nil
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
		organizations, err := lookup.OrganizationsOf(ctx, r.Objects, o.Name)
		return keys(organizations), err
	case *v1alpha1.PlatformRole:
		organizations, err := lookup.OrganizationsOf(ctx, r.Objects, o.Spec.CatalogRef.Name)
		return keys(organizations), err
	case *v1alpha1.PlatformAssignment:
		// It matters also where it picks nothing: whom it suspends, it suspends everywhere.
		organizations, err := lookup.Organizations(ctx, r.Objects)
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

// outdatedSnapshots enqueues the organizations of which another process published something that the snapshot does not
// consider.
func (r *Reconciler) outdatedSnapshots() source.Source {
	return source.Func(func(_ context.Context, q queue) error {
		r.Publications.OnOutdated(func(key snapshot.Key) {
			if !isOfPlatform(key, r.PlatformNamespace) {
				r.markDirty(q, key, true)
			}
		})
		return nil
	})
}
