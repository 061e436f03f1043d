// SPDX-License-Identifier: Apache-2.0

package worstcases_test

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/test/worstcases"
)

const (
	// small is a budget that is small enough for every case to be tried, and allocationsOfStep bounds what a step may allocate. What
	// explodes allocates, so work that nobody counts shows.
	small             resolve.Budget = 3_000_000
	allocationsOfStep uint64         = 2
)

// TestWork: each case is resolved within a budget, or given up at its end, and what is wrong with one that is resolved is found.
func TestWork(t *testing.T) {
	for _, c := range worstcases.All() {
		t.Run(c.Name, func(t *testing.T) {
			world := intake.World(worstcases.Name, worstcases.Name, c.Members())
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			resolution, err := small.Organization(context.Background(), &world)
			runtime.ReadMemStats(&after)
			if err != nil {
				t.Fatal(err)
			}
			steps := resolution.Steps
			if resolution.GivenUp {
				steps = int64(small)
			}
			allocations := after.Mallocs - before.Mallocs
			t.Logf("%d steps, %d allocations, given up: %v", resolution.Steps, allocations, resolution.GivenUp)
			if allocations > allocationsOfStep*uint64(steps)+10_000 {
				t.Errorf("%d steps make %d allocations: something is not counted", steps, allocations)
			}
			reason := c.Finding
			if resolution.GivenUp {
				reason = resolve.ReasonWorkLimitExceeded
			}
			findings, _ := resolution.At(time.Date(2030, time.January, 1, 0, 0, 0, 0, time.UTC))
			if reason != "" && !slices.ContainsFunc(findings, func(f resolve.Finding) bool { return f.Reason == reason }) {
				t.Errorf("no finding has the reason %s", reason)
			}
		})
	}
}

// TestLayersAreFewSteps: a layer of roles more costs as many steps as the one before: roles are resolved once, whatever inherits them.
func TestLayersAreFewSteps(t *testing.T) {
	world := intake.World(worstcases.Name, worstcases.Name, worstcases.Layers())
	resolution := resolve.Organization(&world)
	half := world
	half.Roles = world.Roles[:len(world.Roles)/2]
	if whole, part := resolution.Steps, resolve.Organization(&half).Steps; whole > 3*part {
		t.Errorf("%d roles take %d steps, and half of them %d", len(world.Roles), whole, part)
	}
	for name, role := range resolution.Document.Roles {
		for permission, alternatives := range role.Permissions {
			if len(alternatives) > 32 {
				t.Fatalf("role %s holds %s by %d alternatives", name, permission, len(alternatives))
			}
		}
	}
}

// TestStopped: a resolution ends with its context.
func TestStopped(t *testing.T) {
	world := intake.World(worstcases.Name, worstcases.Name, worstcases.Layers())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := resolve.DefaultBudget.Organization(ctx, &world); err == nil {
		t.Error("the resolution did not end with its context")
	}
}
