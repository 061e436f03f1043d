// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/rolewright/rolewright/internal/suite"
)

// kinds are the kinds of items with what they are called.
var kinds = []struct{ kind, one, many string }{
	{suite.ItemRule, "rule", "rules of roles"},
	{suite.ItemQualifier, "qualifier", "qualifiers, true and false"},
	{suite.ItemProhibition, "prohibition", "prohibitions, true and false"},
	{suite.ItemConstraint, "constraint", "constraints, violated"},
	{suite.ItemAdministrationRule, "administration rule", "administration rules"},
	{suite.ItemStep, "step", "steps of approval chains"},
}

// missing says of what was not exercised what is missing, by its aspect.
var missing = map[string]string{
	suite.AspectGiven: "gave nothing", suite.AspectTrue: "was never true", suite.AspectFalse: "was never false",
	suite.AspectViolated: "was not violated", suite.AspectAllowed: "allowed nothing", suite.AspectAsked: "was not asked",
	suite.AspectNotNeeded: "was never passed over",
}

// Percent is how many in a hundred of some items were exercised.
func Percent(items []suite.Item) float64 {
	if len(items) == 0 {
		return 100
	}
	return 100 * float64(seen(items)) / float64(len(items))
}

func seen(items []suite.Item) int {
	number := 0
	for i := range items {
		if items[i].Seen {
			number++
		}
	}
	return number
}

// ofKind returns the items of a kind.
func ofKind(items []suite.Item, kind string) []suite.Item {
	var own []suite.Item
	for i := range items {
		if items[i].Kind == kind {
			own = append(own, items[i])
		}
	}
	return own
}

// CoverageText writes coverage as a table for each organization, and what was not exercised.
func CoverageText(c *suite.Coverage) string {
	var text strings.Builder
	for _, organization := range c.Organizations() {
		items := c.Items(organization)
		fmt.Fprintf(&text, "\ncoverage of %s: %.1f%%\n", organization, Percent(items))
		const gap = 2
		table := tabwriter.NewWriter(&text, 0, 0, gap, ' ', 0)
		for _, k := range kinds {
			if own := ofKind(items, k.kind); len(own) > 0 {
				_, _ = fmt.Fprintf(table, "  %s\t%d of %d\n", k.many, seen(own), len(own))
			}
		}
		_ = table.Flush()
		for _, k := range kinds {
			for _, item := range ofKind(items, k.kind) {
				if !item.Seen {
					fmt.Fprintf(&text, "    %s %s %s%s\n", k.one, item.Name, missing[item.Aspect], says(&item))
				}
			}
		}
	}
	return text.String()
}

func says(item *suite.Item) string {
	if item.Says == "" {
		return ""
	}
	return ": " + item.Says
}
