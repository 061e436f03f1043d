// SPDX-License-Identifier: Apache-2.0

package outcome

import (
	"slices"
	"time"

	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/overloads"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"github.com/rolewright/rolewright/internal/engine/condition"
)

func literalText(s string) value { return literal(types.String(s)) }

// call returns what is known of the result of a function or an operator. Static is the type that the checker gives it.
func (v *evaluation) call(function string, member bool, static *types.Type, operands []value) value {
	if result, special := logic(function, operands); special {
		return result
	}
	fails := false
	for _, operand := range operands {
		if fails = fails || operand.fails; operand.kinds == 0 {
			return operand
		}
	}
	result := v.strict(function, member, static, operands)
	result.fails = result.fails || fails
	return result
}

// logic evaluates the operators that may yield a value although an operand fails.
func logic(function string, operands []value) (result value, special bool) {
	if isIn(function) && operands[1].isEmptyList() {
		// The interpreter does not always look at the left side then.
		return boolean(false, true, operands[0].fails || operands[1].fails), true
	}
	switch function {
	case operators.LogicalAnd:
		return and(operands[0], operands[1]), true
	case operators.LogicalOr:
		return not(and(not(operands[0]), not(operands[1]))), true
	case operators.LogicalNot:
		return not(operands[0]), true
	case operators.Conditional:
		asked := truth(operands[0])
		result = value{fails: asked.fails}
		if asked.kinds.has(True) {
			result = joinFailing(result, operands[1])
		}
		if asked.kinds.has(False) {
			result = joinFailing(result, operands[2])
		}
		return result, true
	case operators.NotStrictlyFalse:
		asked := truth(operands[0])
		return boolean(asked.fails || asked.kinds.has(True), asked.kinds.has(False), false), true
	}
	return value{}, false
}

// joinFailing joins two values of which the first may only fail.
func joinFailing(failing, other value) value {
	other.fails = other.fails || failing.fails
	return other.or(failing)
}

// truth returns a value as an operand of logic: what is no boolean fails.
func truth(operand value) value {
	return value{kinds: operand.kinds & Bool, fails: operand.fails || operand.kinds&^Bool != 0}
}

func not(operand value) value {
	asked := truth(operand)
	return boolean(asked.kinds.has(False), asked.kinds.has(True), asked.fails)
}

func and(a, b value) value {
	a, b = truth(a), truth(b)
	if a.isUnreached() || b.isUnreached() {
		return unreached
	}
	// What is false is so although the other operand fails.
	alwaysFalse := func(x value) bool { return x.kinds == False && !x.fails }
	return boolean(a.kinds.has(True) && b.kinds.has(True), a.kinds.has(False) || b.kinds.has(False),
		a.fails && !alwaysFalse(b) || b.fails && !alwaysFalse(a))
}

// strict evaluates what fails if an operand does.
func (v *evaluation) strict(function string, member bool, static *types.Type, operands []value) value {
	switch function {
	case operators.Equals:
		return equal(&operands[0], &operands[1])
	case operators.NotEquals:
		return not(equal(&operands[0], &operands[1]))
	case operators.In, operators.OldIn:
		return contained(&operands[0], &operands[1])
	case operators.Index:
		return operands[0].at(&operands[1])
	case overloads.TypeConvertDyn:
		return operands[0]
	case overloads.TypeConvertType:
		return value{kinds: Type, of: operands[0].kinds}
	}
	result := v.overloaded(function, member, static, operands)
	if result.alwaysFails() {
		return result
	}
	if folded, known := fold(function, operands); known {
		return folded
	}
	if function == operators.Add && operands[0].kinds == List && operands[1].kinds == List {
		element := operands[0].elements().or(operands[1].elements())
		result.element = &element
	}
	return inOrder(function, operands, result)
}

// overloaded returns what the overloads of a function yield that take operands of these kinds. If none does, the call fails.
func (v *evaluation) overloaded(function string, member bool, static *types.Type, operands []value) value {
	result := failure
	for _, overload := range condition.Functions()[function].OverloadDecls() {
		arguments := overload.ArgTypes()
		if overload.IsMemberFunction() != member || len(arguments) != len(operands) {
			continue
		}
		takes := true
		for i := range arguments {
			takes = takes && operands[i].kinds.has(kindsOf(arguments[i]))
		}
		switch {
		case !takes:
		case overload.ResultType().Kind() == types.TypeParamKind:
			result = join(result, typed(static, deepest), deepest)
		default:
			result = join(result, typed(overload.ResultType(), deepest), deepest)
		}
	}
	return result
}

