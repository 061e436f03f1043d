// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// village is a world in which nothing is wrong, with a user for each thing that a user may depend on.
func village() *model.World {
	rule := func(permissions ...string) []model.Rule { return []model.Rule{{Selector: named(permissions...)}} }
	in := func(scope model.Scope) []model.Grant {
		return []model.Grant{{Name: "a", Role: role("guard"), Scope: scope}}
	}
	everywhere := in(model.Scope{Everywhere: true})
	user := func(name string, grants []model.Grant, overrides ...model.Override) model.Assignment {
		return model.Assignment{Object: object(model.KindAssignment, name), User: name, Grants: grants, Overrides: overrides}
	}
	homed := user("homed", everywhere)
	homed.HomeUnit = "ward"
	south := []model.Grant{{Name: "a", Role: role("clerk"), Scope: model.Scope{Units: []string{"south"}}}}
	heir := slices.Clone(south)
	heir[0].Role = role("head")
	return &model.World{
		Namespace: "health", Name: "village",
		Organization: &model.Organization{Object: object(model.KindOrganization, "village"), Catalog: "care"},
		Catalog: &model.Catalog{
			Object: model.Object{Ref: model.Ref{Kind: model.KindCatalog, Name: "care"}}, Sections: []string{"all"},
			Permissions: []model.Permission{
				{Name: "read", Section: "all"}, {Name: "write", Section: "all"}, {Name: "lock", Section: "all"}, {Name: "open", Section: "all"},
			},
			Qualifiers: []model.Qualifier{{Name: "own", Expression: "resource.properties.owner == subject.id"}}, Entitlements: []string{"key"},
		},
		Structures: []model.Structure{{
			Object:     object(model.KindStructure, "sites"),
			Units:      []model.Unit{{Name: "all"}, {Name: "north", Parent: "all"}, {Name: "south", Parent: "all"}, {Name: "ward", Parent: "north"}},
			UnitGroups: []model.UnitGroup{{Name: "pilots", Units: []string{"south"}}},
		}},
		Roles: []model.Role{
			{Object: object(model.KindRole, "clerk"), Rules: rule("read", "write")},
			{Object: object(model.KindRole, "guard"), Rules: rule("lock")},
			{Object: object(model.KindRole, "head"), Inherits: []model.Inheritance{{Role: role("clerk")}}, Rules: rule("open")},
		},
		Groups: []model.Group{{Object: object(model.KindGroup, "night"), Members: []string{"member"}, Grants: everywhere}},
		Assignments: []model.Assignment{
			user("plain", everywhere), user("holder", south), user("heir", heir), homed,
			user("placed", in(model.Scope{Units: []string{"ward"}})), user("grouped", in(model.Scope{Groups: []string{"pilots"}})),
			user("denied", everywhere, model.Override{Name: "a", Permission: "lock", Deny: true, Scope: model.Scope{Units: []string{"ward"}}}),
			user("allowed", everywhere, model.Override{Name: "a", Permission: "read", Scope: model.Scope{Everywhere: true}}),
			user("both", append(slices.Clone(everywhere), model.Grant{Name: "b", Role: role("clerk"), Scope: model.Scope{Everywhere: true}})),
		},
	}
}

