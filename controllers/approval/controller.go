// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/recorder"

	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/publications"
	"github.com/rolewright/rolewright/internal/snapshot"
)

//+kubebuilder:rbac:groups=rolewright.dev,resources=approvalrequests;approvaldecisions,verbs=get;list;watch;delete
//+kubebuilder:rbac:groups=rolewright.dev,resources=approvalrequests/status;approvaldecisions/status,verbs=update;patch

// Reconciler moves requests.
type Reconciler struct {
	// Client reads from the cache and waits for its own writes to arrive there.
	Client       client.Client
	Assignments  *lookup.Assignments
	Store        *snapshot.Store
	Publications *publications.Tracker
	Statuses     *statuswriter.Writer
	Recorder     recorder.EventRecorder
	// Retry is how long to wait after an object turned out to be newer than the cache.
	Retry time.Duration
	Clock func() time.Time
}

// workers is how many requests are looked at together.
const workers = 4

// patience is how long to wait for a snapshot, at most: a pending request is looked at again when it is there.
const patience = time.Second

// longestNap bounds how long to wait for a moment: timers do not notice when a machine sleeps or its clock is set.
const longestNap = time.Hour

// Setup adds the controllers to a manager: one for requests, and one that has those of an organization looked at again when
// the organization changed.
func (r *Reconciler) Setup(manager ctrl.Manager) error {
	requests, err := controller.New("approval", manager, controller.Options{Reconciler: r, MaxConcurrentReconciles: workers})
	if err != nil {
		return err
	}
	again := &organizations{Client: r.Client, Store: r.Store, Publications: r.Publications, Clock: r.Clock, concerned: newConcerned()}
	if err := r.watch(requests, manager.GetCache(), again.concerned); err != nil {
		return err
	}
	return again.setup(manager)
}

// Reconcile looks at one request, and writes what became of it.
func (r *Reconciler) Reconcile(ctx context.Context, key ctrl.Request) (ctrl.Result, error) {
	now := r.Clock()
	found, err := r.load(ctx, key.NamespacedName)
	if err != nil {
		return ctrl.Result{}, err
	}
	switch {
	case found.request == nil:
		return r.sweep(ctx, found, now)
	case !found.request.DeletionTimestamp.IsZero():
		return ctrl.Result{}, nil
	case !found.ready():
		return ctrl.Result{RequeueAfter: patience}, nil
	}
	state := found.state(now)
	asking := r.whatIf(ctx, found)
	state.Forbidden = asking.forbids
	outcome := approval.Advance(state)
	if asking.err != nil {
		return ctrl.Result{}, asking.err
	}
	switch err := r.write(ctx, found, outcome, now); {
	case outdated(err):
		return ctrl.Result{RequeueAfter: r.Retry}, nil
	case err != nil:
		return ctrl.Result{}, err
	}
	return until(outcome.Next, now), nil
}

// until asks for another pass at a moment; none for a zero one.
func until(moment, now time.Time) ctrl.Result {
	if moment.IsZero() {
		return ctrl.Result{}
	}
	return ctrl.Result{RequeueAfter: min(max(moment.Sub(now), time.Millisecond), longestNap)}
}

// outdated reports whether a write failed because the cache was behind: another try will find what changed.
func outdated(err error) bool { return apierrors.IsConflict(err) || apierrors.IsNotFound(err) }
