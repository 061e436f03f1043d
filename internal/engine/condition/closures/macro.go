// SPDX-License-Identifier: Apache-2.0

package closures

import (
	"slices"

	"github.com/google/cel-go/common/ast"
)

// macro compiles what a macro over a list or a map expands to.
func (c *compiler) macro(e ast.Expr) (n *node, is bool) {
	m := e.AsComprehension()
	if m.HasIterVar2() {
		return nil, false
	}
	over, is := c.evaluator(m.IterRange())
	if !is {
		return nil, false
	}
	first, is := c.node(m.AccuInit())
	if !is || first.constant == nil || first.constant.kind == mapping {
		return nil, false
	}
	grows := first.constant.kind == list
	if grows && first.constant.length() > 0 {
		return nil, false
	}
	l := loop{over: over, first: *first.constant, grows: grows, result: c.variables, element: c.variables + 1}
	c.variables += 2
	outer := c.scope
	result := local{m.AccuVar(), l.result, grows}
	c.scope = slices.Concat(outer, []local{result, {name: m.IterVar(), slot: l.element}})
	l.condition, is = c.evaluator(m.LoopCondition())
	if is {
		l.step, is = c.evaluator(m.LoopStep())
	}
	c.scope = slices.Concat(outer, []local{result})
	if is {
		l.yield, is = c.evaluator(m.Result())
	}
	c.scope = outer
	return &node{evaluate: l.run}, is
}

// loop is a macro: what it goes over, the variables of its result and of the element, and what becomes of the result with each element
// as long as a condition holds.
type loop struct {
	over                   eval
	first                  value
	grows                  bool
	result, element        int
	condition, step, yield eval
}

func (l *loop) run(f *Frame) value {
	over := l.over(f)
	if over.kind != list && over.kind != mapping {
		return failure
	}
	f.locals[l.result] = l.first
	if l.grows {
		f.locals[l.result] = listOf(nil)
	}
	l.each(f, over)
	if f.isOver() {
		return failure
	}
	return l.yield(f)
}

// each goes over the elements of a list, or the keys of a map.
func (l *loop) each(f *Frame, over value) {
	switch of := over.of.(type) {
	case map[string]any:
		for key := range of {
			if !l.next(f, textOf(key)) {
				return
			}
		}
	case *literalMap:
		for _, key := range of.keys {
			if !l.next(f, key) {
				return
			}
		}
	default:
		for i := range over.length() {
			if !l.next(f, over.at(f, i)) {
				return
			}
		}
	}
}

// next adds an element to the result. It reports whether to go on.
func (l *loop) next(f *Frame, element value) bool {
	if element.kind == failed {
		element = failure
	}
	f.locals[l.element] = element
	if l.condition(f).isFalse() {
		return false
	}
	f.locals[l.result] = l.step(f)
	return !f.isOver()
}

// growth compiles result + [element], which is how macros make a list: nobody else sees it yet, so that it can grow in place. The last
// result is false if the call is another one.
func (c *compiler) growth(call ast.CallExpr) (n *node, is, ours bool) {
	parts := call.Args()
	if parts[0].Kind() != ast.IdentKind || parts[1].Kind() != ast.ListKind || parts[1].AsList().Size() != 1 {
		return nil, false, false
	}
	result, isLocal := c.local(parts[0].AsIdent())
	if !isLocal || !result.grows {
		return nil, false, false
	}
	elements, evaluators, are := c.nodes(parts[1].AsList().Elements())
	if !are {
		return nil, false, true
	}
	element, evaluate := elements[0], evaluators[0]
	cost := uint64(2) // of reading the result, and of adding to it
	if element.constant == nil {
		cost += listCost
	}
	return &node{evaluate: func(f *Frame) value {
		grown, v := f.locals[result.slot], evaluate(f)
		f.cost += cost
		if grown.kind == failed || v.kind == failed {
			return failure
		}
		made := grown.of.(*values)
		made.items = append(made.items, v)
		return grown
	}}, true, true
}
