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
	"github.com/rolewright/rolewright/pkg/permissions/document"
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
		free.Catalog.Constraints = nil
		for i := range free.Structures {
			free.Structures[i].Constraints = nil
		}
		compareDocuments(t, resolve.Organization(free), resolve.Organization(world))
	})
}

// waiversOf waive constraints for everybody.
func waiversOf(constraints []model.Constraint) []model.Waiver {
	var waivers []model.Waiver
	for i, constraint := range constraints {
		waivers = append(waivers, model.Waiver{Name: fmt.Sprintf("w%d", i), Constraint: constraint.Name, AllUsers: true, EndTime: clock.AddDate(100, 0, 0)})
	}
	return waivers
}

// TestWaiversOfOthersWaiveNothing: a waiver in the organization waives none of its own constraints, nor one in a structure a
// constraint of the catalog.
func TestWaiversOfOthersWaiveNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world := copied(drawWorld(t))
		for i := range world.Structures {
			world.Structures[i].Constraints = slices.DeleteFunc(world.Structures[i].Constraints, func(c model.Constraint) bool {
				return slices.ContainsFunc(world.Catalog.Constraints, func(other model.Constraint) bool { return other.Name == c.Name })
			})
		}
		own, others := copied(world), copied(world)
		own.Organization.Waivers, others.Organization.Waivers = nil, waiversOf(constraintsOf(world))
		for i := range world.Structures {
			own.Structures[i].Waivers, others.Structures[i].Waivers = nil, waiversOf(world.Catalog.Constraints)
		}
		compareDocuments(t, resolve.Organization(own), resolve.Organization(others))
	})
}

// TestWaivedConstraintsWithholdNothing: until a waiver of everything for everybody ends, all is as without constraints.
func TestWaivedConstraintsWithholdNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world := copied(drawWorld(t))
		world.Organization.Waivers = waiversOf(world.Catalog.Constraints)
		world.Structures[0].Waivers = waiversOf(constraintsOf(world))
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
		structure := &world.Structures[0]
		structure.Constraints = structure.Constraints[:1]
		bare := copied(world)
		bare.Structures[0].Waivers = nil
		structure.Waivers = []model.Waiver{{
			Name: "w", Constraint: "c1", Users: some(t, "waived users", users[:2], 0, 1), AllUsers: rapid.Bool().Draw(t, "waived for all"), EndTime: clock,
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
		structure := &renamed.Structures[0]
		structure.Constraints, structure.Waivers = slices.Clone(structure.Constraints), slices.Clone(structure.Waivers)
		for i := range structure.Constraints {
			structure.Constraints[i].Name = other[structure.Constraints[i].Name]
		}
		for i := range structure.Waivers {
			structure.Waivers[i].Constraint = other[structure.Waivers[i].Constraint]
		}
		compareDocuments(t, withoutConstraintNames(resolve.Organization(world)), withoutConstraintNames(resolve.Organization(renamed)))
	})
}

// withoutConstraintNames returns a resolution whose document does not name constraints.
func withoutConstraintNames(resolution *resolve.Resolution) *resolve.Resolution {
	for name, role := range resolution.Document.Roles {
		role.ConstrainedBy = nil
		resolution.Document.Roles[name] = role
	}
	for name, permission := range resolution.Document.Permissions {
		permission.ConstrainedBy = nil
		resolution.Document.Permissions[name] = permission
	}
	withoutFlaws(resolution.Document)
	return resolution
}

// withoutFlaws takes from a document what it says for explanations of what is wrong, by which nothing is decided.
func withoutFlaws(doc *document.Document) {
	doc.DefaultFlaws = nil
	for name, role := range doc.Roles {
		role.Flaws = nil
		doc.Roles[name] = role
	}
	for name, group := range doc.Groups {
		group.Flaws = nil
		doc.Groups[name] = group
	}
	for id, user := range doc.Users {
		user.Flaws = nil
		doc.Users[id] = user
	}
}

// TestPlanDownAndUp: under a smaller plan as many roles as are too many hold nothing, and up again the same bytes
// come out as before.
func TestPlanDownAndUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world := copied(drawWorld(t))
		few := rapid.IntRange(0, len(world.Roles)).Draw(t, "most custom roles")
		world.Catalog.Plans = []model.Plan{{Name: "large"}, {Name: "small", CustomRolesLimit: &few}}
		world.Organization.Plan = ""
		without := encoded(t, resolve.Organization(world).Document)
		world.Organization.Plan = "small"
		resolution := resolve.Organization(world)
		over := 0
		for _, f := range resolution.Findings {
			if f.Reason == resolve.ReasonPlanLimitExceeded && f.Field == "" {
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
