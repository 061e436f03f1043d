// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"context"
	"errors"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/published"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/publications"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

//+kubebuilder:rbac:groups="",resources=configmaps,verbs=get;list;watch;create;update;delete
//+kubebuilder:rbac:groups=rolewright.dev,resources=organizations/status;roles/status,verbs=update;patch
//+kubebuilder:rbac:groups=rolewright.dev,resources=userassignments/status;usergroups/status;approvalchains/status,verbs=update;patch
//+kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// A write that failed is tried again after a time that doubles from the first to the last. A new snapshot does not wait.
const (
	firstBackoff = 50 * time.Millisecond
	lastBackoff  = 30 * time.Second
)

// Reconciler publishes organizations.
type Reconciler struct {
	// Client reads from the cache and waits for its own writes to arrive there.
	Client client.Client
	// Live reads from the API server, also what the cache leaves out.
	Live client.Reader
	// Assignments lists user assignments, as the cache holds them.
	Assignments  *lookup.Assignments
	Store        *snapshot.Store
	Publications *publications.Tracker
	// Statuses writes statuses.
	Statuses *statuswriter.Writer
	// Retry is how long to wait after an object turned out to be newer than the cache.
	Retry time.Duration
	// Recheck is how often to look whether a foreign ConfigMap still stands in the way: the cache does not hold it, so that
	// no event tells when it goes.
	Recheck time.Duration
	// Grace is how long a shard stays after the index ceased to name it.
	Grace time.Duration
	Clock func() time.Time

	// passes holds the last completed pass of each organization, and unnamed the shards that it no longer needs.
	passes, unnamed sync.Map
}

// Setup adds the controller to a manager.
func (r *Reconciler) Setup(manager ctrl.Manager) error {
	publisher, err := controller.New("publication", manager, controller.Options{
		Reconciler:              r,
		MaxConcurrentReconciles: 4,
		RateLimiter:             workqueue.NewTypedItemExponentialFailureRateLimiter[ctrl.Request](firstBackoff, lastBackoff),
	})
	if err != nil {
		return err
	}
	if err := publisher.Watch(r.snapshots()); err != nil {
		return err
	}
	return publisher.Watch(r.tampering(manager.GetCache()))
}

// Reconcile publishes the latest snapshot of one organization, writes the statuses that differ, and then removes what
// readers no longer need.
func (r *Reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	now := r.Clock()
	found, err := r.load(ctx, request.NamespacedName, now)
	if err != nil || found == nil {
		return ctrl.Result{}, err
	}
	if !r.finished(found) {
		if result, err := r.pass(ctx, found, now); err != nil || !result.IsZero() {
			return result, err
		}
	}
	next, err := r.sweep(ctx, found, now)
	if err != nil {
		return r.again(err)
	}
	return ctrl.Result{RequeueAfter: sooner(next, found.untilOthersAreFound(now))}, nil
}

// pass publishes a snapshot and writes the statuses. It returns no result when it came to its end.
func (r *Reconciler) pass(ctx context.Context, found *state, now time.Time) (ctrl.Result, error) {
	decided, err := decide(found, now)
	if err != nil {
		return ctrl.Result{}, err
	}
	refusal, err := r.publish(ctx, found, decided)
	if err != nil {
		return r.again(err)
	}
	view := r.view(found, decided, now)
	if err := r.writeStatuses(ctx, found.taken, view); err != nil {
		return r.again(err)
	}
	if refusal != nil {
		return ctrl.Result{}, refusal
	}
	if problem := decided.outcome.Problem; problem != nil && problem.Reason == status.ReasonForeignConfigMap {
		return ctrl.Result{RequeueAfter: r.Recheck}, nil
	}
	r.finish(found, decided, view)
	return ctrl.Result{}, nil
}

// again asks for another try. That something changed in between is no error, and neither is that the manager ends.
func (r *Reconciler) again(err error) (ctrl.Result, error) {
	switch {
	case outdated(err):
		return ctrl.Result{RequeueAfter: r.Retry}, nil
	case errors.Is(err, context.Canceled):
		return ctrl.Result{}, nil
	default:
		return ctrl.Result{}, err
	}
}

// longestNap bounds how long to wait for a moment at which something else will be found: timers do not notice when a
// machine sleeps or its clock is set.
const longestNap = time.Hour

// untilOthersAreFound is how long it is until the clock alone changes what is found; zero when it does not.
func (s *state) untilOthersAreFound(now time.Time) time.Duration {
	if s.findings.Until.IsZero() {
		return 0
	}
	return s.findings.Until.Sub(now)
}

// sooner returns the shorter of two times to wait, where zero is none.
func sooner(a, b time.Duration) time.Duration {
	if a == 0 || (b != 0 && b < a) {
		a = b
	}
	return min(a, longestNap)
}

// pass is what a completed pass was about.
type pass struct {
	taken           *snapshot.Snapshot
	findings        *snapshot.Findings
	resourceVersion string
	view            *status.View
}

func (r *Reconciler) lastPass(key snapshot.Key) pass {
	if last, passed := r.passes.Load(key); passed {
		return last.(pass)
	}
	return pass{}
}

// finished reports whether nothing happened since the last completed pass: the event is the echo of its own writes.
func (r *Reconciler) finished(found *state) bool {
	last := r.lastPass(found.taken.Key)
	return last.taken == found.taken && last.findings == found.findings && last.resourceVersion == found.resourceVersion() &&
		len(found.missing()) == 0
}

// view returns what statuses are computed from, beginning with what the last completed pass settled. Until this pass is
// completed too, nothing counts as settled any more: it may end in the middle of its writes.
func (r *Reconciler) view(found *state, decided *decision, now time.Time) *status.View {
	view := status.NewView(found.taken, &decided.outcome, now)
	view.SetPrevious(r.lastPass(found.taken.Key).view)
	r.passes.Delete(found.taken.Key)
	return view
}

func (r *Reconciler) finish(found *state, decided *decision, view *status.View) {
	if r.Store.Get(found.taken.Key) != found.taken {
		return
	}
	// The views before the last are not needed again.
	view.SetPrevious(nil)
	done := pass{taken: found.taken, findings: found.findings, resourceVersion: found.resourceVersion(), view: view}
	if decided.write != nil {
		done.resourceVersion = decided.write.ResourceVersion
	}
	r.passes.Store(found.taken.Key, done)
}

// snapshots enqueues every organization that was resolved: those that were when the replica takes the lead, and from
// then on each as it is.
func (r *Reconciler) snapshots() source.Source {
	return source.Func(func(_ context.Context, q queue) error {
		r.Store.Subscribe(func(key snapshot.Key) { q.Add(ctrl.Request{NamespacedName: key}) })
		return nil
	})
}

// tampering enqueues the organization of a published ConfigMap, or shard, that changed or went, to put it back.
func (r *Reconciler) tampering(from cache.Cache) source.Source {
	return source.Kind(from, &corev1.ConfigMap{}, handler.TypedEnqueueRequestsFromMapFunc(
		func(_ context.Context, configMap *corev1.ConfigMap) []reconcile.Request {
			key, named := published.OrganizationOf(configMap)
			if !named {
				key, named = published.ShardOf(configMap)
			}
			if !named {
				return nil
			}
			return []reconcile.Request{{NamespacedName: key}}
		}))
}
