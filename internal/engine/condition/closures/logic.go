// SPDX-License-Identifier: Apache-2.0

package closures

import "github.com/google/cel-go/common/ast"

// and is true if all terms are. One that is false decides, whatever became of those before it.
func and(terms []eval) eval {
	return func(f *Frame) value {
		all := true
		for _, term := range terms {
			v := term(f)
			if v.isFalse() {
				return v
			}
			all = all && v.isTrue()
		}
		if !all {
			return failure
		}
		return booleanOf(true)
	}
}

// or is true if any term is, whatever became of those before it.
func or(terms []eval) eval {
	return func(f *Frame) value {
		none := true
		for _, term := range terms {
			v := term(f)
			if v.isTrue() {
				return v
			}
			none = none && v.isFalse()
		}
		if !none {
			return failure
		}
		return booleanOf(false)
	}
}

func not(term eval) eval {
	return func(f *Frame) value {
		v := term(f)
		f.cost++
		if v.kind != boolean {
			return failure
		}
		return booleanOf(v.number == 0)
	}
}

// notStrictlyFalse is what macros ask of each element whether to go on: an error does not stop them.
func notStrictlyFalse(term eval) eval {
	return func(f *Frame) value {
		v := term(f)
		f.cost++
		return booleanOf(!v.isFalse())
	}
}

// conditional compiles condition ? yes : no.
func (c *compiler) conditional(call ast.CallExpr) (n *node, is bool) {
	condition, is := c.evaluator(call.Args()[0])
	if !is {
		return nil, false
	}
	branches := [2]*attribute{}
	for i, part := range call.Args()[1:] {
		branch, is := c.node(part)
		if !is {
			return nil, false
		}
		branches[i] = branch.selectable()
	}
	return &node{attribute: &attribute{choice: &choice{condition: condition, yes: branches[0], no: branches[1]}}}, true
}
