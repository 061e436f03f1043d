// SPDX-License-Identifier: Apache-2.0

package document

import (
	"slices"
	"testing"
)

// TestEscalationsInTheOrderOfTime: whatever order timeouts are written in, those that come first count first, and of two at one time
// the one that is written first. None comes once the step has ended.
func TestEscalationsInTheOrderOfTime(t *testing.T) {
	escalate := func(after int64) StepTimeout {
		return StepTimeout{Action: ActionEscalate, AfterSeconds: after}
	}
	end := StepTimeout{Action: "Deny", AfterSeconds: 40}
	for name, c := range map[string]struct {
		timeouts []StepTimeout
		want     []int
		ends     int64
	}{
		"none":         {nil, nil, 0},
		"in order":     {[]StepTimeout{escalate(10), escalate(20)}, []int{0, 1}, 0},
		"out of order": {[]StepTimeout{escalate(30), escalate(10), escalate(20)}, []int{1, 2, 0}, 0},
		"at one time":  {[]StepTimeout{escalate(20), escalate(10), escalate(10)}, []int{1, 2, 0}, 0},
		"with an end":  {[]StepTimeout{escalate(50), end, escalate(30), escalate(40), escalate(20)}, []int{4, 2}, 40},
	} {
		step := Step{Timeouts: c.timeouts}
		if got := step.Escalations(); !slices.Equal(got, c.want) || step.EndsAfter() != c.ends {
			t.Errorf("%s: got %v and %d, want %v and %d", name, got, step.EndsAfter(), c.want, c.ends)
		}
	}
}
