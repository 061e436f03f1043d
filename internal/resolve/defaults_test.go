// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// everybody is the shop where every user buys in the south. Eva is the member of a group, otto of the platform, and sue is
// suspended; zoe is no user.
func everybody(defaults ...model.Grant) *model.World {
	world := shop()
	for i := range defaults {
		defaults[i].Name = string(rune('a' + i))
	}
	world.Organization.DefaultGrants = defaults
	world.Organization.Created = clock.AddDate(-1, 0, 0)
	world.Groups = []model.Group{{Object: object(model.KindGroup, "night"), Members: []string{"eva"}}}
	world.PlatformRoles = []model.Role{{
		Object: model.Object{Ref: model.Ref{Kind: model.KindPlatformRole, Name: "operator"}}, Catalog: "trade", Platform: true,
	}}
	world.PlatformAssignments = []model.PlatformAssignment{{
		Object: model.Object{Ref: model.Ref{Kind: model.KindPlatformAssignment, Name: "otto"}}, User: "otto",
		Grants: []model.PlatformGrant{{Name: "all", Role: "operator", Picks: true}},
	}, {
		Object: model.Object{Ref: model.Ref{Kind: model.KindPlatformAssignment, Name: "pia"}}, User: "pia",
		Grants: []model.PlatformGrant{{Name: "none", Role: "operator"}},
	}}
	suspended := holding("sue", 1)
	suspended.Suspended = true
	world.Assignments = append(world.Assignments, suspended)
	return world
}

func indexOf(t *testing.T, world *model.World) *engine.Index {
	t.Helper()
	index, err := engine.NewIndex(resolve.Organization(world).Document)
	if err != nil {
		t.Fatal(err)
	}
	return index
}

func requesting(user, permission, unit string) *access.Request {
	return &access.Request{
		Subject: access.Subject{Type: access.SubjectTypeUser, ID: user}, Action: access.Action{Name: permission},
		Resource: access.Resource{Type: "bill", Properties: map[string]any{access.PropertyUnit: unit}},
	}
}

// TestDefaultGrants: every user of the organization holds them, and nobody else.
func TestDefaultGrants(t *testing.T) {
	index := indexOf(t, everybody(given("payer", "south")))
	var may []string
	for _, user := range []string{"ann", "ben", "eva", "otto", "pia", "sue", "zoe"} {
		if index.Check(requesting(user, "pay", "south")) {
			may = append(may, user)
		}
		if user != "ben" && index.Check(requesting(user, "pay", "north")) {
			t.Errorf("%s pays in the north", user)
		}
	}
	same(t, "who pays", may, []string{"ann", "ben", "eva", "otto"})
	explanation := index.Explain(requesting("eva", "pay", "south"))
	if len(explanation.Grants) != 1 || explanation.Grants[0].Source != "Organization/shop defaultGrants[a]" {
		t.Errorf("the explanation is %s", explanation)
	}
}

// TestDefaultGrantsAreWrittenOnce: users say nothing of them, unless a constraint withholds or ends one.
func TestDefaultGrantsAreWrittenOnce(t *testing.T) {
	world := everybody(given("payer", "south"), given("closer"))
	world.Structures[0].Constraints = []model.Constraint{limited("closer", 2)}
	world.Structures[0].Waivers = []model.Waiver{{Name: "w", Constraint: "few", Users: []string{"otto"}, EndTime: day(9), Owner: "eve"}}
	resolution := resolve.Organization(world)
	doc := resolution.Document
	if len(doc.DefaultGrants) != 2 {
		t.Fatalf("the default grants are %v", doc.DefaultGrants)
	}
	without := map[string][]string{}
	for id, user := range doc.Users {
		if len(user.WithoutDefaults) > 0 {
			without[id] = user.WithoutDefaults.Names()
		}
	}
	const closer = "Organization/shop defaultGrants[b]"
	// Ann and ben come first by name; ann's own grant is newer than the default one and the same role.
	want := map[string][]string{"eva": {closer}, "otto": {closer}}
	if !maps.EqualFunc(without, want, slices.Equal[[]string]) {
		t.Errorf("without default grants are %v, want %v", without, want)
	}
	if otto := doc.Users["otto"].Grants; len(otto) != 2 || otto[0].Source != closer || otto[0].EndTime == nil {
		t.Errorf("what is waived is published as %+v", otto)
	}
	if ann := doc.Users["ann"].Grants; len(ann) != 2 {
		t.Errorf("ann's grants are %+v", ann)
	}
	if got, want := doc.Counts().Grants, 2+1+0+1+1+5*2-2; got != want {
		t.Errorf("%d grants are counted, want %d", got, want)
	}
	found, _ := resolution.At(clock)
	lines := briefly(found, advice...)
	if !slices.Contains(lines, "Error Organization/shop spec.defaultGrants[b] TooManyHolders") {
		t.Errorf("found is %q", lines)
	}
}

// TestMistakesInDefaultGrants: a default grant that is wrong covers nothing, and the others stay.
func TestMistakesInDefaultGrants(t *testing.T) {
	operator := given("operator")
	operator.Role.Kind = model.KindPlatformRole
	world := everybody(given("clark"), operator, given("payer", "moon"), model.Grant{Role: role("payer")}, given("closer", "north"))
	resolution := resolve.Organization(world)
	same(t, "found", briefly(resolution.Findings, advice...), []string{
		"Error Organization/shop spec.defaultGrants[a].roleRef UnknownRole",
		"Error Organization/shop spec.defaultGrants[b].roleRef LevelMismatch",
		"Error Organization/shop spec.defaultGrants[c].scope.units[0] UnknownUnit",
		"Error Organization/shop spec.defaultGrants[d].scope EmptyScope",
	})
	if defaults := resolution.Document.DefaultGrants; len(defaults) != 1 || defaults[0].Role != "closer" {
		t.Errorf("the default grants are %v", defaults)
	}
}

// TestEndOfDefaultGrants: the end of a default grant is one finding, however many users there are.
func TestEndOfDefaultGrants(t *testing.T) {
	for days, want := range map[int]string{-1: resolve.ReasonGrantExpired, 3: resolve.ReasonGrantExpiring, 30: ""} {
		found, _ := resolve.Organization(everybody(during(given("payer"), -9, days))).At(clock)
		var reasons []string
		for _, f := range found {
			if f.Field == "spec.defaultGrants[a]" {
				reasons = append(reasons, f.Reason)
			}
		}
		if want == "" && len(reasons) > 0 || want != "" && !slices.Equal(reasons, []string{want}) {
			t.Errorf("%d days before its end there is found %v, want %q", days, reasons, want)
		}
	}
}
