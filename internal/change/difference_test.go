// SPDX-License-Identifier: Apache-2.0

package change_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/change"
	"github.com/rolewright/rolewright/internal/change/report"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

var update = flag.Bool("update", false, "rewrite the golden file")

// cases are changes of the clinic, each alone.
var cases = []struct {
	name string
	edit func(world *model.World)
}{
	{"nothing", func(*model.World) {}},
	{"a rule more, which others inherit", func(w *model.World) { w.Roles[0].Rules = append(w.Roles[0].Rules, rule("", "staff.rate")) }},
	{"a condition less", func(w *model.World) { w.Roles[0].Rules[1].Qualifiers = nil }},
	{"a condition more", func(w *model.World) { w.Roles[0].Rules[0].Qualifiers = []string{"assigned"} }},
	{"another condition", func(w *model.World) { w.Roles[0].Rules[1].Qualifiers = []string{"senior"} }},
	{"another expression", func(w *model.World) { w.Catalog.Qualifiers[0].Expression = "resource.properties.doctor == subject.id" }},
	{"an inheritance less", func(w *model.World) { w.Roles[1].Inherits = nil }},
	{"a role less", func(w *model.World) { w.Roles = w.Roles[:2] }},
	{"a feature turned on", func(w *model.World) { w.Organization.Features = []string{"export"} }},
	{"a prohibition", func(w *model.World) {
		w.Catalog.Prohibitions = []model.Prohibition{{
			Name: "frozen", Expression: "context.frozen", Selector: model.Selector{Permissions: []string{"chart.read"}},
		}}
	}},
	{"a permission less", func(w *model.World) { w.Catalog.Permissions = w.Catalog.Permissions[1:] }},
	{"another scope", func(w *model.World) { w.Assignments[0].Grants[0].Scope.Units = []string{"er", "icu-1"} }},
	{"a window", func(w *model.World) { w.Assignments[0].Grants[0].Window.EndTime = clock.AddDate(1, 0, 0) }},
	{"a user more", func(w *model.World) {
		w.Assignments = append(w.Assignments, assignment("fay", grant("nurse", "nurse", "er")))
	}},
	{"a user less", func(w *model.World) { w.Assignments = w.Assignments[1:] }},
	{"a suspension", func(w *model.World) { w.Assignments[1].Suspended = true }},
	{"a group with a grant", func(w *model.World) {
		w.Groups = []model.Group{{
			Object: object(model.KindGroup, "night"), Members: []string{"ann", "dia"}, Grants: []model.Grant{grant("nurse", "nurse", "er")},
		}}
	}},
	{"a default grant", func(w *model.World) { w.Organization.DefaultGrants = []model.Grant{grant("all", "nurse")} }},
	{"an override that takes", func(w *model.World) {
		w.Assignments[0].Overrides = []model.Override{{Name: "no", Permission: "chart.read", Deny: true, Scope: model.Scope{Units: []string{"icu-1"}}}}
	}},
	{"an override that gives", func(w *model.World) {
		w.Assignments[0].Overrides = []model.Override{{Name: "yes", Permission: "staff.rate", Scope: model.Scope{Everywhere: true}}}
	}},
	{"a unit more", func(w *model.World) {
		w.Structures[0].Units = append(w.Structures[0].Units, model.Unit{Name: "icu-2", Kind: "room", Parent: "icu"})
	}},
	{"other types of subjects and resources", func(w *model.World) {
		w.Catalog.SubjectTypes = []string{"identity", "user"}
		w.Catalog.Permissions[0].ResourceTypes = []string{"chart", "file"}
	}},
	{"a unit that moves", func(w *model.World) { w.Structures[0].Units[3].Parent = "er" }},
	{"a unit of another kind", func(w *model.World) { w.Structures[0].Units[2].Kind = "room" }},
	{"another group of units", func(w *model.World) {
		w.Structures[0].UnitGroups[0].Units = []string{"er", "icu-1"}
	}},
	{"another root", func(w *model.World) {
		w.Structures[0].Units[0].Parent = "trust"
		w.Structures[0].Units = append(w.Structures[0].Units, model.Unit{Name: "trust", Kind: "trust"})
	}},
	{"another attribute of a user", func(w *model.World) { w.Assignments[2].Attributes = model.Attributes{"level": 4.0, "phone": "1"} }},
	{"an attribute that nothing reads", func(w *model.World) { w.Assignments[2].Attributes = model.Attributes{"phone": "1"} }},
	{"another attribute of a unit", func(w *model.World) { w.Structures[0].Units[1].Attributes = model.Attributes{"open": false} }},
	{"another home unit", func(w *model.World) { w.Assignments[0].HomeUnit, w.Assignments[1].HomeUnit = "icu", "er" }},
	{"a home unit on which assignments disagree", func(w *model.World) {
		w.Assignments[0].HomeUnit = "icu"
		other := assignment("ann")
		other.Ref.Name, other.HomeUnit = "ann-too", "er"
		w.Assignments = append(w.Assignments, other)
	}},
	{"an attribute of users that are asked about", func(w *model.World) {
		w.Assignments[0].Attributes = model.Attributes{"nurse": "ben", "phone": "1"}
		w.Assignments[1].Attributes = model.Attributes{"nurse": "ann"}
	}},
	{"a manager", func(w *model.World) { w.Assignments[0].Manager = "dia" }},
	{"a manager of others", func(w *model.World) { w.Assignments[0].Manager = "ben" }},
	{"a dimension", func(w *model.World) {
		w.Catalog.Dimensions = []model.Dimension{{Name: "shift", Values: []string{"day", "night"}}}
		w.Assignments[0].Grants[0].Scope.Dimensions = []model.DimensionScope{{Name: "shift", Values: []string{"day"}}}
		w.Assignments[1].Grants[0].Scope.Dimensions = []model.DimensionScope{{Name: "shift", All: true}}
	}},
	{"a constraint that withholds a grant", func(w *model.World) {
		w.Assignments[0].Grants = append(w.Assignments[0].Grants, grant("z-lead", "lead"))
		w.Structures[0].Constraints = []model.Constraint{{
			Name: "apart", Enforce: true, Separation: &model.Separation{AtMost: 1, Duties: []model.Duty{
				{Name: "care", Roles: []model.RoleRef{roleRef("nurse")}}, {Name: "lead", Roles: []model.RoleRef{roleRef("lead")}},
			}},
		}}
		w.Assignments[3].Grants = append(w.Assignments[3].Grants, grant("a-nurse", "nurse", "er"))
	}},
	{"a plan that allows fewer roles", func(w *model.World) {
		most := 2
		w.Catalog.Plans = []model.Plan{{Name: "small", CustomRolesLimit: &most}}
		w.Organization.Plan = "small"
	}},
}

