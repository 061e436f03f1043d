// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// holder is a user on the way to what they hold.
type holder struct {
	id string
	// assignments are those of the user, sorted.
	assignments []*model.Assignment
	// profile is what is published of the user, without grants and overrides.
	profile document.User
	shares  []*share
	// revoked holds what overrides take; lost names the permissions that are taken everywhere and always.
	revoked []document.Override
	lost    set
	// found is what was found in the user's assignments.
	found []Finding
}

// readUser adds up what assignments, groups and the platform give to one user.
func (s *scene) readUser(id string, assignments []*model.Assignment) *holder {
	slices.SortFunc(assignments, func(a, b *model.Assignment) int { return a.Ref.Compare(b.Ref) })
	r := &reader{scene: s, found: &findings{}}
	h := &holder{id: id, assignments: assignments, profile: r.profile(assignments), lost: set{}}
	for _, a := range assignments {
		h.profile.Suspended = h.profile.Suspended || a.Suspended
		r.readAssignment(a, h)
	}
	for _, shared := range s.given[id] {
		h.give(shared.copied())
	}
	for _, approved := range s.requested[id] {
		h.give(approved.copied())
	}
	h.profile.Suspended = h.profile.Suspended || s.barred.has(id)
	slices.SortFunc(h.shares, (*share).written)
	h.found = r.found.list
	return h
}

func (r *reader) readAssignment(a *model.Assignment, h *holder) {
	for place := range a.Grants {
		h.give(r.grantShare(a.Object, grantField(place), &a.Grants[place], place))
	}
	for place := range a.Overrides {
		if !a.Overrides[place].Revoke {
			h.give(r.givingShare(a, place))
			continue
		}
		if revoked := r.revocation(a, place); revoked != nil {
			h.revoked = append(h.revoked, *revoked)
			if takesAll(revoked) {
				h.lost.add(revoked.Permission)
			}
		}
	}
}

func (h *holder) give(s *share) {
	if s != nil {
		s.of = h
		h.shares = append(h.shares, s)
	}
}

// copied returns a holder with shares of its own, which constraints may change.
func (h *holder) copied() *holder {
	other := *h
	other.shares = make([]*share, 0, len(h.shares))
	for _, s := range h.shares {
		other.give(s.copied())
	}
	return &other
}

// published writes what the user holds, without what is withheld.
func (h *holder) published() document.User {
	user := h.profile
	user.Grants = make([]document.Grant, 0, len(h.shares))
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
	user.Overrides = slices.Clip(append(user.Overrides, h.revoked...))
	if len(user.Grants) == 0 {
		user.Grants = nil
	}
	return user
}
