// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/priority"
	"github.com/rolewright/rolewright/controllers/internal/retry"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/status"
)

//+kubebuilder:rbac:groups="",resources=configmaps,verbs=get;list;watch;create;update;delete
//+kubebuilder:rbac:groups=rolewright.dev,resources=organizations/status;organizationstructures/status;roles/status,verbs=update;patch
//+kubebuilder:rbac:groups=rolewright.dev,resources=userassignments/status;usergroups/status;approvalchains/status,verbs=update;patch
//+kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

const (
	// workers is how many organizations are published at the same time.
	workers = 4
	// A write that failed is tried again after a time that doubles from the first to the last. A new snapshot does not wait.
	firstBackoff = 50 * time.Millisecond
	lastBackoff  = 30 * time.Second
	// maxRequeue bounds how long to wait for a moment: timers do not notice when a machine sleeps or its clock is set.
	maxRequeue = time.Hour
)

// Reconciler publishes organizations.
type Reconciler struct {
	Publisher

	// Assignments lists user assignments, as the cache holds them.
	Assignments *lookup.Assignments
	Statuses    *statuswriter.Writer
	// Recheck is how often to look whether a foreign ConfigMap still stands in the way: the cache does not hold it, so no event
	// announces when it goes.
	Recheck time.Duration
	// DetailBound is the number of users up to which the statuses of an organization's assignments list permissions.
	DetailBound int

	// completed holds what the passes over each organization have settled.
	completed sync.Map
	// conversions bounds how many statuses are rewritten to another detail.
	conversions *rate.Limiter
}

// Setup adds the controller to a manager.
func (r *Reconciler) Setup(manager ctrl.Manager) error {
	r.conversions = rate.NewLimiter(conversionsPerSecond, conversionsPerSecond)
	publisher := ctrl.NewControllerManagedBy(manager).Named("publication").
		WithOptions(controller.Options{MaxConcurrentReconciles: workers, RateLimiter: newRateLimiter()}).
		WatchesRawSource(r.snapshots()).
		Watches(&corev1.ConfigMap{}, r.configMaps())
	for _, object := range []client.Object{
		&v1alpha1.Organization{}, &v1alpha1.OrganizationStructure{}, &v1alpha1.Role{}, &v1alpha1.UserAssignment{}, &v1alpha1.UserGroup{},
		&v1alpha1.ApprovalChain{},
	} {
		publisher.Watches(object, r.Statuses.Edits.Handler(organizationOfMember, statuswriter.None, handler.Funcs{}))
	}
	return publisher.Watches(&corev1.Namespace{}, handler.EnqueueRequestsFromMapFunc(r.organizationsIn), builder.OnlyMetadata,
		builder.WithPredicates(lookup.NamespaceIsGone)).Complete(r)
}

// newRateLimiter returns what says when a write that failed is tried again.
func newRateLimiter() workqueue.TypedRateLimiter[ctrl.Request] {
	return workqueue.NewTypedItemExponentialFailureRateLimiter[ctrl.Request](firstBackoff, lastBackoff)
}

// Reconcile publishes the current snapshot of one organization, writes the statuses that differ, and then removes what readers
// no longer need.
func (r *Reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	now := r.Clock()
	loaded, err := r.load(ctx, request.NamespacedName, now)
	if err != nil || loaded == nil {
		return retry.Result(err)
	}
	if !r.isEcho(loaded) {
		if result, err := r.publishAndReport(ctx, loaded, now); err != nil || !result.IsZero() {
			return result, err
		}
	}
	next, err := r.prune(ctx, loaded, now)
	if err != nil {
		return retry.Result(err)
	}
	next = sooner(next, loaded.untilFindingsChange(now))
	return ctrl.Result{RequeueAfter: sooner(next, r.untilConversion(loaded.snapshot.Key))}, nil
}

// publishAndReport publishes a snapshot and then writes the statuses, in a pass of their own if nothing has changed but what many
// organizations share. It returns no result if it completed.
func (r *Reconciler) publishAndReport(ctx context.Context, loaded *state, now time.Time) (ctrl.Result, error) {
	decided, err := r.decide(ctx, loaded, now)
	if err != nil || decided == nil {
		return retry.Result(err)
	}
	refusal, err := r.publish(ctx, loaded, decided)
	if err != nil {
		return retry.Result(err)
	}
	if loaded.snapshot.Shared && decided.write != nil && refusal == nil {
		// Others are published first: readers do not wait for statuses.
		return ctrl.Result{RequeueAfter: time.Millisecond, Priority: new(priority.Report)}, nil
	}
	view := r.view(loaded, decided, now)
	if err := r.writeStatuses(ctx, loaded.snapshot, view); err != nil {
		return retry.Result(err)
	}
	if refusal != nil {
		return ctrl.Result{}, refusal
	}
	if problem := decided.outcome.Problem; problem != nil && problem.Reason == status.ReasonForeignConfigMap {
		return ctrl.Result{RequeueAfter: r.Recheck}, nil
	}
	r.complete(loaded, decided)
	return ctrl.Result{}, nil
}

// untilFindingsChange returns how long it is until the clock alone changes the findings; zero if it never does.
func (s *state) untilFindingsChange(now time.Time) time.Duration {
	if s.findings.Until.IsZero() {
		return 0
	}
	return s.findings.Until.Sub(now)
}

// sooner returns the shorter of two times to wait, of which a zero one does not count.
func sooner(a, b time.Duration) time.Duration {
	if a == 0 || (b != 0 && b < a) {
		a = b
	}
	return min(a, maxRequeue)
}

// organizationsIn returns the organizations of a namespace: of one that was deleted, those that were created in the next of its name.
func (r *Reconciler) organizationsIn(ctx context.Context, namespace client.Object) []reconcile.Request {
	organizations, err := lookup.Organizations(ctx, r.Client, client.InNamespace(namespace.GetName()))
	if err != nil {
		return nil
	}
	requests := make([]reconcile.Request, 0, len(organizations))
	for i := range organizations {
		requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(&organizations[i])})
	}
	return requests
}
