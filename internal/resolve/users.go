// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions"
)

// scene is what grants are read against.
type scene struct {
	*vocabulary
	*places
	roles map[model.RoleRef]*role
	found *findings
}

// resolveUsers adds up the assignments of each user.
func resolveUsers(
	written []model.Assignment, v *vocabulary, p *places, roles map[model.RoleRef]*role, found *findings,
) map[string]permissions.User {
	s := &scene{vocabulary: v, places: p, roles: roles, found: found}
	byUser := make(map[string][]*model.Assignment, len(written))
	for i := range written {
		byUser[written[i].User] = append(byUser[written[i].User], &written[i])
	}
	users := make(map[string]permissions.User, len(byUser))
	for id, assignments := range byUser {
		slices.SortFunc(assignments, func(a, b *model.Assignment) int { return a.Ref.Compare(b.Ref) })
		users[id] = s.user(assignments)
		for _, a := range assignments {
			if _, known := byUser[a.Manager]; a.Manager != "" && !known {
				found.note(a.Ref, "spec.manager", ReasonUnknownManager,
					"manager %q has no assignment in this organization, so the line of managers above %q ends there", a.Manager, id)
			}
		}
	}
	return users
}

// user adds up the assignments of one user.
func (s *scene) user(assignments []*model.Assignment) permissions.User {
	user := s.profile(assignments)
	for _, a := range assignments {
		user.Suspended = user.Suspended || a.Suspended
		for i := range a.Grants {
			if grant, counts := s.grant(a, i); counts {
				user.Grants = append(user.Grants, grant)
			}
		}
		for i := range a.Overrides {
			user.Overrides = append(user.Overrides, s.override(a, i)...)
		}
	}
	return user
}

// grant reads one grant. The second result is false when it covers nothing.
func (s *scene) grant(a *model.Assignment, place int) (permissions.Grant, bool) {
	written := &a.Grants[place]
	field := fmt.Sprintf("spec.grants[%d]", place)
	_, known := s.roles[written.Role]
	if !known {
		s.found.reject(a.Ref, field+".roleRef", ReasonUnknownRole,
			"%s %q does not exist in this organization, so the grant covers nothing: create it, or correct the name",
			written.Role.Kind, written.Role.Name)
	}
	scope := s.scope(&written.Scope, a.Ref, field, grantEffect)
	if !known || !scope.covers {
		return permissions.Grant{}, false
	}
	return permissions.Grant{
		Role:         written.Role.Name,
		Scope:        scope.Scope,
		Window:       window(written.Window),
		Entitlements: unique(written.Entitlements),
		Source:       source(a.Ref, place),
	}, true
}

// source names a place in a list of an object.
func source(object model.Ref, place int) string { return fmt.Sprintf("%s#%d", object, place) }

func window(w model.Window) permissions.Window {
	var published permissions.Window
	if !w.NotBefore.IsZero() {
		from := w.NotBefore.UTC()
		published.NotBefore = &from
	}
	if !w.NotAfter.IsZero() {
		until := w.NotAfter.UTC()
		published.NotAfter = &until
	}
	return published
}