// equal returns what is known of whether two values are equal.
func equal(a, b *value) value {
	if a.constant != nil && b.constant != nil {
		return literal(types.Equal(a.constant, b.constant))
	}
	if possible := signsOf(a, b); possible&same == 0 || possible == same {
		return boolean(possible == same, possible != same, false)
	}
	if a.kinds == Type && b.kinds == Type {
		x, y := wholeBool(a.of), wholeBool(b.of)
		isSingle := x == y && (x == Bool || x&(x-1) == 0) && x != Object
		return boolean(x&y != 0, !isSingle, false)
	}
	meet := a.kinds.comparable().has(b.kinds)
	same := a.kinds == b.kinds && a.kinds.isSingle()
	// Within lists and maps there may be what fails, and objects of ours cannot be compared.
	return boolean(meet, !same, meet && a.kinds.has(List|Map|Object))
}

// wholeBool returns kinds in which the booleans are one.
func wholeBool(kinds Kinds) Kinds {
	if kinds.has(Bool) {
		return kinds | Bool
	}
	return kinds
}

// contained returns what is known of whether a value is in a list, or a key of a map.
func contained(a, in *value) value {
	if !in.kinds.has(List | Map) {
		return failure
	}
	if in.listed == nil {
		return boolean(in.members().comparable().has(a.kinds), true, true)
	}
	found := boolean(false, true, false)
	for _, listed := range in.listed {
		member := literal(listed)
		found = not(and(not(found), not(equal(a, &member))))
	}
	return found
}

// foldable are the functions that are called if all operands are known. Their results are small and cost little.
var foldable = []string{
	operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals,
	operators.Add, operators.Subtract, operators.Multiply, operators.Divide, operators.Modulo, operators.Negate,
	overloads.TypeConvertTimestamp, overloads.TypeConvertDuration, overloads.TypeConvertInt, overloads.TypeConvertUint,
	overloads.TypeConvertDouble, overloads.TypeConvertString, overloads.TypeConvertBool, overloads.TypeConvertBytes,
	overloads.Contains, overloads.StartsWith, overloads.EndsWith, overloads.Matches, overloads.Size,
}

// zoned are the functions of times that take the name of a time zone.
var zoned = []string{
	overloads.TimeGetFullYear, overloads.TimeGetMonth, overloads.TimeGetDayOfYear, overloads.TimeGetDayOfMonth, overloads.TimeGetDate,
	overloads.TimeGetDayOfWeek, overloads.TimeGetHours, overloads.TimeGetMinutes, overloads.TimeGetSeconds, overloads.TimeGetMilliseconds,
}

// fold calls a function whose operands are known. What one of them decides alone is found with any others: a time zone that does
// not exist fails at every time.
func fold(function string, operands []value) (result value, folded bool) {
	constants := make([]ref.Val, len(operands))
	for i := range operands {
		constants[i] = operands[i].constant
	}
	if slices.Contains(zoned, function) && len(operands) == 2 && operands[0].kinds.has(Timestamp) && constants[1] != nil {
		result = literal(invoke(function, types.Timestamp{Time: time.Unix(0, 0)}, constants[1]))
		return failure, result.alwaysFails()
	}
	if !slices.Contains(foldable, function) || slices.Contains(constants, nil) {
		return value{}, false
	}
	return literal(invoke(function, constants...)), true
}

// invoke calls a function.
func invoke(function string, operands ...ref.Val) ref.Val {
	bindings, err := condition.Functions()[function].Bindings()
	if err != nil {
		return types.NewErr("%v", err)
	}
	for _, binding := range bindings {
		switch {
		case binding.Operator != function:
		case len(operands) == 1 && binding.Unary != nil:
			return binding.Unary(operands[0])
		case len(operands) == 2 && binding.Binary != nil:
			return binding.Binary(operands[0], operands[1])
		case binding.Function != nil:
			return binding.Function(operands...)
		}
	}
	return types.NewErr("no such overload")
}
