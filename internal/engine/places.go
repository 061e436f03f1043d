// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"maps"
	"slices"
	"strconv"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// indexedUnit is a node of the tree. Its number is its place in a walk that visits each unit before what lies below it,
// so that a unit covers the numbers from its own up to, not including, end.
type indexedUnit struct {
	name, kind string
	// parent is empty for the root.
	parent     string
	end        uint32
	attributes attributes
}

// compileUnits numbers the units that the root reaches. Without exactly one root there are none. A unit without a name
// would lie below itself, and is none.
func (c *compiler) compileUnits() {
	c.units, c.unitTable, c.kinds, c.groupUnits = make(map[string]uint32, len(c.document.Units)), nil, kinds{}, map[string][]uint32{}
	children := make(map[string][]string, len(c.document.Units))
	for _, name := range slices.Sorted(maps.Keys(c.document.Units)) {
		if parent := c.document.Units[name].Parent; name != "" {
			children[parent] = append(children[parent], name)
		}
	}
	if len(children[""]) != 1 {
		return
	}
	c.unitTable = make([]indexedUnit, 0, len(c.document.Units))
	c.numberBelow("", children)
	for _, unit := range c.unitTable {
		c.kinds.add(unit.kind)
	}
	for group, names := range c.document.UnitGroups {
		for _, name := range names {
			if number, known := c.units[name]; known {
				c.groupUnits[group] = append(c.groupUnits[group], number)
			}
		}
	}
}

// numberBelow numbers what lies below a unit. A tree is as deep as its units are many at most, which recursion bears.
func (c *compiler) numberBelow(parent string, children map[string][]string) {
	for _, name := range children[parent] {
		written := c.document.Units[name]
		number := uint32(len(c.unitTable))
		c.units[name] = number
		c.unitTable = append(c.unitTable, indexedUnit{
			name: name, kind: written.Kind, parent: parent, attributes: attributes{written.Attributes, written.UnknownAttributes},
		})
		c.numberBelow(name, children)
		c.unitTable[number].end = uint32(len(c.unitTable))
	}
}

// dimension is an axis of scope with the numbers of its values.
type dimension struct {
	name   string
	values map[string]uint32
}

func (c *compiler) compileDimensions() {
	for _, name := range slices.Sorted(maps.Keys(c.document.Dimensions)) {
		d := dimension{name: name, values: map[string]uint32{}}
		for i, value := range c.document.Dimensions[name] {
			d.values[value] = uint32(i)
		}
		c.dimensions = append(c.dimensions, d)
	}
}

// interval covers the units from..until, the latter not included.
type interval struct{ from, until uint32 }

// scope is where a grant or an override applies.
type scope struct {
	// first covers units; more holds further intervals, which most scopes do not have.
	first interval
	more  []interval
	// values has an entry for each dimension of the index.
	values []values
	// written is the scope as the document has it, for explanations.
	written *document.Scope
}

// values are the numbers of one dimension's values that are covered.
type values struct {
	all   bool
	named bitset
}

// coversUnit tells whether a unit is covered.
func (s *scope) coversUnit(unit uint32) bool {
	if unit >= s.first.from && unit < s.first.until {
		return true
	}
	for _, i := range s.more {
		if unit >= i.from && unit < i.until {
			return true
		}
	}
	return false
}

// coversValues tells whether the values of a request, one for each dimension, are covered.
func (s *scope) coversValues(requested *requestedValues) bool {
	for i := range s.values {
		v := &s.values[i]
		if !v.all && (requested[i] == absent || !v.named.has(uint32(requested[i]))) {
			return false
		}
	}
	return true
}

// scopeNumber compiles a scope, or finds one that is alike.
func (c *compiler) scopeNumber(written *document.Scope) uint32 {
	c.key = appendScope(c.key[:0], written)
	number, known := c.scopeNumbers[string(c.key)]
	if !known {
		number = uint32(len(c.scopes))
		c.scopes = append(c.scopes, c.compileScope(written))
		c.scopeNumbers[string(c.key)] = number
	}
	return number
}

// appendScope writes a scope, alike for scopes that are alike only.
func appendScope(key []byte, s *document.Scope) []byte {
	key = strconv.AppendBool(key, s.Everywhere)
	key = appendNames(key, s.Units)
	key = appendNames(key, s.UnitGroups)
	if len(s.Dimensions) > 0 {
		for _, name := range slices.Sorted(maps.Keys(s.Dimensions)) {
			key = strconv.AppendQuote(key, name)
			key = strconv.AppendBool(key, s.Dimensions[name].All)
			key = appendNames(key, s.Dimensions[name].Values)
		}
	}
	return key
}

func appendNames(key []byte, names []string) []byte {
	for _, name := range names {
		key = strconv.AppendQuote(key, name)
	}
	return append(key, ';')
}

func (c *compiler) compileScope(written *document.Scope) scope {
	kept := *written
	compiled := scope{written: &kept}
	intervals := merge(c.intervals(written))
	if len(intervals) > 0 {
		compiled.first, compiled.more = intervals[0], slices.Clip(intervals[1:])
	}
	for _, d := range c.dimensions {
		named := written.Dimensions[d.name]
		v := values{all: named.All, named: newBitset(len(d.values))}
		for _, value := range named.Values {
			if number, known := d.values[value]; known {
				v.named.add(number)
			}
		}
		compiled.values = append(compiled.values, v)
	}
	return compiled
}

func (c *compiler) intervals(written *document.Scope) []interval {
	if written.Everywhere {
		return []interval{{0, uint32(len(c.unitTable))}}
	}
	var found []interval
	for _, name := range written.Units {
		if number, known := c.units[name]; known {
			found = append(found, interval{number, c.unitTable[number].end})
		}
	}
	for _, group := range written.UnitGroups {
		for _, number := range c.groupUnits[group] {
			found = append(found, interval{number, c.unitTable[number].end})
		}
	}
	return found
}

// merge sorts intervals and joins those that touch.
func merge(intervals []interval) []interval {
	slices.SortFunc(intervals, func(a, b interval) int { return int(a.from) - int(b.from) })
	merged := intervals[:0]
	for _, next := range intervals {
		if last := len(merged) - 1; last >= 0 && next.from <= merged[last].until {
			merged[last].until = max(merged[last].until, next.until)
			continue
		}
		merged = append(merged, next)
	}
	return merged
}
