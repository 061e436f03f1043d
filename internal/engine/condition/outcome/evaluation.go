// SPDX-License-Identifier: Apache-2.0

package outcome

import (
	"maps"
	"slices"
	"strings"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types/ref"

	"github.com/rolewright/rolewright/internal/engine/condition"
)

// mostSteps bounds the work for one expression. What is not looked at may be anything.
const mostSteps = 50_000

// evaluation evaluates an expression over what is known of values.
type evaluation struct {
	checked *ast.AST
	// scope holds what is known of the variables of comprehensions.
	scope map[string]value
	// attributes holds what is taken for granted of attributes, by the key of their path.
	attributes map[string]value
	// parts is told what each part of the expression yields; nil tells nobody.
	parts *parts
	steps *int
	// terms holds what is taken for granted of other parts, by their ids.
	terms map[int64]value
	// itself holds the ids of the comparisons of a part with itself.
	itself map[int64]struct{}
}

// attributeKey is what identifies an attribute.
func attributeKey(path []string) string { return strings.Join(path, "\x00") }

func (v *evaluation) eval(e ast.Expr) value {
	*v.steps++
	if *v.steps > mostSteps {
		return unknown
	}
	if taken, assumed := v.terms[e.ID()]; assumed {
		return taken
	}
	switch e.Kind() {
	case ast.LiteralKind:
		return literal(e.AsLiteral())
	case ast.IdentKind:
		return v.ident(e)
	case ast.SelectKind:
		return v.selection(e)
	case ast.CallKind:
		return v.callOf(e)
	case ast.ListKind:
		return v.list(e.AsList())
	case ast.MapKind:
		return v.mapping(e.AsMap())
	case ast.ComprehensionKind:
		return v.comprehension(e.AsComprehension())
	default:
		return typed(v.checked.GetType(e.ID()), deepest)
	}
}

// ident returns what is known of a variable or of a type.
func (v *evaluation) ident(e ast.Expr) value {
	if known, local := v.scope[e.AsIdent()]; local {
		return known
	}
	name := strings.TrimPrefix(e.AsIdent(), ".")
	if name == "context" {
		return value{kinds: Map, key: &text, element: anyJSON, isNumber: true}
	}
	t := v.checked.GetType(e.ID())
	if parameters := t.Parameters(); kindsOf(t) == Type && len(parameters) == 1 {
		return value{kinds: Type, of: kindsOf(parameters[0])}
	}
	return value{kinds: kindsOf(t)}
}

// path returns the path of an attribute that an expression selects, empty if it selects none.
func (v *evaluation) path(e ast.Expr) []string {
	path := condition.Path(e)
	if len(path) < 2 {
		return nil
	}
	if _, local := v.scope[path[0]]; local {
		return nil
	}
	path[0] = strings.TrimPrefix(path[0], ".")
	if path[0] != "context" && (len(path) < 3 || path[1] != "properties" && path[1] != "unit") {
		return nil
	}
	return path
}

func (v *evaluation) selection(e ast.Expr) value {
	operand := v.eval(e.AsSelect().Operand())
	taken, assumed := v.attributes[attributeKey(v.path(e))]
	field := literalText(e.AsSelect().FieldName())
	switch tests := e.AsSelect().IsTestOnly(); {
	case operand.isUnreached(), operand.alwaysFails():
		return operand
	case operand.kinds.has(Object) && operand.kinds&^Object == 0:
		return v.field(e, operand.fails)
	case !operand.kinds.has(Map | Object):
		return v.told(e, failure, operand)
	case tests && assumed:
		return boolean(taken.kinds != 0, taken.fails, operand.fails || operand.kinds != Map)
	case tests:
		return boolean(true, true, operand.fails || operand.kinds != Map)
	case assumed:
		return v.told(e, taken, operand)
	}
	return v.told(e, operand.at(&field), operand)
}

// field returns what is known of a field of one of our objects, which always has it. Those that are maps hold what is read from
// JSON.
func (v *evaluation) field(e ast.Expr, fails bool) value {
	fails = fails || kindsOf(v.checked.GetType(e.AsSelect().Operand().ID())) != Object
	if e.AsSelect().IsTestOnly() {
		return boolean(true, fails, fails)
	}
	field := value{kinds: kindsOf(v.checked.GetType(e.ID())), fails: fails}
	if field.kinds == Map {
		field.key, field.element, field.isNumber = &text, anyJSON, true
	}
	return field
}

