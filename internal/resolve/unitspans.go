// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// span are the numbers from first to before end.
type span struct{ first, end uint32 }

// number numbers the units: each before those below it, and these next to each other, so that a branch is a span. The tree may
// be as deep as it has units.
func (t *unitTree) number() {
	below := map[string][]string{}
	for name, unit := range t.units {
		if name != t.root {
			below[unit.Parent] = append(below[unit.Parent], name)
		}
	}
	t.numbers, t.spans = make(map[string]uint32, len(t.units)), make([]span, len(t.units))
	for pending := []string{t.root}; len(pending) > 0 && len(t.units) > 0; {
		name := pending[len(pending)-1]
		if number, entered := t.numbers[name]; entered {
			// All below it have been numbered.
			t.spans[number].end = uint32(len(t.numbers))
			pending = pending[:len(pending)-1]
			continue
		}
		number := uint32(len(t.numbers))
		t.numbers[name] = number
		t.spans[number].first = number
		children := below[name]
		slices.Sort(children)
		slices.Reverse(children)
		pending = append(pending, children...)
	}
}

// numberOf returns the number of a unit. The root has one although there may be no units.
func (t *unitTree) numberOf(name string) (number uint32, known bool) {
	if name == t.root {
		return 0, true
	}
	number, known = t.numbers[name]
	return number, known
}

// branches returns what a scope covers: branches in their order, none of which is within another.
func (t *unitTree) branches(scope *document.Scope, work *work) []span {
	if scope.Everywhere {
		return []span{{0, max(1, uint32(len(t.spans)))}}
	}
	numbers := t.appendNumbers(nil, t.tops(scope), work)
	slices.Sort(numbers)
	var branches []span
	for _, number := range numbers {
		if last := len(branches) - 1; last < 0 || branches[last].end <= number {
			branches = append(branches, t.spans[number])
		}
	}
	return branches
}

// covers reports whether a scope covers a unit.
func (t *unitTree) covers(scope *document.Scope, unit string) bool {
	if scope.Everywhere {
		return true
	}
	number, known := t.numbers[unit]
	if !known {
		return false
	}
	for _, top := range t.tops(scope) {
		if of, known := t.numbers[top]; known && t.spans[of].first <= number && number < t.spans[of].end {
			return true
		}
	}
	return false
}

// tops returns the units that a scope names, by themselves or in groups; for everywhere, the root.
func (t *unitTree) tops(scope *document.Scope) []string {
	if scope.Everywhere {
		return []string{t.root}
	}
	if len(scope.UnitGroups) == 0 {
		return scope.Units
	}
	tops := slices.Clone(scope.Units)
	for _, group := range scope.UnitGroups {
		tops = append(tops, t.groups[group]...)
	}
	return tops
}

// coversAny reports whether a scope covers anything. Groups may all be without units.
func (t *unitTree) coversAny(scope *readScope) bool {
	hasUnits := func(group string) bool { return len(t.groups[group]) > 0 }
	named := &scope.scope
	return scope.covers && (named.Everywhere || len(named.Units) > 0 || slices.ContainsFunc(named.UnitGroups, hasUnits))
}

// appendNumbers appends the numbers of units.
func (t *unitTree) appendNumbers(numbers []uint32, names []string, work *work) []uint32 {
	work.spend(len(names))
	for _, name := range names {
		if number, known := t.numbers[name]; known {
			numbers = append(numbers, number)
		}
	}
	return numbers
}

// inOrder returns the units by their numbers: each comes after the unit above it.
func (t *unitTree) inOrder() []string {
	names := make([]string, len(t.numbers))
	for name, number := range t.numbers {
		names[number] = name
	}
	return names
}
