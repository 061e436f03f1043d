// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"strings"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/model"
)

// cluster makes an object one without namespace.
func cluster(object model.Object) model.Object {
	object.Namespace = ""
	return object
}

// drawPlatformRole draws a role of the level that its name says.
func drawPlatformRole(t *rapid.T, name string) model.Role {
	role := model.Role{Object: cluster(drawObject(t, model.KindPlatformRole, name)), Catalog: "things", Platform: strings.HasPrefix(name, "l")}
	drawRules(t, &role)
	for _, parent := range few(t, "platform parents", platformRoles, 0, 1) {
		drawInheritance(t, &role, model.RoleRef{Kind: model.KindPlatformRole, Name: parent})
	}
	if rarely(t, "inherits a custom role") {
		drawInheritance(t, &role, model.RoleRef{Kind: model.KindRole, Name: one(t, "custom parent", roles)})
	}
	return role
}

// drawRoleRef draws a role that mostly exists, and may be assignable to the platform.
func drawRoleRef(t *rapid.T, world *model.World) model.RoleRef {
	if sometimes(t, "of the platform") {
		return model.RoleRef{Kind: model.KindPlatformRole, Name: one(t, "platform role", platformRoles)}
	}
	return model.RoleRef{Kind: model.KindRole, Name: one(t, "role", rolesOf(world))}
}

func drawGroup(t *rapid.T, name string, world *model.World) model.Group {
	group := model.Group{Object: drawObject(t, model.KindGroup, name), Members: some(t, "members", append([]string{"eva"}, users...), 1, 3)}
	if rapid.Bool().Draw(t, "has a default") {
		group.Default = group.Members[0]
	}
	for range rapid.IntRange(1, 2).Draw(t, "group's grants") {
		group.Grants = append(group.Grants, drawGrant(t, world))
	}
	nameGrants(t, group.Grants)
	return group
}

func drawPlatformAssignment(t *rapid.T, name string) model.PlatformAssignment {
	assignment := model.PlatformAssignment{
		Object: cluster(drawObject(t, model.KindPlatformAssignment, name)), Suspended: rarely(t, "suspended on the platform"),
		User: rapid.SampledFrom(append([]string{"fay"}, users...)).Draw(t, "platform user"),
	}
	for range rapid.IntRange(1, 2).Draw(t, "platform grants") {
		grant := model.PlatformGrant{Role: rapid.SampledFrom([]string{"l1", "l2", "l1", "l2", "r1", "l9"}).Draw(t, "held role"), Window: drawWindow(t)}
		grant.Picks = !sometimes(t, "picks others")
		grant.Unselected = !grant.Picks && rapid.Bool().Draw(t, "unselected")
		assignment.Grants = append(assignment.Grants, grant)
	}
	for i, name := range drawNames(t, len(assignment.Grants)) {
		assignment.Grants[i].Name = name
	}
	return assignment
}
