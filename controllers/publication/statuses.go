// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/controllers/internal/lookup"
	"github.com/rolewright/rolewright/controllers/internal/retry"
	"github.com/rolewright/rolewright/controllers/internal/statuswriter"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

// statusWriters is how many statuses of one organization are written at the same time: enough to get through ten thousand
// users, and far from what would slow down other clients of the API server.
const statusWriters = 16

// writeStatuses writes the statuses of the organization's objects that differ. One that cannot be written holds up no other. As
// soon as a newer snapshot is there, publishing it comes first: the remaining statuses are left to it.
func (r *Reconciler) writeStatuses(ctx context.Context, current *snapshot.Snapshot, view *status.View) error {
	if err := r.writeOrganization(ctx, current, view); err != nil {
		return err
	}
	return retry.MostSevere(
		r.writeStructures(ctx, current, view), r.writeRoles(ctx, current, view), r.writeAssignments(ctx, current, view),
		r.writeGroups(ctx, current, view), r.writeChains(ctx, current, view))
}

func (r *Reconciler) writeOrganization(ctx context.Context, current *snapshot.Snapshot, view *status.View) error {
	organization, err := lookup.Organization(ctx, r.Client, current.Key)
	if err != nil || organization == nil || !current.IsCurrentFor(organization) {
		return err
	}
	former, revision := statuswriter.Trusted(r.Statuses, organization).Status.Publication, int64(0)
	var desired v1alpha1.OrganizationStatus
	err = statuswriter.Write(ctx, r.Statuses, organization, func(current *v1alpha1.Organization) v1alpha1.OrganizationStatus {
		desired = view.Organization(current)
		return desired
	})
	if former != nil {
		revision = former.Revision
	}
	// A change of what thousands of organizations share is not an event of each.
	if err == nil && !current.Shared && desired.Publication != nil && desired.Publication.Revision != revision {
		r.Statuses.Recorder.Eventf(organization, nil, corev1.EventTypeNormal, status.ReasonPublished, "Publish", "%s",
			view.Summary())
	}
	return err
}

func (r *Reconciler) writeStructures(ctx context.Context, current *snapshot.Snapshot, view *status.View) error {
	structures, err := lookup.Structures(ctx, r.Client, current.Key)
	if err != nil {
		return err
	}
	return r.writeEach(ctx, current, len(structures), func(i int) error {
		if !current.IsCurrentFor(&structures[i]) {
			return nil
		}
		return statuswriter.Write(ctx, r.Statuses, &structures[i], view.Structure)
	})
}

func (r *Reconciler) writeRoles(ctx context.Context, current *snapshot.Snapshot, view *status.View) error {
	roles, err := lookup.Roles(ctx, r.Client, current.Key)
	if err != nil {
		return err
	}
	return r.writeEach(ctx, current, len(roles), func(i int) error {
		if !current.IsCurrentFor(&roles[i]) {
			return nil
		}
		return statuswriter.Write(ctx, r.Statuses, &roles[i], view.Role)
	})
}

func (r *Reconciler) writeAssignments(ctx context.Context, current *snapshot.Snapshot, view *status.View) error {
	assignments, err := r.Assignments.Of(current.Key)
	if err != nil {
		return err
	}
	isUpToDate := func(assignment *v1alpha1.UserAssignment) bool {
		return !r.Statuses.Edits.IsEdited(assignment) && view.IsUpToDate(assignment)
	}
	open, left := r.paced(r.unsettled(current.Key, assignments, isUpToDate), view)
	written := make([]bool, len(open))
	err = r.writeEach(ctx, current, len(open), func(i int) error {
		// The assignment is read once more: the list may lack what was just written to its status.
		assignment, err := lookup.Assignment(ctx, r.Client, client.ObjectKeyFromObject(open[i]))
		if err == nil && assignment != nil && current.IsCurrentFor(assignment) {
			err = statuswriter.Write(ctx, r.Statuses, assignment, view.Assignment)
		}
		written[i] = err == nil
		return err
	})
	for i, assignment := range open {
		if !written[i] {
			left[client.ObjectKeyFromObject(assignment)] = struct{}{}
		}
	}
	r.settle(current.Key, view, left)
	return err
}

func (r *Reconciler) writeGroups(ctx context.Context, current *snapshot.Snapshot, view *status.View) error {
	groups, err := lookup.Groups(ctx, r.Client, current.Key)
	if err != nil {
		return err
	}
	return r.writeEach(ctx, current, len(groups), func(i int) error {
		if !current.IsCurrentFor(&groups[i]) {
			return nil
		}
		return statuswriter.Write(ctx, r.Statuses, &groups[i], view.Group)
	})
}

func (r *Reconciler) writeChains(ctx context.Context, current *snapshot.Snapshot, view *status.View) error {
	chains, err := lookup.Chains(ctx, r.Client, current.Key)
	if err != nil {
		return err
	}
	return r.writeEach(ctx, current, len(chains), func(i int) error {
		if !current.IsCurrentFor(&chains[i]) {
			return nil
		}
		return statuswriter.Write(ctx, r.Statuses, &chains[i], view.Chain)
	})
}

// writeEach calls write for each of n objects, several at the same time, until a newer snapshot is there.
func (r *Reconciler) writeEach(ctx context.Context, current *snapshot.Snapshot, n int, write func(i int) error) error {
	failures := make([]error, n)
	workqueue.ParallelizeUntil(ctx, statusWriters, n, func(i int) {
		if r.Store.Get(current.Key) == current {
			failures[i] = write(i)
		}
	})
	return retry.MostSevere(failures...)
}
