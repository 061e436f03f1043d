// SPDX-License-Identifier: Apache-2.0

package resolution

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Platform resolves the platform document of each catalog. Only the leader, which publishes them, needs them.
type Platform struct {
	Resolver

	// Namespace is the one in which the documents are published.
	Namespace string
}

// platformResources are those that a platform document is resolved from.
var platformResources = []string{"permissioncatalogs", "platformroles", "platformassignments"}

// isOfPlatform reports whether a key is that of a platform document.
func isOfPlatform(key snapshot.Key, namespace string) bool {
	_, named := document.PlatformCatalog(key.Name)
	return named && key.Namespace == namespace
}

// Setup adds the controller to a manager.
func (p *Platform) Setup(manager ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(manager).Named("platform-resolution").
		Watches(&v1alpha1.PermissionCatalog{}, p.enqueueCatalogs(), builder.WithPredicates(relevantChanges)).
		Watches(&v1alpha1.PlatformRole{}, p.enqueueCatalogs(), builder.WithPredicates(relevantChanges)).
		Watches(&v1alpha1.PlatformAssignment{}, p.enqueueCatalogs(), builder.WithPredicates(relevantChanges)).
		WatchesRawSource(p.outdatedSnapshots()).
		Complete(p)
}

// Reconcile resolves the platform document of one catalog, once what it is resolved from has been quiet for long enough.
func (p *Platform) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	key := request.NamespacedName
	if p.Watches.Interrupted(p.Clock(), platformResources...) != "" {
		return ctrl.Result{RequeueAfter: untilWatched}, nil
	}
	if wait := p.untilSeen(ctx, key); wait > 0 {
		return ctrl.Result{RequeueAfter: wait}, nil
	}
	since, wait := p.Debouncer.TryStart(key)
	if wait > 0 {
		return ctrl.Result{RequeueAfter: wait}, nil
	}
	observedVersion := p.Publications.ObservedVersion(key)
	members, err := lookup.PlatformMembers(ctx, p.Objects, key)
	if err != nil {
		return ctrl.Result{}, err
	}
	if members == nil {
		p.remove(key)
		return ctrl.Result{}, nil
	}
	standing, err := p.standing(ctx, key)
	if err != nil {
		return ctrl.Result{}, err
	}
	resolved, err := p.Cache.BuildContext(ctx, key, members, standing)
	if err != nil {
		return ctrl.Result{}, err
	}
	if wait := p.untilConfirmed(ctx, key, resolved.Resolution); wait > 0 {
		return ctrl.Result{RequeueAfter: wait}, nil
	}
	resolved.Since, resolved.ObservedVersion = since, observedVersion
	p.store(resolved)
	return ctrl.Result{}, nil
}

// enqueueCatalogs enqueues the catalogs that a changed object belongs to.
func (p *Platform) enqueueCatalogs() handler.EventHandler {
	return handler.Funcs{
		CreateFunc: func(ctx context.Context, e event.CreateEvent, q queue) { p.enqueue(ctx, q, e.Object) },
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, q queue) { p.enqueue(ctx, q, e.ObjectNew) },
		DeleteFunc: func(ctx context.Context, e event.DeleteEvent, q queue) { p.enqueue(ctx, q, e.Object) },
	}
}

// enqueue enqueues the catalogs that an object belongs to. The catalog of a role never changes; an assignment may give roles of any.
func (p *Platform) enqueue(ctx context.Context, q queue, object client.Object) {
	switch o := object.(type) {
	case *v1alpha1.PermissionCatalog:
		p.markDirty(q, intake.PlatformKey(p.Namespace, o.Name))
	case *v1alpha1.PlatformRole:
		p.markDirty(q, intake.PlatformKey(p.Namespace, o.Spec.CatalogRef.Name))
	case *v1alpha1.PlatformAssignment:
		catalogs, err := lookup.Catalogs(ctx, p.Objects)
		if err != nil {
			log.FromContext(ctx).Error(err, "Cannot list the catalogs that a change affects", "object", o.Name)
		}
		for i := range catalogs {
			p.markDirty(q, intake.PlatformKey(p.Namespace, catalogs[i].Name))
		}
	}
}

func (p *Platform) markDirty(q queue, key snapshot.Key) {
	q.AddAfter(ctrl.Request{NamespacedName: key}, p.Debouncer.MarkDirty(key))
}

// outdatedSnapshots enqueues the platform documents of which another process published something that the snapshot does not consider.
func (p *Platform) outdatedSnapshots() source.Source {
	return source.Func(func(_ context.Context, q queue) error {
		p.Publications.OnOutdated(func(key snapshot.Key) {
			if isOfPlatform(key, p.Namespace) {
				p.markDirty(q, key)
			}
		})
		return nil
	})
}
