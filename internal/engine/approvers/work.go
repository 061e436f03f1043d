// SPDX-License-Identifier: Apache-2.0

package approvers

// coverageBudget bounds the work of finding out what the chains of an organization cover, in steps that are counted and not timed, so
// that the answer is the same on every machine. A step is about a name that is looked at. Each chain has an equal share.
const coverageBudget = 4_000_000

// stepsOfGap is what it takes to keep a place that is not covered.
const stepsOfGap = 16

// work counts steps until none are left; nil work counts nothing.
type work struct {
	left int
	// tries are those of the search for a way through the steps of a chain, in all places together.
	tries int
}

// overBudget is what spend panics with, and what within recovers from.
type overBudget struct{}

// spend counts steps. Once none are left, it leaves the call of within.
func (w *work) spend(steps int) {
	if w == nil {
		return
	}
	if w.left -= steps; w.left < 0 {
		panic(overBudget{})
	}
}

// within calls a function that spends, and reports whether it came to its end.
func (w *work) within(call func()) (done bool) {
	defer func() {
		switch reason := recover().(type) {
		case nil:
		case overBudget:
			done = false
		default:
			panic(reason)
		}
	}()
	call()
	return true
}
