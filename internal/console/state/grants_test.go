// SPDX-License-Identifier: Apache-2.0

package state

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/validation"
)

// samples are the organizations of the samples.
func samples(t *testing.T) []*Organization {
	t.Helper()
	input, err := validation.Load(&manifests.Reader{Namespace: "default"}, "../../../config/samples")
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(input, "1", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return s.Organizations
}

// TestGrants: each grant of each user is among them once, and each is counted on each unit and group that it names.
func TestGrants(t *testing.T) {
	found, grouped := 0, 0
	for _, o := range samples(t) {
		want := map[Holding]bool{}
		units, groups := map[string]map[string]int{}, map[string]map[string]int{}
		add := func(places map[string]map[string]int, place, role string) {
			if places[place] == nil {
				places[place] = map[string]int{}
			}
			places[place][role]++
		}
		for _, id := range o.Users() {
			user := o.Document.Users[id]
			for grant := range o.Document.GrantsOf(&user) {
				want[Holding{User: id, Grant: grant}] = true
				if grant.Everywhere {
					add(units, o.Tree().Root, grant.Role)
				}
				for _, unit := range grant.Units {
					add(units, unit, grant.Role)
				}
				for _, group := range grant.UnitGroups {
					add(groups, group, grant.Role)
					grouped++
				}
			}
		}
		for holding := range o.Grants() {
			if !want[holding] {
				t.Errorf("%s: %+v is not one of the grants, or is there twice", o.Name, holding)
			}
			delete(want, holding)
			found++
		}
		if len(want) > 0 {
			t.Errorf("%s: %v are not there", o.Name, want)
		}
		for unit := range o.Document.Units {
			if got, want := o.Counts().Unit(unit), sorted(units[unit]); !slices.Equal(got, want) {
				t.Errorf("%s: on %s there are %v, want %v", o.Name, unit, got, want)
			}
		}
		for group := range o.Document.UnitGroups {
			if got, want := o.Counts().Group(group), sorted(groups[group]); !slices.Equal(got, want) {
				t.Errorf("%s: on group %s there are %v, want %v", o.Name, group, got, want)
			}
		}
		for range o.Grants() {
			break // It may be left early.
		}
	}
	if found < 50 || grouped == 0 {
		t.Errorf("there are %d grants, %d on groups of units: the samples say too little", found, grouped)
	}
}

// sorted returns counts by role.
func sorted(counts map[string]int) []RoleCount {
	list := []RoleCount{}
	for _, role := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, RoleCount{Role: role, Grants: counts[role]})
	}
	return list
}

// TestCoverage: the unit by which a grant covers another one is that which a look at the line of units finds.
func TestCoverage(t *testing.T) {
	found, above := 0, 0
	for _, o := range samples(t) {
		for unit := range o.Document.Units {
			coverage, line := o.Tree().CoverageOf(unit), o.Tree().Line(unit)
			slices.Reverse(line)
			for holding := range o.Grants() {
				want, scope := "", &holding.Grant.Scope
				for _, name := range line {
					named := slices.Contains(scope.Units, name) || slices.ContainsFunc(scope.UnitGroups, func(group string) bool {
						return slices.Contains(o.Document.UnitGroups[group], name)
					})
					if named && want == "" && !scope.Everywhere || scope.Everywhere && name == o.Tree().Root {
						want = name
					}
				}
				if by, covers := coverage.By(scope); by != want || covers != (want != "") {
					t.Errorf("%s: %+v covers it by %q, %t, want %q", unit, holding, by, covers, want)
				}
				if want != "" {
					found++
				}
				if want != "" && want != unit {
					above++
				}
			}
		}
	}
	if found < 50 || above < 20 {
		t.Errorf("%d grants cover a unit, %d of them from above: the samples say too little", found, above)
	}
}
