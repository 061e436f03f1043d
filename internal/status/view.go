// SPDX-License-Identifier: Apache-2.0

package status

import (
	"time"

	"github.com/rolewright/rolewright/internal/snapshot"
)

// View is one snapshot, and what came of publishing it, from which the statuses of the organization's objects are
// computed.
type View struct {
	snapshot *snapshot.Snapshot
	outcome  *Outcome
	now      time.Time
	// found is what is found at the moment of the view.
	found *snapshot.Findings
	// order is the place of each permission in the catalog.
	order map[string]int
	// earlier is set by Follow.
	earlier *View
}

// NewView returns the view of a snapshot at a moment. Findings are those of the moment, and conditions that change take it
// as their transition time.
func NewView(taken *snapshot.Snapshot, outcome *Outcome, now time.Time) *View {
	view := &View{
		snapshot: taken, outcome: outcome, now: now.Truncate(time.Second), found: taken.FindingsAt(now),
		order: make(map[string]int, len(taken.Permissions)),
	}
	for place, name := range taken.Permissions {
		view.order[name] = place
	}
	return view
}
