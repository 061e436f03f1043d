// SPDX-License-Identifier: Apache-2.0

package closures

import (
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"

	"github.com/rolewright/rolewright/internal/engine/condition/input"
)

// quick is an expression that says whether two simple values are equal, which most conditions are. It needs no frame and calls no
// closure, so that what it reads may lie on the stack.
type quick struct {
	a, b    operand
	unequal bool
}

// longest is the length of a text up to which its comparison is far from the limit of costs.
const longest = 10_000

// operand is a constant, a field of a variable, or a property by a name.
type operand struct {
	source   source
	key      string
	constant value
}

// source says where an operand is read.
type source uint8

const (
	none source = iota
	constant
	subjectID
	subjectType
	subjectProperty
	actionName
	actionProperty
	resourceID
	resourceType
	resourceProperty
	unitAttribute
	contextField
)

// fields are the paths of fields, and properties those of maps in which a property is read by its name.
var (
	fields = map[string]source{
		"subject.id": subjectID, "subject.type": subjectType, "action.name": actionName, "resource.id": resourceID, "resource.type": resourceType,
	}
	properties = map[string]source{
		"subject.properties": subjectProperty, "action.properties": actionProperty, "resource.properties": resourceProperty,
		"resource.unit": unitAttribute, "context": contextField,
	}
)

// quickOf returns an expression that is quick; nil if it is another one.
func quickOf(e ast.Expr) *quick {
	if e.Kind() != ast.CallKind {
		return nil
	}
	name := e.AsCall().FunctionName()
	if name != operators.Equals && name != operators.NotEquals {
		return nil
	}
	q := quick{a: operandOf(e.AsCall().Args()[0]), b: operandOf(e.AsCall().Args()[1]), unequal: name == operators.NotEquals}
	if q.a.source == none || q.b.source == none {
		return nil
	}
	return &q
}

// operandOf returns what an expression reads; its source is none if the expression is another one.
func operandOf(e ast.Expr) operand {
	if e.Kind() == ast.LiteralKind {
		v, known := ofCEL(e.AsLiteral())
		if !known {
			return operand{}
		}
		return operand{source: constant, constant: v}
	}
	path, isPath := selected(e)
	if at, isField := fields[path]; isPath && isField {
		return operand{source: at}
	}
	if !isPath || e.Kind() != ast.SelectKind {
		return operand{}
	}
	path, _ = selected(e.AsSelect().Operand())
	return operand{source: properties[path], key: e.AsSelect().FieldName()}
}

// selected returns the path of an expression that only selects by names.
func selected(e ast.Expr) (path string, is bool) {
	switch e.Kind() {
	case ast.IdentKind:
		return e.AsIdent(), true
	case ast.SelectKind:
		s := e.AsSelect()
		path, is = selected(s.Operand())
		return path + "." + s.FieldName(), is && !s.IsTestOnly()
	default:
		return "", false
	}
}

// test evaluates the expression.
func (q *quick) test(in *input.Input) Result {
	a, aKnown := q.a.read(in)
	b, bKnown := q.b.read(in)
	switch {
	case !aKnown || !bKnown || isLarge(a) || isLarge(b):
		return Undecided
	case a.kind == failed || b.kind == failed:
		return Failed
	case a.kind == text && b.kind == text:
		return resultOf(a.text == b.text != q.unequal)
	default:
		return resultOf(equals(nil, a, b) == equal != q.unequal)
	}
}

// isLarge reports whether a value is not simple: a list, a map, or a text that costs much to compare.
func isLarge(v value) bool { return v.kind == list || v.kind == mapping || len(v.text) > longest }

func resultOf(b bool) Result {
	if b {
		return True
	}
	return False
}

// read reads the operand. The second result is false if only cel-go can tell what it is.
func (o *operand) read(in *input.Input) (v value, known bool) {
	switch o.source {
	case subjectID:
		return textOf(in.Subject.ID), true
	case subjectType:
		return textOf(in.Subject.Type), true
	case actionName:
		return textOf(in.Action.Name), true
	case resourceID:
		return textOf(in.Resource.ID), true
	case resourceType:
		return textOf(in.Resource.Type), true
	case subjectProperty:
		return property(in.Subject.Properties, o.key)
	case actionProperty:
		return property(in.Action.Properties, o.key)
	case resourceProperty:
		return property(in.Resource.Properties, o.key)
	case unitAttribute:
		return property(in.Resource.Unit, o.key)
	case contextField:
		return property(in.Context, o.key)
	default:
		return o.constant, true
	}
}

func property(of map[string]any, key string) (v value, known bool) {
	x, isThere := of[key]
	if !isThere {
		return failure, true
	}
	if s, isText := x.(string); isText {
		return textOf(s), true
	}
	return native(x)
}
