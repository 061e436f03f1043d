// SPDX-License-Identifier: Apache-2.0

package closures

import (
	"strings"

	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/overloads"
	"github.com/google/cel-go/common/types"
)

// function compiles a call whose arguments are evaluated before; nil if it is not known.
func function(name, overload string, arguments []*node, evaluate []eval) eval {
	switch name {
	case operators.LogicalAnd:
		return and(evaluate)
	case operators.LogicalOr:
		return or(evaluate)
	}
	if get, known := getters[name]; known {
		return get.call(overload, arguments, evaluate[0])
	}
	switch len(evaluate) {
	case 1:
		return unary(name, overload, evaluate[0])
	case 2:
		return binary(name, overload, evaluate[0], evaluate[1])
	case 3:
		return ternary(name, evaluate)
	default:
		return nil
	}
}

// unary compiles a function of one argument; nil if it is not known.
func unary(name, overload string, argument eval) eval {
	switch name {
	case operators.LogicalNot:
		return not(argument)
	case operators.NotStrictlyFalse:
		return notStrictlyFalse(argument)
	case operators.Negate:
		return strict(argument, negate)
	case overloads.Size:
		return strict(argument, sizeOf)
	case overloads.TypeConvertDyn:
		return strict(argument, func(_ *Frame, v value) value { return v })
	case overloads.TypeConvertType:
		return strict(argument, func(_ *Frame, v value) value { return typeOf(celTypes[v.kind].TypeName()) })
	case overloads.TypeConvertBytes:
		return nil
	}
	if to, known := conversions[name]; known {
		return strict(argument, func(f *Frame, v value) value { return f.convert(v, to, overload) })
	}
	if overload == "" {
		return nil
	}
	return transformation(name, argument)
}

// strict applies a function of constant cost to a value that is no error.
func strict(argument eval, apply func(*Frame, value) value) eval {
	return func(f *Frame) value {
		v := argument(f)
		f.cost++
		if v.kind == failed {
			return failure
		}
		return apply(f, v)
	}
}

// binary compiles a function of two arguments; nil if it is not known.
func binary(name, overload string, a, b eval) eval {
	switch name {
	case operators.Equals:
		return comparison(a, b, shorterCost, func(f *Frame, x, y value) value { return booleanOf(equals(f, x, y) == equal) })
	case operators.NotEquals:
		return comparison(a, b, shorterCost, func(f *Frame, x, y value) value { return booleanOf(equals(f, x, y) != equal) })
	case operators.Less:
		return comparison(a, b, orderCost(overload), ordering(func(order int) bool { return order < 0 }))
	case operators.LessEquals:
		return comparison(a, b, orderCost(overload), ordering(func(order int) bool { return order <= 0 }))
	case operators.Greater:
		return comparison(a, b, orderCost(overload), ordering(func(order int) bool { return order > 0 }))
	case operators.GreaterEquals:
		return comparison(a, b, orderCost(overload), ordering(func(order int) bool { return order >= 0 }))
	case overloads.StartsWith:
		return comparison(a, b, secondCost, ofTexts(strings.HasPrefix))
	case overloads.EndsWith:
		return comparison(a, b, secondCost, ofTexts(strings.HasSuffix))
	case overloads.Contains:
		return comparison(a, b, productCost, ofTexts(strings.Contains))
	}
	if operation, known := arithmetic[name]; known {
		return comparison(a, b, addCost(overload), operation)
	}
	if overload == "" {
		return nil
	}
	return textFunction(name, a, b)
}

// comparison applies a function of two arguments to values that are no errors. Both are evaluated, and the call has its cost, in any case.
func comparison(a, b eval, cost costOf, apply func(f *Frame, x, y value) value) eval {
	return func(f *Frame) value {
		x, y := a(f), b(f)
		f.cost += cost(x, y)
		if x.kind == failed || y.kind == failed {
			return failure
		}
		return apply(f, x, y)
	}
}

func ordering(holds func(order int) bool) func(*Frame, value, value) value {
	return func(_ *Frame, x, y value) value {
		order, ordered := compare(x, y)
		if !ordered {
			return failure
		}
		return booleanOf(holds(order))
	}
}

func ofTexts(holds func(a, b string) bool) func(*Frame, value, value) value {
	return func(_ *Frame, x, y value) value {
		if x.kind != text || y.kind != text {
			return failure
		}
		return booleanOf(holds(x.text, y.text))
	}
}

func sizeOf(_ *Frame, v value) value {
	switch v.kind {
	case text, list, mapping:
		return integerOf(int64(v.size()))
	default:
		return failure
	}
}

// celTypes are the types in CEL, by kind.
var celTypes = map[kind]*types.Type{
	null: types.NullType, boolean: types.BoolType, integer: types.IntType, unsigned: types.UintType, double: types.DoubleType,
	text: types.StringType, timestamp: types.TimestampType, duration: types.DurationType, list: types.ListType, mapping: types.MapType,
	typeName: types.TypeType,
}
