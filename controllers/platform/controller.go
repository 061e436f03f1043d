// SPDX-License-Identifier: Apache-2.0

package platform

import (
	"context"
	"errors"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/status"
)

//+kubebuilder:rbac:groups=rolewright.dev,resources=platformroles/status;platformassignments/status,verbs=update;patch

// Reconciler writes the statuses of PlatformRoles and PlatformAssignments.
type Reconciler struct {
	// Client reads from the cache and waits for its own writes to arrive there.
	Client   client.Client
	Statuses *statuswriter.Writer
	// Coalesce is how long to wait for more changes before everything is looked at.
	Coalesce time.Duration
	// Retry is how long to wait after an object turned out to be newer than the cache.
	Retry time.Duration
	Clock func() time.Time
}

// everything is the only request: there is nothing smaller to look at.
var everything = ctrl.Request{NamespacedName: types.NamespacedName{Name: "platform"}}

// Setup adds the controller to a manager.
func (r *Reconciler) Setup(manager ctrl.Manager) error {
	watcher, err := controller.New("platform", manager, controller.Options{Reconciler: r})
	if err != nil {
		return err
	}
	for _, object := range []client.Object{
		&v1alpha1.PermissionCatalog{}, &v1alpha1.PlatformRole{}, &v1alpha1.PlatformAssignment{}, &v1alpha1.Organization{},
	} {
		if err := watcher.Watch(r.changesOf(manager.GetCache(), object)); err != nil {
			return err
		}
	}
	return nil
}

// Reconcile looks at everything, and writes the statuses that differ.
func (r *Reconciler) Reconcile(ctx context.Context, _ ctrl.Request) (ctrl.Result, error) {
	objects, err := lookup.Platform(ctx, r.Client)
	if err != nil {
		return ctrl.Result{}, err
	}
	outdated, err := r.writeStatuses(ctx, objects, status.NewPlatformView(objects, r.Clock()))
	if err == nil && outdated {
		return ctrl.Result{RequeueAfter: r.Retry}, nil
	}
	return ctrl.Result{}, err
}

// writeStatuses writes the statuses that differ. One that cannot be written holds up no other; outdated tells that one could
// not because the cache was behind.
func (r *Reconciler) writeStatuses(
	ctx context.Context, objects *status.PlatformObjects, view *status.PlatformView,
) (outdated bool, err error) {
	var failures []error
	note := func(err error) {
		if apierrors.IsConflict(err) {
			outdated = true
			return
		}
		failures = append(failures, err)
	}
	for i := range objects.Roles {
		role := &objects.Roles[i]
		note(statuswriter.Write(ctx, r.Statuses, role, &role.Status, view.Role(role)))
	}
	for i := range objects.Assignments {
		assignment := &objects.Assignments[i]
		note(statuswriter.Write(ctx, r.Statuses, assignment, &assignment.Status, view.Assignment(assignment)))
	}
	return outdated, errors.Join(failures...)
}
