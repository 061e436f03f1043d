// SPDX-License-Identifier: Apache-2.0

package closures

import (
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"

	"github.com/rolewright/rolewright/internal/engine/condition/input"
)

// OnlySubject returns the id of the only subject for whom the expression can be true, whatever is said of subjects: that of the owner if
// it asks whether the subject is the owner, or an empty one if nobody is. The second result is false if there may be others.
func (p *Program) OnlySubject(view *input.View) (id string, only bool) {
	for i := range p.subjects {
		switch v, known := p.subjects[i].read(view); {
		case !known || isLarge(v):
		case v.kind == text:
			return v.text, true
		default:
			return "", true
		}
	}
	return "", false
}

// subjectsOf returns what the id of the subject must be equal to wherever an expression is true, of what says nothing of the subject.
func subjectsOf(e ast.Expr) []operand {
	if e.Kind() == ast.CallKind && e.AsCall().FunctionName() == operators.LogicalAnd {
		arguments := e.AsCall().Args()
		return append(subjectsOf(arguments[0]), subjectsOf(arguments[1])...)
	}
	q := quickOf(e)
	switch {
	case q == nil || q.unequal:
		return nil
	case q.a.source == subjectID && !q.b.ofSubject():
		return []operand{q.b}
	case q.b.source == subjectID && !q.a.ofSubject():
		return []operand{q.a}
	default:
		return nil
	}
}

// ofSubject reports whether the operand says something of the subject.
func (o *operand) ofSubject() bool {
	return o.source == subjectID || o.source == subjectType || o.source == subjectProperty
}
