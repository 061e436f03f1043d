// SPDX-License-Identifier: Apache-2.0

package closures

import (
	"math"
	"time"
	"unicode/utf8"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// kind is the type of a value.
type kind uint8

const (
	failed kind = iota // an error of CEL
	null
	boolean
	integer
	unsigned
	double
	text
	timestamp
	duration
	list
	mapping
	typeName
)

// value is a value of CEL. It is passed in registers, so that most values need no memory.
type value struct {
	kind kind
	// foreign marks a value whose Go type JSON is not read into: cel-go tells such ones apart in places. Of a failed one it says that
	// there is a value, which could not be converted.
	foreign bool
	// nanos are those of a timestamp, beside the seconds in number.
	nanos  int32
	number uint64
	// text is that of a text, and the name of a type.
	text string
	// of holds a list, a map, or the location of a timestamp.
	of any
}

// values is a list that an expression makes.
type values struct{ items []value }

var (
	failure   = value{}
	nullValue = value{kind: null}
)

func booleanOf(b bool) value {
	if b {
		return value{kind: boolean, number: 1}
	}
	return value{kind: boolean}
}

func integerOf(i int64) value    { return value{kind: integer, number: uint64(i)} }
func unsignedOf(u uint64) value  { return value{kind: unsigned, number: u} }
func doubleOf(d float64) value   { return value{kind: double, number: math.Float64bits(d)} }
func textOf(s string) value      { return value{kind: text, text: s} }
func durationOf(d int64) value   { return value{kind: duration, number: uint64(d)} }
func listOf(items []value) value { return value{kind: list, of: &values{items}} }
func typeOf(name string) value   { return value{kind: typeName, text: name} }
func (v value) isTrue() bool     { return v.kind == boolean && v.number == 1 }
func (v value) isFalse() bool    { return v.kind == boolean && v.number == 0 }
func (v value) integer() int64   { return int64(v.number) }
func (v value) double() float64  { return math.Float64frombits(v.number) }
func (v value) time() time.Time {
	return time.Unix(v.integer(), int64(v.nanos)).In(v.of.(*time.Location))
}

func timestampOf(t time.Time) value {
	return value{kind: timestamp, number: uint64(t.Unix()), nanos: int32(t.Nanosecond()), of: t.Location()}
}

// size is what cel-go takes for the size of a value when it tells what a call costs.
func (v value) size() uint64 {
	switch v.kind {
	case text:
		return uint64(utf8.RuneCountInString(v.text))
	case list, mapping:
		return uint64(v.length())
	default:
		return 1
	}
}

// length is that of a list or a map.
func (v value) length() int {
	switch of := v.of.(type) {
	case []any:
		return len(of)
	case []string:
		return len(of)
	case *values:
		return len(of.items)
	case map[string]any:
		return len(of)
	case *literalMap:
		return len(of.keys)
	default:
		return 0
	}
}

// at returns an element of a list.
func (v value) at(f *Frame, i int) value {
	switch of := v.of.(type) {
	case []any:
		return f.native(of[i])
	case []string:
		return textOf(of[i])
	default:
		return v.of.(*values).items[i]
	}
}

// native converts a value of an input. What only cel-go can tell makes the frame give up.
func (f *Frame) native(x any) value {
	v, known := native(x)
	if !known {
		return f.giveUp()
	}
	return v
}

// native converts a value of an input, as the adapter of the environment does. The second result is false if only that one can tell.
func native(x any) (v value, known bool) {
	switch x := x.(type) {
	case string:
		return textOf(x), true
	case bool:
		return booleanOf(x), true
	case float64:
		return finite(x), true
	case nil:
		return nullValue, true
	case map[string]any:
		return value{kind: mapping, of: x}, true
	case []any, []string:
		return value{kind: list, of: x}, true
	case int:
		return whole(int64(x))
	case int64:
		return whole(x)
	case types.Timestamp:
		return timestampOf(x.Time), true
	default:
		return failure, false
	}
}

// finite is a number of JSON.
func finite(d float64) value {
	if math.IsNaN(d) || math.IsInf(d, 0) {
		return value{foreign: true}
	}
	return doubleOf(d)
}

// whole is a whole number of an application's, which means what it means in JSON.
func whole(i int64) (v value, known bool) {
	if i > document.MaxExactInteger || i < -document.MaxExactInteger {
		return failure, false
	}
	v = doubleOf(float64(i))
	v.foreign = true
	return v, true
}

// celValue returns a value as cel-go has it, for the functions of which there should be one implementation only. It is no list and no map.
func (v value) celValue() ref.Val {
	switch v.kind {
	case boolean:
		return types.Bool(v.number == 1)
	case integer:
		return types.Int(v.integer())
	case unsigned:
		return types.Uint(v.number)
	case double:
		return types.Double(v.double())
	case text:
		return types.String(v.text)
	case timestamp:
		return types.Timestamp{Time: v.time()}
	case duration:
		return types.Duration{Duration: time.Duration(v.integer())}
	default:
		return types.NullValue
	}
}

// ofCEL returns a value of cel-go's, which is not a list and not a map. The second result is false for one that the package does not know.
func ofCEL(v ref.Val) (converted value, known bool) {
	switch v := v.(type) {
	case types.Bool:
		return booleanOf(bool(v)), true
	case types.Int:
		return integerOf(int64(v)), true
	case types.Uint:
		return unsignedOf(uint64(v)), true
	case types.Double:
		return doubleOf(float64(v)), true
	case types.String:
		return textOf(string(v)), true
	case types.Timestamp:
		return timestampOf(v.Time), true
	case types.Duration:
		return durationOf(int64(v.Duration)), true
	case types.Null:
		return nullValue, true
	case *types.Type:
		return typeOf(v.TypeName()), true
	default:
		return failure, false
	}
}
