// SPDX-License-Identifier: Apache-2.0

package outcome

import (
	"cmp"
	"slices"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
)

// parts gathers the parts of an expression that always fail, or compare what is never equal.
type parts struct {
	// broken holds them by their ids. Parts that are not broken in some pass of a comprehension are sound.
	broken map[int64]part
	sound  map[int64]struct{}
}

// part is a part of an expression with what its operands may be.
type part struct {
	expression ast.Expr
	operands   []value
	// unequal is set on a comparison of what is never equal. Because says why another one always has the result that always says.
	// Others always fail.
	unequal bool
	because string
	always  bool
}

func newParts() *parts { return &parts{broken: map[int64]part{}, sound: map[int64]struct{}{}} }

// tell takes in what a part yields. One whose operands fail already is not to blame.
func (p *parts) tell(e ast.Expr, result value, operands []value, because string) {
	if slices.ContainsFunc(operands, func(v value) bool { return v.kinds == 0 }) {
		return
	}
	unequal := neverEqual(e, operands)
	if !unequal && because == "" && !result.alwaysFails() {
		p.sound[e.ID()] = struct{}{}
		return
	}
	p.broken[e.ID()] = part{expression: e, operands: operands, unequal: unequal, because: because, always: result.kinds == True}
}

// neverEqual reports whether a part compares values of kinds that are never equal.
func neverEqual(e ast.Expr, operands []value) bool {
	if e.Kind() != ast.CallKind {
		return false
	}
	switch function := e.AsCall().FunctionName(); {
	case isIn(function):
		members := operands[1].members()
		return members != 0 && !members.comparable().has(operands[0].kinds)
	case function != operators.Equals && function != operators.NotEquals:
		return false
	case operands[0].kinds == Type && operands[1].kinds == Type:
		return wholeBool(operands[0].of)&wholeBool(operands[1].of) == 0
	}
	return !operands[0].kinds.comparable().has(operands[1].kinds)
}

func isIn(function string) bool { return function == operators.In || function == operators.OldIn }

// members returns the kinds of what may be in a value, as the operator in means it.
func (v *value) members() Kinds {
	var kinds Kinds
	if v.kinds.has(List) {
		kinds |= v.elements().kinds
	}
	if v.kinds.has(Map) {
		kinds |= v.keys().kinds
	}
	return kinds
}

// list returns the broken parts by where they begin.
func (p *parts) list(info *ast.SourceInfo) []part {
	var found []part
	for id, broken := range p.broken {
		if _, sound := p.sound[id]; !sound {
			found = append(found, broken)
		}
	}
	slices.SortFunc(found, func(a, b part) int {
		at := func(p part) int32 {
			place, _ := info.GetOffsetRange(p.expression.ID())
			return place.Start
		}
		return cmp.Or(cmp.Compare(at(a), at(b)), cmp.Compare(a.expression.ID(), b.expression.ID()))
	})
	return found
}
