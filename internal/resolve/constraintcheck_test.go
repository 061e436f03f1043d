// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// TestConstraintsOfACatalogNameUnknownRoles: a PlatformRole is found without any organization, a custom role if none has it.
func TestConstraintsOfACatalogNameUnknownRoles(t *testing.T) {
	platform := func(name string) model.RoleRef { return model.RoleRef{Kind: model.KindPlatformRole, Name: name} }
	catalog := care()
	catalog.Constraints = []model.Constraint{
		{Name: "few", Type: "Holders", Enforce: true, Holders: &model.Holders{Role: platform("gone"), AtMost: new(1)}},
		{Name: "first", Type: "Prerequisite", Prerequisite: &model.Prerequisite{Role: role("here"), RequiredRole: role("nowhere")}},
		{Name: "apart", Type: "SeparationOfDuties", Separation: &model.Separation{AtMost: 1, Except: []model.RoleRef{platform("known"), role("here")}, Duties: []model.Duty{
			{Name: "a", Roles: []model.RoleRef{platform("known")}}, {Name: "b", Roles: []model.RoleRef{platform("lost")}, Permissions: []string{"none"}},
		}}},
		{Name: "odd", Type: "Other"},
	}
	known := model.Role{Object: model.Object{Ref: model.Ref{Kind: model.KindPlatformRole, Name: "known"}}, Catalog: "care"}
	var got []string
	for _, f := range append(resolve.Catalog(catalog, []model.Role{known}), resolve.CustomRolesNowhere(catalog, func(name string) bool { return name == "here" })...) {
		if f.Object != catalog.Ref {
			t.Errorf("%s is shown on another object", f)
		}
		got = append(got, f.Severity.String()+" "+f.Field+" "+f.Reason)
	}
	want := []string{
		"Error spec.constraints[apart].separationOfDuties.duties[1].permissions[0] UnknownPermission",
		"Error spec.constraints[apart].separationOfDuties.duties[1].roleRefs[0] UnknownRole",
		"Error spec.constraints[apart].separationOfDuties.exceptRoleRefs[1] LevelMismatch",
		"Error spec.constraints[few].holders.roleRef UnknownRole",
		"Error spec.constraints[odd].type UnknownType",
		"Warning spec.constraints[first].prerequisite.requiredRoleRef UnknownRole",
	}
	if len(got) != len(want) {
		t.Fatalf("found %q", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("found %s, want %s", got[i], want[i])
		}
	}
	found := resolve.Platform([]*model.Catalog{catalog}, []model.Role{known}, nil).Findings
	if len(found) != 5 {
		t.Errorf("what the platform says by itself has %v", found)
	}
}
