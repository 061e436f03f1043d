// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// structured is a structure that is some days old.
func structured(name string, days int, units ...model.Unit) model.Structure {
	s := model.Structure{Object: object(model.KindStructure, name), Units: units}
	s.Created = clock.AddDate(0, 0, -days)
	return s
}

func unit(name, parent string) model.Unit { return model.Unit{Name: name, Parent: parent} }

// TestStructures: several structures add up to one tree, and of what several declare the oldest counts.
func TestStructures(t *testing.T) {
	duplicate := func(s model.Structure, extend func(*model.Structure)) model.Structure {
		extend(&s)
		return s
	}
	grouped := func(units ...string) func(*model.Structure) {
		return func(s *model.Structure) { s.UnitGroups = []model.UnitGroup{{Name: "g", Units: units}} }
	}
	bound := func(most int, waivers ...model.Waiver) func(*model.Structure) {
		return func(s *model.Structure) {
			s.Constraints, s.Waivers = []model.Constraint{limited("closer", most)}, waivers
		}
	}
	waiving := model.Waiver{Name: "w", Constraint: "few", AllUsers: true, EndTime: day(9), Owner: "eve"}
	for _, test := range []struct {
		name       string
		structures []model.Structure
		// units with their parents, groups with their units, and findings but for advice.
		units, groups, found []string
	}{
		{
			name:  "none: the organization's name is the only unit",
			units: []string{"shop"},
		},
		{
			name:       "without units: the same",
			structures: []model.Structure{duplicate(structured("a", 1), grouped("shop"))},
			units:      []string{"shop"}, groups: []string{"g shop"},
		},
		{
			name:       "parts of one tree, each below the other",
			structures: []model.Structure{structured("b", 1, unit("south", "all"), unit("east", "north")), structured("a", 2, unit("all", ""), unit("north", "south"))},
			units:      []string{"all", "east<north", "north<south", "south<all"},
		},
		{
			name: "a unit of two structures is that of the older",
			structures: []model.Structure{
				structured("a", 1, unit("north", "south"), unit("east", "north")), structured("z", 2, unit("all", ""), unit("north", "all"), unit("south", "all")),
			},
			units: []string{"all", "east<north", "north<all", "south<all"},
			found: []string{"Error OrganizationStructure/a spec.units[north] DuplicateName"},
		},
		{
			name:       "of the same age, that of the name that comes first",
			structures: []model.Structure{structured("b", 1, unit("all", ""), unit("north", "south"), unit("south", "all")), structured("a", 1, unit("north", "all"))},
			units:      []string{"all", "north<all", "south<all"},
			found:      []string{"Error OrganizationStructure/b spec.units[north] DuplicateName"},
		},
		{
			name:       "of two roots the older counts",
			structures: []model.Structure{structured("b", 1, unit("top", ""), unit("below", "top")), structured("a", 2, unit("all", ""))},
			units:      []string{"all"},
			found: []string{
				"Error OrganizationStructure/b spec.units[top].parent InvalidUnitTree",
			},
		},
		{
			name: "a root that loses its name is none",
			structures: []model.Structure{
				structured("c", 1, unit("all", "")), structured("b", 2, unit("north", "top"), unit("all", "top")), structured("a", 3, unit("top", "")),
			},
			units: []string{"all<top", "north<top", "top"},
			found: []string{"Error OrganizationStructure/c spec.units[all] DuplicateName"},
		},
		{
			name:       "no root: no unit, and all that declare some are told",
			structures: []model.Structure{structured("c", 1), structured("b", 1, unit("north", "all")), structured("a", 1, unit("south", "all"))},
			found: []string{
				"Error OrganizationStructure/a spec.units InvalidUnitTree", "Error OrganizationStructure/b spec.units InvalidUnitTree",
			},
		},
		{
			name: "a group of two structures, with units of both",
			structures: []model.Structure{
				duplicate(structured("b", 1, unit("north", "all")), grouped("all")), duplicate(structured("a", 2, unit("all", "")), grouped("north", "gone")),
			},
			units: []string{"all", "north<all"}, groups: []string{"g north"},
			found: []string{
				"Error OrganizationStructure/a spec.unitGroups[g].units[1] UnknownUnit", "Error OrganizationStructure/b spec.unitGroups[g] DuplicateName",
			},
		},
		{
			name: "a constraint of two structures",
			structures: []model.Structure{
				duplicate(structured("b", 1), bound(0)), duplicate(structured("a", 2, unit("all", ""), unit("south", "all")), bound(1)),
			},
			units: []string{"all", "south<all"},
			found: []string{"Error OrganizationStructure/b spec.constraints[few] DuplicateName"},
		},
		{
			name: "a waiver in one structure of a constraint in another",
			structures: []model.Structure{
				duplicate(structured("b", 1, unit("all", ""), unit("south", "all")), bound(0)),
				duplicate(structured("a", 2), func(s *model.Structure) { s.Waivers = []model.Waiver{waiving} }),
			},
			units: []string{"all", "south<all"},
			found: []string{"Info UserAssignment/ann spec.grants[b] ConstraintWaived"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			world := shop()
			world.Structures = test.structures
			// Ben's grant in the south is not what this is about.
			world.Assignments = world.Assignments[:1]
			resolution := resolved(world)
			var units, groups []string
			for _, name := range slices.Sorted(maps.Keys(resolution.Document.Units)) {
				units = append(units, strings.TrimSuffix(name+"<"+resolution.Document.Units[name].Parent, "<"))
			}
			for _, name := range slices.Sorted(maps.Keys(resolution.Document.UnitGroups)) {
				groups = append(groups, name+" "+strings.Join(resolution.Document.UnitGroups[name], " "))
			}
			same(t, "units", units, test.units)
			same(t, "groups", groups, test.groups)
			found, _ := resolution.At(clock)
			same(t, "found", briefly(found, advice...), test.found)
		})
	}
}

