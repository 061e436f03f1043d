// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"context"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/retry"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Platform publishes platform documents, each in a ConfigMap that its catalog owns. They have no statuses: what keeps one from being
// published is said by an event of the catalog.
type Platform struct {
	Publisher

	// Namespace is the one in which the documents are published.
	Namespace string
	Recorder  events.EventRecorder
	// Recheck is how often to look whether a foreign ConfigMap still stands in the way.
	Recheck time.Duration

	// problems holds what keeps each document from being published, as the latest event said it.
	problems sync.Map
}

// Setup adds the controller to a manager.
func (p *Platform) Setup(manager ctrl.Manager) error {
	inNamespace := predicate.NewPredicateFuncs(func(object client.Object) bool { return object.GetNamespace() == p.Namespace })
	itself := predicate.NewPredicateFuncs(func(object client.Object) bool { return object.GetName() == p.Namespace })
	return ctrl.NewControllerManagedBy(manager).Named("platform-publication").
		WithOptions(controller.Options{RateLimiter: newRateLimiter()}).
		WatchesRawSource(p.snapshots()).
		Watches(&corev1.ConfigMap{}, p.configMaps(), builder.WithPredicates(inNamespace)).
		Watches(&corev1.Namespace{}, handler.EnqueueRequestsFromMapFunc(p.all), builder.OnlyMetadata, builder.WithPredicates(itself)).
		Complete(p)
}

// Reconcile publishes the current snapshot of one platform document, and then removes what readers no longer need.
func (p *Platform) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	now := p.Clock()
	loaded, err := p.load(ctx, request.NamespacedName, now)
	if err != nil || loaded == nil {
		return retry.Result(err)
	}
	decided, err := p.decide(ctx, loaded, now)
	if err != nil || decided == nil {
		return retry.Result(err)
	}
	refusal, err := p.publish(ctx, loaded, decided)
	if err != nil {
		return retry.Result(err)
	}
	p.report(loaded.catalog, loaded.snapshot.Key, decided.outcome.Problem)
	if refusal != nil {
		return ctrl.Result{}, refusal
	}
	if problem := decided.outcome.Problem; problem != nil && problem.Reason == status.ReasonForeignConfigMap {
		return ctrl.Result{RequeueAfter: p.Recheck}, nil
	}
	next, err := p.prune(ctx, loaded, now)
	if err != nil {
		return retry.Result(err)
	}
	return ctrl.Result{RequeueAfter: min(next, maxRequeue)}, nil
}

// load returns nil if there is nothing to do: nothing was resolved, or another resolution is about to come, or there is no namespace to
// publish in, or the catalog or the namespace is being deleted.
func (p *Platform) load(ctx context.Context, key snapshot.Key, now time.Time) (*state, error) {
	current := p.Store.Get(key)
	if current == nil {
		p.unreferenced.Delete(key)
		p.problems.Delete(key)
		return nil, nil
	}
	name, _ := document.PlatformCatalog(key.Name)
	catalog, err := lookup.Catalog(ctx, p.Client, name)
	if err != nil || catalog == nil || catalog.UID != current.Organization.UID || !catalog.DeletionTimestamp.IsZero() {
		return nil, err
	}
	if !p.Namespaces.Exists(ctx, key.Namespace) {
		p.report(catalog, key, &status.Problem{
			Reason: status.ReasonPublishFailed, Message: fmt.Sprintf("namespace %q does not exist: create it", key.Namespace),
		})
		return nil, nil
	}
	if p.Namespaces.IsTerminating(ctx, key.Namespace) {
		return nil, nil
	}
	return p.withConfigMaps(ctx, &state{
		snapshot: current, findings: current.FindingsAt(now), organization: current.Organization, catalog: catalog,
		published: p.Publications.Mark(key),
	})
}

// report sends an event about what keeps a document from being published, once for each problem.
func (p *Platform) report(catalog *v1alpha1.PermissionCatalog, key snapshot.Key, problem *status.Problem) {
	if problem == nil {
		p.problems.Delete(key)
		return
	}
	if last, _ := p.problems.Swap(key, *problem); last != *problem {
		p.Recorder.Eventf(catalog, nil, corev1.EventTypeWarning, problem.Reason, "Publish", "the platform document is not published: %s",
			problem.Message)
	}
}

// all returns all platform documents.
func (p *Platform) all(context.Context, client.Object) []reconcile.Request {
	snapshots := p.Store.List()
	requests := make([]reconcile.Request, 0, len(snapshots))
	for _, current := range snapshots {
		requests = append(requests, reconcile.Request{NamespacedName: current.Key})
	}
	return requests
}
