// SPDX-License-Identifier: Apache-2.0

package assign

import (
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/engine/administration"
	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// MayAssign decides whether the actor of a request may give its role to its user, or take it.
func MayAssign(x *compiled.Index, r *access.AssignmentRequest) bool {
	q := newQuestion(x, r, x.Now())
	if len(q.actor.Rules) == 0 || first(q.isActor, q.isUser, q.isRole, q.locate).reason != "" {
		return false
	}
	return q.allowed()
}

// Roles lists the roles that the actor of a request may give to its user, or take, with names greater than after.
func Roles(x *compiled.Index, r *access.AssignmentRequest, after string) iter.Seq[string] {
	return func(yield func(string) bool) {
		q := newQuestion(x, r, x.Now())
		if len(q.actor.Rules) == 0 || first(q.isActor, q.isUser, q.locate).reason != "" {
			return
		}
		for _, role := range slices.Sorted(maps.Keys(x.Roles)) {
			q.asked.Role = role
			if role > after && !x.Roles[role].Platform && q.allowed() && !yield(role) {
				return
			}
		}
	}
}

// Users lists the users to whom the actor of a request may give its role, or from whom to take it, with ids greater than after.
func Users(x *compiled.Index, r *access.AssignmentRequest, after string) iter.Seq[string] {
	return func(yield func(string) bool) {
		q := newQuestion(x, r, x.Now())
		if len(q.actor.Rules) == 0 || first(q.isActor, q.isRole, q.locate).reason != "" {
			return
		}
		for _, user := range x.ReverseIndex().IDs {
			q.asked.User = user
			if user > after && q.allowed() && !yield(user) {
				return
			}
			clear(q.qualified)
		}
	}
}

// Actors lists the users who may give the role of a request to its user, or take it, with ids greater than after.
func Actors(x *compiled.Index, r *access.AssignmentRequest, after string) iter.Seq[string] {
	return func(yield func(string) bool) {
		q := newQuestion(x, r, x.Now())
		if first(q.isUser, q.isRole, q.locate).reason != "" {
			return
		}
		for actor := range q.move().actorsAfter(after, func(int) {}) {
			if !yield(actor) {
				return
			}
		}
	}
}

// allowed decides about what exists.
func (q *question) allowed() bool {
	by, lacks := q.actor.Nearest(q.refusalBy)
	return by != nil && lacks.Reason == "" && q.widensOwn() == ""
}

// refusalBy says why a rule does not allow it.
func (q *question) refusalBy(h *administration.Held) administration.Refusal {
	in := administration.Place{Doc: q.x.Core, Scope: &q.scope}
	if q.anyUser {
		return q.actor.CouldMoveRole(h, q.action(), q.asked.Role, in)
	}
	return q.actor.MoveRole(h, q.action(), q.asked.User, q.asked.Role, in)
}

// action is what the request asks for, in the words of a rule.
func (q *question) action() string {
	if q.asked.Revoke {
		return document.ActionTakeRoles
	}
	return document.ActionGiveRoles
}

// widensOwn says which authority actors would gain by giving the role to themselves; empty if none.
func (q *question) widensOwn() string {
	if q.asked.User != q.asked.Actor || q.asked.Revoke {
		return ""
	}
	gained := q.x.AdministrationRoles().HeldBy(slices.Values([]*document.Grant{{Role: q.asked.Role, Scope: q.scope}}))
	for i := range gained {
		if missing := q.actor.Uncovered(&gained[i], q.everOwn); missing != "" {
			return fmt.Sprintf("%s, by %s", missing, &gained[i])
		}
	}
	return ""
}
