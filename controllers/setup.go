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

	"github.com/prometheus/client_golang/prometheus"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/admission"
	"github.com/rolewright/rolewright/controllers/approval"
	"github.com/rolewright/rolewright/controllers/catalog"
	"github.com/rolewright/rolewright/controllers/internal/configmap"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
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
		NewCache:  watches.NewCache,
		NewClient: statuswriter.NewClient,
		Cache: cache.Options{
			// Setup watches every kind from the start: a kind that is first asked for later would be read before it has synced.
			ReaderFailOnMissingInformer: true,
			DefaultTransform:            cache.TransformStripManagedFields(),
			ByObject: map[client.Object]cache.ByObject{
				&corev1.ConfigMap{}: {
					Label:     labels.SelectorFromSet(labels.Set{document.LabelManagedBy: document.ManagedBy}),
					Transform: reduced,
				},
				&v1alpha1.UserAssignment{}: {Transform: lookup.Reduced},
			},
		},
		Client: client.Options{Cache: &client.CacheOptions{EnableReadYourWritesConsistency: &readYourWrites}},
	}, nil
}

// reduced keeps out of the cache what ConfigMaps hold, ours and those of others that have our label.
func reduced(object any) (any, error) {
	object, err := cache.TransformStripManagedFields()(object)
	if err != nil {
		return nil, err
	}
	return configmap.Reduce(object)
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
	store, debouncer, tracker := snapshot.NewStore(), debounce.New(options.Coalesce, clock), publications.NewTracker()
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
	recorder := manager.GetEventRecorder(document.ManagedBy)
	statuses := &statuswriter.Writer{
		Client: manager.GetClient(), Live: manager.GetAPIReader(), Recorder: recorder, Namespaces: known.namespaces,
		Edits: &statuswriter.Edits{Clock: clock, Backoff: options.EditBackoff},
	}
	if err := publication.Observe(ctx, manager.GetCache(), tracker); err != nil {
		return err
	}
	for _, controller := range []interface{ Setup(ctrl.Manager) error }{
		&resolution.Reconciler{
			Objects: manager.GetCache(), Assignments: known.assignments, Watches: known.watches, Debouncer: debouncer,
			Store: store, Publications: tracker,
			Cache: snapshot.NewCache(snapshot.CacheOptions{FullResolution: options.FullResolution, Budget: options.Budget}),
			Took:  collector.ObserveResolution, Clock: clock,
		},
		&publication.Reconciler{
			Client: manager.GetClient(), Live: manager.GetAPIReader(), Assignments: known.assignments, Store: store,
			Publications: tracker, Statuses: statuses, Recheck: options.Recheck, Grace: options.ShardGrace, Clock: clock,
			DetailBound: cmp.Or(options.DetailBound, status.DefaultDetailBound),
		},
		&approval.Reconciler{
			Client: manager.GetClient(), Live: manager.GetAPIReader(), Assignments: known.assignments, Requests: known.requests, Store: store,
			Publications: tracker, Statuses: statuses, Recorder: recorder, Clock: clock, Policies: prober,
			Evidence: approval.NewEvidence(options.AuditLog, clock),
		},
		&catalog.Reconciler{
			Client: manager.GetClient(), Statuses: statuses, Store: store, Coalesce: options.Coalesce,
			Patience: patience * options.Coalesce, Clock: clock,
		},
		&platform.Reconciler{
			Client: manager.GetClient(), Statuses: statuses, Store: store, Coalesce: options.Coalesce,
			Patience: patience * options.Coalesce, Clock: clock,
		},
		&vocabulary.Reconciler{Client: manager.GetClient(), Live: manager.GetAPIReader(), Namespaces: known.namespaces},
		&webhookServer{address: options.Webhook, preview: &admission.Preview{Store: store}, judge: &admission.Handler{
			Objects: manager.GetCache(), Assignments: known.assignments, Store: store, Watches: known.watches,
			Took: collector.ObserveAdmission, Clock: clock,
		}},
	} {
		if err := controller.Setup(manager); err != nil {
			return fmt.Errorf("setting up %T: %w", controller, err)
		}
	}
	return addChecks(manager, store, debouncer, clock)
}

// watched are the lookups of what the cache holds in great numbers.
type watched struct {
	assignments *lookup.Assignments
	requests    *lookup.RequestCache
	namespaces  *lookup.Namespaces
	watches     *watches.Tracker
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