// TestOnlyWhomAChangeConcernsIsReadAgain: of what users share, a change has only those read whom it may concern, and the result is that
// from scratch.
func TestOnlyWhomAChangeConcernsIsReadAgain(t *testing.T) {
	everyone := []string{"allowed", "both", "denied", "grouped", "heir", "holder", "homed", "member", "placed", "plain"}
	guards := []string{"allowed", "both", "denied", "grouped", "homed", "member", "placed", "plain"}
	for name, c := range map[string]struct {
		change func(w *model.World)
		read   []string
	}{
		"nothing":                             {func(*model.World) {}, nil},
		"what a role holds":                   {func(w *model.World) { w.Roles[0].Rules[0].Permissions = []string{"write"} }, nil},
		"what outdoes another":                {func(w *model.World) { w.Roles[0].Rules[0].Permissions = []string{"read", "lock"} }, []string{"both"}},
		"an entitlement that a role requires": {func(w *model.World) { w.Roles[1].Rules[0].RequiredEntitlements = []string{"key"} }, guards},
		"what a role inherits":                {func(w *model.World) { w.Roles[0].Inherits = []model.Inheritance{{Role: role("guard")}} }, []string{"both", "heir", "holder"}},
		"a role less":                         {func(w *model.World) { w.Roles = w.Roles[1:] }, []string{"both", "heir", "holder"}},
		"a role more": {func(w *model.World) {
			w.Roles = append(w.Roles, model.Role{Object: object(model.KindRole, "baker"), Rules: w.Roles[1].Rules})
		}, nil},
		"a unit elsewhere":       {func(w *model.World) { w.Structures[0].Units[3].Parent = "south" }, []string{"denied", "homed", "placed"}},
		"a unit above elsewhere": {func(w *model.World) { w.Structures[0].Units[1].Parent = "south" }, []string{"denied", "homed", "placed"}},
		"a unit less":            {func(w *model.World) { w.Structures[0].Units = w.Structures[0].Units[:3] }, []string{"denied", "homed", "placed"}},
		"a unit more": {func(w *model.World) {
			w.Structures[0].Units = append(w.Structures[0].Units, model.Unit{Name: "annex", Parent: "all"})
		}, nil},
		"attributes of a unit": {func(w *model.World) { w.Structures[0].Units[3].Attributes = model.Attributes{"level": 1.0} }, nil},
		"another root":         {func(w *model.World) { w.Structures[0].Units[0].Name = "root" }, everyone},
		"what a group covers":  {func(w *model.World) { w.Structures[0].UnitGroups[0].Units = []string{"north"} }, []string{"denied", "grouped"}},
		"a group less":         {func(w *model.World) { w.Structures[0].UnitGroups = nil }, []string{"denied", "grouped"}},
		"an expression":        {func(w *model.World) { w.Catalog.Qualifiers[0].Expression = "false" }, []string{"allowed", "denied"}},
		"a dimension": {func(w *model.World) {
			w.Catalog.Dimensions = []model.Dimension{{Name: "shift", Values: []string{"day"}}}
		}, everyone},
		"an entitlement":    {func(w *model.World) { w.Catalog.Entitlements = nil }, everyone},
		"a default grant":   {func(w *model.World) { w.Organization.DefaultGrants = w.Groups[0].Grants }, everyone},
		"ignored findings":  {func(w *model.World) { w.Organization.Ignored = []string{resolve.ReasonUnusedRole} }, nil},
		"members":           {func(w *model.World) { w.Groups[0].Members = []string{"plain"} }, []string{"member", "plain"}},
		"what members hold": {func(w *model.World) { w.Groups[0].Grants = nil }, []string{"member"}},
		"a suspension": {func(w *model.World) {
			w.PlatformAssignments = []model.PlatformAssignment{{User: "plain", Suspended: true}}
		}, []string{"plain"}},
		"a request": {func(w *model.World) { w.Requested = []model.RequestedGrant{{User: "holder", Role: role("guard")}} }, []string{"holder"}},
		"a constraint": {func(w *model.World) {
			w.Structures[0].Constraints = []model.Constraint{apart(false, "clerk", "guard")}
		}, everyone},
		"another user too": {func(w *model.World) {
			w.Roles[0].Rules[0].Permissions = []string{"write"}
			w.Assignments[0].Grants = nil
		}, []string{"plain"}},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := village(), village()
			c.change(after)
			first := resolve.Organization(before)
			difference := model.AllButUsers()
			if name == "another user too" {
				difference = difference.Then(model.OfUsers(slices.Values([]string{"plain"})))
			}
			got, differs := resolve.Update(first, after, difference, byUser(after.Assignments))
			want := resolve.Organization(after)
			if !reflect.DeepEqual(got.Document, want.Document) || !slices.Equal(got.Findings, want.Findings) || !maps.Equal(got.Holders, want.Holders) {
				t.Errorf("the update is\n%+v %v %v\nfrom scratch it is\n%+v %v %v", got.Document, got.Findings, got.Holders, want.Document, want.Findings, want.Holders)
			}
			if got.Steps != want.Steps {
				t.Errorf("the update takes %d steps, from scratch it takes %d", got.Steps, want.Steps)
			}
			if got.ReadUsers != len(c.read) {
				t.Errorf("%d users are read; want %v", got.ReadUsers, c.read)
			}
			for _, id := range everyone {
				if differs.Includes(id) != slices.Contains(c.read, id) {
					t.Errorf("the documents may differ in %s: %v", id, differs.Includes(id))
				}
			}
			if first.Document == nil || !reflect.DeepEqual(first.Document, resolve.Organization(before).Document) {
				t.Error("the former resolution became another")
			}
		})
	}
}
