// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// onUser says why a rule does not allow an action on a user at all, whatever is given or taken. An action that is about the user
// as a whole needs the user's home unit; what is given and taken has a place of its own.
func (j *judge) onUser(h *held, action, user string, whole bool) refusal {
	if !slices.Contains(h.rule.UserActions, action) {
		return refusal{lacksWord, action + " in userActions"}
	}
	return j.overUser(h, user, whole)
}

// overUser says why a rule is not about a user.
func (j *judge) overUser(h *held, user string, whole bool) refusal {
	home, known := j.homeOf(user)
	switch {
	case home != "" && !h.place.covers(home):
		return refusal{lacksPlace, fmt.Sprintf("the home unit of %s is %s, where the role is not held", user, home)}
	case home == "" && (whole || !known) && !h.place.coversAll():
		return refusal{lacksPlace, fmt.Sprintf("the home unit of %s is not known, and the role is not held everywhere", user)}
	}
	for _, qualifier := range h.rule.Qualifiers {
		if !j.isQualified(qualifier, user) {
			return refusal{lacksQualifier, fmt.Sprintf("qualifier %s is not true of %s", qualifier, user)}
		}
	}
	return refusal{}
}

// homeOf returns the home unit of a user before the change or, of a new user, after it. The second result is false if there is
// one that is not known.
func (j *judge) homeOf(user string) (home string, known bool) {
	state := before
	entry, exists := j.docs[before].Users[user]
	if !exists {
		state, entry = after, j.docs[after].Users[user]
	}
	if entry.HomeUnit != "" {
		return entry.HomeUnit, true
	}
	for _, a := range j.states[state].Members.Assignments {
		if string(a.Spec.User) == user && a.Spec.Profile.HomeUnit != "" {
			return "", false
		}
	}
	return "", true
}

// beyond says which role puts a user out of the actor's reach: the user holds a role that the actor may neither give nor ranks at
// or above. If superior is set, only roles that rank above one that the actor may give count.
func (j *judge) beyond(user string, superior bool) string {
	entry, known := j.docs[before].Users[user]
	if !known || user == j.verdict.Actor {
		return ""
	}
	for grant := range j.docs[before].GrantsOf(&entry) {
		if !j.reaches(grant.Role) && (!superior || j.ranksAboveGiven(grant.Role)) {
			return grant.Role
		}
	}
	return ""
}

// reaches reports whether a role is one that the actor may give to anyone, or that ranks no higher than one of the actor's.
func (j *judge) reaches(role string) bool {
	return slices.ContainsFunc(j.rules, func(h held) bool {
		return h.names(role) && slices.Contains(h.rule.UserActions, document.ActionGiveRoles) || ranks(j.docs[before], h.granted, role)
	})
}

// ranksAboveGiven reports whether a role inherits one that the actor may give.
func (j *judge) ranksAboveGiven(role string) bool {
	return slices.ContainsFunc(j.docs[before].Roles[role].Inherits, j.reaches)
}

// giveRole says why a rule does not let a role be given to a user, or taken, in a scope of a state.
func (j *judge) giveRole(h *held, action, user, role string, in place) refusal {
	if refused := j.onUser(h, action, user, false); refused.reason != "" {
		return refused
	}
	if superior := j.beyond(user, true); superior != "" {
		return refusal{lacksRole, fmt.Sprintf("%s holds %s, which ranks above what the rule reaches", user, superior)}
	}
	if !h.names(role) && !(h.namesAll() && j.isNew(role)) {
		return refusal{lacksRole, fmt.Sprintf("it is about %s, and not about %s", h.rule.Roles, role)}
	}
	return j.within(h, in, false)
}

// isNew reports whether the change adds a role that is not assignable to the platform.
func (j *judge) isNew(role string) bool {
	_, existed := j.docs[before].Roles[role]
	added, exists := j.docs[after].Roles[role]
	return !existed && exists && !added.Platform
}

// within says what of a scope a rule does not reach. What is denied is denied everywhere unless the scope says where.
func (j *judge) within(h *held, in place, denies bool) refusal {
	if refused := j.withinUnits(h, in, denies); refused.reason != "" {
		return refused
	}
	for dimension := range h.place.doc.Dimensions {
		values, limited := in.scope.Dimensions[dimension]
		if denies && !limited {
			values = document.Values{All: true}
		}
		if !h.place.coversValues(dimension, values) {
			return refusal{lacksScope, "the role is not held for all of these values of dimension " + dimension}
		}
	}
	return refusal{}
}

// withinUnits says which units of a scope a rule does not reach. Names that are unknown could be of any unit later.
func (j *judge) withinUnits(h *held, in place, denies bool) refusal {
	switch {
	case h.place.coversAll():
		return refusal{}
	case in.scope.Everywhere, denies && len(in.scope.Units) == 0 && len(in.scope.UnitGroups) == 0:
		return refusal{lacksScope, "the role is not held everywhere"}
	}
	for _, group := range in.scope.UnitGroups {
		if _, known := in.doc.UnitGroups[group]; !known {
			return refusal{lacksScope, fmt.Sprintf("there is no unit group %s, and the role is not held everywhere", group)}
		}
	}
	for unit := range in.named() {
		if !j.reachesUnit(h, unit) {
			return refusal{lacksScope, "the role is not held in " + unit}
		}
	}
	return refusal{}
}

// reachesUnit reports whether a rule is held in a unit. A unit that the change adds lies where the nearest unit above it lay.
func (j *judge) reachesUnit(h *held, unit string) bool {
	for range len(j.docs[after].Units) + 1 {
		if _, existed := j.docs[before].Units[unit]; existed {
			return h.place.covers(unit)
		}
		added, known := j.docs[after].Units[unit]
		if !known || added.Parent == "" {
			break
		}
		unit = added.Parent
	}
	return h.place.coversAll()
}

// override says why a rule does not let a permission be given to a user, or denied, in a scope of a state.
func (j *judge) override(h *held, user, permission string, in place, denies bool) refusal {
	if refused := j.onUser(h, document.ActionWriteOverrides, user, false); refused.reason != "" {
		return refused
	}
	if superior := j.beyond(user, true); superior != "" {
		return refusal{lacksRole, fmt.Sprintf("%s holds %s, which ranks above what the rule reaches", user, superior)}
	}
	if !j.mayOverride(h, permission) {
		return refusal{lacksRole, fmt.Sprintf("it is about %s, and none of these holds %s without a condition", h.rule.Roles, permission)}
	}
	return j.within(h, in, denies)
}

// mayOverride reports whether a rule lets a permission be overridden: some role that it is about holds it without a condition, or
// it exists and no role holds it.
func (j *judge) mayOverride(h *held, permission string) bool {
	if h.namesAll() {
		return true
	}
	_, known := j.docs[before].Permissions[permission]
	isHeld := false
	for name, role := range j.docs[before].Roles {
		alternatives := role.Permissions[permission]
		isHeld = isHeld || len(alternatives) > 0
		if h.names(name) && slices.ContainsFunc(alternatives, func(a document.Alternative) bool { return len(a.Qualifiers) == 0 }) {
			return true
		}
	}
	return known && !isHeld
}
