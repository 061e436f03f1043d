// SPDX-License-Identifier: Apache-2.0

package outcome

import (
	"math"

	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/overloads"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
)

// span is where a value of one kind lies in the order of its kind: it equals at, or lies after one value and before another. What is
// nil bounds nothing. No double that has one is NaN.
type span struct {
	at, after, before ref.Val
	// because says why, of what a function returns.
	because string
}

// signs are the ways in which one value may compare with another.
type signs uint8

const (
	less signs = 1 << iota
	same
	greater

	anySign = less | same | greater
)

// relations are the comparisons with the signs for which they are true.
var relations = map[string]signs{
	operators.Less: less, operators.LessEquals: less | same, operators.Greater: greater, operators.GreaterEquals: greater | same,
}

// ordered are the kinds of values that can be compared with < and >, and have more than two values.
const ordered = Int | Uint | Double | String | Bytes | Timestamp | Duration

// mostExact is the largest whole number up to which every one is a double.
const mostExact = 1 << 53

// bound returns a constant as a bound of values of a kind, nil if it is none.
func bound(kind Kinds, constant ref.Val) ref.Val {
	if constant == nil {
		return nil
	}
	if kind == Double {
		return boundOfDoubles(constant)
	}
	if t, isType := constant.Type().(*types.Type); !isType || kindsOf(t) != kind || !kind.has(ordered) {
		return nil
	}
	return constant
}

// boundOfDoubles returns a number as a bound of doubles. Larger whole numbers than doubles can keep are none: several of them equal
// one double.
func boundOfDoubles(constant ref.Val) ref.Val {
	switch c := constant.(type) {
	case types.Double:
		if !math.IsNaN(float64(c)) {
			return c
		}
	case types.Int:
		if c >= -mostExact && c <= mostExact {
			return types.Double(c)
		}
	case types.Uint:
		if c <= mostExact {
			return types.Double(c)
		}
	}
	return nil
}

// compare compares two bounds of one kind.
func compare(a, b ref.Val) int {
	sign, _ := a.(traits.Comparer).Compare(b).(types.Int)
	return int(sign)
}

// signsOf returns how one value may compare with another.
func signsOf(a, b *value) signs {
	switch {
	case a.span != nil && b.constant != nil:
		return a.span.against(bound(a.kinds, b.constant))
	case b.span != nil && a.constant != nil:
		mirrored := b.span.against(bound(b.kinds, a.constant))
		return mirrored&same | mirrored&less<<2 | mirrored&greater>>2
	}
	return anySign
}

// against returns how a value may compare with a bound of its kind.
func (s *span) against(constant ref.Val) signs {
	switch {
	case constant == nil:
		return anySign
	case s.at != nil:
		return [...]signs{less, same, greater}[compare(s.at, constant)+1]
	case s.after != nil && compare(s.after, constant) >= 0:
		return greater
	case s.before != nil && compare(s.before, constant) <= 0:
		return less
	case s.after != nil && isNext(s.after, constant):
		return same | greater
	case s.before != nil && isNext(constant, s.before):
		return less | same
	}
	return anySign
}

// isNext reports whether no whole number lies between one and the next.
func isNext(one, next ref.Val) bool {
	a, isInt := one.(types.Int)
	return isInt && a+1 == next
}

// within returns the part of a span that is in another one too, nil if there is none.
func (s *span) within(other *span) *span {
	if other == nil {
		return s
	}
	if s.at != nil {
		if other.against(s.at)&same == 0 {
			return nil
		}
		return s
	}
	both := &span{after: s.after, before: s.before}
	if both.after == nil || other.after != nil && compare(other.after, both.after) > 0 {
		both.after = other.after
	}
	if both.before == nil || other.before != nil && compare(other.before, both.before) < 0 {
		both.before = other.before
	}
	if both.isEmpty() {
		return nil
	}
	return both
}

// isEmpty reports whether no value lies between the bounds.
func (s *span) isEmpty() bool {
	if s.after == nil || s.before == nil {
		return false
	}
	return compare(s.after, s.before) >= 0 || isNext(s.after, s.before)
}

// inOrder adds to what is known of the result of a function what follows from the order of values.
func inOrder(function string, operands []value, result value) value {
	relation, isRelation := relations[function]
	if !isRelation {
		result.span = spanOf(function, operands)
		return result
	}
	possible := signsOf(&operands[0], &operands[1])
	if possible == anySign {
		return result
	}
	return boolean(possible&relation != 0, possible&^relation != 0, false)
}

// fromTo returns the span of whole numbers from one to another.
func fromTo(first, last int, because string) *span {
	return &span{after: types.Int(first - 1), before: types.Int(last + 1), because: because}
}

// ofTimes are the spans of what the functions of timestamps return.
var ofTimes = map[string]*span{
	overloads.TimeGetMonth:        fromTo(0, 11, "getMonth() counts from 0, January, to 11, December"),
	overloads.TimeGetDayOfYear:    fromTo(0, 365, "getDayOfYear() counts from 0 to 365"),
	overloads.TimeGetDayOfMonth:   fromTo(0, 30, "getDayOfMonth() counts from 0 to 30; getDate() counts from 1"),
	overloads.TimeGetDate:         fromTo(1, 31, "getDate() counts from 1 to 31"),
	overloads.TimeGetDayOfWeek:    fromTo(0, 6, "getDayOfWeek() counts from 0, Sunday, to 6, Saturday"),
	overloads.TimeGetHours:        fromTo(0, 23, "getHours() counts from 0 to 23"),
	overloads.TimeGetMinutes:      fromTo(0, 59, "getMinutes() counts from 0 to 59"),
	overloads.TimeGetSeconds:      fromTo(0, 59, "getSeconds() counts from 0 to 59"),
	overloads.TimeGetMilliseconds: fromTo(0, 999, "getMilliseconds() counts from 0 to 999"),
}

var ofSizes = &span{after: types.Int(-1), because: "a size is never below 0"}

// spanOf returns the span of what a function returns, nil if it is not known.
func spanOf(function string, operands []value) *span {
	switch {
	case function == overloads.Size:
		return ofSizes
	case operands[0].kinds == Timestamp:
		return ofTimes[function]
	}
	return nil
}
