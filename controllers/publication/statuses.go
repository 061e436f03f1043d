// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"context"

	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

type queue = workqueue.TypedRateLimitingInterface[ctrl.Request]

// writers is how many statuses of one organization are written at a time: enough to get through ten thousand users, and
// far from what would crowd others out of the API server.
const writers = 16

// writeStatuses writes the statuses of the organization's objects that differ. One that cannot be written holds up no
// other. When a newer snapshot is there, publishing it comes first: the rest is left to it.
func (r *Reconciler) writeStatuses(ctx context.Context, taken *snapshot.Snapshot, view *status.View) error {
	if err := r.writeOrganization(ctx, taken, view); err != nil {
		return err
	}
	roles, err := lookup.Roles(ctx, r.Client, taken.Key)
	if err != nil {
		return err
	}
	assignments, err := lookup.Assignments(ctx, r.Client, taken.Key)
	if err != nil {
		return err
	}
	return gravest(
		each(ctx, taken, r.Store, roles, func(role *v1alpha1.Role) error {
			if !taken.Speaks(role) {
				return nil
			}
			return r.Statuses.Role(ctx, role, view.Role(role))
		}),
		each(ctx, taken, r.Store, assignments, func(assignment *v1alpha1.UserAssignment) error {
			if !taken.Speaks(assignment) || view.Settled(assignment) {
				return nil
			}
			return r.Statuses.Assignment(ctx, assignment, view.Assignment(assignment))
		}))
}

func (r *Reconciler) writeOrganization(ctx context.Context, taken *snapshot.Snapshot, view *status.View) error {
	organization, err := lookup.Organization(ctx, r.Client, taken.Key)
	if err != nil || organization == nil || !taken.Speaks(organization) {
		return err
	}
	return r.Statuses.Organization(ctx, organization, view.Organization(organization))
}

// each calls write for every object, several at a time, until a newer snapshot is there.
func each[T any](ctx context.Context, taken *snapshot.Snapshot, store *snapshot.Store, objects []T, write func(*T) error) error {
	failures := make([]error, len(objects))
	workqueue.ParallelizeUntil(ctx, writers, len(objects), func(i int) {
		if store.Get(taken.Key) == taken {
			failures[i] = write(&objects[i])
		}
	})
	return gravest(failures...)
}

// gravest returns the first error that is not just about the cache being behind, else the first.
func gravest(failures ...error) error {
	var first error
	for _, err := range failures {
		switch {
		case err == nil:
		case !outdated(err):
			return err
		case first == nil:
			first = err
		}
	}
	return first
}
