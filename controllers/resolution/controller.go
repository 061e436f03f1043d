// SPDX-License-Identifier: Apache-2.0

package resolution

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/configmap"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/watches"
	"github.com/rolewright/rolewright/internal/debounce"
	"github.com/rolewright/rolewright/internal/publications"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/snapshot"
)

//+kubebuilder:rbac:groups=rolewright.dev,resources=permissioncatalogs;platformroles;platformassignments,verbs=get;list;watch
//+kubebuilder:rbac:groups=rolewright.dev,resources=organizations;organizationstructures,verbs=get;list;watch
//+kubebuilder:rbac:groups=rolewright.dev,resources=roles;userassignments;usergroups,verbs=get;list;watch
//+kubebuilder:rbac:groups=rolewright.dev,resources=approvalchains;approvalrequests,verbs=get;list;watch

// Reconciler resolves organizations.
type Reconciler struct {
	// Objects are what organizations are resolved from, and Assignments the part of them that may be large.
	Objects     client.Reader
	Assignments *lookup.Assignments
	// Cache builds the snapshots.
	Cache *snapshot.Cache
	// Watches knows whether the objects are those of one moment.
	Watches *watches.Tracker
	// Debouncer says when an organization is resolved.
	Debouncer *debounce.Debouncer
	// Store takes the snapshots, and Publications is told of each.
	Store        *snapshot.Store
	Publications *publications.Tracker
	// Took is called with how long each resolution took.
	Took  func(time.Duration)
	Clock func() time.Time

	turns turns
	own   ownChanges
}

// workers is how many organizations are resolved at the same time. Of those that take much work, it is one.
const workers = 2

// untilWatched is how long an organization waits before it looks whether everything is watched again.
const untilWatched = 50 * time.Millisecond

// resources are those that an organization is resolved from.
var resources = []string{
	"permissioncatalogs", "platformroles", "platformassignments", "organizations", "organizationstructures", "roles",
	"userassignments", "usergroups", "approvalchains", "approvalrequests",
}

// Setup adds the controller to a manager. It runs in every replica.
func (r *Reconciler) Setup(manager ctrl.Manager) error {
	leaderOnly := false
	resolver := ctrl.NewControllerManagedBy(manager).Named("resolution").
		WithOptions(controller.Options{NeedLeaderElection: &leaderOnly, MaxConcurrentReconciles: workers}).
		WatchesRawSource(r.outdatedSnapshots())
	for _, object := range []client.Object{
		&v1alpha1.PermissionCatalog{}, &v1alpha1.PlatformRole{}, &v1alpha1.PlatformAssignment{},
		&v1alpha1.Organization{}, &v1alpha1.OrganizationStructure{}, &v1alpha1.Role{}, &v1alpha1.UserAssignment{}, &v1alpha1.UserGroup{},
		&v1alpha1.ApprovalChain{}, &v1alpha1.ApprovalRequest{},
	} {
		resolver.Watches(object, r.enqueueOrganizations(), builder.WithPredicates(relevantChanges))
	}
	if err := resolver.Complete(r); err != nil {
		return err
	}
	return manager.Add(&firstResolution{cache: manager.GetCache(), store: r.Store})
}

// Reconcile resolves one organization, once it has been quiet for long enough.
func (r *Reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	key := request.NamespacedName
	if r.Watches.Interrupted(r.Clock(), resources...) != "" {
		return ctrl.Result{RequeueAfter: untilWatched}, nil
	}
	since, wait := r.Debouncer.TryStart(key)
	if wait > 0 {
		return ctrl.Result{RequeueAfter: wait}, nil
	}
	if wait := r.turns.begin(key, r.Clock()); wait > 0 {
		return ctrl.Result{RequeueAfter: wait}, nil
	}
	defer r.turns.end(key)
	shared := !r.own.take(key)
	observedVersion := r.Publications.ObservedVersion(key)
	objects, err := lookup.Objects(ctx, r.Objects, r.Assignments, key)
	if err != nil {
		return ctrl.Result{}, r.again(key, shared, err)
	}
	if objects.Empty() {
		r.remove(key)
		return ctrl.Result{}, nil
	}
	standing, err := r.standing(ctx, key)
	if err != nil {
		return ctrl.Result{}, r.again(key, shared, err)
	}
	start := time.Now()
	resolved, err := r.Cache.BuildContext(ctx, key, objects, standing)
	if err != nil {
		return ctrl.Result{}, r.again(key, shared, err)
	}
	r.turns.took(key, resolved.Resolution, r.Clock())
	r.Took(time.Since(start))
	resolved.Since, resolved.ObservedVersion, resolved.Shared = since, observedVersion, shared
	r.store(resolved)
	log.FromContext(ctx).V(1).Info("Resolved", "roles", len(objects.Roles), "assignments", len(objects.Assignments),
		"groups", len(objects.Groups), "findings", len(resolved.Resolution.Findings), "publishable", resolved.Encoded != nil)
	return ctrl.Result{}, nil
}

// standing returns the form in which an organization is published, as the cache knows it.
func (r *Reconciler) standing(ctx context.Context, key snapshot.Key) (publish.Standing, error) {
	configMap := &corev1.ConfigMap{}
	err := r.Objects.Get(ctx, client.ObjectKey{Namespace: key.Namespace, Name: configmap.Name(key.Name)}, configMap)
	if err != nil {
		return publish.Standing{}, client.IgnoreNotFound(err)
	}
	return configmap.Standing(configMap), nil
}

// again returns an error for which an organization is to be resolved again, for the same changes.
func (r *Reconciler) again(key snapshot.Key, shared bool, err error) error {
	if !shared {
		r.own.add(key)
	}
	return err
}

// store makes a snapshot the current one. Its changes are with the tracker before they leave the debouncer, so that none is
// ever missing from the age of the oldest.
func (r *Reconciler) store(resolved *snapshot.Snapshot) {
	r.Publications.Resolved(resolved)
	r.Debouncer.Finish(resolved.Key)
	r.Store.Put(resolved)
}

// remove forgets an organization of which nothing is left.
func (r *Reconciler) remove(key snapshot.Key) {
	r.Cache.Forget(key)
	r.turns.forget(key)
	r.Publications.Removed(key)
	r.Debouncer.Finish(key)
	r.Store.Remove(key)
}
