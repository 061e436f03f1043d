// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// judgeAuthority judges which authority the change spreads and takes: nobody widens their own, nor draws users into it; others who
// gain or lose authority do so by what the actor has, or by a role that the actor may give to them, or take.
func (j *judge) judgeAuthority() error {
	for _, user := range j.users() {
		rules := [states][]held{j.rulesOf(before, user), j.rulesOf(after, user)}
		for i := range rules[after] {
			if j.gains(user, &rules[after][i], rules[before]) {
				break
			}
		}
		for i := range rules[before] {
			if user != j.verdict.Actor && j.loses(user, &rules[before][i], rules[after]) {
				break
			}
		}
	}
	j.judgeApprovers()
	return j.judgeDrawnIn()
}

// users returns the users who may differ and who hold a role with administration rules in some of the states, sorted.
func (j *judge) users() []string {
	var ids []string
	for id := range j.updatedUsers() {
		if j.administers(before, id) || j.administers(after, id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// administers reports whether a user was granted any role with administration rules in a state.
func (j *judge) administers(state int, id string) bool {
	user, known := j.user(state, id)
	if !known {
		return false
	}
	for grant := range j.docs[state].GrantsOf(&user) {
		if j.roles[state].Administer(grant.Role) {
			return true
		}
	}
	return false
}

// gains judges an administration rule that a user has after the change, and reports whether it refuses it.
func (j *judge) gains(user string, gained *held, had []held) bool {
	missing := j.actor.Uncovered(gained, had)
	if missing == "" {
		return false
	}
	what := fmt.Sprintf("%s gains authority for %s, by %s", user, missing, gained)
	if user == j.verdict.Actor {
		j.refuse(j.organization(), "", what, "nobody widens their own authority: it takes someone else who has it")
		return true
	}
	if j.actor.Uncovered(gained, j.actor.Rules) == "" || j.isWritten(gained) && j.handles(document.ActionGiveRoles, user, gained) {
		return false
	}
	j.refuse(j.organization(), "", what,
		fmt.Sprintf("%q has no rule that reaches as far, and may not give %s role %s there: it takes one of these",
			j.verdict.Actor, user, gained.Granted))
	return true
}

// loses judges an administration rule that a user had before the change, and reports whether it refuses that it is lost.
func (j *judge) loses(user string, lost *held, has []held) bool {
	missing := j.actor.Uncovered(lost, has)
	if missing == "" || j.actor.Uncovered(lost, j.actor.Rules) == "" || j.handles(document.ActionTakeRoles, user, lost) {
		return false
	}
	j.refuse(j.organization(), "", fmt.Sprintf("%s loses authority for %s, by %s", user, missing, lost),
		fmt.Sprintf("%q has no rule that reaches as far, and may not take role %s from %s there: it takes one of these",
			j.verdict.Actor, lost.Granted, user))
	return true
}

// isWritten reports whether the role by which a rule is gained had it before the change.
func (j *judge) isWritten(gained *held) bool {
	for written, rule := range j.docs[before].AdministrationRules(gained.Granted) {
		if written == gained.Written && reflect.DeepEqual(rule, gained.Rule) {
			return true
		}
	}
	return false
}

// handles reports whether the actor may give a user the role by which a rule is held, or take it.
func (j *judge) handles(action, user string, by *held) bool {
	allowed, _, _ := j.allows(func(h *held) refusal { return j.actor.MoveRole(h, action, user, by.Granted, by.Place) })
	return allowed
}
