// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// answersOf are the answers to everything that can be asked of a constrained world at a moment.
func answersOf(t *rapid.T, world *model.World, now time.Time) []bool {
	t.Helper()
	index, err := engine.NewIndex(resolve.Organization(world).Document, engine.WithClock(func() time.Time { return now }))
	if err != nil {
		t.Fatalf("index: %v", err)
	}
	var given []bool
	for _, request := range everyRequest(world) {
		given = append(given, index.Check(request))
	}
	return given
}

// TestAuditedConstraintsChangeNothing: the document is that of a world without constraints.
func TestAuditedConstraintsChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world := unconstrained(drawWorld(t))
		free := copied(world)
		free.Catalog.Constraints, free.Organization.Constraints = nil, nil
		compareDocuments(t, resolve.Organization(free), resolve.Organization(world))
	})
}

// TestWaivedConstraintsWithholdNothing: until a waiver of everything for everybody ends, all is as without constraints.
func TestWaivedConstraintsWithholdNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world := copied(drawWorld(t))
		world.Organization.Waivers = nil
		for i, constraint := range slices.Concat(world.Catalog.Constraints, world.Organization.Constraints) {
			world.Organization.Waivers = append(world.Organization.Waivers, model.Waiver{
				Name: fmt.Sprintf("w%d", i), Constraint: constraint.Name, NotAfter: clock.AddDate(100, 0, 0),
			})
		}
		free, waived := resolved(t, unconstrained(world)), resolved(t, world)
		for _, request := range drawRequests(t, world, requestsPerWorld) {
			if want, got := free.Check(request), waived.Check(request); want != got {
				t.Fatalf("free of constraints the answer is %v, waived %v, to\n%s\nin\n%s", want, got, written(request), written(world))
			}
		}
	})
}

// TestWaiverOfOneConstraint: where one constraint is enforced, a waiver takes nothing from anybody, and once it has ended all
// is as if there had been none.
func TestWaiverOfOneConstraint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world := drawConstrained(t)
		world.Organization.Constraints = world.Organization.Constraints[:1]
		bare := copied(world)
		bare.Organization.Waivers = nil
		world.Organization.Waivers = []model.Waiver{{
			Name: "w", Constraint: "c1", Users: some(t, "waived users", users[:2], 0, 1), NotAfter: clock,
		}}
		for _, hours := range moments {
			with, without := answersOf(t, world, at(hours)), answersOf(t, bare, at(hours))
			for i := range with {
				if without[i] && !with[i] || hours >= 0 && with[i] != without[i] {
					t.Fatalf("%d hours after its end a waiver turns answer %d from %v to %v in\n%s", hours, i, without[i], with[i], written(world))
				}
			}
		}
	})
}

// TestNamesOfConstraints: how constraints are called, and so which of them is looked at first, changes nothing.
func TestNamesOfConstraints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world := drawConstrained(t)
		renamed := copied(world)
		other := map[string]string{"c1": "c3", "c2": "c2", "c3": "c1", "c9": "c9"}
		renamed.Organization.Constraints = slices.Clone(world.Organization.Constraints)
		for i := range renamed.Organization.Constraints {
			renamed.Organization.Constraints[i].Name = other[renamed.Organization.Constraints[i].Name]
		}
		renamed.Organization.Waivers = slices.Clone(world.Organization.Waivers)
		for i := range renamed.Organization.Waivers {
			renamed.Organization.Waivers[i].Constraint = other[renamed.Organization.Waivers[i].Constraint]
		}
		compareDocuments(t, resolve.Organization(world), resolve.Organization(renamed))
	})
}

// TestPlanDownAndUp: under a smaller plan as many roles as are too many hold nothing, and up again the same bytes
// come out as before.
func TestPlanDownAndUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world := copied(drawWorld(t))
		few := rapid.IntRange(0, len(world.Roles)).Draw(t, "most custom roles")
		world.Catalog.Plans = []model.Plan{{Name: "large"}, {Name: "small", MaxCustomRoles: &few}}
		world.Organization.Plan = ""
		without := encoded(t, resolve.Organization(world).Document)
		world.Organization.Plan = "small"
		resolution := resolve.Organization(world)
		over := 0
		for _, f := range resolution.Findings {
			if f.Reason == resolve.ReasonPlanLimitExceeded {
				over++
				if held := resolution.Document.Roles[f.Object.Name].Permissions; len(held) > 0 {
					t.Fatalf("%s holds %v", f.Object, held)
				}
			}
		}
		if want := len(world.Roles) - few; over != want {
			t.Fatalf("%d roles are over the limit, want %d", over, want)
		}
		world.Organization.Plan = "large"
		if again := encoded(t, resolve.Organization(world).Document); !bytes.Equal(without, again) {
			t.Fatalf("before, the document is\n%s\nand up again\n%s", without, again)
		}
	})
}