// at returns what is known of the value at a key of a map or a list. It may be missing.
func (v *value) at(key *value) value {
	found := failure
	keys := v.keys()
	switch {
	case v.kinds.has(Object):
		return unknown
	case v.kinds.has(List) && key.kinds.has(numbers), v.kinds.has(Map) && keys.kinds.comparable().has(key.kinds):
		found = v.elements()
		found.fails = true
	}
	return found
}

func (v *evaluation) list(list ast.ListExpr) value {
	made, element := value{kinds: List, listed: []ref.Val{}}, unreached
	for _, e := range list.Elements() {
		next := v.eval(e)
		if made.fails = made.fails || next.fails; next.kinds == 0 {
			return next
		}
		next.fails = false
		element = join(element, next, deepest)
		made.listed = append(made.listed, next.constant)
	}
	if slices.Contains(made.listed, nil) {
		made.listed = nil
	}
	made.element = &element
	return made
}

func (v *evaluation) mapping(m ast.MapExpr) value {
	made, key, element := value{kinds: Map}, unreached, unreached
	for _, entry := range m.Entries() {
		k, e := v.eval(entry.AsMapEntry().Key()), v.eval(entry.AsMapEntry().Value())
		if k.kinds == 0 || e.kinds == 0 {
			return join(value{fails: k.fails || e.fails}, unreached, 0)
		}
		// Keys of some kinds fail, and a key that is there twice.
		made.fails = true
		k.fails, e.fails = false, false
		key, element = join(key, k, deepest), join(element, e, deepest)
	}
	made.key, made.element = &key, &element
	return made
}

// mostPasses bounds how often the step of a comprehension is repeated before its result is taken to be anything.
const mostPasses = 4

// comprehension returns what is known of the result of all, exists, exists_one, map and filter.
func (v *evaluation) comprehension(c ast.ComprehensionExpr) value {
	over := v.eval(c.IterRange())
	if over.kinds&(List|Map) == 0 {
		return join(value{fails: !over.isUnreached()}, unreached, 0)
	}
	inner := *v
	inner.scope = maps.Clone(v.scope)
	if inner.scope == nil {
		inner.scope = map[string]value{}
	}
	item := unreached
	if over.kinds.has(List) {
		item = over.elements()
	}
	if over.kinds.has(Map) {
		item = join(item, over.keys(), deepest)
	}
	inner.scope[c.IterVar()] = item
	if c.HasIterVar2() {
		inner.scope[c.IterVar()], inner.scope[c.IterVar2()] = unknown, unknown
	}
	result := inner.repeat(c, v.eval(c.AccuInit()), item.isUnreached())
	result.fails = result.fails || over.fails || over.kinds&^(List|Map) != 0
	return result
}

// repeat returns what is known of the result once the step was repeated any number of times.
func (v *evaluation) repeat(c ast.ComprehensionExpr, accumulated value, empty bool) value {
	for pass := 0; !empty; pass++ {
		v.scope[c.AccuVar()] = accumulated
		v.eval(c.LoopCondition())
		next := join(accumulated, v.eval(c.LoopStep()), deepest)
		if next.equals(&accumulated) {
			break
		}
		if accumulated = next; pass == mostPasses {
			accumulated = unknown
			break
		}
	}
	v.scope[c.AccuVar()] = accumulated
	return v.eval(c.Result())
}

// callOf evaluates a call with its operands.
func (v *evaluation) callOf(e ast.Expr) value {
	call := e.AsCall()
	operands := operandsOf(call)
	if taken, assumed := v.attributes[attributeKey(v.path(e))]; assumed && call.FunctionName() == operators.Index {
		operand := v.eval(operands[0])
		if operand.kinds.has(Map) {
			return v.told(e, taken, operand)
		}
	}
	values := make([]value, len(operands))
	for i, operand := range operands {
		values[i] = v.eval(operand)
	}
	result := v.call(call.FunctionName(), call.IsMemberFunction(), v.checked.GetType(e.ID()), values)
	if _, itself := v.itself[e.ID()]; itself {
		result = withItself(call.FunctionName(), &values[0], result)
	}
	return v.told(e, result, values...)
}

// operandsOf returns what a call is called with, its target first.
func operandsOf(call ast.CallExpr) []ast.Expr {
	if call.IsMemberFunction() {
		return append([]ast.Expr{call.Target()}, call.Args()...)
	}
	return call.Args()
}

// told tells what a part yields, and returns it.
func (v *evaluation) told(e ast.Expr, result value, operands ...value) value {
	if v.parts != nil {
		v.parts.tell(e, result, operands, v.because(e, &result, operands))
	}
	return result
}
