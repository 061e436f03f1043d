// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"time"

	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

// pass is what a completed pass over an organization was about.
type pass struct {
	snapshot        *snapshot.Snapshot
	findings        *snapshot.Findings
	resourceVersion string
	view            *status.View
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
		last.resourceVersion == loaded.resourceVersion() && len(loaded.missingShards()) == 0 && !r.hasEdits(loaded.snapshot.Key)
}

// view returns what statuses are computed from, starting with what the last completed pass settled. Until this pass is
// completed too, nothing counts as settled: it may end in the middle of its writes.
func (r *Reconciler) view(loaded *state, decided *decision, now time.Time) *status.View {
	view := status.NewView(loaded.snapshot, &decided.outcome, now)
	view.SetPrevious(r.lastPass(loaded.snapshot.Key).view)
	r.completed.Delete(loaded.snapshot.Key)
	return view
}

// complete records that a pass is completed, unless a newer snapshot is there.
func (r *Reconciler) complete(loaded *state, decided *decision, view *status.View) {
	key := loaded.snapshot.Key
	if r.Store.Get(key) != loaded.snapshot {
		return
	}
	// The views before the last are not needed again.
	view.SetPrevious(nil)
	done := pass{snapshot: loaded.snapshot, findings: loaded.findings, resourceVersion: loaded.resourceVersion(), view: view}
	if decided.write != nil {
		done.resourceVersion = decided.write.ResourceVersion
	}
	r.completed.Store(key, done)
}
