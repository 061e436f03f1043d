// SPDX-License-Identifier: Apache-2.0

package closures

import (
	"slices"
	"strings"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/overloads"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"github.com/rolewright/rolewright/internal/engine/condition/input"
)

// Types finds the types that an expression names.
type Types interface {
	FindIdent(name string) (ref.Val, bool)
}

// Compile compiles a checked expression of which cel-go has made a program with constants folded. It returns nil if any part is of
// another shape than those of the package.
func Compile(checked *ast.AST, known Types, limit uint64) *Program {
	c := compiler{references: checked.ReferenceMap(), checked: checked, types: known}
	n, is := c.node(checked.Expr())
	if !is {
		return nil
	}
	evaluate, is := n.evaluator()
	if !is {
		return nil
	}
	return &Program{
		evaluate: evaluate, variables: c.variables, limit: limit, quick: quickOf(checked.Expr()), subjects: subjectsOf(checked.Expr()),
	}
}

// compiler holds what is known while an expression is compiled.
type compiler struct {
	checked    *ast.AST
	references map[int64]*ast.ReferenceInfo
	types      Types
	// scope are the variables of the macros around, the innermost last; variables counts all.
	scope     []local
	variables int
}

// local is a variable of a macro.
type local struct {
	name string
	slot int
	// grows is set if the variable is the list that the macro makes.
	grows bool
}

// node is a compiled part of an expression: a constant, an attribute to which more selections may be added, or anything else.
type node struct {
	constant  *value
	attribute *attribute
	evaluate  eval
}

// evaluator evaluates the part, and counts what it costs. The second result is false if it is no value.
func (n *node) evaluator() (evaluate eval, is bool) {
	switch {
	case n.constant != nil:
		v := *n.constant
		return func(*Frame) value { return v }, true
	case n.attribute != nil:
		if !n.attribute.isWhole() {
			return nil, false
		}
		return n.attribute.evaluator(), true
	default:
		return n.evaluate, true
	}
}

// selectable returns the part as an attribute, to which a selection can be added.
func (n *node) selectable() *attribute {
	if n.attribute != nil {
		return n.attribute
	}
	operand, _ := n.evaluator()
	return &attribute{wrapped: true, root: operand}
}

// node compiles a part of an expression. The second result is false if it is of another shape.
func (c *compiler) node(e ast.Expr) (n *node, is bool) {
	switch e.Kind() {
	case ast.LiteralKind:
		v, known := ofCEL(e.AsLiteral())
		return &node{constant: &v}, known
	case ast.IdentKind:
		return c.name(e)
	case ast.SelectKind:
		return c.selection(e)
	case ast.CallKind:
		return c.call(e)
	case ast.ListKind:
		return c.list(e)
	case ast.MapKind:
		return c.literalMap(e)
	case ast.ComprehensionKind:
		return c.macro(e)
	default:
		return nil, false
	}
}

// evaluator compiles a part that yields a value.
func (c *compiler) evaluator(e ast.Expr) (evaluate eval, is bool) {
	n, is := c.node(e)
	if !is {
		return nil, false
	}
	return n.evaluator()
}

// nodes compiles several parts, each of which yields a value.
func (c *compiler) nodes(parts []ast.Expr) (nodes []*node, evaluate []eval, are bool) {
	for _, part := range parts {
		n, is := c.node(part)
		if !is {
			return nil, nil, false
		}
		e, is := n.evaluator()
		if !is {
			return nil, nil, false
		}
		nodes, evaluate = append(nodes, n), append(evaluate, e)
	}
	return nodes, evaluate, true
}

// name compiles the name of a variable or of a type.
func (c *compiler) name(e ast.Expr) (n *node, is bool) {
	name := e.AsIdent()
	if reference, found := c.references[e.ID()]; found {
		if n, is = c.constantName(e.ID(), reference); is {
			return n, true
		}
		name = reference.Name
	}
	if strings.HasPrefix(name, ".") { // a variable that one of a macro hides: what it selects costs nothing, and sees no variables of macros
		return nil, false
	}
	if variable, found := c.local(name); found {
		return &node{attribute: &attribute{wrapped: true, root: variable.read()}}, true
	}
	switch name {
	case input.VarSubject, input.VarAction, input.VarResource, input.VarDirectory:
		return &node{attribute: &attribute{variable: name}}, true
	}
	read, known := variableOf(name)
	return &node{attribute: &attribute{root: read}}, known
}

// constantName compiles a name that stands for a constant or a type.
func (c *compiler) constantName(id int64, reference *ast.ReferenceInfo) (n *node, is bool) {
	value := reference.Value
	if value == nil {
		if c.checked.GetType(id).Kind() != types.TypeKind {
			return nil, false
		}
		if value, is = c.types.FindIdent(reference.Name); !is {
			return nil, false
		}
	}
	v, known := ofCEL(value)
	return &node{constant: &v}, known
}

