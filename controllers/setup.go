// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"cmp"
	"context"
	"fmt"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/recorder"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/admission"
	"github.com/rolewright/rolewright/controllers/approval"
	"github.com/rolewright/rolewright/controllers/catalog"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/policies"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/controllers/internal/watches"
	"github.com/rolewright/rolewright/controllers/platform"
	"github.com/rolewright/rolewright/controllers/publication"
	"github.com/rolewright/rolewright/controllers/resolution"
	"github.com/rolewright/rolewright/controllers/vocabulary"
	"github.com/rolewright/rolewright/internal/audit"
	"github.com/rolewright/rolewright/internal/debounce"
	"github.com/rolewright/rolewright/internal/metrics"
	"github.com/rolewright/rolewright/internal/publications"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Options configure the controllers.
type Options struct {
	// Coalesce is how long an organization must have been quiet before it is resolved.
	Coalesce time.Duration
	// Recheck is how often to check whether a foreign ConfigMap still stands in the way of publishing.
	Recheck time.Duration
	// ShardGrace is how long a shard stays after the index ceased to reference it.
	ShardGrace time.Duration
	// PlatformNamespace is the one in which platform documents are published, one for each catalog; empty publishes none.
	PlatformNamespace string
	// EditBackoff is how long a status stays as it is that another writer changes a second time; it doubles with each further time.
	// Zero means a second.
	EditBackoff time.Duration
	// DetailBound is the number of users up to which the statuses of an organization's assignments list permissions, if it does not say
	// what they list; 0 stands for status.DefaultDetailBound.
	DetailBound int
	// FullResolution resolves every organization from scratch whenever anything of it changes.
	FullResolution bool
	// Budget bounds the work of the resolution of an organization; 0 stands for resolve.DefaultBudget.
	Budget resolve.Budget
	// Webhook is where to serve the webhook that judges who may change an organization; nil serves none.
	Webhook *Webhook
	// Installation keeps another installation from working at the same time; nil does not.
	Installation *Installation
	// Policies says how to find out whether the API server enforces the policies on which approvals rest; nil does not ask.
	Policies *Policies
	// AuditLog takes what happens to approval requests; nil records nothing.
	AuditLog *audit.Log
	// Registerer takes the metrics.
	Registerer prometheus.Registerer
	// Clock returns the time; nil means the machine's clock.
	Clock func() time.Time
}

// patience is how many times longer than for changes of their own the objects of the platform wait for what is found in
// organizations: one change of a catalog has all of them resolved, one after the other.
const patience = 10

// ManagerOptions returns the options that a manager for these controllers needs: the kinds that it knows, and what its cache
// holds.
func ManagerOptions() (ctrl.Options, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, admissionregistrationv1.AddToScheme, authenticationv1.AddToScheme, v1alpha1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return ctrl.Options{}, err
		}
	}
	readYourWrites := true
	return ctrl.Options{
		Scheme:    scheme,
		NewCache:  newCache,
		NewClient: statuswriter.NewClient,
		Cache: cache.Options{
			// Setup watches every kind from the start: a kind that is first asked for later would be read before it has synced.
			ReaderFailOnMissingInformer: true,
			DefaultTransform:            reduced,
			ByObject: map[client.Object]cache.ByObject{
				&corev1.ConfigMap{}: {Label: labels.SelectorFromSet(labels.Set{document.LabelManagedBy: document.ManagedBy})},
			},
		},
		Client: client.Options{Cache: &client.CacheOptions{EnableReadYourWritesConsistency: &readYourWrites}},
	}, nil
}

// clock returns the clock of the options.
func (o *Options) clock() func() time.Time {
	if o.Clock == nil {
		return time.Now
	}
	return o.Clock
}

// Setup adds every controller, the health checks and the metrics to a manager that was created with ManagerOptions.
func Setup(ctx context.Context, manager ctrl.Manager, options Options) error {
	known, err := watch(ctx, manager)
	if err != nil {
		return err
	}
	clock := options.clock()
	store, debouncer, tracker := snapshot.NewStore(), known.debouncer(options.Coalesce, clock), publications.NewTracker()
	prober, err := options.addRunnables(manager, known.namespaces)
	if err != nil {
		return err
	}
	collector := metrics.New(metrics.Sources{
		Snapshots: store, Debouncer: debouncer, Publications: tracker, Policies: prober.Enforced, PolicyRefusals: prober.Refusals, Clock: clock,
	})
	if err := options.Registerer.Register(collector); err != nil {
		return fmt.Errorf("registering metrics: %w", err)
	}
	events := manager.GetEventRecorder(document.ManagedBy)
	statuses := &statuswriter.Writer{
		Client: manager.GetClient(), Live: manager.GetAPIReader(), Recorder: events, Namespaces: known.namespaces,
		Edits: &statuswriter.Edits{Clock: clock, Backoff: options.EditBackoff},
	}
	if err := publication.Observe(ctx, manager.GetCache(), tracker); err != nil {
		return err
	}
	parts := &parts{
		manager: manager, options: &options, known: known, store: store, debouncer: debouncer, tracker: tracker, prober: prober,
		collector: collector, recorder: events, statuses: statuses, clock: clock,
	}
	for _, controller := range parts.controllers() {
		if err := controller.Setup(manager); err != nil {
			return fmt.Errorf("setting up %T: %w", controller, err)
		}
	}
	return addChecks(manager, store, debouncer, clock)
}

