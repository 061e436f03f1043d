// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

var update = flag.Bool("update", false, "write the golden files again")

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s has\n%s\ngot\n%s", path, want, got)
	}
}

var clock = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// hospital is a world in which nothing is wrong. Each call builds another, so that tests may spoil it.
func hospital() *model.World {
	return &model.World{
		Namespace: "health", Name: "hospital",
		Catalog: care(), Organization: place(), Structures: []model.Structure{sites()}, Roles: duties(), Assignments: staff(),
	}
}

func object(kind, name string) model.Object {
	return model.Object{Ref: model.Ref{Kind: kind, Namespace: "health", Name: name}}
}

func named(names ...string) model.Selector { return model.Selector{Permissions: names} }

func role(name string) model.RoleRef { return model.RoleRef{Kind: model.KindRole, Name: name} }

func care() *model.Catalog {
	return &model.Catalog{
		Object:   model.Object{Ref: model.Ref{Kind: model.KindCatalog, Name: "care"}},
		Sections: []string{"charts", "orders"},
		Permissions: []model.Permission{
			{Name: "chart.read", Section: "charts"},
			{Name: "chart.write", Section: "charts", Implies: []string{"chart.read"}},
			{Name: "chart.sign", Section: "charts"},
			{Name: "chart.audit", Section: "charts"},
			{Name: "chart.purge", Section: "charts"},
			{Name: "order.enter", Section: "orders", RequiredFeatures: []string{"ordering"}},
			{Name: "tenant.drop", Section: "orders", Platform: true},
		},
		Qualifiers: []model.Qualifier{
			{Name: "own", Description: "only one's own", Expression: "resource.properties.owner == subject.id"},
			{Name: "above", Expression: "directory.isAbove(subject.id, resource.properties.owner)"},
			{Name: "senior", Expression: "subject.properties.level >= 2"},
		},
		Prohibitions: []model.Prohibition{
			{Selector: named("chart.sign"), Name: "not-own", Description: "nobody signs their own", Expression: "resource.properties.owner == subject.id"},
		},
		Features: []string{"ordering", "trials"}, Entitlements: []string{"badge", "charge", "x"},
		Dimensions: []model.Dimension{{Name: "shift", Values: []string{"day", "night"}}},
	}
}

func place() *model.Organization {
	return &model.Organization{
		Object: object(model.KindOrganization, "hospital"), Catalog: "care", Features: []string{"ordering"},
		// Advice is shown by tests of its own.
		Ignored: []string{
			resolve.ReasonUnusedRole, resolve.ReasonEquivalentRoles, resolve.ReasonRedundantRole, resolve.ReasonWildcard,
			resolve.ReasonUnusedPermission, resolve.ReasonUnusedUnit, resolve.ReasonUnusedEntitlement,
		},
	}
}

func sites() model.Structure {
	return model.Structure{
		Object: object(model.KindStructure, "sites"),
		Units: []model.Unit{
			{Name: "main", Kind: "site"},
			{Name: "icu", Kind: "ward", Parent: "main", Attributes: model.Attributes{"beds": 12.0}},
			{Name: "bay", Parent: "icu"},
			{Name: "er", Kind: "ward", Parent: "main"},
		},
		UnitGroups: []model.UnitGroup{{Name: "acute", Units: []string{"icu", "er"}}},
	}
}

func duties() []model.Role {
	return []model.Role{
		{Object: object(model.KindRole, "reader"), Rules: []model.Rule{{Selector: named("chart.read")}}},
		{
			Object:   object(model.KindRole, "writer"),
			Inherits: []model.Inheritance{{Role: role("reader")}},
			Rules: []model.Rule{
				{Selector: named("chart.write"), Qualifiers: []string{"own"}},
				{Selector: named("order.enter"), RequiredFeatures: []string{"ordering"}},
				{Selector: named("chart.audit"), Qualifiers: []string{"above"}},
			},
		},
		{
			Object: object(model.KindRole, "head"),
			AdministrationRules: []model.AdministrationRule{{
				Name: "below", Qualifiers: []string{"above"}, UserActions: []string{"TakeRoles", "GiveRoles"},
				Roles: &model.RoleSelection{From: "OwnRank"}, ProfileFields: []string{"HomeUnit"}, ProfileAttributes: []string{"level"},
			}},
			Inherits: []model.Inheritance{{Role: role("writer"), Except: model.Selector{Sections: []string{"orders"}}}},
			Rules:    []model.Rule{{Selector: named("chart.sign")}, {Selector: named("chart.purge"), Qualifiers: []string{"senior"}}},
		},
		{
			Object: object(model.KindRole, "clerk"),
			Rules:  []model.Rule{{Selector: model.Selector{Sections: []string{"orders"}}, RequiredEntitlements: []string{"badge"}}},
		},
	}
}

