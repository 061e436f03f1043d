// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"github.com/rolewright/rolewright/internal/model"
)

// Budget bounds the work of one resolution, in steps. A step is about a name that is looked at, or a few bytes that are kept:
// they are counted, not timed, so that the same objects are resolved, or given up, on every machine.
type Budget int64

// DefaultBudget suits a cluster: 100,000 users with two grants each take about a seventh of it, and all of it a few seconds.
const DefaultBudget Budget = 100_000_000

// stepsToLook is after how many steps work looks whether it is to stop.
const stepsToLook = 1 << 16

// work counts the steps of one resolution, until stop returns an error; it may be nil. The methods of nil work count nothing.
type work struct {
	spent, limit, look int64
	stop               func() error
}

// overBudget and stopped are what spend panics with, and what guard recovers from.
type (
	overBudget struct{}
	stopped    struct{ err error }
)

// spend counts steps that are about to be made. Beyond the budget, and once the work is to stop, it leaves the resolution.
func (w *work) spend(steps int) {
	if w == nil {
		return
	}
	w.spent += int64(steps)
	if w.spent > w.limit {
		panic(overBudget{})
	}
	if w.stop != nil && w.spent >= w.look {
		w.look = w.spent + stepsToLook
		if err := w.stop(); err != nil {
			panic(stopped{err})
		}
	}
}

// limitTo leaves the resolution if it would take more steps from scratch than there may be.
func (w *work) limitTo(steps int64) {
	if steps > w.limit {
		panic(overBudget{})
	}
}

// givenUp is the resolution of an organization that takes too much work.
func (b Budget) givenUp(world *model.World) *Resolution {
	found := &findings{}
	found.reject(world.Organization.Ref, "", ReasonWorkLimitExceeded,
		"resolving the organization takes more than %d steps of work, so nothing new is published and what was published stays: "+
			"delete roles, constraints, chains or units, or let roles inherit fewer others", int64(b))
	return &Resolution{Findings: found.list, GivenUp: true}
}

// guard calls a function that spends. It reports whether the work was within the budget; the error is why it was stopped.
func guard(call func()) (within bool, err error) {
	defer func() {
		switch reason := recover().(type) {
		case nil:
		case overBudget:
			within = false
		case stopped:
			err = reason.err
		default:
			panic(reason)
		}
	}()
	call()
	return true, nil
}
