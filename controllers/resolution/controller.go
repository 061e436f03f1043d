// SPDX-License-Identifier: Apache-2.0

package resolution

import (
	"context"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/snapshot"
)

//+kubebuilder:rbac:groups=rolewright.dev,resources=permissioncatalogs;platformroles;platformassignments,verbs=get;list;watch
//+kubebuilder:rbac:groups=rolewright.dev,resources=organizations;organizationstructures,verbs=get;list;watch
//+kubebuilder:rbac:groups=rolewright.dev,resources=roles;userassignments;usergroups,verbs=get;list;watch
//+kubebuilder:rbac:groups=rolewright.dev,resources=approvalchains;approvalrequests,verbs=get;list;watch

// Reconciler resolves organizations.
type Reconciler struct {
	Resolver

	// Assignments are the part of what organizations are resolved from that may be large.
	Assignments *lookup.Assignments
	// PlatformNamespace is the one of the platform documents, which are resolved by Platform.
	PlatformNamespace string
	// Took is called with how long each resolution took.
	Took func(time.Duration)

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
		resolver.Watches(object, r.enqueueOrganizations(), builder.WithPredicates(r.noteVersions(object), relevantChanges))
	}
	if err := resolver.Complete(r); err != nil {
		return err
	}
	return manager.Add(&firstResolution{cache: manager.GetCache(), store: r.Store})
}

// Reconcile resolves one organization, once it has been quiet for long enough.
func (r *Reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	key := request.NamespacedName
	since, wait := r.begin(ctx, key)
	if wait > 0 {
		return ctrl.Result{RequeueAfter: wait}, nil
	}
	defer r.turns.end(key)
	shared := !r.own.take(key)
	resolved, err := r.resolve(ctx, key)
	if err != nil {
		return ctrl.Result{}, r.again(key, shared, err)
	}
	if resolved == nil {
		r.remove(key)
		return ctrl.Result{}, nil
	}
	if wait := r.untilConfirmed(ctx, key, resolved.Resolution); wait > 0 {
		return ctrl.Result{RequeueAfter: wait}, r.again(key, shared, nil)
	}
	resolved.Since, resolved.Shared = since, shared
	r.store(resolved)
	return ctrl.Result{}, nil
}

// begin begins a resolution, unless it is too early: then it returns how long to wait. Since is the oldest change that it covers.
func (r *Reconciler) begin(ctx context.Context, key snapshot.Key) (since time.Time, wait time.Duration) {
	if r.Watches.Interrupted(r.Clock(), resources...) != "" {
		return time.Time{}, untilWatched
	}
	if wait := r.untilSeen(ctx, key); wait > 0 {
		return time.Time{}, wait
	}
	if since, wait = r.Debouncer.TryStart(key); wait > 0 {
		return time.Time{}, wait
	}
	return since, r.turns.begin(key, r.Clock())
}

// resolve resolves an organization from what the cache holds; nil if nothing of it is left.
func (r *Reconciler) resolve(ctx context.Context, key snapshot.Key) (*snapshot.Snapshot, error) {
	observedVersion := r.Publications.ObservedVersion(key)
	standing, err := r.standing(ctx, key)
	if err != nil {
		return nil, err
	}
	objects, err := lookup.Environment(ctx, r.Objects, key)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	resolved, err := r.build(ctx, key, objects, standing)
	if err != nil || resolved == nil {
		return nil, err
	}
	resolved.ObservedVersion = observedVersion
	r.turns.took(key, resolved.Resolution, r.Clock())
	r.Took(time.Since(start))
	log.FromContext(ctx).V(1).Info("Resolved", "roles", len(objects.Roles), "assignments", resolved.AssignmentCount(),
		"groups", len(objects.Groups), "findings", len(resolved.Resolution.Findings), "publishable", resolved.Encoded != nil)
	return resolved, nil
}

// build reads the assignments of an organization and resolves it; nil if nothing of it is left. Of a large organization that was resolved
// before, it reads those alone that were written since, if nothing else has changed.
func (r *Reconciler) build(
	ctx context.Context, key snapshot.Key, objects *intake.Members, standing publish.Standing,
) (*snapshot.Snapshot, error) {
	if latest := r.Cache.Latest(key); latest != nil && objects.Organization != nil && latest.AssignmentCount() >= lookup.Large {
		users, told, err := r.Assignments.AddWritten(objects, key, latest.AssignmentsVersion, latest.AssignmentsOf)
		if err != nil {
			return nil, err
		}
		if told {
			if resolved, err := r.Cache.BuildUsers(ctx, key, objects, users, standing); resolved != nil || err != nil {
				return resolved, err
			}
		}
	}
	if err := r.Assignments.AddTo(objects, key); err != nil || objects.Empty() {
		return nil, err
	}
	return r.Cache.BuildContext(ctx, key, objects, standing)
}

// again returns an error for which an organization is to be resolved again, for the same changes.
func (r *Reconciler) again(key snapshot.Key, shared bool, err error) error {
	if !shared {
		r.own.add(key)
	}
	return err
}

// remove forgets an organization of which nothing is left.
func (r *Reconciler) remove(key snapshot.Key) {
	r.turns.forget(key)
	r.Resolver.remove(key)
}
