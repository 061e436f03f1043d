// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// A chain can keep its requests for longer than it must, and not for less.
func TestRetention(t *testing.T) {
	for _, c := range []struct {
		ttl  int32
		min  time.Duration
		kept time.Duration
	}{
		{0, 0, 30 * 24 * time.Hour}, {0, time.Hour, 30 * 24 * time.Hour}, {0, 31 * 24 * time.Hour, 31 * 24 * time.Hour},
		{60, 0, time.Minute}, {60, time.Hour, time.Hour}, {7200, time.Hour, 2 * time.Hour},
	} {
		spec := chain(step("location", users("ben")))
		spec.TTLSecondsAfterFinished = c.ttl
		s := newStory(t, spec).pass(0)
		s.state.MinTTL = c.min
		s.decides(0, "ann", "", v1alpha1.VerdictWithdraw).pass(0)
		if s.last.Remove || !s.last.Next.Equal(start.Add(c.kept)) {
			t.Errorf("%v: removed is %v, next at %v", c, s.last.Remove, s.last.Next)
		}
		s.pass(int(c.kept.Seconds()) - 1)
		if s.last.Remove {
			t.Errorf("%v: it is removed too early", c)
		}
		s.pass(int(c.kept.Seconds()))
		if !s.last.Remove {
			t.Errorf("%v: it is kept", c)
		}
	}
}
