// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"bytes"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// breakages make a world worse by one invalid piece each, which must take nothing from the valid ones. They may name a
// role, broken, and a user, zoe, whom nobody else names.
var breakages = map[string]func(t *rapid.T, world *model.World){
	"a role with broken rules and parents": func(_ *rapid.T, world *model.World) {
		world.Roles = append(world.Roles, model.Role{
			// It is the newest, so that it takes the place of no other in a plan.
			Object: model.Object{Ref: object(model.KindRole, "broken").Ref, Created: clock},
			Rules: []model.Rule{
				{Selector: model.Selector{Permissions: []string{"p1", "p0"}}},
				{Selector: model.Selector{Sections: []string{"s0", "*"}}},
				{Selector: model.Selector{Sections: []string{"*"}}, Qualifiers: []string{"q0"}},
				{Selector: model.Selector{Sections: []string{"*"}}, RequiredFeatures: []string{"f0"}},
			},
			Inherits: []model.Inheritance{
				{Role: model.RoleRef{Kind: model.KindRole, Name: "r0"}},
				{Role: model.RoleRef{Kind: model.KindRole, Name: "broken"}},
				{Role: model.RoleRef{Kind: model.KindRole, Name: "r1"}, Except: model.Selector{Permissions: []string{"p0"}}},
			},
		})
	},
	"a broken rule in a valid role": func(t *rapid.T, world *model.World) {
		role := &world.Roles[rapid.IntRange(0, len(world.Roles)-1).Draw(t, "broken role")]
		role.Rules = append(role.Rules, model.Rule{Selector: model.Selector{Sections: []string{"*", "s0"}}})
	},
	"a missing parent of a valid role": func(t *rapid.T, world *model.World) {
		role := &world.Roles[rapid.IntRange(0, len(world.Roles)-1).Draw(t, "broken role")]
		role.Inherits = append(role.Inherits, model.Inheritance{Role: model.RoleRef{Kind: model.KindRole, Name: "r0"}})
	},
	"an exception that names something unknown": func(t *rapid.T, world *model.World) {
		role := &world.Roles[rapid.IntRange(0, len(world.Roles)-1).Draw(t, "broken role")]
		role.Inherits = append(role.Inherits, model.Inheritance{
			Role: model.RoleRef{Kind: model.KindRole, Name: rapid.SampledFrom(rolesOf(world)).Draw(t, "parent")}, Except: model.Selector{Sections: []string{"s0"}},
		})
	},
	"an assignment of another user that names only unknown things": func(t *rapid.T, world *model.World) {
		world.Assignments = append(world.Assignments, model.Assignment{
			Object: object(model.KindAssignment, "broken"), User: "zoe", Manager: "ann", HomeUnit: "u0",
			Attributes: model.Attributes{"level": bytes.Repeat([]byte("x"), 5000)},
			Grants: []model.Grant{
				{Name: "broken-1", Role: model.RoleRef{Kind: model.KindRole, Name: "r0"}, Scope: model.Scope{Everywhere: true}},
				{Name: "broken-2", Role: model.RoleRef{Kind: "PlatformRole", Name: "r0"}, Scope: model.Scope{Everywhere: true}},
				{Name: "broken-3", Role: model.RoleRef{Kind: model.KindRole, Name: "r1"}, Scope: model.Scope{Units: []string{"u0"}, Groups: []string{"g0"}}},
			},
			Overrides: []model.Override{{Name: "broken-1", Permission: "p0", Deny: true}, {Name: "broken-2", Permission: "p0"}},
		})
	},
	"broken grants and overrides of a valid user": func(t *rapid.T, world *model.World) {
		a := &world.Assignments[rapid.IntRange(0, len(world.Assignments)-1).Draw(t, "broken assignment")]
		permission := rapid.SampledFrom(permissionsOf(world)).Draw(t, "permission")
		a.Grants = append(a.Grants,
			model.Grant{Name: "broken-4", Role: model.RoleRef{Kind: model.KindRole, Name: "r0"}, Scope: model.Scope{Everywhere: true}},
			model.Grant{Name: "broken-5", Role: model.RoleRef{Kind: model.KindRole, Name: "r1"}},
			model.Grant{Name: "broken-6", Role: model.RoleRef{Kind: model.KindRole, Name: "r1"}, Scope: model.Scope{Everywhere: true, Dimensions: []model.DimensionScope{{Name: "d0", All: true}}}},
		)
		a.Overrides = append(a.Overrides,
			model.Override{Name: "broken-1", Permission: "p0", Scope: model.Scope{Everywhere: true}},
			model.Override{Name: "broken-2", Permission: permission, Scope: model.Scope{Units: []string{"u1", "u0"}}},
		)
	},
	"a group of another user that names only unknown things": func(_ *rapid.T, world *model.World) {
		world.Groups = append(world.Groups, model.Group{
			Object: object(model.KindGroup, "broken"), Members: []string{"zoe"},
			Grants: []model.Grant{
				{Name: "broken-7", Role: model.RoleRef{Kind: model.KindRole, Name: "r0"}, Scope: model.Scope{Everywhere: true}},
				{Name: "broken-8", Role: model.RoleRef{Kind: model.KindRole, Name: "r1"}, Scope: model.Scope{Units: []string{"u0"}}},
			},
		})
	},
	"a grant of a level that assignments and groups do not give": func(t *rapid.T, world *model.World) {
		world.PlatformRoles = append(world.PlatformRoles, model.Role{
			Object: cluster(object(model.KindPlatformRole, "broken")), Catalog: "things", Platform: true,
			Rules: []model.Rule{{Selector: model.Selector{Sections: []string{"*"}}}},
		})
		grant := model.Grant{Name: "broken", Role: model.RoleRef{Kind: model.KindPlatformRole, Name: "broken"}, Scope: model.Scope{Everywhere: true}}
		for _, dimension := range world.Catalog.Dimensions {
			grant.Scope.Dimensions = append(grant.Scope.Dimensions, model.DimensionScope{Name: dimension.Name, All: true})
		}
		a := &world.Assignments[rapid.IntRange(0, len(world.Assignments)-1).Draw(t, "broken assignment")]
		a.Grants = append(a.Grants, grant)
		for i := range world.Groups {
			world.Groups[i].Grants = append(world.Groups[i].Grants, grant)
		}
	},
	"default grants that name only unknown things, or a role of level Platform": func(_ *rapid.T, world *model.World) {
		world.PlatformRoles = append(world.PlatformRoles, model.Role{
			Object: cluster(object(model.KindPlatformRole, "broken")), Catalog: "things", Platform: true,
			Rules: []model.Rule{{Selector: model.Selector{Sections: []string{"*"}}}},
		})
		scope := model.Scope{Everywhere: true}
		for _, dimension := range world.Catalog.Dimensions {
			scope.Dimensions = append(scope.Dimensions, model.DimensionScope{Name: dimension.Name, All: true})
		}
		world.Organization.DefaultGrants = append(slices.Clone(world.Organization.DefaultGrants),
			model.Grant{Name: "z1", Role: model.RoleRef{Kind: model.KindRole, Name: "r0"}, Scope: scope},
			model.Grant{Name: "z2", Role: model.RoleRef{Kind: model.KindPlatformRole, Name: "broken"}, Scope: scope},
			model.Grant{Name: "z3", Role: model.RoleRef{Kind: model.KindRole, Name: "r1"}},
			model.Grant{Name: "z4", Role: model.RoleRef{Kind: model.KindRole, Name: "r1"}, Scope: model.Scope{Units: []string{"u0"}}},
		)
	},
	"a platform role that inherits a custom one": func(_ *rapid.T, world *model.World) {
		world.PlatformRoles = append(world.PlatformRoles, model.Role{
			Object: cluster(object(model.KindPlatformRole, "broken")), Catalog: "things",
			Inherits: []model.Inheritance{{Role: model.RoleRef{Kind: model.KindRole, Name: "r1"}}},
		})
	},
	"a custom role that inherits one assignable to the platform": func(t *rapid.T, world *model.World) {
		world.PlatformRoles = append(world.PlatformRoles, model.Role{
			Object: cluster(object(model.KindPlatformRole, "broken")), Catalog: "things", Platform: true,
			Rules: []model.Rule{{Selector: model.Selector{Sections: []string{"*"}}}},
		})
		role := &world.Roles[rapid.IntRange(0, len(world.Roles)-1).Draw(t, "broken role")]
		role.Inherits = append(role.Inherits, model.Inheritance{Role: model.RoleRef{Kind: model.KindPlatformRole, Name: "broken"}})
	},
	"constraints and a waiver that name only unknown things": func(_ *rapid.T, world *model.World) {
		none, nobody := model.RoleRef{Kind: model.KindRole, Name: "r0"}, 0
		structure := &world.Structures[0]
		structure.Constraints = append(slices.Clone(structure.Constraints),
			model.Constraint{Name: "z1", Enforce: true, Holders: &model.Holders{Role: none, AtMost: &nobody}},
			model.Constraint{Name: "z2", Enforce: true, Prerequisite: &model.Prerequisite{Role: none, RequiredRole: none}},
			model.Constraint{Name: "z3", Enforce: true, Separation: &model.Separation{AtMost: 1, Duties: []model.Duty{
				{Name: "one", Roles: []model.RoleRef{none}}, {Name: "two", Permissions: []string{"p0"}},
			}}},
		)
		structure.Waivers = append(slices.Clone(structure.Waivers), model.Waiver{Name: "z", Constraint: "z0", AllUsers: true, EndTime: clock})
	},
	"a feature of a plan that does not exist": func(_ *rapid.T, world *model.World) {
		world.Catalog.Plans = append(slices.Clone(world.Catalog.Plans), model.Plan{Name: "n0", Features: []string{"f0"}})
	},
	"a unit outside of the tree, and a group of it": func(t *rapid.T, world *model.World) {
		// An organization without units would lose its only one to it.
		structure := &world.Structures[len(world.Structures)-1]
		if len(unitsDeclared(world)) > 0 {
			structure.Units = append(slices.Clone(structure.Units), model.Unit{Name: "u0", Parent: "u00"})
		}
		structure.UnitGroups = append(slices.Clone(structure.UnitGroups), model.UnitGroup{Name: "g0", Units: []string{"u0"}})
	},
	"a structure that declares what older ones do": func(_ *rapid.T, world *model.World) {
		newest := model.Structure{
			Object: model.Object{Ref: object(model.KindStructure, "broken").Ref, Created: clock},
			Units:  []model.Unit{{Name: "u0", Parent: "u00"}},
		}
		if len(unitsDeclared(world)) == 0 {
			newest.Units = nil
			newest.UnitGroups = []model.UnitGroup{{Name: "g0", Units: []string{"u0"}}}
		}
		for _, unit := range unitsDeclared(world) {
			newest.Units = append(newest.Units, model.Unit{Name: unit, Kind: "odd", Attributes: model.Attributes{"level": 2.0}})
		}
		world.Structures = append(world.Structures, newest)
	},
	"a broken qualifier and a prohibition of nothing": func(t *rapid.T, world *model.World) {
		world.Catalog.Qualifiers = append(slices.Clone(world.Catalog.Qualifiers), model.Qualifier{Name: "q0", Expression: "("})
		world.Catalog.Prohibitions = append(slices.Clone(world.Catalog.Prohibitions), model.Prohibition{
			Name: "i0", Expression: "(", Selector: model.Selector{Permissions: []string{"p0"}},
		})
	},
	"an unknown feature that is turned on, and a permission that requires it": func(t *rapid.T, world *model.World) {
		world.Organization.Features = append(slices.Clone(world.Organization.Features), "f0")
		world.Catalog.Permissions = append(slices.Clone(world.Catalog.Permissions), model.Permission{Name: "p0", Section: "s1", RequiredFeatures: []string{"f0"}})
	},
}

