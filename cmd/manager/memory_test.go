// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"math"
	"runtime/debug"
	"testing"

	"github.com/KimMachineGun/automemlimit/memlimit"
	"github.com/go-logr/logr"
)

func TestLimitMemory(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	for name, c := range map[string]struct {
		limit memlimit.Provider
		want  int64
	}{
		"a limit":       {memlimit.Limit(1 << 30), 1 << 30 / 10 * 9},
		"none":          {func() (uint64, error) { return 0, memlimit.ErrNoLimit }, math.MaxInt64},
		"an unreadable": {func() (uint64, error) { return 0, errors.New("no cgroup") }, math.MaxInt64},
	} {
		debug.SetMemoryLimit(math.MaxInt64)
		limitMemory(t.Context(), c.limit, logr.Discard())
		if got := debug.SetMemoryLimit(-1); got < c.want-1<<10 || (c.want < math.MaxInt64 && got > c.want+1<<10) {
			t.Errorf("%s: the limit is %d, not %d", name, got, c.want)
		}
	}
}
