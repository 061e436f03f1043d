// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"cmp"
	"slices"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// resolvedUser is a user whose assignments have been read, with what they and others give.
type resolvedUser struct {
	id string
	// assignments are those of the user, sorted.
	assignments []*model.Assignment
	// profile is what is published of the user, without grants and overrides.
	profile  document.User
	bindings []*binding
	// denied holds what overrides deny; lost names the permissions that are denied everywhere and always.
	denied []document.Override
	lost   set
	// found is what was found in the user's assignments.
	found []Finding
	// hides is set if the assignments name anything that is neither published of the user nor found to be wrong.
	hides bool
}

// Steps that a user, and each binding of one, count for beside what is looked up for them.
const (
	stepsOfUser    = 16
	stepsOfBinding = 24
)

// readUser adds up what assignments, groups and the platform give to one user.
func (e *environment) readUser(id string, assignments []*model.Assignment) *resolvedUser {
	slices.SortFunc(assignments, func(a, b *model.Assignment) int { return a.Ref.Compare(b.Ref) })
	r := &reader{env: e, found: &findings{work: e.work}}
	u := &resolvedUser{id: id, assignments: assignments, profile: r.profile(assignments), lost: set{}}
	for _, a := range assignments {
		u.profile.Suspended = u.profile.Suspended || a.Suspended
		r.readAssignment(a, u)
	}
	for _, b := range e.defaults {
		u.give(b.copied())
	}
	for _, b := range e.indirect[id] {
		u.give(b.copied())
	}
	for _, given := range e.requested[id] {
		if given.isHeldBy(assignments) {
			u.give(given.binding.copied())
		}
	}
	u.profile.Suspended = u.profile.Suspended || e.suspended.has(id)
	e.work.spend(stepsOfUser + stepsOfBinding*len(u.bindings))
	slices.SortFunc(u.bindings, (*binding).written)
	slices.SortFunc(u.denied, func(a, b document.Override) int { return cmp.Compare(a.Source, b.Source) })
	u.found = r.found.list
	return u
}

func (r *reader) readAssignment(a *model.Assignment, u *resolvedUser) {
	for i := range a.Grants {
		u.giveWritten(r.grantBinding(a.Object, grantField(a.Grants[i].Name), &a.Grants[i]), &a.Grants[i].Scope)
	}
	for i := range a.Overrides {
		if !a.Overrides[i].Deny {
			u.giveWritten(r.overrideBinding(a, &a.Overrides[i]), &a.Overrides[i].Scope)
			continue
		}
		if denied := r.denial(a, &a.Overrides[i]); denied != nil {
			u.denied = append(u.denied, *denied)
			if takesAll(denied) {
				u.lost.add(denied.Permission)
			}
		}
	}
}

func (u *resolvedUser) give(b *binding) {
	if b != nil {
		b.user = u
		u.bindings = append(u.bindings, b)
	}
}

// giveWritten gives the user what an assignment writes with a scope. What comes to nothing is not published, and what is said of
// everywhere is published without the units that are named beside it: either may be without fault, and stop being so.
func (u *resolvedUser) giveWritten(b *binding, written *model.Scope) {
	u.hides = u.hides || b == nil || written.Everywhere && len(written.Units)+len(written.Groups) > 0
	u.give(b)
}

// copied returns a user with bindings of its own, which constraints may change.
func (u *resolvedUser) copied() *resolvedUser {
	other := *u
	other.bindings = make([]*binding, 0, len(u.bindings))
	for _, b := range u.bindings {
		other.give(b.copied())
	}
	return &other
}

// published returns what is published of the user: all that is not withheld. A default grant is published once for all
// users, and only a user who does not hold it like the others has an entry of their own.
func (u *resolvedUser) published() document.User {
	user := u.profile
	user.Grants = make([]document.Grant, 0, len(u.bindings))
	var without []string
	for _, b := range u.bindings {
		if b.isDefault && (b.withheld || b.waived) {
			without = append(without, b.grant.Source)
		}
		if b.withheld || (b.isDefault && !b.waived) {
			continue
		}
		if b.role != nil {
			user.Grants = append(user.Grants, b.published())
		}
		for _, override := range b.overrides {
			override.Window = window(b.window)
			user.Overrides = append(user.Overrides, override)
		}
	}
	user.WithoutDefaults = document.SetOf(without...)
	user.Overrides = slices.Clip(append(user.Overrides, u.denied...))
	if len(user.Grants) == 0 {
		user.Grants = nil
	}
	return user
}
