// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"slices"
	"strings"

	"github.com/rolewright/rolewright/pkg/permissions"
)

// tick is how a table shows a permission that is held without condition.
const tick = "✓"

// footnotes numbers conditions in the order in which a reader meets them.
type footnotes struct {
	document *permissions.Document
	numbers  map[string]int
	list     []footnote
}

// footnote is what a number stands for.
type footnote struct {
	// Name is the condition's name, with what it is where it is no qualifier.
	Name string
	// Text says more, when there is more to say.
	Text string
}

func newFootnotes(document *permissions.Document) *footnotes {
	return &footnotes{document: document, numbers: map[string]int{}}
}

// number is the number of a condition, identified by its kind and name.
func (f *footnotes) number(kind, name, text string) int {
	key := kind + "\x00" + name
	if number, ok := f.numbers[key]; ok {
		return number
	}
	f.list = append(f.list, footnote{Name: strings.TrimSpace(kind + " " + name), Text: strings.Join(strings.Fields(text), " ")})
	f.numbers[key] = len(f.list)
	return len(f.list)
}

// describe is the text of a condition: its description, or its expression when nobody described it.
func describe(condition permissions.Condition) string {
	if condition.Description != "" {
		return condition.Description
	}
	return condition.Expression
}

// of numbers the conditions of an alternative.
func (f *footnotes) of(alternative permissions.Alternative) []int {
	numbers := make([]int, 0, len(alternative.Qualifiers)+len(alternative.Features)+len(alternative.Entitlements))
	for _, qualifier := range alternative.Qualifiers {
		numbers = append(numbers, f.number("", qualifier, describe(f.document.Qualifiers[qualifier])))
	}
	for _, feature := range alternative.Features {
		text := "turned off in this organization"
		if slices.Contains(f.document.Features, feature) {
			text = "turned on in this organization"
		}
		numbers = append(numbers, f.number("feature", feature, text))
	}
	for _, entitlement := range alternative.Entitlements {
		numbers = append(numbers, f.number("entitlement", entitlement, "the grant must carry it"))
	}
	return numbers
}

// ofRow numbers what is said of a permission, whoever holds it.
func (f *footnotes) ofRow(row *Row) []int {
	var numbers []int
	if row.Refused != "" {
		numbers = append(numbers, f.number("refused to everybody", "", row.Refused))
	}
	for _, invariant := range row.Invariants {
		numbers = append(numbers, f.number("never if", invariant, describe(f.document.Invariants[invariant])))
	}
	return numbers
}
