// SPDX-License-Identifier: Apache-2.0

package administration

import (
	"iter"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Actor is a user who changes an organization.
type Actor struct {
	ID string
	// Rules are those that the actor has at the moment of the change.
	Rules []Held
	// Before is the state of the organization in which rules count, and After the one that the change makes of it: the same one if
	// it is not known what is changed. Their users are asked of Directory.
	Before, After *document.Document
	Directory     Directory
}

// Directory is what is known of users before the change.
type Directory interface {
	// HomeOf returns the home unit of a user or, of one whom the change adds, the new one. The second result is false if there is
	// one that is not known.
	HomeOf(user string) (home string, known bool)
	// RolesOf yields the roles that a user was granted.
	RolesOf(user string) iter.Seq[string]
	// IsTrue reports whether a qualifier is true of a user, asked by the actor with the user as the resource.
	IsTrue(qualifier, user string) bool
}

// OnUser says why a rule does not allow an action on a user at all, whatever is given or taken. An action that is about the user
// as a whole needs the user's home unit; what is given and taken has a place of its own.
func (a *Actor) OnUser(h *Held, action, user string, whole bool) Refusal {
	if !slices.Contains(h.Rule.UserActions, action) {
		return Refuse(LacksWord, "%s in userActions", action)
	}
	return a.OverUser(h, user, whole)
}

// OverUser says why a rule is not about a user.
func (a *Actor) OverUser(h *Held, user string, whole bool) Refusal {
	home, known := a.Directory.HomeOf(user)
	switch {
	case home != "" && !h.Place.Covers(home):
		return Refuse(LacksPlace, "the home unit of %s is %s, where the role is not held", user, home)
	case home == "" && (whole || !known) && !h.Place.CoversAll():
		return Refuse(LacksPlace, "the home unit of %s is not known, and the role is not held everywhere", user)
	}
	for _, qualifier := range h.Rule.Qualifiers {
		if !a.Directory.IsTrue(qualifier, user) {
			return Refuse(LacksQualifier, "qualifier %s is not true of %s", qualifier, user)
		}
	}
	return Refusal{}
}

// Beyond says which role puts a user out of the actor's reach: the user holds a role that the actor may neither give nor ranks at
// or above. If superior is set, only roles that rank above one that the actor may give count.
func (a *Actor) Beyond(user string, superior bool) string {
	if user == a.ID {
		return ""
	}
	for role := range a.Directory.RolesOf(user) {
		if !a.reaches(role) && (!superior || a.ranksAboveGiven(role)) {
			return role
		}
	}
	return ""
}

// reaches reports whether a role is one that the actor may give to anyone, or that ranks no higher than one of the actor's.
func (a *Actor) reaches(role string) bool {
	var asked *roleRules
	for i := range a.Rules {
		if of := a.Rules[i].role; of != asked && of.reached()[role] {
			return true
		}
		asked = a.Rules[i].role
	}
	return false
}

// ranksAboveGiven reports whether a role inherits one that the actor may give.
func (a *Actor) ranksAboveGiven(role string) bool {
	return slices.ContainsFunc(a.Before.Roles[role].Inherits, a.reaches)
}

// MoveRole says why a rule does not let a role be given to a user, or taken from them, in a scope.
func (a *Actor) MoveRole(h *Held, action, user, role string, in Place) Refusal {
	if refused := a.OnUser(h, action, user, false); refused.Reason != "" {
		return refused
	}
	if superior := a.Beyond(user, true); superior != "" {
		return Refuse(LacksRole, "%s holds %s, which ranks above what the rule reaches", user, superior)
	}
	return a.CouldMoveRole(h, action, role, in)
}

// CouldMoveRole says why a rule does not let a role be given to any user, or taken from them, in a scope. Who that would be, and
// what they hold, is left aside.
func (a *Actor) CouldMoveRole(h *Held, action, role string, in Place) Refusal {
	if !slices.Contains(h.Rule.UserActions, action) {
		return Refuse(LacksWord, "%s in userActions", action)
	}
	if refused := a.IsAbout(h, role); refused.Reason != "" {
		return refused
	}
	return a.Within(h, in, false)
}

// IsAbout says why a rule is not about a role. One that the change adds is judged by what it holds.
func (a *Actor) IsAbout(h *Held, role string) Refusal {
	if !h.Names(role) && !(h.NamesAll() && a.IsNew(role)) {
		return Refuse(LacksRole, "it covers %s, not %s", h.Rule.Roles, role)
	}
	return Refusal{}
}

// IsNew reports whether the change adds a role that is not assignable to the platform.
func (a *Actor) IsNew(role string) bool {
	_, existed := a.Before.Roles[role]
	added, exists := a.After.Roles[role]
	return !existed && exists && !added.Platform
}

// Within says what of a scope a rule does not reach. What is denied is denied everywhere unless the scope says where.
func (a *Actor) Within(h *Held, in Place, denies bool) Refusal {
	if refused := a.withinUnits(h, in, denies); refused.Reason != "" {
		return refused
	}
	// The first by name, so that the same question always gets the same answer.
	lacking := ""
	for dimension := range h.Place.Doc.Dimensions {
		values, limited := in.Scope.Dimensions[dimension]
		if denies && !limited {
			values = document.Values{All: true}
		}
		if (lacking == "" || dimension < lacking) && !h.Place.CoversValues(dimension, values) {
			lacking = dimension
		}
	}
	if lacking != "" {
		return Refuse(LacksScope, "the role is not held for all of these values of dimension %s", lacking)
	}
	return Refusal{}
}

// withinUnits says which units of a scope a rule does not reach. Names that are unknown could be of any unit later.
func (a *Actor) withinUnits(h *Held, in Place, denies bool) Refusal {
	switch {
	case h.Place.CoversAll():
		return Refusal{}
	case in.Scope.Everywhere, denies && len(in.Scope.Units) == 0 && len(in.Scope.UnitGroups) == 0:
		return Refuse(LacksScope, "the role is not held everywhere")
	}
	for _, group := range in.Scope.UnitGroups {
		if _, known := in.Doc.UnitGroups[group]; !known {
			return Refuse(LacksScope, "there is no unit group %s, and the role is not held everywhere", group)
		}
	}
	for unit := range in.Named() {
		if !a.ReachesUnit(h, unit) {
			return Refuse(LacksScope, "the role is not held in %s", unit)
		}
	}
	return Refusal{}
}

// ReachesUnit reports whether a rule is held in a unit. A unit that the change adds lies where the nearest unit above it lay.
func (a *Actor) ReachesUnit(h *Held, unit string) bool { return h.Place.Reaches(unit, a.After) }
