// SPDX-License-Identifier: Apache-2.0

package catalog

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/retry"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

//+kubebuilder:rbac:groups=rolewright.dev,resources=permissioncatalogs/status,verbs=update;patch

// Reconciler writes the statuses of PermissionCatalogs.
type Reconciler struct {
	// Client reads from the cache and waits for its own writes to arrive there.
	Client   client.Client
	Statuses *statuswriter.Writer
	// Store holds what is found in organizations.
	Store *snapshot.Store
	// Coalesce is how long to wait for further changes before the organizations are counted.
	Coalesce time.Duration
	// Patience is how long to wait for what is found in organizations.
	Patience time.Duration
	Clock    func() time.Time
}

// Setup adds the controller to a manager.
func (r *Reconciler) Setup(manager ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(manager).Named("catalog").
		Watches(&v1alpha1.PermissionCatalog{}, r.Statuses.Edits.Handler(itself, changed, r.enqueueCatalogs())).
		Watches(&v1alpha1.PlatformRole{}, r.enqueueCatalogs(), builder.WithPredicates(changed)).
		Watches(&v1alpha1.Organization{}, r.enqueueCatalogs(), builder.WithPredicates(changed)).
		WatchesRawSource(r.snapshots()).
		Complete(r)
}

// Reconcile writes the status of a catalog if it differs, once it is known what is found in organizations.
func (r *Reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	if !r.Store.IsReady() {
		return ctrl.Result{RequeueAfter: r.Patience}, nil
	}
	current, err := lookup.Catalog(ctx, r.Client, request.Name)
	if err != nil || current == nil {
		return ctrl.Result{}, err
	}
	organizations, err := lookup.OrganizationsOf(ctx, r.Client, request.Name)
	if err != nil {
		return ctrl.Result{}, err
	}
	roles, err := lookup.PlatformRoles(ctx, r.Client, request.Name)
	if err != nil {
		return ctrl.Result{}, err
	}
	view := status.CatalogView{Roles: roles, Organizations: len(organizations), Snapshots: r.Store.List(), Now: r.Clock()}
	return retry.Result(statuswriter.Write(ctx, r.Statuses, current, view.Catalog))
}

// changed lets pass the events that may change what a catalog's status says.
var changed = predicate.GenerationChangedPredicate{}

// itself returns the request of a catalog.
func itself(_ context.Context, object client.Object) []ctrl.Request {
	return []ctrl.Request{{NamespacedName: client.ObjectKeyFromObject(object)}}
}

type queue = workqueue.TypedRateLimitingInterface[ctrl.Request]

// enqueueCatalogs enqueues the catalog that a changed object is or refers to, and the one that it referred to before.
func (r *Reconciler) enqueueCatalogs() handler.EventHandler {
	enqueue := func(q queue, object client.Object) {
		q.AddAfter(ctrl.Request{NamespacedName: types.NamespacedName{Name: catalogOf(object)}}, r.Coalesce)
	}
	return handler.Funcs{
		CreateFunc: func(_ context.Context, e event.CreateEvent, q queue) { enqueue(q, e.Object) },
		UpdateFunc: func(_ context.Context, e event.UpdateEvent, q queue) {
			enqueue(q, e.ObjectOld)
			enqueue(q, e.ObjectNew)
		},
		DeleteFunc: func(_ context.Context, e event.DeleteEvent, q queue) { enqueue(q, e.Object) },
	}
}

// catalogOf returns the name of the catalog that an object is or refers to.
func catalogOf(object client.Object) string {
	switch o := object.(type) {
	case *v1alpha1.Organization:
		return o.Spec.CatalogRef.Name
	case *v1alpha1.PlatformRole:
		return o.Spec.CatalogRef.Name
	}
	return object.GetName()
}

// snapshots enqueues the catalog of every organization that was resolved.
func (r *Reconciler) snapshots() source.Source {
	return source.Func(func(_ context.Context, q queue) error {
		r.Store.SubscribeCatalogs(func(name string) {
			q.AddAfter(ctrl.Request{NamespacedName: types.NamespacedName{Name: name}}, r.Patience)
		})
		return nil
	})
}
