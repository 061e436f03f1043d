// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions"
)

// scene is what grants are read against, and who is given what.
type scene struct {
	*vocabulary
	*places
	roles map[model.RoleRef]*role
	users map[string]*holder
	found *findings
}

// holder is a user on the way to what they hold.
type holder struct {
	permissions.User
	shares []*share
	// revoked holds what overrides take; lost names the permissions that are taken everywhere and always.
	revoked []permissions.Override
	lost    set
}

// holder returns the user with an id, who is a user of the organization from then on.
func (s *scene) holder(id string) *holder {
	if s.users[id] == nil {
		s.users[id] = &holder{lost: set{}}
	}
	return s.users[id]
}

func (h *holder) give(id string, s *share) {
	if s != nil {
		s.user = id
		h.shares = append(h.shares, s)
	}
}

// readUsers adds up what assignments, groups and the platform give to each user.
func (s *scene) readUsers(world *model.World) {
	s.readAssignments(world.Assignments)
	for i := range world.Groups {
		s.readGroup(&world.Groups[i])
	}
	for i := range world.Requested {
		s.readRequested(&world.Requested[i])
	}
	for i := range world.PlatformAssignments {
		a := &world.PlatformAssignments[i]
		for place := range a.Grants {
			// Whom only roles of other catalogs are given is no user of this organization.
			if given := s.platformShare(a, place); given != nil {
				s.holder(a.User).give(a.User, given)
			}
		}
	}
	for i := range world.PlatformAssignments {
		if a := &world.PlatformAssignments[i]; a.Suspended && s.users[a.User] != nil {
			s.users[a.User].Suspended = true
		}
	}
}

func (s *scene) readAssignments(written []model.Assignment) {
	byUser := make(map[string][]*model.Assignment, len(written))
	for i := range written {
		byUser[written[i].User] = append(byUser[written[i].User], &written[i])
	}
	for id, assignments := range byUser {
		slices.SortFunc(assignments, func(a, b *model.Assignment) int { return a.Ref.Compare(b.Ref) })
		h := s.holder(id)
		h.User = s.profile(assignments)
		for _, a := range assignments {
			h.Suspended = h.Suspended || a.Suspended
			s.readAssignment(a, h)
			if _, known := byUser[a.Manager]; a.Manager != "" && !known {
				s.found.note(a.Ref, "spec.manager", ReasonUnknownManager,
					"manager %q has no assignment in this organization, so the line of managers above %q ends there", a.Manager, id)
			}
		}
	}
}

func (s *scene) readAssignment(a *model.Assignment, h *holder) {
	for place := range a.Grants {
		h.give(a.User, s.grantShare(a.Object, fmt.Sprintf("spec.grants[%d]", place), &a.Grants[place], place))
	}
	for place := range a.Overrides {
		if !a.Overrides[place].Revoke {
			h.give(a.User, s.givingShare(a, place))
			continue
		}
		if revoked := s.revocation(a, place); revoked != nil {
			h.revoked = append(h.revoked, *revoked)
			if takesAll(revoked) {
				h.lost.add(revoked.Permission)
			}
		}
	}
}

// readGroup gives each member what the group has.
func (s *scene) readGroup(group *model.Group) {
	members := unique(group.Members)
	for _, member := range members {
		s.holder(member)
	}
	for place := range group.Grants {
		shared := s.grantShare(group.Object, fmt.Sprintf("spec.grants[%d]", place), &group.Grants[place], place)
		for _, member := range members {
			if shared == nil {
				break
			}
			each := *shared
			s.users[member].give(member, &each)
		}
	}
}

// readRequested gives somebody the role that they were approved for, if they are a user of the organization.
func (s *scene) readRequested(requested *model.RequestedGrant) {
	h := s.users[requested.User]
	if h == nil {
		s.found.reject(requested.Ref, "spec.beneficiary", ReasonUnknownUser,
			"user %q has no assignment in this organization, so nothing is given: create one", requested.User)
		return
	}
	written := model.Grant{Role: requested.Role, Scope: s.requestedScope(requested), Window: requested.Window}
	h.give(requested.User, s.grantShare(requested.Object, "spec.grant", &written, 0))
}

// requestedScope is the scope that a request names, or else what the request itself is about.
func (s *scene) requestedScope(requested *model.RequestedGrant) model.Scope {
	if requested.Scope != nil {
		return *requested.Scope
	}
	unit := requested.Unit
	if unit == "" {
		unit = s.root
	}
	scope := model.Scope{Units: []string{unit}}
	for name := range s.dimensions {
		value, present := requested.Attributes[name]
		named := model.DimensionScope{Name: name, All: !present}
		if text, isText := value.(string); present && isText {
			named.Values = []string{text}
		}
		scope.Dimensions = append(scope.Dimensions, named)
	}
	return scope
}

// documentUsers writes what each user holds, without what is withheld.
func (s *scene) documentUsers() map[string]permissions.User {
	users := make(map[string]permissions.User, len(s.users))
	for id, h := range s.users {
		slices.SortFunc(h.shares, (*share).written)
		user := h.User
		for _, given := range h.shares {
			if given.withheld {
				continue
			}
			if given.role != nil {
				grant := given.grant
				grant.Window = window(given.window)
				user.Grants = append(user.Grants, grant)
			}
			for _, override := range given.overrides {
				override.Window = window(given.window)
				user.Overrides = append(user.Overrides, override)
			}
		}
		user.Overrides = append(user.Overrides, h.revoked...)
		users[id] = user
	}
	return users
}

// sortedHolders returns the ids of all users.
func (s *scene) sortedHolders() []string { return slices.Sorted(maps.Keys(s.users)) }
