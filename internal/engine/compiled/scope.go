// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"maps"
	"slices"
	"strconv"

	"github.com/rolewright/rolewright/internal/engine/names"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Unit is a node of the tree. Its number is its place in a walk that visits each unit before what lies below it,
// so that a unit covers the numbers from its own up to, not including, end.
type Unit struct {
	Name, Kind string
	// parent is empty for the root, and above its own number.
	parent     string
	above, end uint32
	Attributes Attributes
}

// CompileUnits numbers the units that the root reaches. Without exactly one root there are none. A unit without a name
// would lie below itself, and is none.
func (c *Compiler) CompileUnits() {
	c.Index.Units, c.Index.UnitTable, c.Index.Types, c.groupUnits = names.New[uint32](len(c.Document.Units)), nil,
		typesOf(c.Document, c.Index.SubjectTypeNames), map[string][]uint32{}
	children := make(map[string][]string, len(c.Document.Units))
	for _, name := range slices.Sorted(maps.Keys(c.Document.Units)) {
		if parent := c.Document.Units[name].Parent; name != "" {
			children[parent] = append(children[parent], name)
		}
	}
	if len(children[""]) != 1 {
		return
	}
	c.Index.UnitTable = make([]Unit, 0, len(c.Document.Units))
	c.numberBelow("", Root, children)
	for group, units := range c.Document.UnitGroups {
		for _, name := range units {
			if number, known := c.Index.Units.Get(name); known {
				c.groupUnits[group] = append(c.groupUnits[group], number)
			}
		}
	}
}

// numberBelow numbers what lies below a unit. A tree is as deep as its units are many at most, which recursion bears.
func (c *Compiler) numberBelow(parent string, above uint32, children map[string][]string) {
	for _, name := range children[parent] {
		written := c.Document.Units[name]
		number := uint32(len(c.Index.UnitTable))
		c.Index.Units.Set(name, number)
		c.Index.UnitTable = append(c.Index.UnitTable, Unit{
			Name: name, Kind: written.Kind, parent: parent, above: above,
			Attributes: Attributes{Known: written.Attributes, Unknown: written.UnknownAttributes},
		})
		c.numberBelow(name, number, children)
		c.Index.UnitTable[number].end = uint32(len(c.Index.UnitTable))
	}
}

// Dimension is an axis of scope with the numbers of its values.
type Dimension struct {
	Name   string
	Values map[string]uint32
}

func (c *Compiler) compileDimensions() {
	c.Index.Dimensions = nil
	for _, name := range slices.Sorted(maps.Keys(c.Document.Dimensions)) {
		d := Dimension{Name: name, Values: map[string]uint32{}}
		for i, value := range c.Document.Dimensions[name] {
			d.Values[value] = uint32(i)
		}
		c.Index.Dimensions = append(c.Index.Dimensions, d)
	}
}

// Interval covers the units from..until, the latter not included.
type Interval struct{ From, Until uint32 }

// Scope is where a grant or an override applies.
type Scope struct {
	// first covers units; more holds further intervals, which most scopes do not have.
	first Interval
	more  []Interval
	// values has an entry for each dimension of the index.
	Values []Values
	// written is the scope as the document has it, for explanations.
	Written *document.Scope
}

// Values are the numbers of one dimension's values that are covered.
type Values struct {
	All   bool
	Named Bitset
}

// area is what a scope covers of the units, from the first to the last: all between them unless it is parted, which most are not.
type area struct {
	from, until uint32
	parted      bool
}

func (s *Scope) area() area {
	a := area{from: s.first.From, until: s.first.Until}
	if last := len(s.more) - 1; last >= 0 {
		a.until, a.parted = s.more[last].Until, true
	}
	return a
}

// CoversUnit reports whether a unit is covered.
func (s *Scope) CoversUnit(unit uint32) bool {
	if unit >= s.first.From && unit < s.first.Until {
		return true
	}
	for _, i := range s.more {
		if unit >= i.From && unit < i.Until {
			return true
		}
	}
	return false
}

// CoversValues reports whether the values of a request, one for each dimension, are covered.
func (s *Scope) CoversValues(requested *RequestedValues) bool {
	for i := range s.Values {
		v := &s.Values[i]
		if !v.All && (requested[i] == Absent || !v.Named.Has(uint32(requested[i]))) {
			return false
		}
	}
	return true
}

// scopeNumber compiles a scope, or finds one that is alike.
func (c *Compiler) scopeNumber(written *document.Scope) uint32 {
	c.key = appendScope(c.key[:0], written)
	number, known := c.scopeNumbers[string(c.key)]
	if !known {
		number = uint32(len(c.Index.Scopes))
		c.addScope(written)
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

func appendNames(key []byte, list []string) []byte {
	for _, name := range list {
		key = strconv.AppendQuote(key, name)
	}
	return append(key, ';')
}

func (c *Compiler) addScope(written *document.Scope) {
	compiled := c.compileScope(written)
	c.Index.Scopes, c.Index.areas = append(c.Index.Scopes, compiled), append(c.Index.areas, compiled.area())
}

func (c *Compiler) compileScope(written *document.Scope) Scope {
	kept := *written
	compiled := Scope{Written: &kept}
	intervals := merge(c.intervals(written))
	if len(intervals) > 0 {
		compiled.first, compiled.more = intervals[0], slices.Clip(intervals[1:])
	}
	for _, d := range c.Index.Dimensions {
		named := written.Dimensions[d.Name]
		v := Values{All: named.All, Named: NewBitset(len(d.Values))}
		for _, value := range named.Values {
			if number, known := d.Values[value]; known {
				v.Named.Add(number)
			}
		}
		compiled.Values = append(compiled.Values, v)
	}
	return compiled
}

func (c *Compiler) intervals(written *document.Scope) []Interval {
	if written.Everywhere {
		return []Interval{{0, uint32(len(c.Index.UnitTable))}}
	}
	var found []Interval
	for _, name := range written.Units {
		if number, known := c.Index.Units.Get(name); known {
			found = append(found, Interval{number, c.Index.UnitTable[number].end})
		}
	}
	for _, group := range written.UnitGroups {
		for _, number := range c.groupUnits[group] {
			found = append(found, Interval{number, c.Index.UnitTable[number].end})
		}
	}
	return found
}

// merge sorts intervals and joins those that touch.
func merge(intervals []Interval) []Interval {
	slices.SortFunc(intervals, func(a, b Interval) int { return int(a.From) - int(b.From) })
	merged := intervals[:0]
	for _, next := range intervals {
		if last := len(merged) - 1; last >= 0 && next.From <= merged[last].Until {
			merged[last].Until = max(merged[last].Until, next.Until)
			continue
		}
		merged = append(merged, next)
	}
	return merged
}
