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
	missing := j.uncovered(gained, had)
	if missing == "" {
		return false
	}
	what := fmt.Sprintf("%s gains authority by rule %s of role %s, to %s", user, gained.rule.Name, gained.written, missing)
	if user == j.verdict.Actor {
		j.refuse(j.organization(), "", what, "nobody widens their own authority")
		return true
	}
	if j.uncovered(gained, own) == "" || j.givesRule(user, gained) {
		return false
	}
	j.refuse(j.organization(), "", what,
		fmt.Sprintf("%q does not have it, and may not give them the role %s there", j.verdict.Actor, gained.granted))
	return true
}

// givesRule reports whether the actor may give a user the role by which a rule is gained, with the rule in it as it was before.
func (j *judge) givesRule(user string, gained *held) bool {
	unchanged := false
	for written, rule := range j.docs[before].AdministrationRules(gained.granted) {
		unchanged = unchanged || written == gained.written && reflect.DeepEqual(rule, gained.rule)
	}
	if !unchanged {
		return false
	}
	allowed, _, _ := j.allows(func(h *held) refusal {
		return j.giveRole(h, document.ActionGiveRoles, user, gained.granted, gained.place)
	})
	return allowed
}

// uncovered returns what a rule allows after the change that none of some rules allowed before it; empty if they allowed it all.
func (j *judge) uncovered(gained *held, had []held) string {
	r := gained.rule
	for _, list := range []struct {
		words []string
		of    func(*document.AdministrationRule) []string
	}{
		{r.UserActions, func(r *document.AdministrationRule) []string { return r.UserActions }},
		{r.ProfileFields, func(r *document.AdministrationRule) []string { return r.ProfileFields }},
		{r.ProfileAttributes, func(r *document.AdministrationRule) []string { return r.ProfileAttributes }},
		{r.Resources, func(r *document.AdministrationRule) []string { return r.Resources }},
		{r.Subscription, func(r *document.AdministrationRule) []string { return r.Subscription }},
	} {
		for _, word := range list.words {
			covered := slices.ContainsFunc(had, func(h held) bool {
				words := list.of(h.rule)
				return (slices.Contains(words, word) || slices.Contains(words, document.EveryAttribute)) && j.covers(&h, gained)
			})
			if !covered {
				return word
			}
		}
	}
	return ""
}

// covers reports whether a rule of the state before is about all users, roles, places and times that one of the state after is.
func (j *judge) covers(had, gained *held) bool {
	return subset(had.rule.Qualifiers, gained.rule.Qualifiers) && (had.platform || !gained.platform) &&
		windowCovers(had.window, gained.window) && j.coversPlaces(had, gained) && j.coversRoles(had, gained)
}

func windowCovers(a, b document.Window) bool {
	return (a.StartTime == nil || b.StartTime != nil && !b.StartTime.Before(*a.StartTime)) &&
		(a.EndTime == nil || b.EndTime != nil && !b.EndTime.After(*a.EndTime))
}

// coversPlaces reports whether a rule was held in every unit in which another is, and for all its values.
func (j *judge) coversPlaces(had, gained *held) bool {
	for dimension := range had.place.doc.Dimensions {
		if !had.place.coversValues(dimension, gained.place.scope.Dimensions[dimension]) {
			return false
		}
	}
	if had.place.coversAll() {
		return true
	}
	for unit := range j.docs[after].Units {
		if gained.place.covers(unit) && !j.reachesUnit(had, unit) {
			return false
		}
	}
	return true
}

// coversRoles reports whether a rule was about every role that another is about. New roles are measured by what they hold.
func (j *judge) coversRoles(had, gained *held) bool {
	if gained.rule.Roles == nil || had.namesAll() {
		return true
	}
	for role := range j.docs[after].Roles {
		if gained.names(role) && !had.names(role) {
			return false
		}
	}
	return true
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
		for i := range j.rules {
			h := &j.rules[i]
			if j.overUser(h, user, true).reason != "" && j.isDrawnIn(index, h, user, &is) {
				j.refuse(j.organization(), "", fmt.Sprintf("draw %s into rule %s of role %s", user, h.rule.Name, h.written),
					"nobody draws users into their own authority")
			}
		}
	}
}

// isDrawnIn reports whether a rule is about a user after the change.
func (j *judge) isDrawnIn(index *engine.Index, h *held, user string, is *document.User) bool {
	inPlace := h.place.coversAll() || is.HomeUnit != "" && j.reachesUnit(h, is.HomeUnit)
	return inPlace && !slices.ContainsFunc(h.rule.Qualifiers, func(q string) bool { return !index.IsTrueOfUser(q, j.verdict.Actor, user) })
}
