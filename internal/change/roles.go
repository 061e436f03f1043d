// SPDX-License-Identifier: Apache-2.0

package change

import (
	"maps"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// roleAs is what a role gives in both states to grants with the same entitlements.
type roleAs struct {
	role string
	// gives says, by permission, on which condition.
	gives [states]map[string]*alternatives
	// permissions are those that it gives in either state.
	permissions []string
	// suspects are those about which something may differ for every holder.
	suspects []string
	// conditions are all that it gives anything on.
	conditions []conditionID
}

// roleAs returns what a role gives to a grant.
func (c *comparison) roleAs(grant *document.Grant) *roleAs {
	c.key = append(append(c.key[:0], grant.Role...), 0)
	for _, entitlement := range grant.Entitlements {
		c.key = append(append(c.key, entitlement...), 0)
	}
	if known := c.roles[string(c.key)]; known != nil {
		return known
	}
	made := &roleAs{role: grant.Role}
	c.roles[string(c.key)] = made
	names := map[string]struct{}{}
	for state, doc := range c.docs {
		made.gives[state] = map[string]*alternatives{}
		for permission, written := range doc.Roles[grant.Role].Permissions {
			if given := c.alternatives(state, written, grant.Entitlements); given != nil {
				made.gives[state][permission] = given
				made.conditions = append(made.conditions, given.all...)
				names[permission] = struct{}{}
			}
		}
	}
	made.permissions = slices.Sorted(maps.Keys(names))
	slices.Sort(made.conditions)
	made.conditions = slices.Compact(made.conditions)
	for _, permission := range made.permissions {
		was, is := made.gives[before][permission], made.gives[after][permission]
		if was != is || c.permissions[permission].suspect || c.differsSomewhere(was) {
			made.suspects = append(made.suspects, permission)
		}
	}
	return made
}

// alternatives returns those of which the gates are open.
func (c *comparison) alternatives(state int, written []document.Alternative, entitlements []string) *alternatives {
	doc := c.docs[state]
	var sets [][]conditionID
	for i := range written {
		a := &written[i]
		if !allIn(a.RequiredFeatures, doc.Features) || !allIn(a.RequiredEntitlements, entitlements) {
			continue
		}
		if set, met := c.qualifiers(state, a.Qualifiers); met {
			sets = append(sets, set)
		}
	}
	return c.conditions.intern(sets)
}

// qualifiers returns the numbers of some qualifiers. The second result is false if one can never be true.
func (c *comparison) qualifiers(state int, names []string) ([]conditionID, bool) {
	set := make([]conditionID, 0, len(names))
	for _, name := range names {
		written, known := c.docs[state].Qualifiers[name]
		if !known {
			return nil, false
		}
		id, compiles := c.conditions.number(state, name, written)
		if !compiles {
			return nil, false
		}
		set = append(set, id)
	}
	slices.Sort(set)
	return slices.Compact(set), true
}

// differsSomewhere reports whether alternatives depend on facts that differ for every user.
func (c *comparison) differsSomewhere(a *alternatives) bool {
	return a != nil && slices.ContainsFunc(a.all, func(id conditionID) bool { return len(c.conditions.of(id).differs) > 0 })
}

func allIn(names, list []string) bool {
	for _, name := range names {
		if !slices.Contains(list, name) {
			return false
		}
	}
	return true
}

// permissionPair is a permission in both states.
type permissionPair struct {
	// open reports, by state, whether the permission exists and is not refused to everyone.
	open [states]bool
	// prohibitions on it, by state.
	prohibitions [states][]conditionID
	// suspect is set if something about it differs for every holder.
	suspect bool
}

func (c *comparison) readPermissions() {
	c.permissions = map[string]permissionPair{}
	for state, doc := range c.docs {
		for name, written := range doc.Permissions {
			pair := c.permissions[name]
			pair.open[state] = written.Refused == ""
			for _, prohibition := range written.Prohibitions {
				// One that does not compile has its permissions refused.
				if id, compiles := c.conditions.number(state, prohibition, doc.Prohibitions[prohibition]); compiles {
					pair.prohibitions[state] = append(pair.prohibitions[state], id)
				} else {
					pair.open[state] = false
				}
			}
			slices.Sort(pair.prohibitions[state])
			pair.prohibitions[state] = slices.Compact(pair.prohibitions[state])
			c.permissions[name] = pair
		}
	}
}

// suspectPermissions marks the permissions about which something differs, once it is known which facts do.
func (c *comparison) suspectPermissions() {
	for name, pair := range c.permissions {
		pair.suspect = pair.open[before] != pair.open[after] || !slices.Equal(pair.prohibitions[before], pair.prohibitions[after]) ||
			slices.ContainsFunc(pair.prohibitions[after], func(id conditionID) bool { return len(c.conditions.of(id).differs) > 0 })
		c.permissions[name] = pair
	}
}
