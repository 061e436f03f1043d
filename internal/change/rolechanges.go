// SPDX-License-Identifier: Apache-2.0

package change

import (
	"maps"
	"reflect"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// roleChanges compares what roles hold and inherit, for all of their holders.
func (c *comparison) roleChanges() []RoleChange {
	names := map[string]struct{}{}
	for _, doc := range c.docs {
		for name := range doc.Roles {
			names[name] = struct{}{}
		}
	}
	var changes []RoleChange
	for _, name := range slices.Sorted(maps.Keys(names)) {
		was, knew := c.docs[before].Roles[name]
		is, known := c.docs[after].Roles[name]
		change := RoleChange{Role: name, What: Changed, Cells: cellChanges(was, is), Administration: ruleChanges(was, is)}
		switch {
		case !knew:
			change.What = Added
		case !known:
			change.What = Removed
		}
		change.Inherits, change.NoLongerInherits = without(is.Inherits, was.Inherits), without(was.Inherits, is.Inherits)
		if change.What != Changed || len(change.Cells)+len(change.Administration)+len(change.Inherits)+len(change.NoLongerInherits) > 0 {
			changes = append(changes, change)
		}
	}
	return changes
}

func cellChanges(was, is document.Role) []CellChange {
	names := slices.Collect(maps.Keys(is.Permissions))
	for name := range was.Permissions {
		if _, still := is.Permissions[name]; !still {
			names = append(names, name)
		}
	}
	var changes []CellChange
	for _, name := range slices.Sorted(slices.Values(names)) {
		a, b := was.Permissions[name], is.Permissions[name]
		if !slices.EqualFunc(a, b, func(x, y document.Alternative) bool { return sameConditions(&x, &y) }) {
			changes = append(changes, CellChange{name, a, b})
		}
	}
	return changes
}

// ruleChanges compares the administration rules of a role itself, by name.
func ruleChanges(was, is document.Role) []RuleChange {
	var changes []RuleChange
	named := func(rules []document.AdministrationRule, name string) int {
		return slices.IndexFunc(rules, func(r document.AdministrationRule) bool { return r.Name == name })
	}
	for i := range is.AdministrationRules {
		rule := &is.AdministrationRules[i]
		switch at := named(was.AdministrationRules, rule.Name); {
		case at < 0:
			changes = append(changes, RuleChange{rule.Name, Added})
		case !reflect.DeepEqual(was.AdministrationRules[at], *rule):
			changes = append(changes, RuleChange{rule.Name, Changed})
		}
	}
	for i := range was.AdministrationRules {
		if name := was.AdministrationRules[i].Name; named(is.AdministrationRules, name) < 0 {
			changes = append(changes, RuleChange{name, Removed})
		}
	}
	return changes
}

// without returns the names of a list that are not in another.
func without(names, others []string) []string {
	var left []string
	for _, name := range names {
		if !slices.Contains(others, name) {
			left = append(left, name)
		}
	}
	return left
}
