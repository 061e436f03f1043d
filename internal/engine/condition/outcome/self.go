// SPDX-License-Identifier: Apache-2.0

package outcome

import (
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
)

// itself returns the ids of the comparisons of a part with one that is written alike. Both have the same value: what a function
// returns depends on nothing but its operands.
func (a *analysis) itself() map[int64]struct{} {
	ids := map[int64]struct{}{}
	ast.PreOrderVisit(a.checked.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.CallKind || !isComparison(e.AsCall().FunctionName()) {
			return
		}
		one, other := e.AsCall().Args()[0], e.AsCall().Args()[1]
		if one.Kind() != other.Kind() || one.Kind() == ast.LiteralKind {
			return
		}
		x, errX := cel.ExprToString(one, a.checked.SourceInfo())
		y, errY := cel.ExprToString(other, a.checked.SourceInfo())
		if errX == nil && errY == nil && x == y {
			ids[e.ID()] = struct{}{}
		}
	}))
	return ids
}

// withItself returns what is known of a comparison of a value with itself, of which result is known already. NaN is not equal to
// itself, and cannot be ordered.
func withItself(function string, operand *value, result value) value {
	relation, isRelation := relations[function]
	switch {
	case result.kinds == 0:
		return result
	case isRelation:
		return boolean(relation&same != 0, relation&same == 0, result.fails)
	case function != operators.Equals && function != operators.NotEquals || !operand.equalsItself():
		return result
	}
	return boolean(function == operators.Equals, function == operators.NotEquals, result.fails)
}

// equalsItself reports whether nothing that the value may be differs from itself, as NaN does, and what holds it.
func (v *value) equalsItself() bool {
	return v.isNumber && !v.kinds.has(Object) || !v.kinds.has(Double|List|Map|Object)
}

// because says why a comparison has the same result whatever a request and the directory say; empty if it is for another reason.
func (v *evaluation) because(e ast.Expr, result *value, operands []value) string {
	if e.Kind() != ast.CallKind || !isComparison(e.AsCall().FunctionName()) || result.kinds != True && result.kinds != False {
		return ""
	}
	if isIn(e.AsCall().FunctionName()) && operands[1].isEmptyList() {
		return "the list is empty: name what may be in it"
	}
	if _, itself := v.itself[e.ID()]; itself {
		return "both sides are the same: compare it with something else"
	}
	for i := range operands {
		if s := operands[i].span; s != nil {
			return s.because
		}
	}
	return ""
}
