// SPDX-License-Identifier: Apache-2.0

package assign

import (
	"fmt"
	"strings"

	"github.com/rolewright/rolewright/internal/engine/administration"
	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Explain decides as MayAssign does, and says why.
func Explain(x *compiled.Index, r *access.AssignmentRequest) access.AssignmentExplanation {
	q := newQuestion(x, r, x.Now())
	if refused := first(q.isActor, q.isUser, q.isRole, q.locate, q.hasRules); refused.reason != "" {
		return access.AssignmentExplanation{Reason: refused.reason, Message: refused.message}
	}
	e := access.AssignmentExplanation{ConstrainedBy: x.Roles[r.Role].ConstrainedBy}
	by, refused := q.actor.Nearest(q.refusalBy)
	switch own := q.widensOwn(); {
	case refused.Reason != "":
		e.Reason, e.Message = access.AssignmentNotAllowed, fmt.Sprintf("%q may not %s: %s", r.Actor, q.what(), refused.Text(by))
	case own != "":
		e.Reason = access.AssignmentOwnAuthority
		e.Message = fmt.Sprintf("%q may not %s: they would gain authority for %s, and nobody widens their own", r.Actor, q.what(), own)
	default:
		e.Decision, e.Reason = true, access.AssignmentAllowed
		e.Message = fmt.Sprintf("%q may %s, by %s", r.Actor, q.what(), by)
	}
	if refused.Near != administration.LacksWord {
		e.Rule = described(by)
	}
	return e
}

// Administration lists the administration rules that a user has at the moment.
func Administration(x *compiled.Index, user string) []access.AdministrationRule {
	q := newQuestion(x, &access.AssignmentRequest{Actor: user}, x.Now())
	rules := make([]access.AdministrationRule, 0, len(q.actor.Rules))
	for i := range q.actor.Rules {
		rules = append(rules, *described(&q.actor.Rules[i]))
	}
	return rules
}

// hasRules says that the actor has no rules.
func (q *question) hasRules() refusal {
	if len(q.actor.Rules) > 0 {
		return refusal{}
	}
	return refusal{access.AssignmentNoAdministrationRules, fmt.Sprintf("no role that %q holds now has administrationRules", q.asked.Actor)}
}

// what says in words what is asked about.
func (q *question) what() string {
	verb, preposition, where := "give", "to", []string{"everywhere"}
	if q.asked.Revoke {
		verb, preposition = "take", "from"
	}
	if unit := q.x.Units.Value(q.scope.Units[0]); unit > 0 {
		where[0] = "in " + q.scope.Units[0]
	}
	for _, d := range q.x.Dimensions {
		if values := q.scope.Dimensions[d.Name]; !values.All {
			where = append(where, d.Name+" "+values.String())
		}
	}
	return fmt.Sprintf("%s role %s %s %s %s", verb, q.asked.Role, preposition, q.asked.User, strings.Join(where, ", "))
}

// described returns what an application is told of a rule.
func described(h *administration.Held) *access.AdministrationRule {
	return &access.AdministrationRule{
		Name: h.Rule.Name, Role: h.Written, GrantedRole: h.Granted, Source: h.Source,
		Scope: *h.Place.Scope, Window: h.Window, Rule: *h.Rule,
	}
}