// TestDifferences compares the clinic with itself after each change. The golden file is what a reviewer would read.
func TestDifferences(t *testing.T) {
	var text bytes.Buffer
	for _, c := range cases {
		world := clinic()
		c.edit(world)
		difference := between(t, clinic(), world, change.Options{At: clock})
		fmt.Fprintf(&text, "# %s\n", c.name)
		if err := report.Text(&text, []*change.Difference{difference}, report.Options{Width: 100, MostUsers: 10}); err != nil {
			t.Fatal(err)
		}
		text.WriteByte('\n')
	}
	golden := filepath.Join("testdata", "differences.golden")
	if *update {
		if err := os.WriteFile(golden, text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := text.String(); got != string(want) {
		t.Errorf("the differences are\n%s\n(-update writes them into %s)", got, golden)
	}
}

func between(t *testing.T, was, is *model.World, options change.Options) *change.Difference {
	t.Helper()
	difference, err := change.Between(resolve.Organization(was), resolve.Organization(is), options)
	if err != nil {
		t.Fatal(err)
	}
	return difference
}

// TestOrganizationComesAndGoes: all that a new organization gives is gained, and lost with it.
func TestOrganizationComesAndGoes(t *testing.T) {
	resolution := resolve.Organization(clinic())
	for kind, states := range map[change.Kind][2]*resolve.Resolution{change.Gained: {nil, resolution}, change.Lost: {resolution, nil}} {
		difference, err := change.Between(states[0], states[1], change.Options{At: clock})
		if err != nil {
			t.Fatal(err)
		}
		if len(difference.Effects) == 0 || difference.Organization != "clinic" {
			t.Fatalf("%v: %+v", kind, difference)
		}
		for i := range difference.Effects {
			if difference.Effects[i].Kind != kind {
				t.Errorf("%v: %v", kind, difference.Effects[i])
			}
		}
	}
	if _, err := change.Between(nil, nil, change.Options{}); err == nil {
		t.Error("two states without the organization are compared")
	}
	missing := clinic()
	missing.Catalog = nil
	if _, err := change.Between(resolution, resolve.Organization(missing), change.Options{}); err == nil || !strings.Contains(err.Error(), "after") {
		t.Errorf("a state that cannot be resolved: %v", err)
	}
}

// TestNarrowed: what is not asked about is left out.
func TestNarrowed(t *testing.T) {
	world := clinic()
	world.Roles[0].Rules = append(world.Roles[0].Rules, rule("", "staff.rate"))
	world.Roles[2].Rules = append(world.Roles[2].Rules, rule("", "chart.read"))
	world.Assignments[1].Suspended = true
	for _, narrowed := range []struct {
		options change.Options
		want    string
	}{
		{change.Options{Users: []string{"ann"}}, "ann staff.rate"},
		{change.Options{Roles: []string{"lead"}}, "dia chart.read; role lead"},
		{change.Options{Permissions: []string{"chart.read"}}, "ben chart.read; dia chart.read; role lead"},
		{change.Options{Permissions: []string{"chart.read"}, Users: []string{"ben"}}, "ben chart.read; role lead"},
		{change.Options{Users: []string{"nobody"}}, ""},
	} {
		narrowed.options.At = clock
		difference := between(t, clinic(), world, narrowed.options)
		var got []string
		for i := range difference.Effects {
			e := &difference.Effects[i]
			for _, user := range e.Users {
				got = append(got, user.ID+" "+strings.Join(e.Permissions, ","))
			}
		}
		for _, role := range difference.Roles {
			got = append(got, "role "+role.Role)
		}
		if !sameWords(got, strings.Split(narrowed.want, "; ")) || !difference.Findings.IsEmpty() {
			t.Errorf("%v: %q, not %q; %v", narrowed.options, got, narrowed.want, difference.Findings)
		}
	}
}

func sameWords(got, want []string) bool {
	seen := map[string]int{}
	for _, word := range got {
		seen[word]++
	}
	for _, word := range want {
		if word != "" {
			seen[word]--
		}
	}
	for _, count := range seen {
		if count != 0 {
			return false
		}
	}
	return true
}

// TestLineAbove: a condition on who stands above the subject depends on managers further up, and on nobody else's.
func TestLineAbove(t *testing.T) {
	clinicOf := func(managers map[string]string) *model.World {
		world := clinic()
		world.Catalog.Qualifiers[3].Expression = "directory.isAbove(resource.properties.boss, subject.id)"
		for i := range world.Assignments {
			world.Assignments[i].Manager = managers[world.Assignments[i].User]
		}
		return world
	}
	was := clinicOf(map[string]string{"dia": "ann", "ann": "ben"})
	for above, differs := range map[string]bool{"cem": true, "ben": false, "": true} {
		difference := between(t, was, clinicOf(map[string]string{"dia": "ann", "ann": above}), change.Options{At: clock})
		if got := len(difference.Effects) == 1 && difference.Effects[0].Users[0].ID == "dia" && difference.Effects[0].Kind == change.Altered; got != differs {
			t.Errorf("with %q above: %+v", above, difference.Effects)
		}
	}
	difference := between(t, was, clinicOf(map[string]string{"dia": "ann", "ann": "ben", "cem": "eva"}), change.Options{At: clock})
	if len(difference.Effects) != 0 {
		t.Errorf("another manager elsewhere: %+v", difference.Effects)
	}
}

// TestTooManyCells: a difference that cannot be told in full is an error, and never cut.
func TestTooManyCells(t *testing.T) {
	world := clinic()
	for i := range 8 {
		dimension := model.Dimension{Name: fmt.Sprintf("d%d", i)}
		for v := range 8 {
			dimension.Values = append(dimension.Values, fmt.Sprintf("v%d", v))
		}
		world.Catalog.Dimensions = append(world.Catalog.Dimensions, dimension)
	}
	for i := range 64 {
		g := grant(fmt.Sprintf("g%d", i), "nurse")
		for d, dimension := range world.Catalog.Dimensions {
			g.Scope.Dimensions = append(g.Scope.Dimensions, model.DimensionScope{Name: dimension.Name, Values: []string{fmt.Sprintf("v%d", (i*7+d*3)%8)}})
		}
		g.Window.EndTime = clock.Add(time.Duration(i) * time.Hour)
		world.Assignments[0].Grants = append(world.Assignments[0].Grants, g)
	}
	was := *world
	was.Assignments = append([]model.Assignment{assignment("ann")}, world.Assignments[1:]...)
	_, err := change.Between(resolve.Organization(&was), resolve.Organization(world), change.Options{At: clock})
	if err == nil || !strings.Contains(err.Error(), `user "ann"`) {
		t.Errorf("the difference: %v", err)
	}
}
