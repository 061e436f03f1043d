// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"cmp"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

const (
	// uncountedTTL is how long a decision that does not count is kept, so that its writer can see why.
	uncountedTTL = time.Hour
	// MaxUncounted is how many decisions that do not count are kept of each user on a request.
	MaxUncounted = 64
)

// Prune returns the names of the decisions on a request that are to be removed now, and when the next one is; zero if none is.
// A decision that counts, or that may count once the request can be decided, stays as long as its request. Any other goes
// after a while, or at once where its writer has written too many.
func Prune(decisions []v1alpha1.ApprovalDecision, results map[string]DecisionResult, now time.Time) (names []string, next time.Time) {
	kept := map[writer]int{}
	for _, d := range inOrder(decisions) {
		result := results[d.Name]
		if result.Counted {
			continue
		}
		by := writer{d.Spec.Approver, d.Spec.Via}
		kept[by]++
		expiry := uncountedSince(d, result, now).Add(uncountedTTL)
		switch {
		case kept[by] > MaxUncounted, result.Reason != ReasonRequestNotOpen && !expiry.After(now):
			names = append(names, d.Name)
		case result.Reason != ReasonRequestNotOpen && (next.IsZero() || expiry.Before(next)):
			next = expiry
		}
	}
	return names, next
}

// writer is who wrote a decision: a user, or a service account for them. Neither uses up what the other may write.
type writer struct {
	approver v1alpha1.UserID
	via      v1alpha1.ServiceAccountUser
}

// inOrder returns decisions by their age, the oldest first.
func inOrder(decisions []v1alpha1.ApprovalDecision) []*v1alpha1.ApprovalDecision {
	ordered := make([]*v1alpha1.ApprovalDecision, 0, len(decisions))
	for i := range decisions {
		ordered = append(ordered, &decisions[i])
	}
	slices.SortFunc(ordered, func(a, b *v1alpha1.ApprovalDecision) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), cmp.Compare(a.UID, b.UID))
	})
	return ordered
}

// uncountedSince returns since when the status of a decision says that it does not count; now if it does not say so yet. Without
// its request, a decision counts for nothing since it was made.
func uncountedSince(decision *v1alpha1.ApprovalDecision, result DecisionResult, now time.Time) time.Time {
	if result.Reason == ReasonUnknownRequest {
		return decision.CreationTimestamp.Time
	}
	counted := meta.FindStatusCondition(decision.Status.Conditions, v1alpha1.ConditionCounted)
	if counted == nil || counted.Status != metav1.ConditionFalse {
		return now
	}
	return later(decision.CreationTimestamp.Time, counted.LastTransitionTime.Time)
}
