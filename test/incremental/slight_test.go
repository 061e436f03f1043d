// SPDX-License-Identifier: Apache-2.0

package incremental_test

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// Slight changes are of one thing in an object. Most users have nothing to do with it, and those who do must not be left out.

var slightEdits = []string{"a rule", "a role", "a unit", "a unit group", "a permission", "a member", "an assignment"}

// tidyStructure has every unit, and a unit group.
func tidyStructure(structure v1alpha1.OrganizationStructure) v1alpha1.OrganizationStructure {
	structure.Spec.Units = []v1alpha1.Unit{{Name: "all"}, {Name: "north", Parent: "all"}, {Name: "south", Parent: "all"}, {Name: "ward", Parent: "north"}}
	structure.Spec.UnitGroups = []v1alpha1.UnitGroup{{Name: "north", Units: []v1alpha1.UnitReference{"south"}}}
	return structure
}

// slightly changes one object of a list, if there is any.
func slightly[T any, P interface {
	object[T]
	DeepCopy() *T
}](t *rapid.T, list []T, change func(o P)) []T {
	if len(list) == 0 {
		return list
	}
	list = slices.Clone(list)
	at := rapid.IntRange(0, len(list)-1).Draw(t, "which")
	next := P(P(&list[at]).DeepCopy())
	change(next)
	update(next, P(&list[at]))
	list[at] = *next
	return list
}

func editRule(t *rapid.T, c *cluster) {
	c.members.Roles = slightly(t, c.members.Roles, func(role *v1alpha1.Role) {
		rule := &role.Spec.Rules[0]
		switch rapid.IntRange(0, 3).Draw(t, "of the role") {
		case 0:
			role.Spec.DisplayName += "+"
		case 1:
			rule.RequiredEntitlements = some[v1alpha1.Name](t, "entitlements", []string{"key"}, 0, 1)
		case 2:
			role.Spec.Inherits = []v1alpha1.Inheritance{{RoleRef: drawRoleRef(t)}}
		default:
			rule.Permissions = some[v1alpha1.PermissionName](t, "permissions", names, 1, 3)
		}
	})
}

func editUnit(t *rapid.T, c *cluster) {
	c.members.Structures = slightly(t, c.members.Structures, func(structure *v1alpha1.OrganizationStructure) {
		list := &structure.Spec.Units
		if len(*list) == 0 || rapid.Bool().Draw(t, "another unit") {
			*list = append(*list, v1alpha1.Unit{Name: one[v1alpha1.Name](t, "unit", append(units, "annex")), Parent: one[v1alpha1.Name](t, "parent", units)})
			return
		}
		at := rapid.IntRange(0, len(*list)-1).Draw(t, "unit")
		switch rapid.IntRange(0, 2).Draw(t, "of the unit") {
		case 0:
			*list = slices.Delete(*list, at, at+1)
		case 1:
			(*list)[at].Attributes = v1alpha1.Attributes{"level": jsonOf(rapid.IntRange(1, 2).Draw(t, "level"))}
		default:
			if (*list)[at].Parent != "" {
				(*list)[at].Parent = one[v1alpha1.Name](t, "parent", units)
			}
		}
	})
}

func editUnitGroup(t *rapid.T, c *cluster) {
	c.members.Structures = slightly(t, c.members.Structures, func(structure *v1alpha1.OrganizationStructure) {
		structure.Spec.UnitGroups = []v1alpha1.UnitGroup{{Name: "north", Units: some[v1alpha1.UnitReference](t, "grouped", units, 0, 3)}}
	})
}

func editPermission(t *rapid.T, c *cluster) {
	if c.members.Catalog == nil {
		return
	}
	next := c.members.Catalog.DeepCopy()
	permission := &next.Spec.Permissions[rapid.IntRange(0, len(next.Spec.Permissions)-1).Draw(t, "permission")]
	switch rapid.IntRange(0, 3).Draw(t, "of the catalog") {
	case 0:
		permission.Description += "+"
	case 1:
		permission.Implies = some[v1alpha1.PermissionName](t, "implied", names, 0, 2)
	case 2:
		permission.RequiredFeatures = some[v1alpha1.Name](t, "features", []string{"trials"}, 0, 1)
	default:
		next.Spec.Qualifiers[0].Expression = rapid.SampledFrom([]v1alpha1.Expression{
			"resource.properties.owner == subject.id", "subject.properties.level == 1", "subject.properties.other == 1", "?",
		}).Draw(t, "expression")
	}
	update(next, c.members.Catalog)
	c.members.Catalog = next
}

func editMember(t *rapid.T, c *cluster) {
	c.members.Groups = slightly(t, c.members.Groups, func(group *v1alpha1.UserGroup) {
		if rapid.Bool().Draw(t, "another grant") {
			group.Spec.Grants = []v1alpha1.Grant{drawGrant(t, c)}
			return
		}
		group.Spec.Members = some[v1alpha1.UserID](t, "members", users, 1, 3)
	})
}
