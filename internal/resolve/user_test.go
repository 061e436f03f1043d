// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"encoding/json"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestDenialsThatLimitLittle: a denying override takes what it does not limit, and everything if a limit of it is unknown, by itself
// or through a group.
func TestDenialsThatLimitLittle(t *testing.T) {
	// foundOfGroups are what is found of the groups "half" and "hollow" themselves.
	const foundOfGroups = 2
	for name, test := range map[string]struct {
		scope model.Scope
		want  string
		found int
	}{
		"nothing":       {model.Scope{}, "everywhere; shift all", 0},
		"a unit":        {model.Scope{Units: []string{"icu"}}, "icu; shift all", 0},
		"a group":       {model.Scope{Groups: []string{"acute"}}, "group acute; shift all", 0},
		"a value":       {model.Scope{Dimensions: shifts("day")}, "everywhere; shift day", 0},
		"all values":    {model.Scope{Dimensions: shifts()}, "everywhere; shift all", 0},
		"everywhere":    {model.Scope{Everywhere: true}, "everywhere; shift all", 0},
		"unit, value":   {model.Scope{Units: []string{"icu"}, Dimensions: shifts("day")}, "icu; shift day", 0},
		"unknown unit":  {model.Scope{Units: []string{"icu", "annex"}}, "everywhere; shift all", 1},
		"half a group":  {model.Scope{Groups: []string{"half"}}, "everywhere; shift all", 1 + foundOfGroups},
		"hollow group":  {model.Scope{Groups: []string{"acute", "hollow"}}, "everywhere; shift all", 1 + foundOfGroups},
		"unknown value": {model.Scope{Units: []string{"icu"}, Dimensions: shifts("dusk")}, "everywhere; shift all", 1},
	} {
		world := hospital()
		if test.found > foundOfGroups {
			world.Structures[0].UnitGroups = append(world.Structures[0].UnitGroups,
				model.UnitGroup{Name: "half", Units: []string{"icu", "annex"}}, model.UnitGroup{Name: "hollow", Units: []string{"annex"}})
		}
		world.Assignments[ben].Overrides = []model.Override{{Permission: "chart.read", Deny: true, Scope: test.scope}}
		resolution := resolved(world)
		overrides := resolution.Document.Users["ben"].Overrides
		if len(overrides) != 1 || !overrides[0].Deny || overrides[0].Scope.String() != test.want {
			t.Errorf("%s: overrides are %+v, want one of %s", name, overrides, test.want)
		}
		if len(resolution.Findings) != test.found {
			t.Errorf("%s: found %v", name, resolution.Findings)
		}
	}
}

// TestOnlyWhatCounts: a grant that covers nothing is not published, and one keeps only the names that exist.
func TestOnlyWhatCounts(t *testing.T) {
	for name, test := range map[string]struct {
		scope model.Scope
		want  string
	}{
		"no place":            {model.Scope{Dimensions: shifts()}, ""},
		"no dimension":        {model.Scope{Everywhere: true}, ""},
		"an unknown unit":     {model.Scope{Units: []string{"annex"}, Dimensions: shifts()}, ""},
		"an unknown value":    {model.Scope{Everywhere: true, Dimensions: shifts("dusk")}, ""},
		"some unknown names":  {model.Scope{Units: []string{"annex", "icu"}, Groups: []string{"all"}, Dimensions: shifts("dusk", "day")}, "icu; shift day"},
		"half a group":        {model.Scope{Groups: []string{"half"}, Dimensions: shifts()}, "group half; shift all"},
		"a hollow group":      {model.Scope{Groups: []string{"hollow"}, Dimensions: shifts()}, ""},
		"everywhere and more": {model.Scope{Everywhere: true, Units: []string{"icu"}, Groups: []string{"acute"}, Dimensions: shifts()}, "everywhere; shift all"},
		"the same name twice": {model.Scope{Units: []string{"icu", "er", "icu"}, Dimensions: shifts("day", "day")}, "er, icu; shift day"},
	} {
		world := hospital()
		world.Structures[0].UnitGroups = append(world.Structures[0].UnitGroups,
			model.UnitGroup{Name: "half", Units: []string{"icu", "annex"}}, model.UnitGroup{Name: "hollow", Units: []string{"annex"}})
		world.Assignments[ben].Grants[0].Scope = test.scope
		grants := resolved(world).Document.Users["ben"].Grants
		got := ""
		if len(grants) == 1 {
			got = grants[0].Scope.String()
		}
		if got != test.want {
			t.Errorf("%s: grants are %+v, want one of %q", name, grants, test.want)
		}
	}
}

// TestSuspendedByAny: whichever of the assignments is suspended, the user is.
func TestSuspendedByAny(t *testing.T) {
	for _, suspended := range []int{ann, annMore} {
		world := hospital()
		world.Assignments[suspended].Suspended = true
		if user := resolved(world).Document.Users["ann"]; !user.Suspended || len(user.Grants) != 2 {
			t.Errorf("assignment %d: user is %+v", suspended, user)
		}
	}
}

// TestGivingOverrides: a giving override gives what its permission implies too, under the features that are required.
func TestGivingOverrides(t *testing.T) {
	world := hospital()
	world.Catalog.Permissions[1].Implies = []string{"chart.read", "order.enter"}
	world.Assignments[ben].Overrides = []model.Override{{Permission: "chart.write", Scope: model.Scope{Everywhere: true, Dimensions: shifts()}}}
	given := map[string][]string{}
	for _, o := range resolved(world).Document.Users["ben"].Overrides {
		given[o.Permission] = o.RequiredFeatures
		if o.Deny || o.Source != "UserAssignment/ben overrides[a]" || o.Window != (document.Window{}) {
			t.Errorf("override is %+v", o)
		}
	}
	if len(given) != 3 || given["chart.write"] != nil || given["chart.read"] != nil || len(given["order.enter"]) != 1 {
		t.Errorf("given is %v", given)
	}
}

// TestLargestExactNumber: 2^53 is published as it is written, as the last whole number that has a double of its own.
func TestLargestExactNumber(t *testing.T) {
	world := hospital()
	world.Assignments[ben].Attributes = model.Attributes{"last": json.Number("9007199254740992"), "next": json.Number("9007199254740993")}
	user := resolved(world).Document.Users["ben"]
	if user.Attributes["last"] != json.Number("9007199254740992") || len(user.Attributes) != 1 || len(user.UnknownAttributes) != 1 {
		t.Errorf("attributes are %v, and unknown are %v", user.Attributes, user.UnknownAttributes)
	}
}
