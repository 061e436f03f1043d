// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// shipped is a platform role of the shop's catalog.
func shipped(name string, platform bool, permissions ...string) model.Role {
	r := trade(name, permissions...)
	r.Kind, r.Namespace, r.Catalog, r.Platform = model.KindPlatformRole, "", "trade", platform
	return r
}

func shippedRef(name string) model.RoleRef {
	return model.RoleRef{Kind: model.KindPlatformRole, Name: name}
}

func overall(user string, grants ...model.PlatformGrant) model.PlatformAssignment {
	return model.PlatformAssignment{Object: model.Object{Ref: model.Ref{Kind: model.KindPlatformAssignment, Name: user}}, User: user, Grants: grants}
}

// TestPlatform: what is found of objects that belong to no organization.
func TestPlatform(t *testing.T) {
	catalog := shop().Catalog
	catalog.Permissions = append(catalog.Permissions, model.Permission{Name: "drop", Section: "money", Platform: true, Implies: []string{"buy"}})
	mixed := shipped("mixed", false, "drop", "pay")
	high := shipped("high", true, "drop")
	low := shipped("low", false, "pay")
	low.Inherits = []model.Inheritance{{Role: role("buyer")}, {Role: shippedRef("high")}, {Role: shippedRef("gone")}}
	orphan := shipped("orphan", false, "pay")
	orphan.Catalog = "travel"
	galactic := shipped("galactic", false, "pay")
	galactic.UnknownScope = "Galaxy"
	resolved := resolve.Platform([]*model.Catalog{catalog}, []model.Role{mixed, high, low, orphan, galactic}, []model.PlatformAssignment{
		overall("ada", model.PlatformGrant{Name: "a", Role: "gone"}),
		overall("fay", model.PlatformGrant{Name: "a", Role: "high"}, model.PlatformGrant{Name: "b", Role: "low"},
			model.PlatformGrant{Name: "c", Role: "gone"}, model.PlatformGrant{Name: "d", Role: "high", Unselected: true}),
	})
	same(t, "found", briefly(resolved.Findings), []string{
		"Error PlatformAssignment/ada spec.grants[a].roleRef UnknownRole",
		"Error PlatformAssignment/fay spec.grants[b].roleRef LevelMismatch",
		"Error PlatformAssignment/fay spec.grants[c].roleRef UnknownRole",
		"Error PlatformAssignment/fay spec.grants[d].organizations EmptyScope",
		"Error PlatformRole/galactic spec.assignableScope UnknownType",
		"Error PlatformRole/low spec.inherits[0].roleRef UnknownRole",
		"Error PlatformRole/low spec.inherits[1].roleRef LevelMismatch",
		"Error PlatformRole/low spec.inherits[2].roleRef UnknownRole",
		"Error PlatformRole/mixed spec.rules[0].permissions[0] LevelMismatch",
		"Error PlatformRole/orphan spec.catalogRef.name UnknownCatalog",
	})
	var holding []string
	for _, name := range slices.Sorted(maps.Keys(resolved.Roles)) {
		for _, permission := range slices.Sorted(maps.Keys(resolved.Roles[name].Permissions)) {
			holding = append(holding, name+" "+permission)
		}
	}
	same(t, "held", holding, []string{"PlatformRole/high buy", "PlatformRole/high drop", "PlatformRole/low pay"})
}

// TestPlatformInOrganization: who holds what by the platform, and who is suspended or no user at all.
func TestPlatformInOrganization(t *testing.T) {
	world := shop()
	world.PlatformRoles = []model.Role{shipped("high", true, "buy"), shipped("low", false, "close")}
	world.Assignments[1].Grants = append(world.Assignments[1].Grants,
		model.Grant{Role: shippedRef("low"), Scope: model.Scope{Units: []string{"south"}}}, model.Grant{Role: shippedRef("high"), Scope: model.Scope{Everywhere: true}})
	all := model.PlatformGrant{Role: "high", Picks: true}
	suspended := overall("ann")
	suspended.Suspended = true
	stranger := overall("hal")
	stranger.Suspended = true
	world.PlatformAssignments = []model.PlatformAssignment{
		overall("fay", all, model.PlatformGrant{Role: "low", Picks: true}), overall("gus", model.PlatformGrant{Role: "high"}), suspended, stranger,
	}
	resolution := resolved(world)
	same(t, "published", published(world), []string{
		"ann UserAssignment/ann grants[a]", "ann UserAssignment/ann grants[b]",
		"ben UserAssignment/ben grants[a]", "ben UserAssignment/ben grants[b]", "fay PlatformAssignment/fay grants[a]",
	})
	same(t, "users", slices.Sorted(maps.Keys(resolution.Document.Users)), []string{"ann", "ben", "fay"})
	if !resolution.Document.Users["ann"].Suspended {
		t.Error("a user whose platform assignment is suspended is not")
	}
	if grant := resolution.Document.Users["ben"].Grants[1]; grant.Role != "PlatformRole/low" {
		t.Errorf("the role is called %q", grant.Role)
	}
	same(t, "found", briefly(resolution.Findings, advice...), []string{"Error UserAssignment/ben spec.grants[c].roleRef LevelMismatch"})
}
