// SPDX-License-Identifier: Apache-2.0

package outcome

import (
	"math/bits"
	"strings"

	"github.com/google/cel-go/common/types"
)

// Kinds is a set of kinds of values. The two booleans are kinds of their own.
type Kinds uint16

// Kinds of values.
const (
	Null Kinds = 1 << iota
	False
	True
	Int
	Uint
	Double
	String
	Bytes
	List
	Map
	Timestamp
	Duration
	Type
	Object

	Bool    = False | True
	numbers = Int | Uint | Double
	// JSON are the kinds of the values that are read from JSON, in which every number is a double.
	JSON     = Null | Bool | Double | String | List | Map
	anything = Object<<1 - 1
)

// kindsOfTypes holds the kinds of the types of CEL that have some of their own.
var kindsOfTypes = map[types.Kind]Kinds{
	types.BoolKind: Bool, types.BytesKind: Bytes, types.DoubleKind: Double, types.DurationKind: Duration, types.IntKind: Int,
	types.ListKind: List, types.MapKind: Map, types.NullTypeKind: Null, types.StringKind: String, types.TimestampKind: Timestamp,
	types.TypeKind: Type, types.UintKind: Uint, types.StructKind: Object, types.OpaqueKind: Object,
}

// kindsOf returns the kinds that values of a type have.
func kindsOf(t *types.Type) Kinds {
	kinds, known := kindsOfTypes[t.Kind()]
	switch {
	case !known:
		return anything
	case t.IsAssignableType(types.NullType):
		return kinds | Null
	}
	return kinds
}

// has reports whether any of some kinds is among them.
func (k Kinds) has(some Kinds) bool { return k&some != 0 }

// comparable returns the kinds that values of these may equal: a number equals one of another type.
func (k Kinds) comparable() Kinds {
	if k.has(numbers) {
		return k | numbers
	}
	return k
}

// isSingle reports whether there is only one value of these kinds.
func (k Kinds) isSingle() bool { return k == Null || k == True || k == False }

// names are what messages call the kinds, in the order of their bits.
var names = []string{
	"null", "a boolean", "a boolean", "an int", "a uint", "a double", "a string", "bytes", "a list", "a map", "a timestamp",
	"a duration", "a type", "an object",
}

// String is what messages call values of these kinds.
func (k Kinds) String() string {
	if k&JSON == JSON {
		return "a value of JSON"
	}
	var listed []string
	for rest := k; rest != 0; rest &= rest - 1 {
		if name := names[bits.TrailingZeros16(uint16(rest))]; len(listed) == 0 || listed[len(listed)-1] != name {
			listed = append(listed, name)
		}
	}
	return strings.Join(listed, " or ")
}

// KindsOf returns the kind of a value as it is read from JSON.
func KindsOf(attribute any) Kinds {
	switch v := attribute.(type) {
	case nil:
		return Null
	case bool:
		if v {
			return True
		}
		return False
	case string:
		return String
	case []any:
		return List
	case map[string]any:
		return Map
	}
	return Double
}
