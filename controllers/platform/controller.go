// SPDX-License-Identifier: Apache-2.0

package platform

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/retry"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

//+kubebuilder:rbac:groups=rolewright.dev,resources=platformroles/status;platformassignments/status,verbs=update;patch

// Reconciler writes the statuses of PlatformRoles and PlatformAssignments.
type Reconciler struct {
	// Client reads from the cache and waits for its own writes to arrive there.
	Client   client.Client
	Statuses *statuswriter.Writer
	// Store holds what is found in organizations, and Documents what is in platform documents.
	Store, Documents *snapshot.Store
	// Coalesce is how long to wait for further changes before all objects are reconciled.
	Coalesce time.Duration
	// Patience is how long to wait for what is found in organizations.
	Patience time.Duration
	Clock    func() time.Time
}

// platformRequest is the only request: all objects are reconciled together.
var platformRequest = ctrl.Request{NamespacedName: types.NamespacedName{Name: "platform"}}

// all returns the only request.
func all(context.Context, client.Object) []ctrl.Request { return []ctrl.Request{platformRequest} }

// Setup adds the controller to a manager.
func (r *Reconciler) Setup(manager ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(manager).Named("platform").
		Watches(&v1alpha1.PermissionCatalog{}, r.enqueuePlatform(), builder.WithPredicates(relevantChanges)).
		Watches(&v1alpha1.PlatformRole{}, r.Statuses.Edits.Handler(all, relevantChanges, r.enqueuePlatform())).
		Watches(&v1alpha1.PlatformAssignment{}, r.Statuses.Edits.Handler(all, relevantChanges, r.enqueuePlatform())).
		Watches(&v1alpha1.Organization{}, r.enqueuePlatform(), builder.WithPredicates(relevantChanges)).
		WatchesRawSource(r.snapshots(r.Store)).
		WatchesRawSource(r.snapshots(r.Documents)).
		Complete(r)
}

// Reconcile writes the statuses that differ, once it is known what is found in organizations.
func (r *Reconciler) Reconcile(ctx context.Context, _ ctrl.Request) (ctrl.Result, error) {
	if !r.Store.IsReady() {
		return ctrl.Result{RequeueAfter: r.Patience}, nil
	}
	objects, err := lookup.Platform(ctx, r.Client)
	if err != nil {
		return ctrl.Result{}, err
	}
	objects.Snapshots, objects.Documents = r.Store.List(), r.Documents.List()
	view := status.NewPlatformView(objects, r.Clock())
	return retry.Result(r.writeStatuses(ctx, objects, view))
}

// writeStatuses writes the statuses that differ. A status that cannot be written does not keep others from being written.
func (r *Reconciler) writeStatuses(ctx context.Context, objects *status.PlatformObjects, view *status.PlatformView) error {
	failures := make([]error, 0, len(objects.Roles)+len(objects.Assignments))
	for i := range objects.Roles {
		role := &objects.Roles[i]
		failures = append(failures, statuswriter.Write(ctx, r.Statuses, role, view.Role))
	}
	for i := range objects.Assignments {
		assignment := &objects.Assignments[i]
		failures = append(failures, statuswriter.Write(ctx, r.Statuses, assignment, view.Assignment))
	}
	return retry.MostSevere(failures...)
}
