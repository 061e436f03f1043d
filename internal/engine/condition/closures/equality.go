// SPDX-License-Identifier: Apache-2.0

package closures

import (
	"math"
)

// equality is what cel-go says of two values: an error equals nothing, and is not unequal to anything either.
type equality uint8

const (
	unequal equality = iota
	equal
	neither
)

func equalityOf(b bool) equality {
	if b {
		return equal
	}
	return unequal
}

// equals compares two values. Numbers are compared across their types; whatever else differs in type is unequal.
func equals(f *Frame, a, b value) equality {
	switch {
	case a.kind == null || b.kind == null:
		return equalityOf(a.kind == b.kind)
	case a.kind == failed:
		return neither
	case isNumber(a):
		order, ordered := compareNumbers(a, b)
		return equalityOf(ordered && order == 0)
	case a.kind != b.kind:
		return unequal
	}
	switch a.kind {
	case list:
		return equalLists(f, a, b)
	case mapping:
		return equalMaps(f, a, b)
	default:
		return equalityOf(a.text == b.text && a.number == b.number && a.nanos == b.nanos)
	}
}

func isNumber(v value) bool { return v.kind == integer || v.kind == unsigned || v.kind == double }

func equalLists(f *Frame, a, b value) equality {
	n := a.length()
	if n != b.length() {
		return unequal
	}
	for i := range n {
		if equals(f, a.at(f, i), b.at(f, i)) == unequal {
			return unequal
		}
	}
	return equal
}

func equalMaps(f *Frame, a, b value) equality {
	if a.length() != b.length() {
		return unequal
	}
	of, isNative := a.of.(map[string]any)
	if !isNative {
		return equalLiterals(f, a.of.(*literalMap), b)
	}
	for key, x := range of {
		other, isThere := b.find(f, textOf(key))
		if !isThere || equals(f, f.native(x), other) == unequal {
			return unequal
		}
	}
	return equal
}

func equalLiterals(f *Frame, a *literalMap, b value) equality {
	for _, key := range a.keys {
		v, _ := a.find(key)
		if other, isThere := b.find(f, key); !isThere || equals(f, v, other) == unequal {
			return unequal
		}
	}
	return equal
}

// find returns an entry of a map.
func (v value) find(f *Frame, key value) (found value, isThere bool) {
	switch of := v.of.(type) {
	case map[string]any:
		if key.kind != text {
			return failure, false
		}
		x, isThere := of[key.text]
		if !isThere {
			return failure, false
		}
		return f.native(x), true
	default:
		return v.of.(*literalMap).find(key)
	}
}

// compareNumbers orders two numbers of any types. The second result is false if one is not a number, or NaN.
func compareNumbers(a, b value) (order int, ordered bool) {
	switch a.kind {
	case integer:
		return compareInteger(a.integer(), b)
	case unsigned:
		return compareUnsigned(a.number, b)
	default:
		return compareDouble(a.double(), b)
	}
}

func compareUnsigned(u uint64, b value) (order int, ordered bool) {
	switch b.kind {
	case integer:
		order, ordered = compareInteger(b.integer(), unsignedOf(u))
		return -order, ordered
	case unsigned:
		return compareOrdered(u, b.number), true
	case double:
		return -compareDoubleUnsigned(b.double(), u), !math.IsNaN(b.double())
	default:
		return 0, false
	}
}

func compareDouble(d float64, b value) (order int, ordered bool) {
	switch b.kind {
	case integer:
		return compareDoubleInteger(d, b.integer()), !math.IsNaN(d)
	case unsigned:
		return compareDoubleUnsigned(d, b.number), !math.IsNaN(d)
	case double:
		return compareOrdered(d, b.double()), !math.IsNaN(d) && !math.IsNaN(b.double())
	default:
		return 0, false
	}
}

func compareInteger(i int64, b value) (order int, ordered bool) {
	switch b.kind {
	case integer:
		return compareOrdered(i, b.integer()), true
	case unsigned:
		if i < 0 || b.number > math.MaxInt64 {
			return -1, true
		}
		return compareOrdered(i, b.integer()), true
	case double:
		return -compareDoubleInteger(b.double(), i), !math.IsNaN(b.double())
	default:
		return 0, false
	}
}

func compareDoubleInteger(d float64, i int64) int {
	switch {
	case d < math.MinInt64:
		return -1
	case d > math.MaxInt64:
		return 1
	default:
		return compareOrdered(d, float64(i))
	}
}

func compareDoubleUnsigned(d float64, u uint64) int {
	switch {
	case d < 0:
		return -1
	case d > math.MaxUint64:
		return 1
	default:
		return compareOrdered(d, float64(u))
	}
}

// compareOrdered is cmp.Compare, but for NaN, which it takes to be equal to every number.
func compareOrdered[T int64 | uint64 | float64 | string](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

// compare orders two values. The second result is false if they have no order.
func compare(a, b value) (order int, ordered bool) {
	switch a.kind {
	case integer, unsigned, double:
		return compareNumbers(a, b)
	case text:
		return compareOrdered(a.text, b.text), b.kind == text
	case boolean:
		return compareOrdered(a.number, b.number), b.kind == boolean
	case duration:
		return compareOrdered(a.integer(), b.integer()), b.kind == duration
	case timestamp:
		if order = compareOrdered(a.integer(), b.integer()); order == 0 {
			order = compareOrdered(int64(a.nanos), int64(b.nanos))
		}
		return order, b.kind == timestamp
	default:
		return 0, false
	}
}
