// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/conditions"
)

const damagedMessage = "status.steps does not belong to status.chain: someone changed the status; make the request again"

// isSound reports whether a status can be read: its steps are those of the chain that it keeps.
func isSound(status *v1alpha1.ApprovalRequestStatus) bool {
	var kept []v1alpha1.RequestStep
	if status.Chain != nil {
		kept = status.Chain.Steps
	}
	return slices.EqualFunc(kept, status.Steps, func(a v1alpha1.RequestStep, b v1alpha1.StepProgress) bool { return a.Name == b.Name })
}

// blockDamaged returns the outcome of a request whose status cannot be read. It stays as it is, and no decision counts.
func blockDamaged(s *State) *Outcome {
	o := &Outcome{Status: *s.Request.Status.DeepCopy(), Decisions: map[string]DecisionResult{}}
	for i := range s.Decisions {
		o.Decisions[s.Decisions[i].Name] = DecisionResult{Reason: ReasonRequestNotOpen, Message: damagedMessage}
	}
	o.Status.Conditions = conditions.Merge(s.Request.Status.Conditions, s.Request.Generation, s.Now, metav1.Condition{
		Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: ReasonInvalidStatus, Message: damagedMessage,
	}, conditions.Stalled(ReasonInvalidStatus, damagedMessage))
	return o
}
