// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"fmt"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// TestManyUsersAreAllCounted: what is added up over users covers each of them, however many there are.
func TestManyUsersAreAllCounted(t *testing.T) {
	const users = 5000
	world := shop()
	world.Assignments = nil
	for i := range users {
		world.Assignments = append(world.Assignments, holding(fmt.Sprintf("user-%d", i), 1, given("buyer")))
	}
	world.Structures[0].Constraints = []model.Constraint{
		{Name: "some", Holders: &model.Holders{Role: role("buyer"), AtLeast: new(users)}},
	}
	resolution := resolved(world)
	if got := resolution.Holders["buyer"]; got != users {
		t.Errorf("%d users hold the role, want %d", got, users)
	}
	findings, _ := resolution.At(clock)
	for _, f := range findings {
		if f.Reason == resolve.ReasonTooFewHolders {
			t.Errorf("found: %s", f.Message)
		}
	}
	world.Assignments = world.Assignments[1:]
	few := false
	findings, _ = resolved(world).At(clock)
	for _, f := range findings {
		few = few || f.Reason == resolve.ReasonTooFewHolders
	}
	if !few {
		t.Error("one holder too few is not found")
	}
}
