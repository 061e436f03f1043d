// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"slices"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// run takes what happened since the last pass, in the order of time, and then looks at who may decide now.
//
// A step ends when the decision was made, or the deadline passed, that ended it, whenever that comes to be seen: what
// follows depends on that time. Where something ends a step that no earlier pass saw it end by, and nothing new happened,
// people have changed in between; then it ends now.
func (p *pass) run() {
	if !p.pending() || p.chain == nil {
		return
	}
	p.barStandIns()
	p.turns = p.Index.Transitions(p.at(p.now), p.concernedUsers())
	cursor := p.known.Add(-1)
	for p.pending() {
		next, found := p.next(cursor)
		if !found {
			return
		}
		// What ends a step may let the next one begin in the same moment.
		for more := true; more && p.pending(); {
			more = p.expire(next) || p.count(next)
		}
		cursor = next
	}
}

// next is the first moment after another at which something may happen, up to now.
func (p *pass) next(after time.Time) (time.Time, bool) {
	earliest, found := p.now, p.now.After(after)
	consider := func(t time.Time) {
		if t.After(after) && !t.After(earliest) {
			earliest, found = t, true
		}
	}
	for _, b := range p.ballots {
		if b.fresh && !b.barred && b.created.After(p.known) {
			consider(b.created)
		} else if b.fresh && !b.barred {
			// It came late. What was ended without it stays as it is.
			consider(p.known)
		}
	}
	for _, t := range p.turns {
		if t.After(p.known) {
			consider(t)
		}
	}
	p.deadlines(consider)
	return earliest, found
}

// deadlines calls a function with the time of each timeout of the open steps.
func (p *pass) deadlines(consider func(time.Time)) {
	for i := range p.status.Steps {
		if progress := &p.status.Steps[i]; progress.State == v1alpha1.StepOpen {
			for j := range p.chain.Steps[i].Timeouts {
				consider(deadline(progress, p.chain.Steps[i].Timeouts[j].AfterSeconds))
			}
		}
	}
}

func deadline(progress *v1alpha1.StepProgress, afterSeconds int64) time.Time {
	return progress.Began.Add(time.Duration(afterSeconds) * time.Second)
}

// expire ends the request if an open step has waited for too long. A decision that was made in that very second is too late.
func (p *pass) expire(at time.Time) bool {
	ended, ending := -1, 0
	var earliest time.Time
	for i := range p.status.Steps {
		progress := &p.status.Steps[i]
		if progress.State != v1alpha1.StepOpen {
			continue
		}
		for j := range p.chain.Steps[i].Timeouts {
			timeout := &p.chain.Steps[i].Timeouts[j]
			passed := deadline(progress, timeout.AfterSeconds)
			if timeout.Action == string(v1alpha1.TimeoutEscalate) || passed.After(at) || ended >= 0 && !passed.Before(earliest) {
				continue
			}
			ended, ending, earliest = i, j, passed
		}
	}
	if ended < 0 {
		return false
	}
	progress, timeout := &p.status.Steps[ended], &p.chain.Steps[ended].Timeouts[ending]
	state, stepState := v1alpha1.RequestExpired, v1alpha1.StepExpired
	if timeout.Action == string(v1alpha1.TimeoutDeny) {
		state, stepState = v1alpha1.RequestDenied, v1alpha1.StepDenied
	}
	p.endStep(ended, stepState, at, fmt.Sprintf("not decided within %s", time.Duration(timeout.AfterSeconds)*time.Second))
	p.end(state, at, fmt.Sprintf("step %q was not decided within %s", progress.Name, time.Duration(timeout.AfterSeconds)*time.Second))
	return true
}

// escalated tells how many timeouts of a step have let further approvers decide it.
func (p *pass) escalated(step int, at time.Time) int {
	n := 0
	for j := range p.chain.Steps[step].Timeouts {
		if p.escalates(step, j, at) {
			n++
		}
	}
	return n
}

func (p *pass) escalates(step, timeout int, at time.Time) bool {
	written := &p.chain.Steps[step].Timeouts[timeout]
	return written.Action == string(v1alpha1.TimeoutEscalate) && !deadline(&p.status.Steps[step], written.AfterSeconds).After(at)
}

// barStandIns sorts out who decided for somebody else without the permission to do so.
func (p *pass) barStandIns() {
	for _, b := range p.ballots {
		if b.spec.OnBehalfOf != "" && !p.mayStandIn(b, later(b.created, p.opened())) {
			b.barred = true
			p.verdicts[b.name] = Counted{Reason: ReasonOnBehalfNotPermitted, Message: p.cannotStandIn(b)}
		}
	}
}

func (p *pass) mayStandIn(b *ballot, at time.Time) bool {
	return p.Index.HasPermission(p.at(at), string(b.spec.Approver), p.chain.OnBehalfPermission)
}

func (p *pass) cannotStandIn(b *ballot) string {
	if p.chain.OnBehalfPermission == "" {
		return fmt.Sprintf("nobody decides on behalf of others in chain %q: it names no onBehalfPermission", p.status.Chain.Name)
	}
	return fmt.Sprintf("%q does not hold %s here, which deciding on behalf of %q asks for",
		b.spec.Approver, p.chain.OnBehalfPermission, b.spec.OnBehalfOf)
}

// concernedUsers are all who have, or may come to have, a say in the request.
func (p *pass) concernedUsers() []string {
	var users []string
	for i := range p.status.Chain.Steps {
		for _, a := range p.status.Chain.Steps[i].Approvers {
			users = append(users, string(a.User))
		}
	}
	for _, b := range p.ballots {
		if !b.barred {
			users = append(users, string(b.spec.Approver))
		}
	}
	slices.Sort(users)
	return slices.Compact(users)
}

// opened is when the request was opened.
func (p *pass) opened() time.Time {
	var opened time.Time
	for i := range p.status.Steps {
		if began := p.status.Steps[i].Began; began != nil && (opened.IsZero() || began.Time.Before(opened)) {
			opened = began.Time
		}
	}
	return opened
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
