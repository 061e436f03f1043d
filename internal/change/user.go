// SPDX-License-Identifier: Apache-2.0

package change

import (
	"iter"
	"maps"
	"reflect"
	"slices"

	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// effects compares what all users hold.
func (c *comparison) effects() ([]Effect, error) {
	g := newGroups(c)
	for _, id := range c.users() {
		u := c.user(id)
		for _, permission := range c.suspectsOf(u) {
			if len(c.options.Permissions) > 0 && !slices.Contains(c.options.Permissions, permission) {
				continue
			}
			if err := c.comparePermission(u, permission); err != nil {
				return nil, err
			}
		}
		g.add(u)
	}
	return g.effects(), nil
}

// users returns the ids of the users to compare, sorted.
func (c *comparison) users() []string {
	if len(c.options.Users) > 0 {
		return slices.Compact(slices.Sorted(slices.Values(c.options.Users)))
	}
	if len(c.directory.changed) == 0 || !c.conditions.askDirectory() {
		return slices.Sorted(c.updatedUsers())
	}
	if c.updated.IsEverything() || c.conditions.askAbout(func(q condition.Question) bool {
		return c.directory.differsForAll(q) || q.Function == "isAbove" && q.AboutSubject
	}) {
		return slices.Sorted(Users(c.resolutions[before], c.resolutions[after]))
	}
	ids := slices.Collect(c.updatedUsers())
	for _, others := range []map[string]struct{}{c.directory.changed, c.directory.managing, c.directory.leading} {
		ids = slices.AppendSeq(ids, maps.Keys(others))
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// updatedUsers yields the users of either state whose entries may differ, in any order.
func (c *comparison) updatedUsers() iter.Seq[string] {
	if c.updated.IsEverything() {
		return Users(c.resolutions[before], c.resolutions[after])
	}
	return c.updated.Users()
}

// Users yields the users of either of two states, in any order.
func Users(was, is *resolve.Resolution) iter.Seq[string] {
	return func(yield func(string) bool) {
		for id := range is.Users() {
			if !yield(id) {
				return
			}
		}
		for id := range was.Users() {
			if _, still := is.User(id); !still && !yield(id) {
				return
			}
		}
	}
}

// userPair is a user in both states.
type userPair struct {
	id string
	// entries are those of each state, nil if the user does not exist in it.
	entries [states]*document.User
	// same is set if the entries say the same.
	same bool
	// differing are the conditions that depend on facts about the user that differ.
	differing []conditionID
	// found are the changes of what the user holds.
	found []finding
}

func (c *comparison) user(id string) *userPair {
	u := &userPair{id: id}
	for state, resolution := range c.resolutions {
		if entry, known := resolution.User(id); known {
			u.entries[state] = &entry
		}
	}
	was, is := u.entries[before], u.entries[after]
	u.same = was != nil && is != nil && c.sameEntry(id, was, is)
	if !u.same {
		c.changedUsers[id] = struct{}{}
	}
	u.differing = c.differing(id, was, is)
	return u
}

// active reports whether the user may hold anything in a state.
func (u *userPair) active(state int) bool {
	return u.entries[state] != nil && !u.entries[state].Suspended
}

// sameEntry reports whether two entries say the same, of a user who is in both states.
func (c *comparison) sameEntry(id string, was, is *document.User) bool {
	if r := c.resolutions; r[before] != nil && r[after] != nil && r[before].Shares(r[after], id) {
		return true
	}
	return was.Suspended == is.Suspended && sameGrants(was.Grants, is.Grants) && sameOverrides(was.Overrides, is.Overrides) &&
		maps.Equal(was.WithoutDefaults, is.WithoutDefaults)
}

func sameGrants(was, is []document.Grant) bool {
	if len(was) != len(is) {
		return false
	}
	if len(was) == 0 || &was[0] == &is[0] {
		return true
	}
	for i := range was {
		a, b := &was[i], &is[i]
		if a.Role != b.Role || a.Source != b.Source || !slices.Equal(a.Entitlements, b.Entitlements) ||
			!sameScope(&a.Scope, &b.Scope) || momentsOf(a.Window) != momentsOf(b.Window) {
			return false
		}
	}
	return true
}

func sameOverrides(was, is []document.Override) bool {
	return len(was) == len(is) && (len(was) == 0 || &was[0] == &is[0] || reflect.DeepEqual(was, is))
}

func sameScope(a, b *document.Scope) bool {
	return a.Everywhere == b.Everywhere && slices.Equal(a.Units, b.Units) && slices.Equal(a.UnitGroups, b.UnitGroups) &&
		maps.EqualFunc(a.Dimensions, b.Dimensions, func(x, y document.Values) bool { return x.All == y.All && slices.Equal(x.Values, y.Values) })
}

// suspectsOf returns the permissions about which something may differ for a user, sorted.
func (c *comparison) suspectsOf(u *userPair) []string {
	var names []string
	all := !u.same || c.suspectDefaults
	for state := range c.docs {
		if !u.active(state) {
			continue
		}
		for grant := range c.docs[state].GrantsOf(u.entries[state]) {
			names = append(names, c.suspectsOfGrant(u, grant, all)...)
		}
		for i := range u.entries[state].Overrides {
			o := &u.entries[state].Overrides[i]
			if all || c.permissions[o.Permission].suspect || !c.scope(&o.Scope).same || c.openOverride(before, o) != c.openOverride(after, o) ||
				len(u.differing) > 0 {
				names = append(names, o.Permission)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (c *comparison) suspectsOfGrant(u *userPair, grant *document.Grant, all bool) []string {
	role := c.roleAs(grant)
	if all || !c.scope(&grant.Scope).same {
		return role.permissions
	}
	if len(u.differing) == 0 {
		return role.suspects
	}
	names := slices.Clone(role.suspects)
	for _, permission := range role.permissions {
		if c.dependsOn(role.gives[after][permission], permission, u.differing) {
			names = append(names, permission)
		}
	}
	return names
}

// dependsOn reports whether something is held on any of some conditions.
func (c *comparison) dependsOn(given *alternatives, permission string, conditions []conditionID) bool {
	in := func(id conditionID) bool { return slices.Contains(conditions, id) }
	return given != nil && slices.ContainsFunc(given.all, in) || slices.ContainsFunc(c.permissions[permission].prohibitions[after], in)
}

// openOverride reports whether the gates of an override are open in a state.
func (c *comparison) openOverride(state int, o *document.Override) bool {
	return o.Deny || allIn(o.RequiredFeatures, c.docs[state].Features)
}
