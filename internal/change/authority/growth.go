// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// judgeGrowth judges which authority the change spreads: nobody widens their own, nor draws users into it, and others who gain
// authority gain what the actor has, or has by a role that the actor may give to them.
func (j *judge) judgeGrowth() {
	own := rulesOf(j.docs[before], j.verdict.Actor)
	for _, user := range slices.Sorted(maps.Keys(j.docs[after].Users)) {
		gained := rulesOf(j.docs[after], user)
		if len(gained) == 0 {
			continue
		}
		had := rulesOf(j.docs[before], user)
		for i := range gained {
			if j.grows(user, &gained[i], had, own) {
				break
			}
		}
	}
	j.judgeDrawnIn()
}

// grows judges an administration rule that a user has after the change, and reports whether it refuses it.
func (j *judge) grows(user string, gained *held, had, own []held) bool {
	missing := j.actor.Uncovered(gained, had)
	if missing == "" {
		return false
	}
	what := fmt.Sprintf("%s gains authority by rule %s of role %s, to %s", user, gained.Rule.Name, gained.Written, missing)
	if user == j.verdict.Actor {
		j.refuse(j.organization(), "", what, "nobody widens their own authority")
		return true
	}
	if j.actor.Uncovered(gained, own) == "" || j.givesRule(user, gained) {
		return false
	}
	j.refuse(j.organization(), "", what,
		fmt.Sprintf("%q does not have it, and may not give them the role %s there", j.verdict.Actor, gained.Granted))
	return true
}

// givesRule reports whether the actor may give a user the role by which a rule is gained, with the rule in it as it was before.
func (j *judge) givesRule(user string, gained *held) bool {
	unchanged := false
	for written, rule := range j.docs[before].AdministrationRules(gained.Granted) {
		unchanged = unchanged || written == gained.Written && reflect.DeepEqual(rule, gained.Rule)
	}
	if !unchanged {
		return false
	}
	allowed, _, _ := j.allows(func(h *held) refusal {
		return j.actor.MoveRole(h, document.ActionGiveRoles, user, gained.Granted, gained.Place)
	})
	return allowed
}

// judgeDrawnIn refuses that a change of a profile draws a user into a rule of the actor's.
func (j *judge) judgeDrawnIn() {
	var index *engine.Index
	for user, is := range j.docs[after].Users {
		was, existed := j.docs[before].Users[user]
		if !existed || was.Manager == is.Manager && was.HomeUnit == is.HomeUnit && reflect.DeepEqual(was.Attributes, is.Attributes) &&
			slices.Equal(was.UnknownAttributes, is.UnknownAttributes) {
			continue
		}
		if index == nil {
			var err error
			if index, err = engine.NewIndex(j.docs[after], engine.WithClock(j.clock)); err != nil {
				j.refuse(j.organization(), "", "change profiles", err.Error())
				return
			}
		}
		for i := range j.actor.Rules {
			h := &j.actor.Rules[i]
			if j.actor.OverUser(h, user, true).Reason != "" && j.isDrawnIn(index, h, user, &is) {
				j.refuse(j.organization(), "", fmt.Sprintf("draw %s into rule %s of role %s", user, h.Rule.Name, h.Written),
					"nobody draws users into their own authority")
			}
		}
	}
}

// isDrawnIn reports whether a rule is about a user after the change.
func (j *judge) isDrawnIn(index *engine.Index, h *held, user string, is *document.User) bool {
	inPlace := h.Place.CoversAll() || is.HomeUnit != "" && j.actor.ReachesUnit(h, is.HomeUnit)
	return inPlace && !slices.ContainsFunc(h.Rule.Qualifiers, func(q string) bool { return !index.IsTrueOfUser(q, j.verdict.Actor, user) })
}
