// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"context"
	"slices"

	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
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
	assignments, err := r.Assignments.Of(taken.Key)
	if err != nil {
		return err
	}
	open := slices.DeleteFunc(assignments, view.IsUpToDate)
	groups, err := lookup.Groups(ctx, r.Client, taken.Key)
	if err != nil {
		return err
	}
	chains, err := lookup.Chains(ctx, r.Client, taken.Key)
	if err != nil {
		return err
	}
	return gravest(
		each(ctx, taken, r.Store, len(roles), func(i int) error {
			role := &roles[i]
			if !taken.IsCurrentFor(role) {
				return nil
			}
			return statuswriter.Write(ctx, r.Statuses, role, &role.Status, view.Role(role))
		}),
		each(ctx, taken, r.Store, len(open), func(i int) error {
			return r.writeAssignment(ctx, client.ObjectKeyFromObject(open[i]), taken, view)
		}),
		each(ctx, taken, r.Store, len(groups), func(i int) error {
			group := &groups[i]
			if !taken.IsCurrentFor(group) {
				return nil
			}
			return statuswriter.Write(ctx, r.Statuses, group, &group.Status, view.Group(group))
		}),
		each(ctx, taken, r.Store, len(chains), func(i int) error {
			chain := &chains[i]
			if !taken.IsCurrentFor(chain) {
				return nil
			}
			return statuswriter.Write(ctx, r.Statuses, chain, &chain.Status, view.Chain(chain))
		}))
}

func (r *Reconciler) writeOrganization(ctx context.Context, taken *snapshot.Snapshot, view *status.View) error {
	organization, err := lookup.Organization(ctx, r.Client, taken.Key)
	if err != nil || organization == nil || !taken.IsCurrentFor(organization) {
		return err
	}
	return statuswriter.Write(ctx, r.Statuses, organization, &organization.Status, view.Organization(organization))
}

// writeAssignment reads the assignment once more: the list may lack what was just written to its status.
func (r *Reconciler) writeAssignment(ctx context.Context, key client.ObjectKey, taken *snapshot.Snapshot, view *status.View) error {
	assignment, err := lookup.Assignment(ctx, r.Client, key)
	if err != nil || assignment == nil || !taken.IsCurrentFor(assignment) || view.IsUpToDate(assignment) {
		return err
	}
	return statuswriter.Write(ctx, r.Statuses, assignment, &assignment.Status, view.Assignment(assignment))
}

// each calls write for every object, several at a time, until a newer snapshot is there.
func each(ctx context.Context, taken *snapshot.Snapshot, store *snapshot.Store, objects int, write func(i int) error) error {
	failures := make([]error, objects)
	workqueue.ParallelizeUntil(ctx, writers, objects, func(i int) {
		if store.Get(taken.Key) == taken {
			failures[i] = write(i)
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