// TestWaiversAreOfTheirOwn: the platform waives constraints of the catalog, and the tenant its own, also where both have a name.
func TestWaiversAreOfTheirOwn(t *testing.T) {
	for _, test := range []struct {
		name                string
		catalog, own        bool
		inCatalog, inTenant bool
		withheld            bool
		found               []string
	}{
		{name: "the catalog's, waived by the platform", catalog: true, inCatalog: true},
		{name: "the catalog's, waived by the tenant", catalog: true, inTenant: true, withheld: true,
			found: []string{"Error OrganizationStructure/branches spec.waivers[w].constraintRef.name UnknownConstraint"}},
		{name: "the tenant's, waived by the tenant", own: true, inTenant: true},
		{name: "the tenant's, waived by the platform", own: true, inCatalog: true, withheld: true,
			found: []string{"Error Organization/shop spec.waivers[w].constraintRef.name UnknownConstraint"}},
		{name: "of both, waived by the tenant", catalog: true, own: true, inTenant: true, withheld: true},
		{name: "of both, waived by the platform", catalog: true, own: true, inCatalog: true, withheld: true},
		{name: "of both, waived by both", catalog: true, own: true, inCatalog: true, inTenant: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			world, waivers := shop(), []model.Waiver{{Name: "w", Constraint: "few", AllUsers: true, EndTime: day(9), Owner: "eve"}}
			constraints := []model.Constraint{limited("closer", 0)}
			if test.catalog {
				world.Catalog.Constraints = constraints
			}
			if test.own {
				world.Structures[0].Constraints = constraints
			}
			if test.inCatalog {
				world.Organization.Waivers = waivers
			}
			if test.inTenant {
				world.Structures[0].Waivers = waivers
			}
			resolution := resolved(world)
			if withheld := len(resolution.Document.Users["ann"].Grants) == 1; withheld != test.withheld {
				t.Errorf("the grant is withheld: %v, want %v", withheld, test.withheld)
			}
			var found []string
			for _, line := range briefly(resolution.Findings, advice...) {
				if strings.HasSuffix(line, resolve.ReasonUnknownConstraint) {
					found = append(found, line)
				}
			}
			same(t, "found", found, test.found)
		})
	}
}

// TestWaiversSayWhomTheyAreFor: one that names users and all of them, or nobody, waives nobody.
func TestWaiversSayWhomTheyAreFor(t *testing.T) {
	for _, test := range []struct {
		users    []string
		allUsers bool
		withheld bool
		found    []string
	}{
		{nil, true, false, nil},
		{[]string{"ann"}, false, false, nil},
		{[]string{"ben"}, false, true, nil},
		{nil, false, true, []string{"Error OrganizationStructure/branches spec.waivers[w] InvalidWaiver"}},
		{[]string{"ann", "ben "}, false, false, []string{"Error OrganizationStructure/branches spec.waivers[w].users[1] InvalidWaiver"}},
		{[]string{" ann", "ann\u200b", "a\nnn"}, false, true, []string{
			"Error OrganizationStructure/branches spec.waivers[w].users[0] InvalidWaiver",
			"Error OrganizationStructure/branches spec.waivers[w].users[1] InvalidWaiver",
			"Error OrganizationStructure/branches spec.waivers[w].users[2] InvalidWaiver",
		}},
		{[]string{"ann", strings.Repeat("a", 513)}, false, false, []string{
			"Error OrganizationStructure/branches spec.waivers[w].users[1] InvalidWaiver",
		}},
		{[]string{"ann"}, true, true, []string{"Error OrganizationStructure/branches spec.waivers[w] InvalidWaiver"}},
	} {
		world := shop()
		world.Structures[0].Constraints = []model.Constraint{limited("closer", 0)}
		world.Structures[0].Waivers = []model.Waiver{{
			Name: "w", Constraint: "few", Users: test.users, AllUsers: test.allUsers, EndTime: day(9), Owner: "eve",
		}}
		resolution := resolved(world)
		if withheld := len(resolution.Document.Users["ann"].Grants) == 1; withheld != test.withheld {
			t.Errorf("for %v, and all %v, the grant is withheld: %v", test.users, test.allUsers, withheld)
		}
		found := slices.DeleteFunc(briefly(resolution.Findings, advice...), func(line string) bool { return !strings.HasSuffix(line, resolve.ReasonInvalidWaiver) })
		same(t, "found", found, test.found)
	}
}

