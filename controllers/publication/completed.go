// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"maps"
	"slices"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

// pass is what a completed pass over an organization was about.
type pass struct {
	snapshot        *snapshot.Snapshot
	findings        *snapshot.Findings
	resourceVersion string
	view            *status.View
	// rewritten are the assignments whose statuses passes since then, which were not completed, may have written, and those whose
	// statuses still wait for their conversion to another detail.
	rewritten map[client.ObjectKey]struct{}
}

// lastPass returns the last completed pass over an organization; it is empty if there was none.
func (r *Reconciler) lastPass(key snapshot.Key) pass {
	if last, completed := r.completed.Load(key); completed {
		return last.(pass)
	}
	return pass{}
}

// isEcho reports whether nothing happened since the last completed pass: the event is the echo of the pass's own writes.
func (r *Reconciler) isEcho(loaded *state) bool {
	last := r.lastPass(loaded.snapshot.Key)
	return last.snapshot == loaded.snapshot && last.findings == loaded.findings &&
		last.resourceVersion == loaded.resourceVersion() && len(last.rewritten) == 0 && len(loaded.missingShards()) == 0 &&
		!r.hasEdits(loaded.snapshot.Key)
}

// view returns what statuses are computed from, starting with what the last completed pass settled. Until this pass is completed too, it
// settles nothing: it may end in the middle of its writes, as it does while one change follows the other.
func (r *Reconciler) view(loaded *state, decided *decision, now time.Time) *status.View {
	view := status.NewView(loaded.snapshot, &decided.outcome, now)
	view.SetDetail(loaded.organization, r.DetailBound)
	last := r.lastPass(loaded.snapshot.Key)
	view.SetPrevious(last.view)
	r.completed.Store(loaded.snapshot.Key, pass{view: last.view, rewritten: last.rewritten})
	return view
}

// unsettled returns the assignments whose statuses have to be computed, and remembers that this pass may write them.
func (r *Reconciler) unsettled(
	key snapshot.Key, assignments []*v1alpha1.UserAssignment, isUpToDate func(*v1alpha1.UserAssignment) bool,
) []*v1alpha1.UserAssignment {
	last := r.lastPass(key)
	open := slices.DeleteFunc(assignments, func(assignment *v1alpha1.UserAssignment) bool {
		_, rewritten := last.rewritten[client.ObjectKeyFromObject(assignment)]
		return !rewritten && isUpToDate(assignment)
	})
	if last.view == nil {
		return open
	}
	rewritten := make(map[client.ObjectKey]struct{}, len(last.rewritten)+len(open))
	maps.Copy(rewritten, last.rewritten)
	for _, assignment := range open {
		rewritten[client.ObjectKeyFromObject(assignment)] = struct{}{}
	}
	last.rewritten = rewritten
	r.completed.Store(key, last)
	return open
}

// complete records that a pass is completed but for the conversions that it postponed, unless a newer snapshot is there.
func (r *Reconciler) complete(loaded *state, decided *decision, view *status.View, postponed map[client.ObjectKey]struct{}) {
	key := loaded.snapshot.Key
	if r.Store.Get(key) != loaded.snapshot {
		return
	}
	// The views before the last are not needed again.
	view.SetPrevious(nil)
	done := pass{
		snapshot: loaded.snapshot, findings: loaded.findings, resourceVersion: loaded.resourceVersion(), view: view, rewritten: postponed,
	}
	if decided.write != nil {
		done.resourceVersion = decided.write.ResourceVersion
	}
	r.completed.Store(key, done)
}
