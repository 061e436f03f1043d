// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// tick stands in a table for a permission that is held without condition.
const tick = "✓"

// footnotes numbers conditions in the order of their appearance.
type footnotes struct {
	document *document.Document
	texts    *Texts
	numbers  map[string]int
	list     []footnote
}

// footnote explains a number.
type footnote struct {
	// Name is the name of the condition, preceded by its kind unless it is a qualifier.
	Name string
	// Text is the description, if there is one.
	Text string
	// Expression is the expression of the condition, unless it is the Text.
	Expression string
}

func (m *Matrix) footnotes() *footnotes {
	return &footnotes{document: m.document, texts: m.texts, numbers: map[string]int{}}
}

// number returns the number of a condition, identified by its kind and name.
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

// condition numbers a condition that is explained by its description, or else by its expression.
func (f *footnotes) condition(kind, name string, condition document.Condition) int {
	if condition.Description == "" {
		return f.number(kind, name, condition.Expression, "")
	}
	return f.number(kind, name, condition.Description, condition.Expression)
}

// forAlternative numbers the conditions of an alternative.
func (f *footnotes) forAlternative(alternative document.Alternative) []int {
	numbers := make([]int, 0, len(alternative.Qualifiers)+len(alternative.RequiredFeatures)+len(alternative.RequiredEntitlements))
	for _, qualifier := range alternative.Qualifiers {
		numbers = append(numbers, f.condition("", qualifier, f.document.Qualifiers[qualifier]))
	}
	for _, feature := range alternative.RequiredFeatures {
		text := "turned off in this organization"
		if slices.Contains(f.document.Features, feature) {
			text = "turned on in this organization"
		}
		if description := f.texts.Features[feature].Description; description != "" {
			text = strings.TrimSuffix(description, ".") + "; " + text
		}
		numbers = append(numbers, f.number("feature", feature, text, ""))
	}
	for _, entitlement := range alternative.RequiredEntitlements {
		text := "the grant must carry it"
		if description := f.texts.Entitlements[entitlement].Description; description != "" {
			text = strings.TrimSuffix(description, ".") + "; " + text
		}
		numbers = append(numbers, f.number("entitlement", entitlement, text, ""))
	}
	return numbers
}

// forWay numbers the conditions under which a user holds a permission, and the places.
func (f *footnotes) forWay(way *UserWay) []int {
	numbers := f.forAlternative(way.Alternative)
	if way.Where != "" {
		numbers = append(numbers, f.number("in", way.Where, "", ""))
	}
	return numbers
}

// forRow numbers the conditions of a permission that apply to every holder.
func (f *footnotes) forRow(row *Row) []int {
	var numbers []int
	if row.Refused != "" {
		numbers = append(numbers, f.number("refused to everyone", "", row.Refused, ""))
	}
	for _, prohibition := range row.Prohibitions {
		numbers = append(numbers, f.condition("never if", prohibition, f.document.Prohibitions[prohibition]))
	}
	return numbers
}

// marks returns the marks of notes by their numbers, for people who point at them.
func (f *footnotes) marks(numbers []int) []mark {
	marks := make([]mark, len(numbers))
	for i, number := range numbers {
		note := &f.list[number-1]
		marks[i] = mark{Number: number, Note: note.Name}
		if note.Text != "" {
			marks[i].Note += ": " + note.Text
		}
		marks[i].Note = english.WithMinutes(marks[i].Note)
	}
	return marks
}
