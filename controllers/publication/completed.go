// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

// pass is what passes over an organization have settled. That of one that was not completed, since a newer snapshot came, has no snapshot.
type pass struct {
	snapshot        *snapshot.Snapshot
	findings        *snapshot.Findings
	resourceVersion string
	// view is the one by which the statuses of all assignments are as they should be, but for those that are left: their statuses were not
	// written yet, or wait for their conversion to another detail.
	view *status.View
	left map[client.ObjectKey]struct{}
}

// lastPass returns what the passes over an organization have settled; it is empty if there was none.
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
		last.resourceVersion == loaded.resourceVersion() && len(last.left) == 0 && len(loaded.missingShards()) == 0 &&
		!r.hasEdits(loaded.snapshot.Key)
}

// view returns what statuses are computed from, starting with what earlier passes settled. Until this pass is completed, what happens
// next is no echo of it.
func (r *Reconciler) view(loaded *state, decided *decision, now time.Time) *status.View {
	view := status.NewView(loaded.snapshot, &decided.outcome, now)
	view.SetDetail(loaded.organization, r.DetailBound)
	last := r.lastPass(loaded.snapshot.Key)
	view.SetPrevious(last.view)
	r.completed.Store(loaded.snapshot.Key, pass{view: last.view, left: last.left})
	return view
}

// unsettled returns the assignments whose statuses have to be computed: first those of which something has changed, then those that
// earlier passes left.
func (r *Reconciler) unsettled(
	key snapshot.Key, assignments []*v1alpha1.UserAssignment, isUpToDate func(*v1alpha1.UserAssignment) bool,
) []*v1alpha1.UserAssignment {
	left := r.lastPass(key).left
	var changed, former []*v1alpha1.UserAssignment
	for _, assignment := range assignments {
		if _, is := left[client.ObjectKeyFromObject(assignment)]; is {
			former = append(former, assignment)
		} else if !isUpToDate(assignment) {
			changed = append(changed, assignment)
		}
	}
	return append(changed, former...)
}

// settle records that the statuses of all assignments are now as a view says, but for those that are left. A pass that ends early has
// settled what it got to, so that in an organization that never rests every status has its turn.
func (r *Reconciler) settle(key snapshot.Key, view *status.View, left map[client.ObjectKey]struct{}) {
	// The views before this one are not needed again.
	view.SetPrevious(nil)
	r.completed.Store(key, pass{view: view, left: left})
}

// complete records that a pass is completed but for the conversions that it postponed, unless a newer snapshot is there.
func (r *Reconciler) complete(loaded *state, decided *decision) {
	key := loaded.snapshot.Key
	if r.Store.Get(key) != loaded.snapshot {
		return
	}
	done := r.lastPass(key)
	done.snapshot, done.findings, done.resourceVersion = loaded.snapshot, loaded.findings, loaded.resourceVersion()
	if decided.write != nil {
		done.resourceVersion = decided.write.ResourceVersion
	}
	r.completed.Store(key, done)
}
