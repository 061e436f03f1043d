// SPDX-License-Identifier: Apache-2.0

package closures

import (
	"math"
	"slices"
)

// literalMap is a map that is written in an expression, of constants.
type literalMap struct {
	keys    []value
	entries map[mapKey]value
}

// mapKey is a key as Go compares it.
type mapKey struct {
	kind   kind
	number uint64
	text   string
}

// keyOf returns a key of a literal map. Two zeros are one key, and NaN is none.
func keyOf(v value) (key mapKey, is bool) {
	switch v.kind {
	case text:
		return mapKey{kind: text, text: v.text}, true
	case boolean, integer, unsigned:
		return mapKey{kind: v.kind, number: v.number}, true
	case double:
		d := v.double()
		return mapKey{kind: double, number: math.Float64bits(d + 0)}, !math.IsNaN(d)
	default:
		return mapKey{}, false
	}
}

// set sets an entry. It reports whether the key is one that can be found.
func (m *literalMap) set(key, v value) bool {
	k, is := keyOf(key)
	if _, exists := m.entries[k]; is && !exists {
		m.keys = append(slices.Clip(m.keys), key)
	}
	m.entries[k] = v
	return is
}

// find looks up a key: as it is, and then as an equal number of another type.
func (m *literalMap) find(key value) (v value, isThere bool) {
	k, is := keyOf(key)
	if !is {
		return failure, false
	}
	if v, isThere = m.entries[k]; isThere {
		return v, true
	}
	switch key.kind {
	case integer:
		return m.number(unsigned, key.number, key.integer() >= 0)
	case unsigned:
		return m.number(integer, key.number, key.number <= math.MaxInt64)
	case double:
		if i, exact := wholeOf(key.double()); exact {
			if v, isThere = m.number(integer, uint64(i), true); isThere {
				return v, true
			}
		}
		u, exact := naturalOf(key.double())
		return m.number(unsigned, u, exact)
	default:
		return failure, false
	}
}

func (m *literalMap) number(k kind, number uint64, exact bool) (v value, isThere bool) {
	if !exact {
		return failure, false
	}
	v, isThere = m.entries[mapKey{kind: k, number: number}]
	return v, isThere
}