// unitsDeclared are those of all structures.
func unitsDeclared(world *model.World) []string {
	var names []string
	for _, structure := range world.Structures {
		names = append(names, declared(structure.Units, func(u model.Unit) string { return u.Name })...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestInvalidBesideValid: an invalid piece is found, and no answer about anybody changes for it.
func TestInvalidBesideValid(t *testing.T) {
	for name, worsen := range breakages {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				world := drawWorld(t)
				worse := copied(world)
				worsen(t, worse)
				was, is := resolve.Organization(world), resolve.Organization(worse)
				if len(mistakes(is)) <= len(mistakes(was)) {
					t.Fatalf("nothing more is found than\n%s", lines(was.Findings))
				}
				compareWithout(t, was.Document, is.Document)
				before, after := indexed(t, was.Document), indexed(t, is.Document)
				for _, request := range drawRequests(t, world, requestsPerWorld) {
					if want, got := before.Check(request), after.Check(request); want != got {
						t.Fatalf("the answer turns from %v to %v, to\n%s\nin\n%s\n%s", want, got, written(request), written(worse), after.Explain(request))
					}
				}
			})
		})
	}
}

// mistakes are the findings of severity Error.
func mistakes(resolution *resolve.Resolution) []resolve.Finding {
	return slices.DeleteFunc(slices.Clone(resolution.Findings), func(f resolve.Finding) bool { return f.Severity != resolve.Error })
}

// compareWithout compares what a document says of roles and users, but for those that a breakage brings.
func compareWithout(t *rapid.T, was, is *document.Document) {
	t.Helper()
	withoutFlaws(was)
	withoutFlaws(is)
	rest := *is
	rest.Roles, rest.Users = map[string]document.Role{}, map[string]document.User{}
	for name, role := range is.Roles {
		if name != "broken" && name != "PlatformRole/broken" {
			delete(role.Permissions, "p0")
			rest.Roles[name] = role
		}
	}
	for name, user := range is.Users {
		if name != "zoe" {
			rest.Users[name] = user
		}
	}
	rest.Permissions, rest.Units, rest.UnitGroups, rest.Groups = was.Permissions, was.Units, was.UnitGroups, was.Groups
	rest.UnplacedKinds = was.UnplacedKinds
	if a, b := encoded(t, was), encoded(t, &rest); !bytes.Equal(a, b) {
		t.Fatalf("beside an invalid piece the document turns from\n%s\nto\n%s", a, b)
	}
}
