// SPDX-License-Identifier: Apache-2.0

package document

import "testing"

// TestWaysWithoutDecision: a policy allows the ways that it names, and no policy allows none.
func TestWaysWithoutDecision(t *testing.T) {
	policy := &GrantPolicy{WithoutDecision: []string{WithoutDecisionOnSubmission, WithoutDecisionIfNoStepNeeded}}
	for way, want := range map[string]bool{
		WithoutDecisionOnSubmission: true, WithoutDecisionIfNoStepNeeded: true, WithoutDecisionOnBypass: false,
	} {
		if got := policy.Allows(way); got != want {
			t.Errorf("%s: %t", way, got)
		}
		if (*GrantPolicy)(nil).Allows(way) {
			t.Errorf("%s is allowed without a policy", way)
		}
	}
}
