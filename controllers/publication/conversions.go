// SPDX-License-Identifier: Apache-2.0

package publication

import (
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

// conversionsPerSecond bounds how many statuses of assignments are rewritten because they are to list something else of the same:
// when an organization grows beyond the bound, or a new version knows another one. Nobody waits for that, so that it leaves the
// API server to others.
const conversionsPerSecond = 200

// paced returns the assignments whose statuses a pass writes, of those that are open: first those of which something has changed, then as
// many conversions to another detail as there may be now. The others are postponed.
func (r *Reconciler) paced(
	open []*v1alpha1.UserAssignment, view *status.View,
) (now []*v1alpha1.UserAssignment, postponed map[client.ObjectKey]struct{}) {
	var conversions []*v1alpha1.UserAssignment
	for _, assignment := range open {
		observed := assignment.Status.ObservedGeneration == assignment.Generation && !r.Statuses.Edits.IsEdited(assignment)
		if observed && !view.IsOfDetail(assignment) {
			conversions = append(conversions, assignment)
		} else {
			now = append(now, assignment)
		}
	}
	granted := r.grantConversions(len(conversions))
	postponed = make(map[client.ObjectKey]struct{}, len(conversions)-granted)
	for _, assignment := range conversions[granted:] {
		postponed[client.ObjectKeyFromObject(assignment)] = struct{}{}
	}
	return append(now, conversions[:granted]...), postponed
}

// grantConversions returns how many conversions there may be now, of those that are wanted.
func (r *Reconciler) grantConversions(wanted int) int {
	at := r.Clock()
	granted := min(wanted, int(r.conversions.TokensAt(at)))
	if granted <= 0 || !r.conversions.AllowN(at, granted) {
		return 0
	}
	return granted
}

// untilConversion returns how long to wait for the next conversions of an organization; zero if it has none left.
func (r *Reconciler) untilConversion(key snapshot.Key) time.Duration {
	if last := r.lastPass(key); last.snapshot == nil || len(last.left) == 0 {
		return 0
	}
	return time.Second
}
