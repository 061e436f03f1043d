// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"fmt"
	"slices"

	"github.com/rolewright/rolewright/internal/change"
	"github.com/rolewright/rolewright/internal/engine/administration"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// judgeEffects judges what users gain and lose by the change as a whole, through whatever.
func (j *judge) judgeEffects(difference *change.Difference) {
	for i := range difference.Effects {
		e := &difference.Effects[i]
		for _, user := range e.Users {
			for _, permission := range e.Permissions {
				if e.Kind.Gains() && !j.mayEffect(user.ID, permission, e, true) || e.Kind.Loses() && !j.mayEffect(user.ID, permission, e, false) {
					break
				}
			}
		}
	}
	for _, moved := range difference.Moved {
		j.act(j.organization(), "", "change whether "+moved.Type+" is a kind of unit", func(h *held) refusal {
			return j.mayWrite(h, document.ResourceUnits)
		})
	}
}

func (j *judge) organization() model.Ref {
	doc := j.docs[before]
	return model.Ref{Kind: model.KindOrganization, Namespace: doc.Namespace, Name: doc.Organization}
}

// mayEffect judges that a user gains a permission, or loses it. It adds an act only if that is refused: what is allowed is told by
// the acts that brought it about.
func (j *judge) mayEffect(user, permission string, e *change.Effect, gains bool) bool {
	test := func(h *held) refusal {
		refused := j.effectByRole(h, user, permission, e, gains)
		if refused.Reason == "" {
			return refused
		}
		if other := j.effectByOverride(h, user, permission, e); other.Reason == "" || other.Near > refused.Near {
			return other
		}
		return refused
	}
	allowed, rule, reason := j.allows(test)
	if allowed {
		return true
	}
	what := fmt.Sprintf("%s gains %s", user, permission)
	if !gains {
		what = fmt.Sprintf("%s loses %s", user, permission)
	}
	j.verdict.Acts = append(j.verdict.Acts, Act{Object: j.organization(), What: what + " as a result", Rule: rule, Reason: reason})
	return false
}

// effectByRole says why a rule does not let a permission be given or taken by a role.
func (j *judge) effectByRole(h *held, user, permission string, e *change.Effect, gains bool) refusal {
	action := document.ActionTakeRoles
	if gains {
		action = document.ActionGiveRoles
	}
	if refused := j.actor.OnUser(h, action, user, false); refused.Reason != "" {
		return refused
	}
	if !j.hasRoleFor(h, permission, e, gains) {
		return administration.Refuse(administration.LacksRole,
			"it covers %s, none of which holds %s under such conditions", h.Rule.Roles, permission)
	}
	return j.reachesWhere(h, &e.Where)
}

// hasRoleFor reports whether a rule is about a role that holds a permission on the condition on which it is gained, or on any on
// which it is lost.
func (j *judge) hasRoleFor(h *held, permission string, e *change.Effect, gains bool) bool {
	if h.NamesAll() {
		return true
	}
	for name, role := range j.docs[before].Roles {
		alternatives := role.Permissions[permission]
		if len(alternatives) == 0 || !h.Names(name) {
			continue
		}
		if gains && j.givesOn(alternatives, e) || !gains && slices.ContainsFunc(alternatives, j.counted) {
			return true
		}
	}
	return false
}

// counted reports whether the features of an alternative were on before the change: a role that gives nothing takes nothing either.
func (j *judge) counted(a document.Alternative) bool {
	return administration.Subset(a.RequiredFeatures, j.docs[before].Features)
}

// givesOn reports whether alternatives give a permission wherever it is gained, with the features of the state after the change.
func (j *judge) givesOn(alternatives []document.Alternative, e *change.Effect) bool {
	return !slices.ContainsFunc(gainedOn(e), func(qualifiers []string) bool {
		return !slices.ContainsFunc(alternatives, func(a document.Alternative) bool {
			return administration.Subset(a.Qualifiers, qualifiers) && administration.Subset(a.RequiredFeatures, j.docs[after].Features)
		})
	})
}

// gainedOn returns the alternatives on which a permission is gained. Of one that was held before, these are the further ones.
func gainedOn(e *change.Effect) [][]string {
	if e.After == nil || len(e.After.Alternatives) == 0 {
		return [][]string{nil}
	}
	if e.Kind != change.Widened || e.Before == nil {
		return e.After.Alternatives
	}
	gained := slices.DeleteFunc(slices.Clone(e.After.Alternatives), func(qualifiers []string) bool {
		return slices.ContainsFunc(e.Before.Alternatives, func(held []string) bool { return administration.Subset(held, qualifiers) })
	})
	if len(gained) == 0 {
		return e.After.Alternatives
	}
	return gained
}

// effectByOverride says why a rule does not let a permission be given or taken by an override.
func (j *judge) effectByOverride(h *held, user, permission string, e *change.Effect) refusal {
	if refused := j.actor.OnUser(h, document.ActionWriteOverrides, user, false); refused.Reason != "" {
		return refused
	}
	if !j.actor.MayOverride(h, permission) {
		return administration.Refuse(administration.LacksRole,
			"it covers %s, none of which holds %s without a condition", h.Rule.Roles, permission)
	}
	return j.reachesWhere(h, &e.Where)
}

// reachesWhere says what of the place of an effect a rule does not reach.
func (j *judge) reachesWhere(h *held, where *change.Where) refusal {
	if !h.Place.CoversAll() {
		if where.Everywhere || where.NoUnit {
			return administration.Refuse(administration.LacksScope, "the role is not held everywhere")
		}
		for _, unit := range where.Names() {
			if !j.actor.ReachesUnit(h, unit) {
				return administration.Refuse(administration.LacksScope, "the role is not held in %s", unit)
			}
		}
	}
	for dimension := range h.Place.Doc.Dimensions {
		values := document.Values{All: true}
		for i := range where.Values {
			if v := &where.Values[i]; v.Dimension == dimension && !v.None && !v.Other {
				values = document.Values{Values: v.Values}
			}
		}
		if !h.Place.CoversValues(dimension, values) {
			return administration.Refuse(administration.LacksScope, "the role is not held for all values of dimension %s", dimension)
		}
	}
	return refusal{}
}
