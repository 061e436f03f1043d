// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestOrganizationWithoutAdministrationRules: it is found as an Info unless some role has rules, one of the platform too.
func TestOrganizationWithoutAdministrationRules(t *testing.T) {
	rules := []model.AdministrationRule{{
		Name: "staff", UserActions: []string{document.ActionGiveRoles}, Roles: &model.RoleSelection{From: document.RolesOwnRank},
	}}
	none := []string{"Info Organization/shop NoAdministrationRules"}
	for name, c := range map[string]struct {
		change func(*model.World)
		want   []string
	}{
		"no rules":                {func(*model.World) {}, none},
		"a role has some":         {func(w *model.World) { w.Roles[0].AdministrationRules = rules }, nil},
		"a standard role has one": {func(w *model.World) { w.PlatformRoles[0].AdministrationRules = rules }, nil},
		"ignored":                 {func(w *model.World) { w.Organization.Ignored = []string{resolve.ReasonNoAdministrationRules} }, nil},
	} {
		world := shop()
		world.Organization.Ignored = nil
		world.PlatformRoles = append(world.PlatformRoles, shipped("guide", false, "buy"))
		c.change(world)
		same(t, name, found(world, resolve.ReasonNoAdministrationRules), c.want)
	}
}
