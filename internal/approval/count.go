// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"slices"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// users is a set of user ids.
type users map[string]struct{}

func (u users) add(id string) { u[id] = struct{}{} }

func (u users) has(id string) bool {
	_, found := u[id]
	return found
}

// addVoters adds the users who voted, and those in whose place they did.
func (u users) addVoters(votes []v1alpha1.Vote) {
	for i := range votes {
		u.add(string(votes[i].Approver))
		if votes[i].OnBehalfOf != "" {
			u.add(string(votes[i].OnBehalfOf))
		}
	}
}

// count counts the votes on the open steps at one time.
type count struct {
	progress *progress
	at       time.Time
	// spent are the users whose votes count in steps that have ended, if the chain asks for distinct approvers.
	spent users
	// tallies holds one for each step.
	tallies []tally
}

// tally is the count of one step.
type tally struct {
	votes []v1alpha1.Vote
	// voters are the users whose votes they are, deciders the users who made them.
	voters, deciders   users
	approvals, denials int
}

// count counts the votes at a time, one after the other, and reports whether that ended a step or the request. If so, there may
// be more to count.
func (g *progress) count(at time.Time) bool {
	c := g.newCount(at)
	for _, d := range g.pass.decisions {
		switch {
		case d.created.After(at) || d.spec.Verdict == v1alpha1.VerdictRevoke:
		case d.spec.Verdict == v1alpha1.VerdictWithdraw:
			if refused := g.pass.refuseWithdrawal(d); refused != nil {
				g.results[d.name] = *refused
				continue
			}
			c.keepVotes()
			g.withdraw(d, at)
			return true
		case g.status.Steps[d.step].State == v1alpha1.StepOpen:
			g.results[d.name] = c.admit(d)
			if g.results[d.name].Counted && c.endStepIfDecided(d.step) {
				return true
			}
		}
	}
	c.keepVotes()
	for i := range g.status.Steps {
		if c.unanimous(i) {
			g.forWantOfVotes = true
			g.approveStep(i, at, "approved by everybody who may decide it: "+listVoters(c.tallies[i].votes, v1alpha1.VerdictApprove))
			return true
		}
	}
	return false
}

func (g *progress) newCount(at time.Time) *count {
	steps := g.status.Steps
	c := &count{progress: g, at: at, spent: users{}, tallies: make([]tally, len(steps))}
	g.eligible, g.incomplete = make([][]string, len(steps)), make([]bool, len(steps))
	if g.pass.distinct() {
		for i := range steps {
			if steps[i].State != v1alpha1.StepOpen {
				c.spent.addVoters(steps[i].Votes)
			}
		}
	}
	for i := range steps {
		if steps[i].State == v1alpha1.StepOpen {
			c.tallies[i] = tally{voters: users{}, deciders: users{}}
			eligible, complete := c.eligible(i, at)
			g.eligible[i], g.incomplete[i] = eligible, !complete
		}
	}
	return c
}

// keepVotes writes the votes on the open steps into the status.
func (c *count) keepVotes() {
	for i := range c.tallies {
		if step := &c.progress.status.Steps[i]; step.State == v1alpha1.StepOpen {
			step.Votes = c.tallies[i].votes
		}
	}
}

// admit counts a vote, or returns why it does not count.
func (c *count) admit(d *decision) DecisionResult {
	g, t := c.progress, &c.tallies[d.step]
	reject := func(reason, format string, details ...any) DecisionResult {
		return DecisionResult{Reason: reason, Message: fmt.Sprintf(format, details...)}
	}
	voter, decider, step := d.voter(), d.decider(), g.status.Steps[d.step].Name
	if refused := c.judge(d); refused != nil {
		return *refused
	}
	switch {
	case t.voters.has(voter):
		return reject(ReasonAlreadyDecided, "an earlier decision for %q on step %q counts", voter, step)
	case t.deciders.has(decider):
		return reject(ReasonAlreadyDecided, "an earlier decision by %q on step %q counts", decider, step)
	case c.countsInOtherStep(d.step, voter) || c.countsInOtherStep(d.step, decider):
		return reject(ReasonDecidedOtherStep,
			"the chain asks for different people in different steps, and a decision of %q counts in another", voter)
	}
	t.add(d)
	return DecisionResult{Counted: true, Reason: ReasonCounted, Message: countedMessage(d)}
}

// countsInOtherStep reports whether a vote by or for a user counts in another step, if the chain asks for distinct approvers.
func (c *count) countsInOtherStep(step int, user string) bool {
	if !c.progress.pass.distinct() {
		return false
	}
	for i := range c.tallies {
		if i != step && (c.tallies[i].voters.has(user) || c.tallies[i].deciders.has(user)) {
			return true
		}
	}
	return c.spent.has(user)
}

func (t *tally) add(d *decision) {
	t.voters.add(d.voter())
	t.deciders.add(d.decider())
	t.votes = append(t.votes, d.vote())
	if d.spec.Verdict == v1alpha1.VerdictDeny {
		t.denials++
		return
	}
	t.approvals++
}

// endStepIfDecided ends a step that is denied or has the approvals that it needs, and reports whether it did.
func (c *count) endStepIfDecided(index int) bool {
	g, t, spec := c.progress, &c.tallies[index], &c.progress.pass.chain.Steps[index]
	switch last := t.votes[len(t.votes)-1]; {
	case t.denials >= spec.RequiredDenials:
		c.keepVotes()
		g.endStep(index, v1alpha1.StepDenied, c.at, "denied by "+listVoters(t.votes, v1alpha1.VerdictDeny))
		g.end(v1alpha1.RequestDenied, c.at, fmt.Sprintf("step %q was denied by %s", g.status.Steps[index].Name, formatVoter(&last)))
	case spec.ApprovalMode == document.ApprovalCount && t.approvals >= max(1, spec.RequiredApprovals):
		c.keepVotes()
		g.approveStep(index, c.at, "approved by "+listVoters(t.votes, v1alpha1.VerdictApprove))
	default:
		return false
	}
	return true
}

// unanimous reports whether a step that asks for all has the approval of everybody who may decide it now, and of one of them at
// least: where nobody may, the step waits. Of a step that is not open no votes are counted.
func (c *count) unanimous(index int) bool {
	g, t := c.progress, &c.tallies[index]
	asksForAll := g.pass.chain.Steps[index].ApprovalMode == document.ApprovalAll
	if !asksForAll || t.approvals == 0 || t.denials > 0 || g.incomplete[index] {
		return false
	}
	return len(g.eligible[index]) > 0 && !slices.ContainsFunc(g.eligible[index], func(user string) bool { return !t.voters.has(user) })
}
