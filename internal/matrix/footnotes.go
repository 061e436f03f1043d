// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"slices"
	"strings"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// tick is how a table shows a permission that is held without condition.
const tick = "✓"

// footnotes numbers conditions in the order in which a reader meets them.
type footnotes struct {
	document *document.Document
	texts    *Texts
	numbers  map[string]int
	list     []footnote
}

// footnote is what a number stands for.
type footnote struct {
	// Name is the condition's name, with what it is where it is no qualifier.
	Name string
	// Text says more, when there is more to say.
	Text string
	// Expression is the condition, when Text does not show it already.
	Expression string
}

func (m *Matrix) footnotes() *footnotes {
	return &footnotes{document: m.document, texts: m.texts, numbers: map[string]int{}}
}

// number is the number of a condition, identified by its kind and name.
func (f *footnotes) number(kind, name, text, expression string) int {
	key := kind + "\x00" + name
	if number, ok := f.numbers[key]; ok {
		return number
	}
	f.list = append(f.list, footnote{
		Name: strings.TrimSpace(kind + " " + name), Text: strings.Join(strings.Fields(text), " "), Expression: expression,
	})
	f.numbers[key] = len(f.list)
	return len(f.list)
}

// condition numbers a condition by its description, or by its expression when nobody described it.
func (f *footnotes) condition(kind, name string, condition document.Condition) int {
	if condition.Description == "" {
		return f.number(kind, name, condition.Expression, "")
	}
	return f.number(kind, name, condition.Description, condition.Expression)
}

// of numbers the conditions of an alternative.
func (f *footnotes) of(alternative document.Alternative) []int {
	numbers := make([]int, 0, len(alternative.Qualifiers)+len(alternative.Features)+len(alternative.Entitlements))
	for _, qualifier := range alternative.Qualifiers {
		numbers = append(numbers, f.condition("", qualifier, f.document.Qualifiers[qualifier]))
	}
	for _, feature := range alternative.Features {
		text := "turned off in this organization"
		if slices.Contains(f.document.Features, feature) {
			text = "turned on in this organization"
		}
		if about := f.texts.Features[feature].Description; about != "" {
			text = strings.TrimSuffix(about, ".") + "; " + text
		}
		numbers = append(numbers, f.number("feature", feature, text, ""))
	}
	for _, entitlement := range alternative.Entitlements {
		numbers = append(numbers, f.number("entitlement", entitlement, "the grant must carry it", ""))
	}
	return numbers
}

// ofRow numbers what is said of a permission, no matter who holds it.
func (f *footnotes) ofRow(row *Row) []int {
	var numbers []int
	if row.Refused != "" {
		numbers = append(numbers, f.number("refused to everybody", "", row.Refused, ""))
	}
	for _, invariant := range row.Invariants {
		numbers = append(numbers, f.condition("never if", invariant, f.document.Invariants[invariant]))
	}
	return numbers
}
