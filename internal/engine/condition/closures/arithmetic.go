// SPDX-License-Identifier: Apache-2.0

package closures

import (
	"math"
	"math/bits"

	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
)

// arithmetic are the operators on numbers, times and texts.
var arithmetic = map[string]func(*Frame, value, value) value{
	operators.Add: add, operators.Subtract: subtract, operators.Multiply: multiply, operators.Divide: divide, operators.Modulo: modulo,
}

func add(f *Frame, x, y value) value {
	switch {
	case x.kind == list && y.kind == list:
		return f.giveUp()
	case isTime(x) && isTime(y):
		return f.ofCEL(x.celValue().(traits.Adder).Add(y.celValue()))
	case x.kind != y.kind || f.isOver():
		return failure
	}
	switch x.kind {
	case integer:
		return addIntegers(x.integer(), y.integer())
	case unsigned:
		return addUnsigned(x.number, y.number)
	case double:
		return doubleOf(x.double() + y.double())
	case text:
		return textOf(x.text + y.text)
	default:
		return failure
	}
}

func addIntegers(a, b int64) value {
	if sum := a + b; (sum > a) == (b > 0) {
		return integerOf(sum)
	}
	return failure
}

func addUnsigned(a, b uint64) value {
	if sum, carry := bits.Add64(a, b, 0); carry == 0 {
		return unsignedOf(sum)
	}
	return failure
}

func subtract(f *Frame, x, y value) value {
	switch {
	case isTime(x) && isTime(y):
		return f.ofCEL(x.celValue().(traits.Subtractor).Subtract(y.celValue()))
	case x.kind != y.kind:
		return failure
	}
	switch x.kind {
	case integer:
		a, b := x.integer(), y.integer()
		if difference := a - b; (difference < a) == (b > 0) {
			return integerOf(difference)
		}
	case unsigned:
		if x.number >= y.number {
			return unsignedOf(x.number - y.number)
		}
	case double:
		return doubleOf(x.double() - y.double())
	default:
	}
	return failure
}

func multiply(_ *Frame, x, y value) value {
	if x.kind != y.kind {
		return failure
	}
	switch x.kind {
	case integer:
		if product, exact := multiplyIntegers(x.integer(), y.integer()); exact {
			return integerOf(product)
		}
	case unsigned:
		if high, product := bits.Mul64(x.number, y.number); high == 0 {
			return unsignedOf(product)
		}
	case double:
		return doubleOf(x.double() * y.double())
	default:
	}
	return failure
}

func multiplyIntegers(a, b int64) (product int64, exact bool) {
	if a == 0 || b == 0 {
		return 0, true
	}
	if a == -1 && b == math.MinInt64 || b == -1 && a == math.MinInt64 {
		return 0, false
	}
	product = a * b
	return product, product/b == a
}

func divide(_ *Frame, x, y value) value {
	if x.kind != y.kind {
		return failure
	}
	switch x.kind {
	case integer:
		if a, b := x.integer(), y.integer(); b != 0 && (a != math.MinInt64 || b != -1) {
			return integerOf(a / b)
		}
	case unsigned:
		if y.number != 0 {
			return unsignedOf(x.number / y.number)
		}
	case double:
		return doubleOf(x.double() / y.double())
	default:
	}
	return failure
}

func modulo(_ *Frame, x, y value) value {
	if x.kind != y.kind || y.number == 0 {
		return failure
	}
	switch x.kind {
	case integer:
		if a, b := x.integer(), y.integer(); a != math.MinInt64 || b != -1 {
			return integerOf(a % b)
		}
	case unsigned:
		return unsignedOf(x.number % y.number)
	default:
	}
	return failure
}

func negate(f *Frame, v value) value {
	switch v.kind {
	case integer:
		if i := v.integer(); i != math.MinInt64 {
			return integerOf(-i)
		}
	case double:
		return doubleOf(-v.double())
	case duration:
		return f.ofCEL(v.celValue().(traits.Negater).Negate())
	default:
	}
	return failure
}

func isTime(v value) bool { return v.kind == timestamp || v.kind == duration }

// ofCEL converts the result of one of cel-go's functions; an error is failed.
func (f *Frame) ofCEL(v ref.Val) value {
	converted, _ := ofCEL(v)
	return converted
}
