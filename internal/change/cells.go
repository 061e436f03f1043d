// SPDX-License-Identifier: Apache-2.0

package change

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
)

// finding is one change of what one user holds, before it is written for people.
type finding struct {
	permission string
	verdict    *verdict
	cell       cell
}

// verdict is what becomes of the permission in the cells in which the same boxes are.
type verdict struct {
	kind      Kind
	was, is   *held
	condition [states]*Condition
	// causes but for units that moved; tree is set if these are.
	causes []Cause
	tree   bool
	// roles and sources are those of the boxes that give the permission or, if it is lost, gave it.
	roles, sources []string
}

// comparePermission adds the changes of one permission of a user.
func (c *comparison) comparePermission(u *userPair, permission string) error {
	boxes := c.boxesOf(u, permission)
	if len(boxes) == 0 {
		return nil
	}
	type judged struct {
		verdict *verdict
		cells   []cell
	}
	seen := map[string]*judged{}
	var order []*judged
	complete := c.cut(boxes, func(in mask, part cell) {
		key := in.key()
		known := seen[key]
		if known == nil {
			known = &judged{verdict: c.judge(u, permission, boxes, in)}
			seen[key] = known
			order = append(order, known)
		}
		if known.verdict != nil {
			known.cells = append(known.cells, part)
		}
	})
	if !complete {
		return fmt.Errorf("user %q and permission %q have more than %d combinations of units, dimension values and times that differ: "+
			"give the user fewer grants with different dimension values and times", u.id, permission, mostCells)
	}
	for _, j := range order {
		if j.verdict == nil {
			continue
		}
		for _, part := range c.joinCells(j.cells) {
			u.found = append(u.found, finding{permission, j.verdict, part})
		}
	}
	return nil
}

// judge compares both states where some boxes are; nil if nothing differs.
func (c *comparison) judge(u *userPair, permission string, boxes []box, in mask) *verdict {
	var facts []conditionID
	for i := range boxes {
		if boxes[i].isFact && in.has(i) {
			facts = append(facts, boxes[i].condition)
		}
	}
	var of [states]*held
	for state := range c.docs {
		of[state] = c.holding(state, permission, boxes, in, facts)
	}
	kind, differs := compare(of[before], of[after])
	if !differs {
		return nil
	}
	v := &verdict{kind: kind, was: of[before], is: of[after]}
	for state, h := range of {
		v.condition[state] = c.conditions.describe(state, h)
	}
	c.explain(v, &view{comparison: c, user: u, permission: permission, boxes: boxes, in: in, facts: facts})
	return v
}

// holding returns on what condition a permission is held in one state, where some boxes are; nil if it is not.
func (c *comparison) holding(state int, permission string, boxes []box, in mask, facts []conditionID) *held {
	var sets [][]conditionID
	for i := range boxes {
		b := &boxes[i]
		if b.isFact || b.state != state || !in.has(i) {
			continue
		}
		if b.deny {
			return nil
		}
		sets = append(sets, b.gives.sets...)
	}
	if len(sets) == 0 {
		return nil
	}
	prohibitions := c.permissions[permission].prohibitions[state]
	if state == after && len(facts) > 0 {
		for i := range sets {
			sets[i] = withOtherFacts(sets[i], facts)
		}
		prohibitions = withOtherFacts(prohibitions, facts)
	}
	return &held{c.conditions.intern(sets), prohibitions}
}

// withOtherFacts tells conditions apart from those of the state before, if they depend on facts that differ.
func withOtherFacts(set, facts []conditionID) []conditionID {
	if !slices.ContainsFunc(set, func(id conditionID) bool { return slices.Contains(facts, id) }) {
		return set
	}
	other := slices.Clone(set)
	for i, id := range other {
		if slices.Contains(facts, id) {
			other[i] = id | otherFacts
		}
	}
	slices.Sort(other)
	return other
}

// joinCells joins cells that differ along one axis only: units first, then each dimension, then time.
func (c *comparison) joinCells(cells []cell) []cell {
	if len(cells) == 1 {
		return cells
	}
	cells = joinAlong(cells, func(k *cell) string { return k.key(-1, false) }, func(into *cell, other cell) bool {
		into.spans = joined(slices.Concat(into.spans, other.spans))
		return true
	})
	for i := range c.dimensions {
		cells = joinAlong(cells, func(k *cell) string { return k.key(i, true) }, func(into *cell, other cell) bool {
			into.values = slices.Clone(into.values)
			into.values[i] = slices.Clone(into.values[i])
			into.values[i].or(other.values[i])
			return true
		})
	}
	slices.SortFunc(cells, func(a, b cell) int { return cmp.Compare(a.time.from, b.time.from) })
	return joinAlong(cells, func(k *cell) string { return k.place(-1, true) }, func(into *cell, other cell) bool {
		if into.time.until != other.time.from {
			return false
		}
		into.time.until = other.time.until
		return true
	})
}

// joinAlong joins cells with the same key, where they can be.
func joinAlong(cells []cell, key func(*cell) string, join func(into *cell, other cell) bool) []cell {
	var kept []cell
	last := map[string]int{}
	for _, part := range cells {
		k := key(&part)
		if at, known := last[k]; known && join(&kept[at], part) {
			continue
		}
		last[k] = len(kept)
		kept = append(kept, part)
	}
	return kept
}

// key is alike for cells that differ at most in one dimension, and in their units unless these are part of it.
func (k *cell) key(without int, withUnits bool) string {
	key := binary.LittleEndian.AppendUint64([]byte(k.place(without, withUnits)), uint64(k.time.from))
	return string(binary.LittleEndian.AppendUint64(key, uint64(k.time.until)))
}

// place is the key without time.
func (k *cell) place(without int, withUnits bool) string {
	var key []byte
	for i, values := range k.values {
		if i != without {
			key = append(key, values.key()...)
		}
		key = append(key, ';')
	}
	if withUnits {
		key = appendSpans(key, k.spans)
	}
	return string(key)
}
