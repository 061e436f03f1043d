// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// itemsOf lists what can be exercised, and fills in which rules give what.
func itemsOf(of *tested, rules map[[3]string][]string) []Item {
	var items []Item
	qualifiers, prohibitions := map[string]bool{}, map[string]bool{}
	for _, rule := range of.resolution.Rules() {
		if len(rule.Gives) == 0 {
			// Other rules of the role give all of it.
			continue
		}
		if of.isOfPlatform() && !of.document.Roles[rule.Role].Platform {
			continue
		}
		name := rule.Role + " " + strings.TrimPrefix(rule.Field, "spec.")
		items = append(items, Item{Kind: ItemRule, Name: name, Aspect: AspectGiven, Says: few(rule.Permissions) + condition(&rule)})
		for permission, alternatives := range rule.Gives {
			for _, a := range alternatives {
				key := [3]string{rule.Role, permission, a.String()}
				if !slices.Contains(rules[key], name) {
					rules[key] = append(rules[key], name)
				}
				for _, qualifier := range a.Qualifiers {
					qualifiers[qualifier] = true
				}
			}
		}
	}
	administration := administrationItems(of.document, qualifiers)
	for _, permission := range of.document.Permissions {
		for _, name := range permission.Prohibitions {
			prohibitions[name] = true
		}
	}
	items = append(items, conditionItems(ItemQualifier, qualifiers, of.document.Qualifiers)...)
	items = append(items, conditionItems(ItemProhibition, prohibitions, of.document.Prohibitions)...)
	for _, c := range of.resolution.Constraints() {
		items = append(items, Item{Kind: ItemConstraint, Name: c.Object.Kind + "/" + c.Name, Aspect: AspectViolated})
	}
	return append(append(items, administration...), stepItems(of.document)...)
}

// condition says on which conditions a rule gives what it gives on the fewest.
func condition(rule *resolve.WrittenRule) string {
	fewest := ""
	for _, alternatives := range rule.Gives {
		for _, a := range alternatives {
			if a.Unconditional() {
				return ""
			}
			if text := a.String(); fewest == "" || len(text) < len(fewest) || len(text) == len(fewest) && text < fewest {
				fewest = text
			}
		}
	}
	return " if " + fewest
}

func conditionItems(kind string, used map[string]bool, declared map[string]document.Condition) []Item {
	var items []Item
	for _, name := range slices.Sorted(maps.Keys(used)) {
		if says, known := declared[name]; known {
			for _, aspect := range []string{AspectTrue, AspectFalse} {
				items = append(items, Item{Kind: kind, Name: name, Aspect: aspect, Says: says.Description})
			}
		}
	}
	return items
}

func administrationItems(doc *document.Document, qualifiers map[string]bool) []Item {
	var items []Item
	for _, role := range slices.Sorted(maps.Keys(doc.Roles)) {
		rules := doc.Roles[role].AdministrationRules
		for i := range rules {
			items = append(items, Item{
				Kind: ItemAdministrationRule, Name: role + "/" + rules[i].Name, Aspect: AspectAllowed, Says: rules[i].String(),
			})
			for _, qualifier := range rules[i].Qualifiers {
				qualifiers[qualifier] = true
			}
		}
	}
	return items
}

func stepItems(doc *document.Document) []Item {
	var items []Item
	for _, name := range slices.Sorted(maps.Keys(doc.Chains)) {
		for _, step := range doc.Chains[name].Steps {
			items = append(items, Item{Kind: ItemStep, Name: name + "/" + step.Name, Aspect: AspectAsked})
			if step.When != "" {
				items = append(items, Item{Kind: ItemStep, Name: name + "/" + step.Name, Aspect: AspectNotNeeded, Says: step.When})
			}
		}
	}
	return items
}
