// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// shop is a small world in which ann buys everywhere and ben pays in the south. Each call builds another.
func shop() *model.World {
	return &model.World{
		Namespace: "health", Name: "shop",
		Catalog: &model.Catalog{
			Object: model.Object{Ref: model.Ref{Kind: model.KindCatalog, Name: "trade"}}, Sections: []string{"money"}, Features: []string{"online"},
			Entitlements: []string{"card", "key"},
			Permissions:  []model.Permission{{Name: "buy", Section: "money"}, {Name: "pay", Section: "money"}, {Name: "close", Section: "money"}},
		},
		Organization: &model.Organization{Object: object(model.KindOrganization, "shop"), Catalog: "trade", Ignored: []string{resolve.ReasonNoAdministrationRules}},
		Structures: []model.Structure{{
			Object: object(model.KindStructure, "branches"),
			Units:  []model.Unit{{Name: "all"}, {Name: "north", Parent: "all"}, {Name: "south", Parent: "all"}},
		}},
		Roles: []model.Role{trade("buyer", "buy"), trade("payer", "pay"), trade("closer", "close")},
		Assignments: []model.Assignment{
			holding("ann", 3, given("buyer"), given("closer")),
			holding("ben", 2, given("payer", "south")),
		},
	}
}

func trade(name string, permissions ...string) model.Role {
	return model.Role{Object: object(model.KindRole, name), Rules: []model.Rule{{Selector: named(permissions...)}}}
}

// holding is an assignment some days old, named as its user.
func holding(user string, days int, grants ...model.Grant) model.Assignment {
	a := model.Assignment{Object: object(model.KindAssignment, user), User: user, Grants: grants}
	a.Created = clock.AddDate(0, 0, -days)
	return a
}

// given grants a role in units, or everywhere.
func given(name string, units ...string) model.Grant {
	return model.Grant{Role: role(name), Scope: model.Scope{Everywhere: len(units) == 0, Units: units}}
}

// during bounds a grant by days from the clock.
func during(grant model.Grant, from, until int) model.Grant {
	grant.Window = model.Window{StartTime: day(from), EndTime: day(until)}
	return grant
}

func day(days int) time.Time { return clock.AddDate(0, 0, days) }

// apart keeps duties apart, each of which is a role or, written with a slash before it, a permission.
func apart(perUnit bool, duties ...string) model.Constraint {
	separation := &model.Separation{AtMost: 1, PerUnit: perUnit}
	for _, name := range duties {
		duty := model.Duty{Name: strings.TrimPrefix(name, "/")}
		if strings.HasPrefix(name, "/") {
			duty.Permissions = []string{duty.Name}
		} else {
			duty.Roles = []model.RoleRef{role(name)}
		}
		separation.Duties = append(separation.Duties, duty)
	}
	return model.Constraint{Name: "four-eyes", Enforce: true, Separation: separation}
}

func limited(name string, most int) model.Constraint {
	return model.Constraint{Name: "few", Enforce: true, Holders: &model.Holders{Role: role(name), AtMost: new(most)}}
}

func presupposing(name, requires string, perUnit bool) model.Constraint {
	return model.Constraint{Name: "first", Enforce: true, Prerequisite: &model.Prerequisite{Role: role(name), RequiredRole: role(requires), PerUnit: perUnit}}
}

// divide gives the catalog a dimension, every value of which all that is granted covers.
func divide(w *model.World, dimension string, values ...string) {
	w.Catalog.Dimensions = []model.Dimension{{Name: dimension, Values: values}}
	for i := range w.Assignments {
		for j := range w.Assignments[i].Grants {
			w.Assignments[i].Grants[j].Scope.Dimensions = []model.DimensionScope{{Name: dimension, All: true}}
		}
	}
}

func audit(c model.Constraint) model.Constraint {
	c.Enforce = false
	return c
}

func bind(w *model.World, constraints ...model.Constraint) {
	w.Structures[0].Constraints = append(w.Structures[0].Constraints, constraints...)
}

func waive(w *model.World, constraint string, days int, users ...string) {
	w.Structures[0].Waivers = append(w.Structures[0].Waivers, model.Waiver{
		Name: "for-now", Constraint: constraint, Users: users, AllUsers: len(users) == 0, Owner: "eve", Reason: "year end", EndTime: day(days),
	})
}

// lettered names grants and overrides a, b and so on, where they have no name.
func lettered(world *model.World) *model.World {
	letter := func(name *string, place int) {
		if *name == "" {
			*name = string(rune('a' + place))
		}
	}
	grants := func(list []model.Grant) {
		for i := range list {
			letter(&list[i].Name, i)
		}
	}
	for i := range world.Assignments {
		a := &world.Assignments[i]
		grants(a.Grants)
		for j := range a.Overrides {
			letter(&a.Overrides[j].Name, j)
		}
	}
	for i := range world.Groups {
		grants(world.Groups[i].Grants)
	}
	for i := range world.PlatformAssignments {
		for j := range world.PlatformAssignments[i].Grants {
			letter(&world.PlatformAssignments[i].Grants[j].Name, j)
		}
	}
	return world
}

// resolved is a world resolved, with names for all that it gives.
func resolved(world *model.World) *resolve.Resolution { return resolve.Organization(lettered(world)) }

// published lists what each user holds, where it is written and until which day.
func published(world *model.World) []string {
	var all []string
	for id, user := range resolved(world).Document.Users {
		for _, grant := range user.Grants {
			all = append(all, held(id, grant.Source, grant.EndTime))
		}
		for _, override := range user.Overrides {
			all = append(all, held(id, override.Source, override.EndTime))
		}
	}
	slices.Sort(all)
	return all
}

func held(user, source string, until *time.Time) string {
	text := user + " " + source
	if until != nil {
		text += fmt.Sprintf(" until %d", int(until.Sub(clock).Hours()/24))
	}
	return text
}

// briefly lists findings without messages, but for those of some reasons.
func briefly(findings []resolve.Finding, without ...string) []string {
	var brief []string
	for _, f := range findings {
		if !slices.Contains(without, f.Reason) {
			brief = append(brief, strings.Join(strings.Fields(fmt.Sprintf("%s %s %s %s", f.Severity, f.Object, f.Field, f.Reason)), " "))
		}
	}
	return brief
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// minus is what stands in one list and not in another.
func minus(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

// sources drops the ends of what is published.
func sources(list []string) []string {
	var short []string
	for _, text := range list {
		source, _, _ := strings.Cut(text, " until ")
		short = append(short, source)
	}
	return short
}
