// SPDX-License-Identifier: Apache-2.0

package change

import (
	"maps"
	"slices"
)

// typeChanges returns what differs in the words for users, and in the types of resources that a permission of both states is about.
func (c *comparison) typeChanges() []TypeChange {
	if !c.updated.IsEverything() {
		return nil
	}
	var changes []TypeChange
	add := func(permission string, was, is []string) {
		was, is = sortedTypes(was), sortedTypes(is)
		if !slices.Equal(was, is) {
			changes = append(changes, TypeChange{Permission: permission, Before: was, After: is})
		}
	}
	add("", c.docs[before].EffectiveSubjectTypes(), c.docs[after].EffectiveSubjectTypes())
	for _, name := range slices.Sorted(maps.Keys(c.docs[before].Permissions)) {
		if is, both := c.docs[after].Permissions[name]; both {
			add(name, c.docs[before].Permissions[name].ResourceTypes, is.ResourceTypes)
		}
	}
	return changes
}

// sortedTypes returns types without order: which comes first changes no decision about a request that names its own.
func sortedTypes(types []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(types)))
}
