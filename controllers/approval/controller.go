// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"context"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/recorder"

	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/policies"
	"github.com/rolewright/rolewright/controllers/internal/retry"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/publications"
	"github.com/rolewright/rolewright/internal/snapshot"
)

//+kubebuilder:rbac:groups=rolewright.dev,resources=approvalrequests;approvaldecisions,verbs=get;list;watch;delete
//+kubebuilder:rbac:groups=rolewright.dev,resources=approvalrequests/status;approvaldecisions/status,verbs=update;patch

// Reconciler moves requests through their chains.
type Reconciler struct {
	// Client reads from the cache and waits for its own writes to arrive there.
	Client client.Client
	// Live reads from the API server itself.
	Live         client.Reader
	Assignments  *lookup.Assignments
	Requests     *lookup.RequestCache
	Store        *snapshot.Store
	Publications *publications.Tracker
	Statuses     *statuswriter.Writer
	Recorder     recorder.EventRecorder
	Clock        func() time.Time
	// Evidence takes what happens to requests.
	Evidence *Evidence
	// Policies knows whether the API server enforces those on which approvals rest; nil does not ask.
	Policies *policies.Prober
}

// workers is how many requests are reconciled at the same time.
const workers = 4

// snapshotRetry is how long to wait for a snapshot at most: a pending request is enqueued when its organization is resolved.
const snapshotRetry = time.Second

// maxRequeue bounds how long to wait for a time: timers do not notice when a machine sleeps or its clock is set.
const maxRequeue = time.Hour

// Reconcile decides one request, and writes what becomes of it.
func (r *Reconciler) Reconcile(ctx context.Context, key ctrl.Request) (ctrl.Result, error) {
	now := r.Clock()
	if err := r.Evidence.recordDeleted(key.NamespacedName); err != nil {
		return retry.Result(err)
	}
	if r.Statuses.Namespaces.IsTerminating(ctx, key.Namespace) {
		return ctrl.Result{}, nil
	}
	in, err := r.load(ctx, key.NamespacedName)
	switch {
	case err != nil:
		return retry.Result(err)
	case in.request == nil:
		return r.pruneOrphans(ctx, in, now)
	case !in.ready():
		return ctrl.Result{RequeueAfter: snapshotRetry}, nil
	}
	if !r.readEnforcement(in) {
		return ctrl.Result{RequeueAfter: r.Policies.Spacing}, nil
	}
	in.settle(in.decisions, now)
	outcome, err := r.decide(ctx, in, now)
	switch {
	case err != nil:
		return retry.Result(err)
	case outcome == nil:
		return ctrl.Result{RequeueAfter: snapshotRetry}, nil
	}
	next, err := r.write(ctx, in, outcome, now)
	if err != nil {
		return retry.Result(err)
	}
	return requeueAt(next, now), nil
}

// requeueAt asks for another pass at a time; for none at the zero time.
func requeueAt(t, now time.Time) ctrl.Result {
	if t.IsZero() {
		return ctrl.Result{}
	}
	return ctrl.Result{RequeueAfter: min(max(t.Sub(now), time.Millisecond), maxRequeue)}
}
