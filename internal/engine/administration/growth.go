// SPDX-License-Identifier: Apache-2.0

package administration

import (
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Uncovered returns what a rule allows after the change that none of some rules allowed before it; empty if they allowed it all.
func (a *Actor) Uncovered(gained *Held, had []Held) string {
	r := gained.Rule
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
			covered := slices.ContainsFunc(had, func(h Held) bool {
				words := list.of(h.Rule)
				return (slices.Contains(words, word) || slices.Contains(words, document.EveryAttribute)) && a.covers(&h, gained)
			})
			if !covered {
				return word
			}
		}
	}
	return ""
}

// covers reports whether a rule of the state before is about all users, roles, places and times that one of the state after is.
func (a *Actor) covers(had, gained *Held) bool {
	return Subset(had.Rule.Qualifiers, gained.Rule.Qualifiers) && (had.Platform || !gained.Platform) &&
		windowCovers(had.Window, gained.Window) && a.coversPlaces(had, gained) && a.coversRoles(had, gained)
}

func windowCovers(a, b document.Window) bool {
	return (a.StartTime == nil || b.StartTime != nil && !b.StartTime.Before(*a.StartTime)) &&
		(a.EndTime == nil || b.EndTime != nil && !b.EndTime.After(*a.EndTime))
}

// coversPlaces reports whether a rule was held in every unit in which another is, and for all its values.
func (a *Actor) coversPlaces(had, gained *Held) bool {
	for dimension := range had.Place.Doc.Dimensions {
		if !had.Place.CoversValues(dimension, gained.Place.Scope.Dimensions[dimension]) {
			return false
		}
	}
	if had.Place.CoversAll() {
		return true
	}
	for unit := range a.After.Units {
		if gained.Place.Covers(unit) && !a.ReachesUnit(had, unit) {
			return false
		}
	}
	return true
}

// coversRoles reports whether a rule was about every role that another is about. New roles are measured by what they hold.
func (a *Actor) coversRoles(had, gained *Held) bool {
	if gained.Rule.Roles == nil || had.NamesAll() {
		return true
	}
	for role := range a.After.Roles {
		if gained.Names(role) && !had.Names(role) {
			return false
		}
	}
	return true
}

// Subset reports whether every name of a is one of b.
func Subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(name string) bool { return !slices.Contains(b, name) })
}
