// SPDX-License-Identifier: Apache-2.0

package closures

import "github.com/rolewright/rolewright/internal/engine/condition/input"

// Result is what an expression yields.
type Result uint8

const (
	// Undecided is the result if only cel-go can tell.
	Undecided Result = iota
	// True is a boolean.
	True
	// False is the other one.
	False
	// Failed says that the expression cannot be evaluated, or does not yield a boolean.
	Failed
)

// Program is a compiled expression. It never changes and may be run by any number of goroutines.
type Program struct {
	evaluate  eval
	variables int
	limit     uint64
	quick     *quick
	// subjects are what the id of the subject must be equal to.
	subjects []operand
}

// eval evaluates a part of an expression.
type eval func(*Frame) value

// Frame is what one evaluation needs. Its zero value is ready. It may be reused, not shared by two evaluations at once.
type Frame struct {
	input *input.Input
	// cost is what has been evaluated so far costs in cel-go.
	cost, limit uint64
	// gaveUp is set once only cel-go can tell the result. What is evaluated from then on does not count.
	gaveUp bool
	// locals are the variables of macros.
	locals []value
}

// IsQuick reports whether Test can evaluate the program.
func (p *Program) IsQuick() bool { return p.quick != nil }

// Test evaluates a quick program. It does not keep the view, which may lie on the stack.
func (p *Program) Test(view *input.View) Result { return p.quick.test(view) }

// Run evaluates the program, and returns what that costs in cel-go.
func (p *Program) Run(f *Frame, in *input.Input) (result Result, cost uint64) {
	f.input, f.cost, f.limit, f.gaveUp = in, 0, p.limit, false
	if p.variables > len(f.locals) {
		f.locals = make([]value, p.variables)
	}
	v := p.evaluate(f)
	f.input = nil
	if p.variables > 0 {
		clear(f.locals)
	}
	switch {
	case f.gaveUp || f.cost > f.limit:
		return Undecided, f.cost
	case v.kind != boolean:
		return Failed, f.cost
	case v.number == 1:
		return True, f.cost
	default:
		return False, f.cost
	}
}

// giveUp leaves the decision to cel-go.
func (f *Frame) giveUp() value {
	f.gaveUp = true
	return failure
}

// isOver reports whether there is no sense in going on.
func (f *Frame) isOver() bool { return f.gaveUp || f.cost > f.limit }
