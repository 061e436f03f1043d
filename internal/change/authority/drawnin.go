// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/rolewright/rolewright/internal/engine/administration"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// judgeDrawnIn refuses that users are drawn into a rule of the actor's: by a home unit, a manager, an attribute, a moved unit.
func (j *judge) judgeDrawnIn() error {
	users := j.movedUsers()
	if len(users) == 0 {
		return nil
	}
	own := rulesOf(j.docs[before], j.verdict.Actor)
	for _, user := range users {
		for i := range own {
			h := &own[i]
			drawn, err := j.isDrawnIn(h, user)
			if err != nil {
				return err
			}
			if drawn {
				j.refuse(j.organization(), "", fmt.Sprintf("draw %s into %s", user, h), "nobody draws users into their own authority")
			}
		}
	}
	return nil
}

// isDrawnIn reports whether a rule of the actor's begins to be about a user, as it was held before: about the user as a whole, or about
// what is given to the user and taken. It fails if that cannot be known.
func (j *judge) isDrawnIn(h *held, user string) (bool, error) {
	if !j.isBrought(h, user, true) && !j.isBrought(h, user, false) {
		return false, nil
	}
	for _, qualifier := range h.Rule.Qualifiers {
		index, err := j.indexes[after]()
		if err != nil {
			return false, err
		}
		if !index.IsTrueOfUser(qualifier, j.verdict.Actor, user) {
			return false, nil
		}
	}
	return true, nil
}

// isBrought reports whether a rule was not about a user, and is held where the user is afterwards.
func (j *judge) isBrought(h *held, user string, whole bool) bool {
	if j.actor.OverUser(h, user, whole).Reason == "" {
		return false
	}
	now := administration.Place{Doc: j.docs[after], Scope: h.Place.Scope}
	home, known := j.homeIn(after, user)
	return now.CoversAll() || home != "" && now.Covers(home) || home == "" && known && !whole
}

// movedUsers returns the users of both states who may have got into a rule, sorted: all if units moved or the profile of the actor
// changed; else those whose own profile changed, or that of a manager in the line above them.
func (j *judge) movedUsers() []string {
	was, is, changed := j.docs[before], j.docs[after], j.changedProfiles()
	all := changed[j.verdict.Actor] || !reflect.DeepEqual(was.Units, is.Units) || !reflect.DeepEqual(was.UnitGroups, is.UnitGroups)
	if !all && len(changed) == 0 {
		return nil
	}
	if !all {
		j.addReports(changed)
	}
	moved := make([]string, 0, len(changed))
	for id := range is.Users {
		if _, existed := was.Users[id]; existed && (all || changed[id]) {
			moved = append(moved, id)
		}
	}
	slices.Sort(moved)
	return moved
}

// changedProfiles returns the users of both states whose profiles changed.
func (j *judge) changedProfiles() map[string]bool {
	changed := map[string]bool{}
	for id := range j.updatedUsers() {
		was, existed := j.docs[before].Users[id]
		if is, exists := j.docs[after].Users[id]; existed && exists && !sameProfile(&was, &is) {
			changed[id] = true
		}
	}
	return changed
}

// addReports adds the users of the state after in the line above whom any of some users stands.
func (j *judge) addReports(users map[string]bool) {
	reports := map[string][]string{}
	for id, user := range j.docs[after].Users {
		if user.Manager != "" {
			reports[user.Manager] = append(reports[user.Manager], id)
		}
	}
	for left := slices.Collect(maps.Keys(users)); len(left) > 0; {
		next := reports[left[0]]
		left = left[1:]
		for _, id := range next {
			if !users[id] {
				users[id] = true
				left = append(left, id)
			}
		}
	}
}

// sameProfile reports whether what is known of a user is the same.
func sameProfile(was, is *document.User) bool {
	return was.Manager == is.Manager && was.HomeUnit == is.HomeUnit && was.HomeUnitUnknown == is.HomeUnitUnknown &&
		reflect.DeepEqual(was.Attributes, is.Attributes) && maps.Equal(was.UnknownAttributes, is.UnknownAttributes)
}

// lineAbove returns the managers above a user, from the nearest, up to an unknown one or a repeat.
func lineAbove(doc *document.Document, id string) []string {
	var line []string
	for above := doc.Users[id].Manager; above != id && !slices.Contains(line, above); above = doc.Users[above].Manager {
		if _, known := doc.Users[above]; !known {
			break
		}
		line = append(line, above)
	}
	return line
}
