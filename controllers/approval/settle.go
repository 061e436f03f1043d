// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

const (
	// precision is that of creation times.
	precision = time.Second
	// maxSkew is how far the API server's clock may be ahead for its decisions to be waited for. Beyond that, nobody waits for
	// the manager's clock.
	maxSkew = 2 * time.Second
)

// settle leaves out the decisions whose second is not over, and keeps when it is. Within a second, denials go first, whatever
// arrives first: so all decisions of a second must be there before one of them counts. A revocation competes with
// none, and does not wait.
func (in *inputs) settle(decisions []v1alpha1.ApprovalDecision, now time.Time) {
	in.decisions, in.unsettled = nil, time.Time{}
	for i := range decisions {
		over := decisions[i].CreationTimestamp.Add(precision)
		if isOpen(&decisions[i]) && over.After(now) && !over.After(now.Add(precision+maxSkew)) {
			in.unsettled = earlier(in.unsettled, over)
		} else {
			in.decisions = append(in.decisions, decisions[i])
		}
	}
}

// isOpen reports whether what becomes of a decision may depend on others that were made in the same second.
func isOpen(decision *v1alpha1.ApprovalDecision) bool {
	return decision.Spec.Verdict != v1alpha1.VerdictRevoke &&
		meta.FindStatusCondition(decision.Status.Conditions, v1alpha1.ConditionCounted) == nil
}

// earlier returns the earlier of two times, of which the zero time is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
