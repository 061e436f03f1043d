// SPDX-License-Identifier: Apache-2.0

package closures

import (
	"github.com/google/cel-go/common/ast"

	"github.com/rolewright/rolewright/internal/engine/condition/input"
)

// questions are the functions of the directory.
var questions = map[string]func(d input.Directory, a, b string) bool{
	"isManager": input.Directory.IsManager,
	"isAbove":   input.Directory.IsAbove,
}

// directory compiles a question to the directory. The last result is false if the call is another one.
func (c *compiler) directory(call ast.CallExpr) (n *node, is, ours bool) {
	ask, known := questions[call.FunctionName()]
	if !known || len(call.Args()) != 2 {
		return nil, false, false
	}
	target, is := c.node(call.Target())
	if !is || target.attribute == nil || target.attribute.variable != input.VarDirectory {
		return nil, false, true
	}
	_, arguments, are := c.nodes(call.Args())
	if !are {
		return nil, false, true
	}
	about, of := arguments[0], arguments[1]
	return &node{evaluate: func(f *Frame) value {
		f.cost++ // of reading the variable
		a := about(f)
		if a.kind == failed {
			return failure
		}
		b := of(f)
		f.cost++
		if a.kind != text || b.kind != text || f.input.Directory == nil {
			return failure
		}
		return booleanOf(ask(f.input.Directory, a.text, b.text))
	}}, true, true
}
