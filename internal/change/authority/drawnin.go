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
	own := j.rulesOf(before, j.verdict.Actor)
	for _, user := range users {
		for i := range own {
			h := &own[i]
			drawn, err := j.isDrawnIn(h, user)
			if err != nil {
				return err
			}
			if drawn {
				j.refuse(j.organization(), "", fmt.Sprintf("draw %s into %s", user, h),
					"nobody draws users into their own authority: it takes someone else who may make the change")
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
// changed; else those whose own profile changed, or below whom the line of managers did.
func (j *judge) movedUsers() []string {
	was, is := j.docs[before], j.docs[after]
	changed, lines := j.changedProfiles()
	var moved []string
	if changed[j.verdict.Actor] || !reflect.DeepEqual(was.Units, is.Units) || !reflect.DeepEqual(was.UnitGroups, is.UnitGroups) {
		moved = slices.Collect(j.states[after].Resolution.Users())
	} else {
		j.addReports(changed, lines)
		moved = slices.Collect(maps.Keys(changed))
	}
	moved = slices.DeleteFunc(moved, func(id string) bool { return !j.exists(before, id) || !j.exists(after, id) })
	slices.Sort(moved)
	return moved
}

// changedProfiles returns the users of both states whose profiles changed, and those at whom a line of managers changed: they have
// another manager, or exist in one of the states only.
func (j *judge) changedProfiles() (changed map[string]bool, lines []string) {
	changed = map[string]bool{}
	for id := range j.updatedUsers() {
		was, existed := j.user(before, id)
		is, exists := j.user(after, id)
		if existed && exists && !sameProfile(&was, &is) {
			changed[id] = true
		}
		if was.Manager != is.Manager {
			lines = append(lines, id)
		}
	}
	return changed, lines
}

// addReports adds the users of the state after in the line above whom any of some managers stands. It matters to qualifiers alone.
func (j *judge) addReports(users map[string]bool, managers []string) {
	isQualified := func(h held) bool { return len(h.Rule.Qualifiers) > 0 }
	if len(managers) == 0 || !slices.ContainsFunc(j.rulesOf(before, j.verdict.Actor), isQualified) {
		return
	}
	reports := map[string][]string{}
	for id := range j.states[after].Resolution.Users() {
		if user, _ := j.user(after, id); user.Manager != "" {
			reports[user.Manager] = append(reports[user.Manager], id)
		}
	}
	seen := map[string]bool{}
	for left := managers; len(left) > 0; left = left[1:] {
		if seen[left[0]] {
			continue
		}
		seen[left[0]] = true
		for _, id := range reports[left[0]] {
			users[id] = true
			left = append(left, id)
		}
	}
}

// sameProfile reports whether what is known of a user is the same.
func sameProfile(was, is *document.User) bool {
	return was.Manager == is.Manager && was.HomeUnit == is.HomeUnit && was.HomeUnitUnknown == is.HomeUnitUnknown &&
		reflect.DeepEqual(was.Attributes, is.Attributes) && maps.Equal(was.UnknownAttributes, is.UnknownAttributes)
}

// lineAbove returns the managers above a user, from the nearest, up to an unknown one or a repeat.
func (j *judge) lineAbove(state int, id string) []string {
	var line []string
	for user, known := j.user(state, id); known; {
		above := user.Manager
		if above == id || slices.Contains(line, above) {
			break
		}
		if user, known = j.user(state, above); known {
			line = append(line, above)
		}
	}
	return line
}
