// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"slices"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// replay takes what happened since the last pass, in order of time, and then counts who may decide now.
//
// A step ends at the time of the decision or deadline that ended it, whenever that is seen: what follows depends on it. If a
// step ends and nothing new happened, the index has changed since the last pass; then the step ends now.
func (g *progress) replay() {
	p := g.pass
	if !g.pending() || p.chain == nil {
		return
	}
	if p.state.Index == nil {
		g.blockOnOrganization()
		return
	}
	g.transitions = p.state.Index.Transitions(p.at(p.now), approversOf(p.status))
	cursor := p.observed.Add(-1)
	for g.running() {
		next, found := g.nextTime(cursor)
		if !found {
			return
		}
		// When a step ends, the next one may begin and end in the same moment.
		for more := true; more && g.running(); {
			more = g.expire(next) || g.count(next)
		}
		cursor = next
	}
}

// running reports whether the pass can go on.
func (g *progress) running() bool { return g.pending() && g.check == nil }

// approversOf returns the users who may decide a step, or may come to.
func approversOf(status *v1alpha1.ApprovalRequestStatus) []string {
	var users []string
	for i := range status.Chain.Steps {
		for _, a := range status.Chain.Steps[i].Approvers {
			users = append(users, string(a.User))
		}
	}
	slices.Sort(users)
	return slices.Compact(users)
}

// openingTime returns when the request was opened.
func openingTime(status *v1alpha1.ApprovalRequestStatus) time.Time {
	if status.StartTime == nil {
		return time.Time{}
	}
	return status.StartTime.Time
}

// nextTime returns the first time after another at which something may happen, up to now.
func (g *progress) nextTime(after time.Time) (time.Time, bool) {
	p := g.pass
	earliest, found := p.now, p.now.After(after)
	consider := func(t time.Time) {
		if t.After(after) && !t.After(earliest) {
			earliest, found = t, true
		}
	}
	for _, d := range p.decisions {
		if d.isNew {
			// A decision that arrives late changes nothing that ended without it.
			consider(later(d.created, p.observed))
		}
	}
	for _, t := range g.transitions {
		if t.After(p.observed) {
			consider(t)
		}
	}
	g.eachDeadline(consider)
	return earliest, found
}

// eachDeadline calls a function with the time of each timeout of the open steps.
func (g *progress) eachDeadline(visit func(time.Time)) {
	for i := range g.status.Steps {
		if step := &g.status.Steps[i]; step.State == v1alpha1.StepOpen {
			for j := range g.pass.chain.Steps[i].Timeouts {
				visit(deadline(step, g.pass.chain.Steps[i].Timeouts[j].AfterSeconds))
			}
		}
	}
}

func deadline(step *v1alpha1.StepProgress, afterSeconds int64) time.Time {
	return step.StartTime.Add(time.Duration(afterSeconds) * time.Second)
}

// expire ends the request if an open step was not decided in time, and reports whether it did. A decision that was made in
// the second of the deadline is too late. It is called at every deadline, so those that have passed are of the same time.
func (g *progress) expire(at time.Time) bool {
	for i := range g.status.Steps {
		step := &g.status.Steps[i]
		if step.State != v1alpha1.StepOpen {
			continue
		}
		for j := range g.pass.chain.Steps[i].Timeouts {
			timeout := &g.pass.chain.Steps[i].Timeouts[j]
			if timeout.Action != string(v1alpha1.TimeoutEscalate) && !deadline(step, timeout.AfterSeconds).After(at) {
				g.endUndecided(i, timeout, at)
				return true
			}
		}
	}
	return false
}

// endUndecided ends the request by a timeout of a step.
func (g *progress) endUndecided(step int, timeout *document.StepTimeout, at time.Time) {
	g.forWantOfVotes = true
	state, stepState := v1alpha1.RequestExpired, v1alpha1.StepExpired
	if timeout.Action == string(v1alpha1.TimeoutDeny) {
		state, stepState = v1alpha1.RequestDenied, v1alpha1.StepDenied
	}
	limit := time.Duration(timeout.AfterSeconds) * time.Second
	g.endStep(step, stepState, at, fmt.Sprintf("not decided within %s", limit))
	g.end(state, at, fmt.Sprintf("step %q was not decided within %s", g.status.Steps[step].Name, limit))
}

// escalations returns how many timeouts of a step have let further approvers decide it.
func (g *progress) escalations(step int, at time.Time) int {
	n := 0
	for j := range g.pass.chain.Steps[step].Timeouts {
		if g.escalated(step, j, at) {
			n++
		}
	}
	return n
}

// escalated reports whether a timeout of an open step has let further approvers decide it.
func (g *progress) escalated(step, timeout int, at time.Time) bool {
	t := &g.pass.chain.Steps[step].Timeouts[timeout]
	return t.Action == string(v1alpha1.TimeoutEscalate) && !deadline(&g.status.Steps[step], t.AfterSeconds).After(at)
}
