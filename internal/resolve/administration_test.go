// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
)

// TestAdministrationFindings: each name and word that is unknown allows nothing, and is found; the others stay.
func TestAdministrationFindings(t *testing.T) {
	const field = "Role/head spec.administrationRules[below]"
	platform := model.RoleRef{Kind: model.KindPlatformRole, Name: "operator"}
	for name, c := range map[string]struct {
		change func(*model.AdministrationRule)
		found  []string
		// kept are the words of the rule that are published, nil if the rule is not.
		kept []string
	}{
		"in order":             {func(*model.AdministrationRule) {}, nil, []string{"GiveRoles", "TakeRoles"}},
		"an unknown qualifier": {func(r *model.AdministrationRule) { r.Qualifiers = append(r.Qualifiers, "near") }, []string{"Error " + field + ".qualifiers[1] UnknownQualifier"}, nil},
		"an unknown action":    {func(r *model.AdministrationRule) { r.UserActions = []string{"Fire", "TakeRoles"} }, []string{"Error " + field + ".userActions[0] UnknownType"}, []string{"TakeRoles"}},
		"an unknown field":     {func(r *model.AdministrationRule) { r.ProfileFields = []string{"Salary"} }, []string{"Error " + field + ".profile.fields[0] UnknownType"}, []string{"GiveRoles", "TakeRoles"}},
		"an unknown resource":  {func(r *model.AdministrationRule) { r.Resources = []string{"Secrets"} }, []string{"Error " + field + ".resources[0] UnknownType"}, []string{"GiveRoles", "TakeRoles"}},
		"a subscription":       {func(r *model.AdministrationRule) { r.Subscription = []string{"Plan"} }, []string{"Error " + field + ".subscription LevelMismatch"}, []string{"GiveRoles", "TakeRoles"}},
		"another way to name":  {func(r *model.AdministrationRule) { r.Roles.From = "Below" }, []string{"Error " + field + ".roles.from UnknownType"}, []string{"GiveRoles", "TakeRoles"}},
		"an unknown role":      {func(r *model.AdministrationRule) { r.Roles.Roles = []model.RoleRef{role("reader"), role("boss")} }, []string{"Error " + field + ".roles.roleRefs[1] UnknownRole"}, []string{"GiveRoles", "TakeRoles"}},
		"an unknown highest":   {func(r *model.AdministrationRule) { boss := role("boss"); r.Roles.UpTo = &boss }, []string{"Error " + field + ".roles.upToRoleRef UnknownRole"}, []string{"GiveRoles", "TakeRoles"}},
		"an unknown exception": {func(r *model.AdministrationRule) { r.Roles.Except = []model.RoleRef{role("boss")} }, []string{"Error " + field + ".roles.exceptRoleRefs[0] UnknownRole"}, []string{"GiveRoles", "TakeRoles"}},
		"one of the platform":  {func(r *model.AdministrationRule) { r.Roles.Roles = []model.RoleRef{platform} }, []string{"Error " + field + ".roles.roleRefs[0] LevelMismatch"}, []string{"GiveRoles", "TakeRoles"}},
	} {
		w := hospital()
		w.PlatformRoles = []model.Role{{
			Object:  model.Object{Ref: model.Ref{Kind: model.KindPlatformRole, Name: "operator"}},
			Catalog: "care", Platform: true,
			AdministrationRules: []model.AdministrationRule{{Name: "terms", Subscription: []string{"Plan", "Price"}, Roles: &model.RoleSelection{From: "Listed", Roles: []model.RoleRef{role("reader")}}}},
		}}
		for i := range w.Roles {
			if w.Roles[i].Name == "head" {
				c.change(&w.Roles[i].AdministrationRules[0])
			}
		}
		resolution := resolved(w)
		var got []string
		for _, line := range briefly(resolution.Findings) {
			if strings.Contains(line, field) {
				got = append(got, line)
			}
		}
		same(t, name, got, c.found)
		var kept []string
		for _, rule := range resolution.Document.Roles["head"].AdministrationRules {
			kept = rule.UserActions
		}
		if !reflect.DeepEqual(kept, c.kept) {
			t.Errorf("%s: %q are published", name, kept)
		}
		terms := resolution.Document.Roles["PlatformRole/operator"].AdministrationRules
		if len(terms) != 1 || !reflect.DeepEqual(terms[0].Subscription, []string{"Plan"}) {
			t.Errorf("%s: of the platform's role, %+v is published", name, terms)
		}
		found := strings.Join(briefly(resolution.Findings), "\n")
		for _, want := range []string{"[terms].subscription[1] UnknownType", "[terms].roles.roleRefs[0] UnknownRole"} {
			if !strings.Contains(found, "Error PlatformRole/operator spec.administrationRules"+want) {
				t.Errorf("%s: no %s in\n%s", name, want, found)
			}
		}
	}
}

// TestRulesAreInherited: a role has its own rules and those of all that it inherits, by whatever line.
func TestRulesAreInherited(t *testing.T) {
	w := hospital()
	w.Roles = append(w.Roles, model.Role{Object: object(model.KindRole, "chief"), Inherits: []model.Inheritance{{Role: role("head")}}})
	w.Roles[0].AdministrationRules = []model.AdministrationRule{{Name: "groups", Resources: []string{"UserGroups"}}}
	doc := resolved(w).Document
	var got []string
	for from, rule := range doc.AdministrationRules("chief") {
		got = append(got, from+" "+rule.Name+": "+rule.String())
	}
	same(t, "chief", got, []string{
		"head below: give and take roles up to their own; change home unit, attribute level", "reader groups: write user groups",
	})
}
