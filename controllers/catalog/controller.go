// SPDX-License-Identifier: Apache-2.0

package catalog

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/status"
)

//+kubebuilder:rbac:groups=rolewright.dev,resources=permissioncatalogs/status,verbs=update;patch

// Reconciler writes the statuses of catalogs.
type Reconciler struct {
	// Client reads from the cache and waits for its own writes to arrive there.
	Client   client.Client
	Statuses *statuswriter.Writer
	// Coalesce is how long to wait for more organizations to come or go before they are counted.
	Coalesce time.Duration
	// Retry is how long to wait after a catalog turned out to be newer than the cache.
	Retry time.Duration
	Clock func() time.Time
}

// Setup adds the controller to a manager.
func (r *Reconciler) Setup(manager ctrl.Manager) error {
	watcher, err := controller.New("catalog", manager, controller.Options{Reconciler: r})
	if err != nil {
		return err
	}
	for _, object := range []client.Object{&v1alpha1.PermissionCatalog{}, &v1alpha1.Organization{}} {
		if err := watcher.Watch(r.changesOf(manager.GetCache(), object)); err != nil {
			return err
		}
	}
	return nil
}

// Reconcile writes the status of one catalog, if it differs.
func (r *Reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	found, err := lookup.Catalog(ctx, r.Client, request.Name)
	if err != nil || found == nil {
		return ctrl.Result{}, err
	}
	organizations, err := lookup.OrganizationsOf(ctx, r.Client, request.Name)
	if err != nil {
		return ctrl.Result{}, err
	}
	err = statuswriter.Write(ctx, r.Statuses, found, &found.Status, status.Catalog(found, len(organizations), r.Clock()))
	if apierrors.IsConflict(err) {
		return ctrl.Result{RequeueAfter: r.Retry}, nil
	}
	return ctrl.Result{}, err
}

// changesOf enqueues the catalog that an object is or refers to, and the one that it referred to before.
func (r *Reconciler) changesOf(from cache.Cache, object client.Object) source.Source {
	type queue = workqueue.TypedRateLimitingInterface[ctrl.Request]
	enqueue := func(object client.Object, q queue) {
		name := object.GetName()
		if organization, is := object.(*v1alpha1.Organization); is {
			name = organization.Spec.CatalogRef.Name
		}
		q.AddAfter(ctrl.Request{NamespacedName: types.NamespacedName{Name: name}}, r.Coalesce)
	}
	return source.Kind(from, object, handler.Funcs{
		CreateFunc: func(_ context.Context, e event.CreateEvent, q queue) { enqueue(e.Object, q) },
		UpdateFunc: func(_ context.Context, e event.UpdateEvent, q queue) {
			enqueue(e.ObjectOld, q)
			enqueue(e.ObjectNew, q)
		},
		DeleteFunc: func(_ context.Context, e event.DeleteEvent, q queue) { enqueue(e.Object, q) },
	}, predicate.GenerationChangedPredicate{})
}