// local finds a variable of the macros around.
func (c *compiler) local(name string) (found local, is bool) {
	for _, variable := range slices.Backward(c.scope) {
		if variable.name == name {
			return variable, true
		}
	}
	return local{}, false
}

func (l local) read() eval {
	slot := l.slot
	return func(f *Frame) value { return f.locals[slot] }
}

// selection compiles a selection by a name, and has().
func (c *compiler) selection(e ast.Expr) (n *node, is bool) {
	if reference, found := c.references[e.ID()]; found {
		return c.constantName(e.ID(), reference)
	}
	s := e.AsSelect()
	operand, is := c.node(s.Operand())
	if !is {
		return nil, false
	}
	a := operand.selectable()
	return &node{attribute: a}, a.add(qualifier{key: textOf(s.FieldName()), test: s.IsTestOnly()})
}

// index compiles a selection by an expression.
func (c *compiler) index(call ast.CallExpr) (n *node, is bool) {
	operand, is := c.node(call.Args()[0])
	if !is {
		return nil, false
	}
	key, is := c.node(call.Args()[1])
	if !is {
		return nil, false
	}
	q := qualifier{}
	switch {
	case key.constant != nil:
		q.key = *key.constant
	case key.attribute != nil:
		if !key.attribute.isWhole() {
			return nil, false
		}
		q.dynamic = key.attribute.resolve
	default:
		q.dynamic = key.evaluate
	}
	a := operand.selectable()
	return &node{attribute: a}, a.add(q)
}

// list compiles a list that is written.
func (c *compiler) list(e ast.Expr) (n *node, is bool) {
	if len(e.AsList().OptionalIndices()) > 0 {
		return nil, false
	}
	nodes, elements, are := c.nodes(e.AsList().Elements())
	if !are {
		return nil, false
	}
	var constants []value
	for _, element := range nodes {
		if element.constant != nil {
			constants = append(constants, *element.constant)
		}
	}
	if len(constants) == len(elements) {
		v := listOf(constants)
		return &node{constant: &v}, true
	}
	return &node{evaluate: func(f *Frame) value {
		items := make([]value, len(elements))
		for i, element := range elements {
			if items[i] = element(f); items[i].kind == failed {
				f.cost += listCost
				return failure
			}
		}
		f.cost += listCost
		return listOf(items)
	}}, true
}

// literalMap compiles a map of constants that is written.
func (c *compiler) literalMap(e ast.Expr) (n *node, is bool) {
	m := &literalMap{entries: map[mapKey]value{}}
	for _, entry := range e.AsMap().Entries() {
		written := entry.AsMapEntry()
		key, isKey := c.node(written.Key())
		v, isValue := c.node(written.Value())
		if written.IsOptional() || !isKey || !isValue || key.constant == nil || v.constant == nil || !m.set(*key.constant, *v.constant) {
			return nil, false
		}
	}
	return &node{constant: &value{kind: mapping, of: m}}, true
}

// call compiles a call of a function or an operator.
func (c *compiler) call(e ast.Expr) (n *node, is bool) {
	call := e.AsCall()
	switch call.FunctionName() {
	case operators.Index:
		return c.index(call)
	case operators.Conditional:
		return c.conditional(call)
	case operators.In:
		return c.in(e)
	case operators.Add:
		if n, is, ours := c.growth(call); ours || c.overload(e) == overloads.AddList {
			return n, is
		}
	}
	parts := call.Args()
	if call.IsMemberFunction() {
		if n, is, ours := c.directory(call); ours {
			return n, is
		}
		parts = append([]ast.Expr{call.Target()}, parts...)
	}
	return c.function(e, parts)
}

// function compiles a call whose arguments are evaluated first.
func (c *compiler) function(e ast.Expr, parts []ast.Expr) (n *node, is bool) {
	name := e.AsCall().FunctionName()
	arguments, evaluate, are := c.nodes(parts)
	if !are {
		return nil, false
	}
	if len(parts) == 1 && arguments[0].constant != nil && overloads.IsTypeConversionFunction(name) {
		return fold(name, c.overload(e), arguments[0])
	}
	called := function(name, c.overload(e), arguments, evaluate)
	return &node{evaluate: called}, called != nil
}

// overload returns the overload that a call was resolved to; empty if that is left to the evaluation.
func (c *compiler) overload(e ast.Expr) string {
	if reference, found := c.references[e.ID()]; found && len(reference.OverloadIDs) == 1 {
		return reference.OverloadIDs[0]
	}
	return ""
}