func shifts(values ...string) []model.DimensionScope {
	return []model.DimensionScope{{Name: "shift", Values: values, All: len(values) == 0}}
}

func staff() []model.Assignment {
	return []model.Assignment{
		{
			Object: object(model.KindAssignment, "ann"), User: "ann", Manager: "ben", HomeUnit: "icu", Attributes: model.Attributes{"level": 2.0},
			Grants: []model.Grant{{Role: role("head"), Scope: model.Scope{Units: []string{"icu"}, Dimensions: shifts()}}},
		},
		{
			Object: object(model.KindAssignment, "ann-more"), User: "ann", Attributes: model.Attributes{"level": 2.0, "desk": "A"},
			Grants: []model.Grant{{
				Role: role("clerk"), Scope: model.Scope{Groups: []string{"acute"}, Dimensions: shifts("day")}, Entitlements: []string{"badge"},
				Window: model.Window{StartTime: clock.AddDate(-1, 0, 0), EndTime: clock.AddDate(1, 0, 0)},
			}},
		},
		{
			Object: object(model.KindAssignment, "ben"), User: "ben",
			Grants: []model.Grant{{Role: role("writer"), Scope: model.Scope{Everywhere: true, Dimensions: shifts()}}},
			Overrides: []model.Override{
				{Permission: "order.enter", Deny: true, Scope: model.Scope{Units: []string{"er"}}},
				{Permission: "chart.sign", Scope: model.Scope{Units: []string{"bay"}, Dimensions: shifts()}},
			},
		},
	}
}

// probe is a request that the hospital answers with yes.
type probe struct {
	name, user, permission, unit string
	properties                   map[string]any
}

// probes are what can be lost.
var probes = []probe{
	{"ann reads", "ann", "chart.read", "icu", nil},
	{"ann writes her own", "ann", "chart.write", "icu", map[string]any{"owner": "ann"}},
	{"ann signs ben's", "ann", "chart.sign", "bay", map[string]any{"owner": "ben"}},
	{"ann purges", "ann", "chart.purge", "icu", nil},
	{"ann enters orders by day", "ann", "order.enter", "er", map[string]any{"shift": "day"}},
	{"ben reads", "ben", "chart.read", "main", nil},
	{"ben writes his own", "ben", "chart.write", "main", map[string]any{"owner": "ben"}},
	{"ben audits ann's", "ben", "chart.audit", "main", map[string]any{"owner": "ann"}},
	{"ben enters orders", "ben", "order.enter", "icu", nil},
	{"ben signs ann's in bay", "ben", "chart.sign", "bay", map[string]any{"owner": "ann"}},
}

// answers tells which probes are answered yes.
func answers(t *testing.T, world *model.World) map[string]bool {
	t.Helper()
	index, err := engine.NewIndex(resolved(world).Document, engine.WithClock(func() time.Time { return clock }))
	if err != nil {
		t.Fatal(err)
	}
	yes := map[string]bool{}
	for _, p := range probes {
		properties := map[string]any{"unit": p.unit}
		maps.Copy(properties, p.properties)
		yes[p.name] = index.Check(&access.Request{
			Subject:  access.Subject{Type: access.SubjectTypeUser, ID: p.user},
			Action:   access.Action{Name: p.permission},
			Resource: access.Resource{Type: "chart", ID: "17", Properties: properties},
		})
	}
	return yes
}
