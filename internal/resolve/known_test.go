// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/suggest"
)

// TestFixOfRoles: a role that does not exist is recognized as another kind, as one of another organization, or by a name like its own.
func TestFixOfRoles(t *testing.T) {
	roles := map[model.RoleRef]*role{}
	for _, ref := range []model.RoleRef{{Kind: model.KindRole, Name: "nurse"}, {Kind: model.KindPlatformRole, Name: "auditor"}} {
		roles[ref] = &role{}
	}
	elsewhere := model.NewElsewhere(nil)
	elsewhere.AddRole("surgeon", "b", "clinic")
	elsewhere.AddPlatformRole("porter", "hotels")
	known, inOrganization := newKnownRoles(roles, elsewhere, &findings{}), model.Ref{Kind: model.KindAssignment}
	for _, c := range []struct {
		object model.Ref
		ref    model.RoleRef
		want   string
	}{
		{inOrganization, model.RoleRef{Kind: model.KindRole, Name: "auditor"}, "there is a PlatformRole of that name: set kind to PlatformRole"},
		{inOrganization, model.RoleRef{Kind: model.KindPlatformRole, Name: "nurse"}, "the organization has a Role of that name: set kind to Role"},
		{inOrganization, model.RoleRef{Kind: model.KindRole, Name: "nruse"}, `did you mean "nurse"?`},
		{inOrganization, model.RoleRef{Kind: model.KindRole, Name: "auditer"}, `did you mean the PlatformRole "auditor"?`},
		{inOrganization, model.RoleRef{Kind: model.KindRole, Name: "surgeon"}, `the one of organization "clinic" in namespace "b" counts only there`},
		{inOrganization, model.RoleRef{Kind: model.KindPlatformRole, Name: "porter"}, `the one of catalog "hotels" counts only there`},
		{inOrganization, model.RoleRef{Kind: model.KindRole, Name: "pilot"}, "create it, or fix the name"},
		// What is found in objects of the platform, every organization sees.
		{model.Ref{Kind: model.KindCatalog}, model.RoleRef{Kind: model.KindPlatformRole, Name: "nurse"}, "create it, or fix the name"},
		{model.Ref{Kind: model.KindPlatformRole}, model.RoleRef{Kind: model.KindPlatformRole, Name: "nruse"}, "create it, or fix the name"},
		{model.Ref{Kind: model.KindPlatformRole}, model.RoleRef{Kind: model.KindPlatformRole, Name: "auditr"}, `did you mean "auditor"?`},
	} {
		if got := known.fix(&findings{}, c.object, c.ref); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s in %s: %q, want %q", c.ref.Key(), c.object.Kind, got, c.want)
		}
	}
	for _, found := range []string{
		newKnownRoles(roles, nil, &findings{}).fix(&findings{}, inOrganization, model.RoleRef{Kind: model.KindRole, Name: "surgeon"}),
		(&findings{}).fix(suggest.Of(func(func(string) bool) {}), "x", "add it"),
	} {
		if !strings.Contains(found, "fix the name") {
			t.Errorf("without anything that is near: %q", found)
		}
	}
}

// TestFixOfOrganizations: only those who may be told learn where an organization is.
func TestFixOfOrganizations(t *testing.T) {
	elsewhere := model.NewElsewhere([]string{"care"})
	elsewhere.AddOrganization("a", "clinic")
	elsewhere.AddOrganization("b", "spa")
	for _, c := range []struct {
		world model.World
		want  string
	}{
		{model.World{Namespace: "b", Name: "clinic", Elsewhere: elsewhere}, "the organization is in namespace a: move the object there"},
		{model.World{Namespace: "a", Name: "clinc", Elsewhere: elsewhere}, `did you mean "clinic"?`},
		{model.World{Namespace: "b", Name: "clinc", Elsewhere: elsewhere}, "create it"},
		{model.World{Namespace: "b", Name: "clinic"}, "create it"},
	} {
		if got := fixOrganization(&c.world); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s in %s: %q, want %q", c.world.Name, c.world.Namespace, got, c.want)
		}
	}
	if got := fixCatalog("caer", elsewhere.Catalogs()); !strings.HasPrefix(got, `did you mean "care"?`) {
		t.Error(got)
	}
}
