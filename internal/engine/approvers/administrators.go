// SPDX-License-Identifier: Apache-2.0

package approvers

import (
	"iter"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/engine/administration"
	"github.com/rolewright/rolewright/internal/engine/assign"
	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// giving asks who may give the role of the input to its beneficiary, where it would be held. It is nil if the input asks for none.
func (e *evaluation) giving() *assign.Move {
	if e.given == nil && e.input.Grant != nil {
		e.given = e.move(false)
	}
	return e.given
}

// move asks who may give the role of the input, or take it. Where nothing is known of the input but its place, that is about any user.
func (e *evaluation) move(revoke bool) *assign.Move {
	asked := &access.AssignmentRequest{User: e.input.EffectiveBeneficiary(), Role: e.input.Grant.Role, Revoke: revoke}
	move := assign.NewMove(e.decision.Index, asked, e.effectiveScope(e.input.Grant.Scope), e.decision.Moment())
	if e.anyAttributes {
		move.AboutAnyUser()
	}
	return move
}

// administrators yields who may give the role of the input to its beneficiary, sorted; nobody if the input asks for none.
func (e *evaluation) administrators() iter.Seq[string] {
	if giving := e.giving(); giving != nil {
		return giving.Actors(e.work.spend)
	}
	return slices.Values([]string(nil))
}

// administers reports whether a user may give the role of the input to its beneficiary.
func (e *evaluation) administers(id string) bool {
	giving := e.giving()
	if giving == nil {
		return false
	}
	e.work.spend(giving.Steps(e.decision.Index.User(id)))
	return giving.MayBeBy(id)
}

// MayTake reports whether a user may take the role that an input asks for from its beneficiary by administration rules, without a request.
// It does so after the requester has left.
func MayTake(x *compiled.Index, input *access.ApprovalInput, user string) bool {
	e := newOversight(x, input)
	return e != nil && input.Grant != nil && e.move(true).MayBeBy(user)
}

// asksAdministrators reports whether who may decide a step depends on the role that a request asks for and on its beneficiary.
func asksAdministrators(step *document.Step) bool {
	return slices.ContainsFunc(approversOf(step), func(a document.Approver) bool { return a.Type == document.ApproverTypeAdministrator })
}

// AskedRoles returns the roles for which it is told apart who may decide a step of a chain: an empty one, for any, unless the step asks
// administrators.
func AskedRoles(x *compiled.Index, chain *document.Chain, step *document.Step) []string {
	return rolesOf(x, chain, step, nil)
}

// roleClasses returns one of each of the roles that a policy gives and that differ in who may give them: by which rules. They are sorted.
func roleClasses(x *compiled.Index, policy *document.GrantPolicy, w *work) []string {
	if policy == nil {
		return nil
	}
	var rules []administration.Held
	for _, granted := range slices.Sorted(maps.Keys(x.Administering())) {
		for _, h := range x.AdministrationRoles().HeldEverywhere(granted) {
			if slices.Contains(h.Rule.UserActions, document.ActionGiveRoles) {
				rules = append(rules, h)
			}
		}
	}
	var classes []string
	known := map[string]struct{}{}
	for _, role := range slices.Sorted(maps.Keys(x.Roles)) {
		w.spend(1 + len(rules) + len(policy.Roles.Roles) + len(policy.Roles.ExceptRoles))
		if x.Roles[role].Platform || refuseRole(x, &policy.Roles, role) != nil {
			continue
		}
		about := make([]byte, len(rules))
		for i := range rules {
			if rules[i].Names(role) {
				about[i] = 1
			}
		}
		if _, before := known[string(about)]; !before {
			known[string(about)] = struct{}{}
			classes = append(classes, role)
		}
	}
	return classes
}

// rolesOf returns the roles for which coverage of a step is told apart. If a chain gives none, no role is asked for.
func rolesOf(x *compiled.Index, chain *document.Chain, step *document.Step, w *work) []string {
	if asksAdministrators(step) {
		if classes := roleClasses(x, chain.GrantPolicy, w); len(classes) > 0 {
			return classes
		}
	}
	return []string{""}
}

// askFor has an input ask for a role, unless it is empty.
func (e *evaluation) askFor(role string) {
	if role != "" {
		e.input.Grant = &access.ApprovalGrant{Role: role}
	}
}

// administratorsAnywhere yields who may give a role that is asked for to some user in some place now.
func (c *coverageScan) administratorsAnywhere() iter.Seq[string] {
	return func(yield func(string) bool) {
		x, now := c.index, c.index.Now()
		for _, id := range x.Administrators() {
			c.work.spend(1 + int(x.User(id).Until-x.User(id).From))
			held := x.AdministrationRoles().HeldBy(x.AdministeringGrants(x.User(id)))
			if slices.ContainsFunc(held, func(h administration.Held) bool { return h.Open(now) && c.givesSomewhere(&h) }) && !yield(id) {
				return
			}
		}
	}
}

// givesSomewhere reports whether a rule lets a role that is asked for be given in some place.
func (c *coverageScan) givesSomewhere(h *administration.Held) bool {
	c.work.spend(len(c.roles) + len(h.Place.Scope.Units))
	for dimension := range h.Place.Doc.Dimensions {
		if values := h.Place.Scope.Dimensions[dimension]; !values.All && len(values.Values) == 0 {
			return false
		}
	}
	isSomewhere := h.Place.Scope.Everywhere
	for unit := range h.Place.Named() {
		_, known := c.index.Units.Get(unit)
		isSomewhere = isSomewhere || known
	}
	return isSomewhere && slices.Contains(h.Rule.UserActions, document.ActionGiveRoles) && slices.ContainsFunc(c.roles, h.Names)
}
