// SPDX-License-Identifier: Apache-2.0

package change

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// conditionID numbers an expression. The facts that it depends on may differ between the states: otherFacts is added after the change
// then, so that both are told apart.
type conditionID int32

const otherFacts conditionID = 1 << 30

// expression is a qualifier or a prohibition, by whatever name.
type expression struct {
	// names in each state.
	names [states]string
	facts condition.Facts
	// differs are the units where an attribute that it reads differs.
	differs spans
}

// conditions are those of both states.
type conditions struct {
	known map[string]conditionID
	list  []expression
	// alternatives are interned, so that equal ones are the same pointer.
	interned map[string]*alternatives
}

// alternatives are the ways in which something is held: sets of conditions, one of which must be true as a whole. None includes another.
type alternatives struct {
	sets [][]conditionID
	// all are the conditions of all sets, sorted.
	all []conditionID
}

func newConditions() *conditions {
	return &conditions{known: map[string]conditionID{}, interned: map[string]*alternatives{}}
}

// number returns the number of an expression, which has a name in a state. The second result is false if it does not compile: it is
// never true then.
func (c *conditions) number(state int, name string, written document.Condition) (conditionID, bool) {
	id, known := c.known[written.Expression]
	if !known {
		program, err := condition.Compile(written.Expression)
		if err != nil {
			return 0, false
		}
		id = conditionID(len(c.list))
		c.known[written.Expression] = id
		c.list = append(c.list, expression{facts: program.Facts()})
	}
	if names := &c.list[id].names; names[state] == "" {
		names[state] = name
	}
	return id, true
}

// askDirectory reports whether any expression asks the directory about users.
func (c *conditions) askDirectory() bool {
	return c.askAbout(func(condition.Question) bool { return true })
}

// askAbout reports whether any expression asks the directory a question of some kind.
func (c *conditions) askAbout(is func(condition.Question) bool) bool {
	return slices.ContainsFunc(c.list, func(e expression) bool { return slices.ContainsFunc(e.facts.Questions, is) })
}

// of returns the expression that a number stands for.
func (c *conditions) of(id conditionID) *expression { return &c.list[id&^otherFacts] }

// name returns the name of a condition in a state.
func (c *conditions) name(state int, id conditionID) string { return c.of(id).names[state] }

// intern returns the alternatives of some sets, nil if there are none. Sets that include another are left out.
func (c *conditions) intern(sets [][]conditionID) *alternatives {
	if len(sets) == 0 {
		return nil
	}
	sets = minimal(sets)
	var key strings.Builder
	for _, set := range sets {
		for _, id := range set {
			key.WriteString(strconv.Itoa(int(id)) + ",")
		}
		key.WriteByte('|')
	}
	if known := c.interned[key.String()]; known != nil {
		return known
	}
	made := &alternatives{sets: sets}
	for _, set := range sets {
		made.all = append(made.all, set...)
	}
	slices.Sort(made.all)
	made.all = slices.Compact(made.all)
	c.interned[key.String()] = made
	return made
}

// always returns the alternatives of what is held on no condition.
func (c *conditions) always() *alternatives { return c.intern([][]conditionID{{}}) }

// minimal sorts sets, the shortest first, and leaves out those that include another.
func minimal(sets [][]conditionID) [][]conditionID {
	slices.SortFunc(sets, func(a, b []conditionID) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return slices.Compare(a, b)
	})
	var kept [][]conditionID
	for _, set := range sets {
		if !slices.ContainsFunc(kept, func(k []conditionID) bool { return within(k, set) }) {
			kept = append(kept, set)
		}
	}
	return kept
}

// within reports whether all of a are in b.
func within(a, b []conditionID) bool {
	for _, id := range a {
		if !slices.Contains(b, id) {
			return false
		}
	}
	return true
}

// held is on what condition something is held in one state: nil if it is not held.
type held struct {
	*alternatives
	// unless are prohibitions.
	unless []conditionID
}

// asksNoLess reports whether every request that meets a also meets b.
func (a *held) asksNoLess(b *held) bool {
	for _, set := range a.sets {
		if !slices.ContainsFunc(b.sets, func(other []conditionID) bool { return within(other, set) }) {
			return false
		}
	}
	return within(b.unless, a.unless)
}

// compare returns what kind of change there is from one condition to another. The second result is false if there is none.
func compare(was, is *held) (Kind, bool) {
	switch {
	case was == nil && is == nil:
		return 0, false
	case was == nil:
		return Gained, true
	case is == nil:
		return Lost, true
	}
	narrower, wider := is.asksNoLess(was), was.asksNoLess(is)
	switch {
	case narrower && wider:
		return 0, false
	case wider:
		return Widened, true
	case narrower:
		return Narrowed, true
	}
	return Altered, true
}

// describe writes a condition as people read it, by the names of a state.
func (c *conditions) describe(state int, h *held) *Condition {
	if h == nil {
		return nil
	}
	described := &Condition{}
	if len(h.all) > 0 {
		for _, set := range h.sets {
			described.Alternatives = append(described.Alternatives, c.names(state, set))
		}
		slices.SortFunc(described.Alternatives, slices.Compare)
	}
	described.Unless = c.names(state, h.unless)
	return described
}

func (c *conditions) names(state int, ids []conditionID) []string {
	if len(ids) == 0 {
		return nil
	}
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		names = append(names, c.name(state, id))
	}
	slices.Sort(names)
	return names
}
