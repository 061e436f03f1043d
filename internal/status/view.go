// SPDX-License-Identifier: Apache-2.0

package status

import (
	"time"

	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/pkg/permissions"
)

// View is one snapshot, and what came of publishing it, from which the statuses of the organization's objects are
// computed.
type View struct {
	snapshot *snapshot.Snapshot
	outcome  *Outcome
	now      time.Time
	// holders counts, by role, the users who have a grant of it.
	holders map[string]int
	// order is the place of each permission in the catalog.
	order map[string]int
	// earlier is set by Follow.
	earlier *View
}

// NewView returns the view of a snapshot at a moment, which conditions that change take as their transition time.
func NewView(taken *snapshot.Snapshot, outcome *Outcome, now time.Time) *View {
	view := &View{
		snapshot: taken, outcome: outcome, now: now.Truncate(time.Second),
		holders: holders(taken.Resolution.Document), order: make(map[string]int, len(taken.Permissions)),
	}
	for place, name := range taken.Permissions {
		view.order[name] = place
	}
	return view
}

func holders(document *permissions.Document) map[string]int {
	counts := map[string]int{}
	if document == nil {
		return counts
	}
	for _, user := range document.Users {
		held := map[string]struct{}{}
		for i := range user.Grants {
			held[user.Grants[i].Role] = struct{}{}
		}
		for role := range held {
			counts[role]++
		}
	}
	return counts
}
