// SPDX-License-Identifier: Apache-2.0

package naive

import (
	"cmp"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
)

// binding is what one user is given in one grant or override: a role, or a permission by an override.
type binding struct {
	user         string
	object       model.Object
	override     bool
	name         string
	scope        model.Scope
	window       model.Window
	role         model.RoleRef
	entitlements []string
	permission   string
}

// bindings are all that cover anything and give something that exists, of users who are not suspended.
func (r *Reader) bindings() []binding {
	var found []binding
	for _, assignment := range r.world.Assignments {
		for _, grant := range assignment.Grants {
			found = append(found, granting(assignment.User, assignment.Object, grant))
		}
		for _, override := range assignment.Overrides {
			if r.overrideGives(override) {
				found = append(found, binding{
					user: assignment.User, object: assignment.Object, override: true, name: override.Name,
					scope: override.Scope, window: override.Window, permission: override.Permission,
				})
			}
		}
	}
	for _, group := range r.world.Groups {
		members := slices.Clone(group.Members)
		slices.Sort(members)
		for _, member := range slices.Compact(members) {
			for _, grant := range group.Grants {
				found = append(found, granting(member, group.Object, grant))
			}
		}
	}
	for _, user := range r.users() {
		for _, grant := range r.world.Organization.DefaultGrants {
			found = append(found, granting(user, r.world.Organization.Object, grant))
		}
	}
	found = slices.DeleteFunc(found, func(s binding) bool {
		role := r.role(s.role)
		return !s.override && (role == nil || role.Platform)
	})
	for _, assignment := range r.world.PlatformAssignments {
		for _, grant := range assignment.Grants {
			if r.reachesHere(grant) {
				found = append(found, binding{
					user: assignment.User, object: assignment.Object, name: grant.Name, scope: r.everywhere(), window: grant.Window,
					role: model.RoleRef{Kind: model.KindPlatformRole, Name: grant.Role},
				})
			}
		}
	}
	return slices.DeleteFunc(found, func(s binding) bool { return r.suspended(s.user) || !r.coversSomething(s.scope) })
}

// users are those of the organization, each once.
func (r *Reader) users() []string {
	var named []string
	for _, assignment := range r.world.Assignments {
		named = append(named, assignment.User)
	}
	for _, group := range r.world.Groups {
		named = append(named, group.Members...)
	}
	for _, assignment := range r.world.PlatformAssignments {
		named = append(named, assignment.User)
	}
	slices.Sort(named)
	return slices.DeleteFunc(slices.Compact(named), func(user string) bool { return !r.isUser(user) })
}

func granting(user string, object model.Object, grant model.Grant) binding {
	return binding{user: user, object: object, name: grant.Name, scope: grant.Scope, window: grant.Window, role: grant.Role, entitlements: grant.Entitlements}
}

// overrideGives holds for a giving override that names only what there is, and no permission of level Platform.
func (r *Reader) overrideGives(override model.Override) bool {
	permission := r.permission(override.Permission)
	return !override.Deny && permission != nil && !permission.Platform && r.allKnown(override.Scope)
}

// reachesHere holds for a platform grant of a role assignable to the platform of the organization's catalog, which picks the organization.
func (r *Reader) reachesHere(grant model.PlatformGrant) bool {
	role := r.role(model.RoleRef{Kind: model.KindPlatformRole, Name: grant.Role})
	return grant.Picks && role != nil && role.Platform
}

// everywhere covers every unit and every value.
func (r *Reader) everywhere() model.Scope {
	scope := model.Scope{Everywhere: true}
	for _, dimension := range r.world.Catalog.Dimensions {
		scope.Dimensions = append(scope.Dimensions, model.DimensionScope{Name: dimension.Name, All: true})
	}
	return scope
}

// older orders bindings by the creation of their objects, then by name and kind, then grants before overrides, then by
// their own names and user.
func older(a, b binding) int {
	overrides := func(s binding) int {
		if s.override {
			return 1
		}
		return 0
	}
	return cmp.Or(
		a.object.Created.Compare(b.object.Created), cmp.Compare(a.object.Name, b.object.Name), cmp.Compare(a.object.Kind, b.object.Kind),
		cmp.Compare(overrides(a), overrides(b)), cmp.Compare(a.name, b.name), cmp.Compare(a.user, b.user),
	)
}
