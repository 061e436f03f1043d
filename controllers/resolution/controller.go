// SPDX-License-Identifier: Apache-2.0

package resolution

import (
	"context"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/internal/snapshot"
)

//+kubebuilder:rbac:groups=rolewright.dev,resources=permissioncatalogs;platformroles;platformassignments,verbs=get;list;watch
//+kubebuilder:rbac:groups=rolewright.dev,resources=organizations;roles;userassignments;usergroups,verbs=get;list;watch
//+kubebuilder:rbac:groups=rolewright.dev,resources=approvalchains;approvalrequests,verbs=get;list;watch
//+kubebuilder:rbac:groups="",resources=configmaps,verbs=get;list;watch

// Reconciler resolves organizations.
type Reconciler struct {
	// Cache is what organizations are resolved from, and Assignments the part of it that may be large.
	Cache       client.Reader
	Assignments *lookup.Assignments
	Store       *snapshot.Store
	// Coalesce is how long an organization must have been quiet before it is resolved.
	Coalesce time.Duration
	// Took is told how long each resolution took.
	Took func(time.Duration)

	// memories holds a snapshot.Memory for each organization.
	memories sync.Map
}

// Setup adds the controller to a manager.
func (r *Reconciler) Setup(manager ctrl.Manager) error {
	everywhere := false
	watcher, err := controller.New("resolution", manager, controller.Options{
		Reconciler:              r,
		NeedLeaderElection:      &everywhere,
		MaxConcurrentReconciles: 2,
	})
	if err != nil {
		return err
	}
	for _, object := range []client.Object{
		&v1alpha1.PermissionCatalog{}, &v1alpha1.PlatformRole{}, &v1alpha1.PlatformAssignment{},
		&v1alpha1.Organization{}, &v1alpha1.Role{}, &v1alpha1.UserAssignment{}, &v1alpha1.UserGroup{},
		&v1alpha1.ApprovalChain{}, &v1alpha1.ApprovalRequest{},
	} {
		if err := watcher.Watch(r.changesOf(manager.GetCache(), object)); err != nil {
			return err
		}
	}
	if err := watcher.Watch(r.publicationsIn(manager.GetCache(), &corev1.ConfigMap{})); err != nil {
		return err
	}
	if err := watcher.Watch(r.doubts()); err != nil {
		return err
	}
	return manager.Add(&firstResolution{cache: manager.GetCache(), store: r.Store})
}

// Reconcile resolves one organization, once it has been quiet for long enough.
func (r *Reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	if wait := r.Store.Begin(request.NamespacedName, r.Coalesce); wait > 0 {
		return ctrl.Result{RequeueAfter: wait}, nil
	}
	objects, err := lookup.Objects(ctx, r.Cache, r.Assignments, request.NamespacedName)
	if err != nil {
		return ctrl.Result{}, err
	}
	if objects.Empty() {
		r.memories.Delete(request.NamespacedName)
		r.Store.Remove(request.NamespacedName)
		return ctrl.Result{}, nil
	}
	start := time.Now()
	resolved := r.memory(request.NamespacedName).Build(request.NamespacedName, objects)
	r.Took(time.Since(start))
	r.Store.Put(resolved)
	log.FromContext(ctx).V(1).Info("Resolved", "roles", len(objects.Roles), "assignments", len(objects.Assignments),
		"groups", len(objects.Groups), "findings", len(resolved.Resolution.Findings), "publishable", resolved.Encoded != nil)
	return ctrl.Result{}, nil
}

// memory returns what is remembered of an organization. No organization is reconciled twice at a time, so that nobody else
// uses it meanwhile.
func (r *Reconciler) memory(key snapshot.Key) *snapshot.Memory {
	remembered, _ := r.memories.LoadOrStore(key, &snapshot.Memory{})
	return remembered.(*snapshot.Memory)
}
