// SPDX-License-Identifier: Apache-2.0

package administration

import (
	"reflect"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Uncovered returns what a rule of one state allows that none of some rules of the other does, as "Add in userActions"; empty if they
// allow it all.
func (a *Actor) Uncovered(one *Held, others []Held) string {
	r := one.Rule
	for _, list := range []struct {
		name  string
		words []string
		of    func(*document.AdministrationRule) []string
	}{
		{"userActions", r.UserActions, func(r *document.AdministrationRule) []string { return r.UserActions }},
		{"profile.fields", r.ProfileFields, func(r *document.AdministrationRule) []string { return r.ProfileFields }},
		{"profile.attributes", r.ProfileAttributes, func(r *document.AdministrationRule) []string { return r.ProfileAttributes }},
		{"resources", r.Resources, func(r *document.AdministrationRule) []string { return r.Resources }},
		{"subscription", r.Subscription, func(r *document.AdministrationRule) []string { return r.Subscription }},
	} {
		for _, word := range list.words {
			covered := slices.ContainsFunc(others, func(h Held) bool {
				words := list.of(h.Rule)
				return (slices.Contains(words, word) || slices.Contains(words, document.EveryAttribute)) && a.covers(&h, one)
			})
			if !covered {
				return word + " in " + list.name
			}
		}
	}
	return ""
}

// covers reports whether a rule of one state is about all users, roles, places and times that one of the other state is.
func (a *Actor) covers(wide, narrow *Held) bool {
	return Subset(wide.Rule.Qualifiers, narrow.Rule.Qualifiers) && (wide.Platform || !narrow.Platform) &&
		windowCovers(wide.Window, narrow.Window) && coversPlaces(wide, narrow) && a.coversRoles(wide, narrow)
}

func windowCovers(a, b document.Window) bool {
	return (a.StartTime == nil || b.StartTime != nil && !b.StartTime.Before(*a.StartTime)) &&
		(a.EndTime == nil || b.EndTime != nil && !b.EndTime.After(*a.EndTime))
}

// coversPlaces reports whether a rule is held in every unit in which another is, and for all its values.
func coversPlaces(wide, narrow *Held) bool {
	for dimension := range wide.Place.Doc.Dimensions {
		if !wide.Place.CoversValues(dimension, narrow.Place.Scope.Dimensions[dimension]) {
			return false
		}
	}
	if wide.Place.CoversAll() {
		return true
	}
	for unit := range narrow.Place.Doc.Units {
		if narrow.Place.Covers(unit) && !wide.Place.Reaches(unit, narrow.Place.Doc) {
			return false
		}
	}
	return true
}

// coversRoles reports whether a rule is about every role that another is about, also those that do not exist yet. One that the
// change removes does not matter.
func (a *Actor) coversRoles(wide, narrow *Held) bool {
	switch {
	case narrow.Rule.Roles == nil || wide.NamesAll():
		return true
	case wide.Rule.Roles == nil:
		return false
	case !reflect.DeepEqual(wide.Rule.Roles, narrow.Rule.Roles) && !CoversToCome(wide, Settled(narrow)):
		return false
	}
	for role := range a.After.Roles {
		if narrow.Names(role) && !wide.Names(role) {
			return false
		}
	}
	return true
}

// Subset reports whether every name of a is one of b.
func Subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(name string) bool { return !slices.Contains(b, name) })
}
