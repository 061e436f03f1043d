// SPDX-License-Identifier: Apache-2.0

package closures

import (
	"github.com/google/cel-go/common/overloads"
	"github.com/google/cel-go/common/types"
)

// conversion is a type, and the overloads that convert to it by the kind from which they do.
type conversion struct {
	to   *types.Type
	kind kind
	from map[kind]string
}

// conversions are the functions that convert to a type.
var conversions = map[string]*conversion{
	overloads.TypeConvertBool: {types.BoolType, boolean, map[kind]string{boolean: overloads.BoolToBool, text: overloads.StringToBool}},
	overloads.TypeConvertDouble: {types.DoubleType, double, map[kind]string{
		double: overloads.DoubleToDouble, integer: overloads.IntToDouble, text: overloads.StringToDouble, unsigned: overloads.UintToDouble,
	}},
	overloads.TypeConvertDuration: {types.DurationType, duration, map[kind]string{
		duration: overloads.DurationToDuration, text: overloads.StringToDuration,
	}},
	overloads.TypeConvertInt: {types.IntType, integer, map[kind]string{
		integer: overloads.IntToInt, double: overloads.DoubleToInt, duration: overloads.DurationToInt, text: overloads.StringToInt,
		timestamp: overloads.TimestampToInt, unsigned: overloads.UintToInt,
	}},
	overloads.TypeConvertString: {types.StringType, text, map[kind]string{
		text: overloads.StringToString, boolean: overloads.BoolToString, double: overloads.DoubleToString, duration: overloads.DurationToString,
		integer: overloads.IntToString, timestamp: overloads.TimestampToString, unsigned: overloads.UintToString,
	}},
	overloads.TypeConvertTimestamp: {types.TimestampType, timestamp, map[kind]string{
		timestamp: overloads.TimestampToTimestamp, integer: overloads.IntToTimestamp, text: overloads.StringToTimestamp,
	}},
	overloads.TypeConvertUint: {types.UintType, unsigned, map[kind]string{
		unsigned: overloads.UintToUint, double: overloads.DoubleToUint, integer: overloads.IntToUint, text: overloads.StringToUint,
	}},
}

// convert converts a value, by one overload if the call was resolved to it.
func (f *Frame) convert(v value, c *conversion, overload string) value {
	switch by, known := c.from[v.kind]; {
	case !known || overload != "" && overload != by:
		return failure
	case v.kind == c.kind:
		return v
	default:
		return f.ofCEL(v.celValue().ConvertToType(c.to))
	}
}

// fold converts a constant: cel-go does so when it makes a program.
func fold(name, overload string, argument *node) (n *node, is bool) {
	evaluate := unary(name, overload, func(*Frame) value { return *argument.constant })
	if evaluate == nil {
		return nil, false
	}
	v := evaluate(&Frame{})
	return &node{constant: &v}, v.kind != failed
}