// TestTooManyUnits: of more units than there may be, those of the oldest structures count, by name within one.
func TestTooManyUnits(t *testing.T) {
	const most = 5000
	world := shop()
	oldest := structured("z", 3, unit("all", ""))
	middle := structured("b", 2)
	for i := range most - 3 {
		middle.Units = append(middle.Units, unit(fmt.Sprintf("m%04d", i), "all"))
	}
	newest := structured("a", 1, unit("n3", "all"), unit("n2", "n3"), unit("n1", "all"), unit("n4", "n2"))
	world.Structures = []model.Structure{newest, oldest, middle}
	world.Assignments = []model.Assignment{holding("ann", 3, given("buyer", "n2"), given("buyer", "n3"))}
	resolution := resolved(world)
	if count := len(resolution.Document.Units); count != most-1 {
		t.Errorf("%d units count", count)
	}
	same(t, "found", briefly(resolution.Findings, advice...), []string{
		"Error OrganizationStructure/a spec.units TooManyUnits",
		"Error OrganizationStructure/a spec.units[n2].parent UnknownUnit",
		"Error UserAssignment/ann spec.grants[a].scope.units[0] UnknownUnit",
		"Error UserAssignment/ann spec.grants[b].scope.units[0] UnknownUnit",
	})
	if message := resolution.Findings[0].Message; !strings.Contains(message, "has 5002 units") || !strings.Contains(message, ": n3, n4:") {
		t.Errorf("the message is %q", message)
	}
	world.Structures[0].Units = world.Structures[0].Units[2:3]
	same(t, "found of just as many", briefly(resolved(world).Findings, advice...), []string{
		"Error UserAssignment/ann spec.grants[a].scope.units[0] UnknownUnit", "Error UserAssignment/ann spec.grants[b].scope.units[0] UnknownUnit",
	})
}

// TestUnplacedKinds: the kinds of units that do not count are published, so that no resource of such a type is decided at the root.
func TestUnplacedKinds(t *testing.T) {
	of := func(kind string, u model.Unit) model.Unit {
		u.Kind = kind
		return u
	}
	root, many := unit("all", ""), []model.Unit{}
	for i := range 5000 {
		many = append(many, unit(fmt.Sprintf("u%04d", i), "all"))
	}
	for name, test := range map[string]struct {
		structures []model.Structure
		want       []string
	}{
		"on the tree":                    {[]model.Structure{structured("a", 1, root, of("ward", unit("north", "all")))}, nil},
		"one of two is":                  {[]model.Structure{structured("a", 1, root, of("ward", unit("north", "all")), of("ward", unit("south", "al")))}, nil},
		"a misspelt parent, and below":   {[]model.Structure{structured("a", 1, root, of("ward", unit("north", "al")), of("room", unit("n1", "north")))}, []string{"room", "ward"}},
		"a cycle":                        {[]model.Structure{structured("a", 1, root, of("ward", unit("north", "south")), of("room", unit("south", "north")))}, []string{"room", "ward"}},
		"another root":                   {[]model.Structure{structured("a", 2, root), structured("b", 1, of("ward", unit("north", "")))}, []string{"ward"}},
		"two roots, and so no tree":      {[]model.Structure{structured("a", 1, of("site", root), of("ward", unit("north", "")))}, []string{"site", "ward"}},
		"a name that is taken":           {[]model.Structure{structured("a", 2, root, unit("north", "all")), structured("b", 1, of("ward", unit("north", "all")))}, []string{"ward"}},
		"beyond the bound":               {[]model.Structure{structured("a", 2, root), structured("b", 1, append(many, of("ward", unit("z", "all")))...)}, []string{"ward"}},
		"without units, without a kind":  {[]model.Structure{structured("a", 1)}, nil},
		"of a structure with other ones": {[]model.Structure{structured("a", 1, root, unit("north", "al"))}, nil},
	} {
		world := shop()
		world.Structures = test.structures
		if got := resolve.Organization(world).Document.UnplacedKinds; !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}
