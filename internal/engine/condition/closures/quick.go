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
	isText   bool // of the constant
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
		return operand{source: constant, constant: v, isText: v.kind == text}
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
func (q *quick) test(view *input.View) Result {
	if a, isText := q.a.text(view); isText {
		if b, isText := q.b.text(view); isText && len(a) <= longest && len(b) <= longest {
			return resultOf(a == b != q.unequal)
		}
	}
	a, aKnown := q.a.read(view)
	b, bKnown := q.b.read(view)
	switch {
	case !aKnown || !bKnown || isLarge(a) || isLarge(b):
		return Undecided
	case a.kind == failed || b.kind == failed:
		return Failed
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
func (o *operand) read(view *input.View) (v value, known bool) {
	r := view.Request
	switch o.source {
	case subjectID:
		return textOf(r.Subject.ID), true
	case subjectType:
		return textOf(r.Subject.Type), true
	case actionName:
		return textOf(r.Action.Name), true
	case resourceID:
		return textOf(r.Resource.ID), true
	case resourceType:
		return textOf(r.Resource.Type), true
	case subjectProperty:
		return property(view.Subject, r.Subject.Properties, o.key)
	case actionProperty:
		return property(nil, r.Action.Properties, o.key)
	case resourceProperty:
		return property(view.Resource, r.Resource.Properties, o.key)
	case unitAttribute:
		return property(nil, view.Unit, o.key)
	case contextField:
		return property(nil, r.Context, o.key)
	default:
		return o.constant, true
	}
}

// text reads the operand if it is a text, which most are. The directory knows nothing of what it is read from then.
func (o *operand) text(view *input.View) (text string, is bool) {
	r := view.Request
	switch o.source {
	case subjectID:
		return r.Subject.ID, true
	case resourceID:
		return r.Resource.ID, true
	case constant:
		return o.constant.text, o.isText
	case resourceProperty:
		if view.Resource == nil {
			text, is = r.Resource.Properties[o.key].(string)
		}
	case subjectProperty:
		if view.Subject == nil {
			text, is = r.Subject.Properties[o.key].(string)
		}
	default:
	}
	return text, is
}

// property reads a property that was sent, unless the directory knows of it.
func property(known *input.Attributes, sent map[string]any, key string) (v value, isKnown bool) {
	if known != nil {
		x, presence := known.Property(key, sent)
		if presence != input.Given {
			return failure, true
		}
		return native(x)
	}
	x, isThere := sent[key]
	if !isThere {
		return failure, true
	}
	return native(x)
}