// parts are what controllers are made of.
type parts struct {
	manager   ctrl.Manager
	options   *Options
	known     watched
	store     *snapshot.Store
	debouncer *debounce.Debouncer
	tracker   *publications.Tracker
	prober    *policies.Prober
	collector *metrics.Metrics
	recorder  recorder.EventRecorder
	statuses  *statuswriter.Writer
	clock     func() time.Time
}

// controllers returns all controllers.
func (p *parts) controllers() []setter {
	platformStore := snapshot.NewStore()
	all := []setter{
		&resolution.Reconciler{
			Resolver: p.resolver(p.store), Assignments: p.known.assignments, PlatformNamespace: p.options.PlatformNamespace,
			Took: p.collector.ObserveResolution,
		},
		&publication.Reconciler{
			Publisher: p.publisher(p.store), Assignments: p.known.assignments, Statuses: p.statuses, Recheck: p.options.Recheck,
			DetailBound: cmp.Or(p.options.DetailBound, status.DefaultDetailBound),
		},
		&approval.Reconciler{
			Client: p.manager.GetClient(), Live: p.manager.GetAPIReader(), Assignments: p.known.assignments, Requests: p.known.requests,
			Store: p.store, Publications: p.tracker, Statuses: p.statuses, Recorder: p.recorder, Clock: p.clock, Policies: p.prober,
			Evidence: approval.NewEvidence(p.options.AuditLog, p.clock),
		},
		&catalog.Reconciler{
			Client: p.manager.GetClient(), Statuses: p.statuses, Store: p.store, Coalesce: p.options.Coalesce,
			Patience: patience * p.options.Coalesce, Clock: p.clock,
		},
		&platform.Reconciler{
			Client: p.manager.GetClient(), Statuses: p.statuses, Store: p.store, Documents: platformStore, Coalesce: p.options.Coalesce,
			Patience: patience * p.options.Coalesce, Clock: p.clock,
		},
		&vocabulary.Reconciler{Client: p.manager.GetClient(), Live: p.manager.GetAPIReader(), Namespaces: p.known.namespaces},
		&webhookServer{address: p.options.Webhook, preview: &admission.Preview{Store: p.store}, judge: &admission.Handler{
			Objects: p.manager.GetCache(), Assignments: p.known.assignments, Store: p.store, Watches: p.known.watches,
			Took: p.collector.ObserveAdmission, Clock: p.clock,
		}},
	}
	if p.options.PlatformNamespace != "" {
		all = append(all,
			&resolution.Platform{Resolver: p.resolver(platformStore), Namespace: p.options.PlatformNamespace},
			&publication.Platform{
				Publisher: p.publisher(platformStore), Namespace: p.options.PlatformNamespace, Recorder: p.recorder, Recheck: p.options.Recheck,
			})
	}
	return all
}

// resolver returns what makes the snapshots of a store.
func (p *parts) resolver(of *snapshot.Store) resolution.Resolver {
	return resolution.Resolver{
		Objects: p.manager.GetCache(), Live: p.manager.GetAPIReader(), Watches: p.known.watches, Debouncer: p.debouncer, Store: of,
		Publications: p.tracker, Clock: p.clock,
		Cache: snapshot.NewCache(snapshot.CacheOptions{FullResolution: p.options.FullResolution, Budget: p.options.Budget}),
	}
}

// publisher returns what publishes the snapshots of a store.
func (p *parts) publisher(of *snapshot.Store) publication.Publisher {
	return publication.Publisher{
		Client: p.manager.GetClient(), Live: p.manager.GetAPIReader(), Namespaces: p.known.namespaces, Store: of, Publications: p.tracker,
		Grace: p.options.ShardGrace, Clock: p.clock,
	}
}

// setter is what Setup adds to a manager.
type setter interface {
	Setup(manager ctrl.Manager) error
}

// watched are the lookups of what the cache holds in great numbers.
type watched struct {
	assignments *lookup.Assignments
	requests    *lookup.RequestCache
	namespaces  *lookup.Namespaces
	watches     *watches.Tracker
}

// debouncer returns one that waits for a period, and for longer where the watches are apart.
func (w *watched) debouncer(period time.Duration, clock func() time.Time) *debounce.Debouncer {
	debouncer := debounce.New(period, clock)
	debouncer.AtLeast = func() time.Duration { return w.watches.Gather(time.Now()) }
	return debouncer
}

// watch has the cache hold and index what the controllers look up.
func watch(ctx context.Context, manager ctrl.Manager) (known watched, err error) {
	followed, is := manager.GetCache().(*watches.Cache)
	if !is {
		return known, fmt.Errorf("the manager has a cache of type %T: create it with ManagerOptions", manager.GetCache())
	}
	known.watches = followed.Tracker
	if err := lookup.Index(ctx, manager.GetFieldIndexer()); err != nil {
		return known, err
	}
	if known.assignments, err = lookup.IndexAssignments(ctx, manager.GetCache()); err != nil {
		return known, err
	}
	if known.requests, err = lookup.IndexRequests(ctx, manager.GetCache()); err != nil {
		return known, err
	}
	known.namespaces, err = lookup.WatchNamespaces(ctx, manager.GetCache())
	return known, err
}
