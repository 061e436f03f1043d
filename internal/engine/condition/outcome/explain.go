// SPDX-License-Identifier: Apache-2.0

package outcome

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/overloads"
	"github.com/google/cel-go/common/types"
)

// displayed writes the path of an attribute as an expression does.
func displayed(path []string) string {
	return strings.Join(path, ".")
}

// explain says what is wrong with a part and what to write instead.
func (a *analysis) explain(p *part) string {
	place := a.checked.SourceInfo().GetStartLocation(p.expression.ID())
	at := fmt.Sprintf("line %d, column %d: ", place.Line(), place.Column()+1)
	if p.unequal {
		return at + a.written(p.expression) + a.explainUnequal(p)
	}
	if p.because != "" {
		return fmt.Sprintf("%s%s is always %t, because %s", at, a.written(p.expression), p.always, p.because)
	}
	if p.expression.Kind() == ast.SelectKind {
		return fmt.Sprintf("%s%s has no fields, so there is no %s", at, p.operands[0].kinds, a.written(p.expression))
	}
	call := p.expression.AsCall()
	if advice := literalAdvice(call.FunctionName(), p.operands); advice != "" {
		return at + advice
	}
	if !slices.ContainsFunc(p.operands, func(v value) bool { return v.constant == nil }) {
		return at + a.written(p.expression) + " always fails"
	}
	at += fmt.Sprintf("there is no %s for %s", symbol(call.FunctionName()), kindsOfAll(p.operands))
	if better := a.better(p); better != nil {
		return at + ": write " + a.written(better)
	}
	return at + ": " + a.written(p.expression) + " always fails"
}

func (a *analysis) explainUnequal(p *part) string {
	outcome := "false"
	call := p.expression.AsCall()
	if call.FunctionName() == operators.NotEquals {
		outcome = "true"
	}
	with := p.operands[1].kinds
	if isIn(call.FunctionName()) {
		with = p.operands[1].members()
	}
	if p.operands[0].kinds == Type {
		return fmt.Sprintf(" is always %s: a value of JSON is of type null_type, bool, double, string, list or map", outcome)
	}
	why := fmt.Sprintf(" is always %s, because %s never equals %s", outcome, p.operands[0].kinds, with)
	if better := a.better(p); better != nil {
		why += ": write " + a.written(better)
	}
	return why
}

// kindsOfAll lists what the operands of a call are.
func kindsOfAll(operands []value) string {
	list := make([]string, len(operands))
	for i := range operands {
		list[i] = operands[i].kinds.String()
	}
	return strings.Join(list, " and ")
}

// symbol returns what people write for a function.
func symbol(function string) string {
	if written, is := operators.FindReverse(function); is && written != "" {
		return written
	}
	return strings.Trim(function, "_")
}

// written returns the source of an expression.
func (a *analysis) written(e ast.Expr) string {
	source, err := cel.ExprToString(e, a.checked.SourceInfo())
	if err != nil {
		return "the part there"
	}
	if source = strings.Join(strings.Fields(source), " "); len(source) > mostWritten {
		source = strings.ToValidUTF8(source[:mostWritten], "") + "…"
	}
	return source
}

// mostWritten bounds what a message quotes.
const mostWritten = 160

// literalAdvice says what is wrong with a literal that a function does not take.
func literalAdvice(function string, operands []value) string {
	last := operands[len(operands)-1].constant
	switch {
	case last == nil:
		return ""
	case function == overloads.TypeConvertTimestamp && last.Type() == types.StringType:
		return fmt.Sprintf(`%q is no time: write one of RFC 3339, such as timestamp("2030-12-31T23:00:00Z")`, last.Value())
	case function == overloads.TypeConvertDuration && last.Type() == types.StringType:
		return fmt.Sprintf(`%q is no duration: write hours, minutes and seconds, such as duration("36h") or duration("1h30m")`, last.Value())
	case slices.Contains(zoned, function) && len(operands) == 2 && operands[0].kinds.has(Timestamp):
		return fmt.Sprintf(`there is no time zone %q: write one of the IANA database, such as "Europe/Berlin", or an offset, such as "+02:00"`,
			last.Value())
	}
	return ""
}

// conversions are the functions that one operand may need, in the order in which they are tried.
var conversions = []string{
	overloads.TypeConvertDouble, overloads.TypeConvertTimestamp, overloads.TypeConvertDuration, overloads.TypeConvertString,
	overloads.TypeConvertInt,
}

// better returns a call that may be evaluated where a part is not, with one of its operands converted; nil if there is none.
func (a *analysis) better(p *part) ast.Expr {
	call := p.expression.AsCall()
	written := operandsOf(call)
	if call.FunctionName() == overloads.Contains && p.operands[0].kinds == List {
		return ast.NewExprFactory().NewCall(0, operators.In, written[1], written[0])
	}
	for _, conversion := range conversions {
		for i := range written {
			converted, result := a.convert(conversion, written[i], p.operands[i])
			operands := slices.Clone(p.operands)
			operands[i] = result
			if result.kinds == 0 || result.kinds == p.operands[i].kinds {
				continue
			}
			candidate := replaced(call, i, converted)
			outcome := (&evaluation{checked: a.checked}).call(call.FunctionName(), call.IsMemberFunction(), types.DynType, operands)
			if !outcome.alwaysFails() && !neverEqual(candidate, operands) {
				return candidate
			}
		}
	}
	return nil
}

// convert converts an operand, a literal by writing it otherwise.
func (a *analysis) convert(conversion string, e ast.Expr, operand value) (ast.Expr, value) {
	factory := ast.NewExprFactory()
	if operand.kinds.has(Int|Uint) && e.Kind() == ast.LiteralKind && conversion == overloads.TypeConvertDouble {
		double := operand.constant.ConvertToType(types.DoubleType)
		return factory.NewLiteral(0, double), literal(double)
	}
	operand.constant = nil
	result := (&evaluation{checked: a.checked}).call(conversion, false, types.DynType, []value{operand})
	return factory.NewCall(0, conversion, e), result
}

// replaced returns a call with another operand.
func replaced(call ast.CallExpr, at int, by ast.Expr) ast.Expr {
	factory := ast.NewExprFactory()
	operands := slices.Clone(operandsOf(call))
	operands[at] = by
	if call.IsMemberFunction() {
		return factory.NewMemberCall(0, call.FunctionName(), operands[0], operands[1:]...)
	}
	return factory.NewCall(0, call.FunctionName(), operands...)
}
