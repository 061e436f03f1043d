// SPDX-License-Identifier: Apache-2.0

package status

import (
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// View is a snapshot and the outcome of publishing it at a moment. The statuses of the organization's objects are computed
// from it.
type View struct {
	snapshot *snapshot.Snapshot
	outcome  *Outcome
	now      time.Time
	findings *snapshot.Findings
	// catalogOrder maps each permission to its place in the catalog.
	catalogOrder map[string]int
	// detail is what the statuses of assignments list.
	detail v1alpha1.AssignmentStatusDetail
	// previous is the view by which the current statuses were written, nil if they may be out of date.
	previous *View
}

// NewView returns the view of a snapshot at a moment, which determines the findings and the transition time of conditions
// that change. Statuses of assignments list permissions, unless SetDetail says otherwise.
func NewView(current *snapshot.Snapshot, outcome *Outcome, now time.Time) *View {
	view := &View{
		snapshot: current, outcome: outcome, now: now, findings: current.FindingsAt(now), detail: v1alpha1.DetailPermissions,
		catalogOrder: make(map[string]int, len(current.Permissions)),
	}
	for place, name := range current.Permissions {
		view.catalogOrder[name] = place
	}
	return view
}
