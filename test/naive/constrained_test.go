// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/test/naive"
)

// moments are the bounds of windows and waivers in a constrained world, hours from the clock.
var moments = []int{-2, -1, 0, 1, 2}

// at is a moment some hours from the clock.
func at(hours int) time.Time { return clock.Add(time.Duration(hours) * time.Hour) }

// drawConstrained draws a world in which little but constraints decides: few users hold plain roles at few places, again and again.
func drawConstrained(t *rapid.T) *model.World {
	catalog := &model.Catalog{Object: cluster(object(model.KindCatalog, "things")), Sections: []string{"s1"}}
	world := &model.World{
		Namespace: "default", Name: "acme", Catalog: catalog,
		Organization: &model.Organization{
			Object: object(model.KindOrganization, "acme"), Catalog: "things",
		},
		Structures: []model.Structure{{
			Object:     object(model.KindStructure, "acme"),
			Units:      []model.Unit{{Name: "u1"}, {Name: "u2", Parent: "u1"}, {Name: "u3", Parent: "u1"}},
			UnitGroups: []model.UnitGroup{{Name: "g1", Units: []string{"u2", "u3"}}},
		}},
	}
	for i, name := range []string{"r1", "r2", "r3"} {
		permission := fmt.Sprintf("p%d", i+1)
		catalog.Permissions = append(catalog.Permissions, model.Permission{Name: permission, Section: "s1"})
		role := model.Role{Object: drawObject(t, model.KindRole, name), Rules: []model.Rule{{Selector: model.Selector{Permissions: []string{permission}}}}}
		if sometimes(t, "inherits") {
			role.Inherits = []model.Inheritance{{Role: model.RoleRef{Kind: model.KindRole, Name: rapid.SampledFrom(roles[:3]).Draw(t, "parent")}}}
		}
		world.Roles = append(world.Roles, role)
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "assignments") {
		assignment := model.Assignment{Object: drawObject(t, model.KindAssignment, fmt.Sprintf("a%d", i)), User: rapid.SampledFrom(users[:2]).Draw(t, "user")}
		for range rapid.IntRange(1, 4).Draw(t, "grants") {
			assignment.Grants = append(assignment.Grants, drawPlainGrant(t, world))
		}
		nameGrants(t, assignment.Grants)
		if sometimes(t, "overrides") {
			assignment.Overrides = []model.Override{{
				Permission: rapid.SampledFrom(permissionsOf(world)).Draw(t, "permission"), Deny: rapid.Bool().Draw(t, "deny"),
				Scope: drawPlainScope(t), Window: drawHours(t),
			}}
		}
		world.Assignments = append(world.Assignments, assignment)
	}
	if sometimes(t, "a group") {
		world.Groups = []model.Group{{Object: drawObject(t, model.KindGroup, "a0"), Members: users[:2], Grants: []model.Grant{drawPlainGrant(t, world)}}}
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "constraints") {
		constraint := drawConstraint(t, fmt.Sprintf("c%d", i+1), world)
		world.Structures[0].Constraints = append(world.Structures[0].Constraints, constraint)
	}
	if rapid.Bool().Draw(t, "waived") {
		world.Structures[0].Waivers = drawWaivers(t, world.Structures[0].Constraints)
	}
	return world
}

func drawPlainGrant(t *rapid.T, world *model.World) model.Grant {
	return model.Grant{
		Role:  model.RoleRef{Kind: model.KindRole, Name: rapid.SampledFrom(rolesOf(world)).Draw(t, "role")},
		Scope: drawPlainScope(t), Window: drawHours(t),
	}
}

func drawPlainScope(t *rapid.T) model.Scope {
	return rapid.SampledFrom([]model.Scope{
		{Everywhere: true},
		{Units: []string{"u1"}},
		{Units: []string{"u2"}},
		{Units: []string{"u3"}},
		{Units: []string{"u2", "u3"}},
		{Groups: []string{"g1"}},
	}).Draw(t, "scope")
}

// drawHours draws a window that mostly does not bound, and never is empty.
func drawHours(t *rapid.T) model.Window {
	var window model.Window
	from := rapid.SampledFrom(append([]int{-9, -9, -9}, moments...)).Draw(t, "from")
	if from != -9 {
		window.StartTime = at(from)
	}
	if until := rapid.SampledFrom(append([]int{-9, -9, -9}, moments...)).Draw(t, "until"); until > from {
		window.EndTime = at(until)
	}
	return window
}

// TestConstraintsAgreeWithNaive asks everything, at every moment, of worlds that constraints decide.
func TestConstraintsAgreeWithNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world := drawConstrained(t)
		document := resolve.Organization(world).Document
		reader := naive.Read(world)
		var now time.Time
		index, err := engine.NewIndex(document, engine.WithClock(func() time.Time { return now }))
		if err != nil {
			t.Fatalf("index: %v", err)
		}
		for _, hours := range append([]int{-3}, moments...) {
			now = at(hours)
			for _, request := range everyRequest(world) {
				if want, got := reader.Decide(request, now), index.Check(request); got != want {
					t.Fatalf("check says %v, the naive evaluator %v, at %s to\n%s\nin\n%s\nresolved to\n%s", got, want, now, written(request), written(world), encoded(t, document))
				}
			}
		}
	})
}

// everyRequest asks for every permission, of every user, in every unit.
func everyRequest(world *model.World) []*access.Request {
	var requests []*access.Request
	for _, user := range users[:2] {
		for _, permission := range permissionsOf(world) {
			for _, unit := range unitsOf(world) {
				requests = append(requests, &access.Request{
					Subject: access.Subject{Type: "user", ID: user}, Action: access.Action{Name: permission},
					Resource: access.Resource{Type: "doc", Properties: map[string]any{"unit": unit}},
				})
			}
		}
	}
	return requests
}
