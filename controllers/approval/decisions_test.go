// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
)

// TestDecisionsThatNeverCountAreStalled: a tool that waits for one need not go on.
func TestDecisionsThatNeverCountAreStalled(t *testing.T) {
	decision := &v1alpha1.ApprovalDecision{}
	for reason, want := range map[string]bool{
		approval.ReasonNotEligible: true, approval.ReasonStepNotOpen: true, approval.ReasonUnknownRequest: false, approval.ReasonRequestNotOpen: false,
	} {
		decision.Status = judged(decision, approval.DecisionResult{Reason: reason, Message: "why"}, time.Now())
		stalled := meta.FindStatusCondition(decision.Status.Conditions, v1alpha1.ConditionStalled)
		if got := stalled != nil && stalled.Reason == reason; got != want {
			t.Errorf("%s: stalled is %t, want %t: %+v", reason, got, want, decision.Status.Conditions)
		}
	}
	decision.Status = judged(decision, approval.DecisionResult{Counted: true, Reason: approval.ReasonCounted}, time.Now())
	if stalled := meta.FindStatusCondition(decision.Status.Conditions, v1alpha1.ConditionStalled); stalled != nil {
		t.Errorf("one that counts is stalled: %+v", stalled)
	}
}
