// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/conditions"
)

// damage returns why a status cannot be read, empty if it can be: its steps are those of the chain that it keeps, and a request that has
// ended says when.
func damage(status *v1alpha1.ApprovalRequestStatus) string {
	var kept []v1alpha1.RequestStep
	if status.Chain != nil {
		kept = status.Chain.Steps
	}
	same := func(a v1alpha1.RequestStep, b v1alpha1.StepProgress) bool { return a.Name == b.Name }
	switch {
	case !slices.EqualFunc(kept, status.Steps, same):
		return "status.steps does not belong to status.chain: someone changed the status; make the request again"
	case !isPending(status) && status.CompletionTime == nil:
		return fmt.Sprintf("status.state is %s, and status.completionTime is missing: someone changed the status; make the request again",
			status.State)
	}
	return ""
}

// blockDamaged returns the outcome of a request whose status cannot be read. It stays as it is, and no decision counts.
func blockDamaged(s *State, why string) *Outcome {
	o := &Outcome{Status: *s.Request.Status.DeepCopy(), Decisions: map[string]DecisionResult{}}
	for i := range s.Decisions {
		o.Decisions[s.Decisions[i].Name] = DecisionResult{Reason: ReasonRequestNotOpen, Message: why}
	}
	o.Status.Conditions = conditions.Merge(s.Request.Status.Conditions, s.Request.Generation, s.Now, metav1.Condition{
		Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: ReasonInvalidStatus, Message: why,
	}, conditions.Stalled(ReasonInvalidStatus, why))
	return o
}
