// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// counting counts the votes on the open steps at one moment.
type counting struct {
	*pass
	moment time.Time
	// used are those whose votes count in steps that have ended, where the chain asks for different people.
	used map[string]struct{}
	// tallies has one for each step.
	tallies []tally
}

// tally is what is counted of one step.
type tally struct {
	votes []v1alpha1.Vote
	// persons are whose votes they are, and deciders who made them.
	persons, deciders  map[string]struct{}
	approvals, denials int
}

// count counts the votes at a moment, one after the other, and tells whether that ended a step or the request. Then there
// may be more to count.
func (p *pass) count(at time.Time) bool {
	c := p.newCounting(at)
	for _, b := range p.ballots {
		switch {
		case b.created.After(at) || b.barred || b.spec.Verdict == v1alpha1.VerdictRevoke:
		case b.spec.Verdict == v1alpha1.VerdictWithdraw:
			c.keep()
			p.end(v1alpha1.RequestWithdrawn, at, withdrawnMessage(b))
			return true
		case p.status.Steps[b.step].State == v1alpha1.StepOpen:
			p.verdicts[b.name] = c.admit(b)
			if p.verdicts[b.name].Counted && c.decided(b.step) {
				return true
			}
		}
	}
	c.keep()
	for i := range p.status.Steps {
		if c.unanimous(i) {
			p.passStep(i, at, "approved by everybody who may decide it: "+voters(c.tallies[i].votes, v1alpha1.VerdictApprove))
			return true
		}
	}
	return false
}

// keep writes the votes on the open steps into the status.
func (c *counting) keep() {
	for i := range c.status.Steps {
		if c.status.Steps[i].State == v1alpha1.StepOpen {
			c.status.Steps[i].Votes = c.tallies[i].votes
		}
	}
}

func (p *pass) newCounting(at time.Time) *counting {
	c := &counting{pass: p, moment: at, used: map[string]struct{}{}, tallies: make([]tally, len(p.status.Steps))}
	p.deciders = make([][]string, len(p.status.Steps))
	if p.chain.DistinctApprovers {
		for i := range p.status.Steps {
			if p.status.Steps[i].State != v1alpha1.StepOpen {
				noteVoters(c.used, p.status.Steps[i].Votes)
			}
		}
	}
	for i := range p.status.Steps {
		if p.status.Steps[i].State == v1alpha1.StepOpen {
			c.tallies[i] = tally{persons: map[string]struct{}{}, deciders: map[string]struct{}{}}
			p.deciders[i] = c.mayDecide(i, at)
		}
	}
	return c
}

// noteVoters adds who voted, and for whom.
func noteVoters(used map[string]struct{}, votes []v1alpha1.Vote) {
	for i := range votes {
		used[string(votes[i].Approver)] = struct{}{}
		if votes[i].OnBehalfOf != "" {
			used[string(votes[i].OnBehalfOf)] = struct{}{}
		}
	}
}

// admit counts a vote, or tells why it does not count.
func (c *counting) admit(b *ballot) Counted {
	progress, t := &c.status.Steps[b.step], &c.tallies[b.step]
	no := func(reason, format string, details ...any) Counted {
		return Counted{Reason: reason, Message: fmt.Sprintf(format, details...)}
	}
	person, decider := b.person(), string(b.spec.Approver)
	switch {
	case c.early(b):
		return no(ReasonStepNotOpen, "step %q had not begun when the decision was made", progress.Name)
	case !slices.Contains(c.deciders[b.step], person):
		return no(ReasonNotEligible, "%q may not decide step %q now", person, progress.Name)
	case !slices.Contains(c.mayDecide(b.step, later(b.created, progress.Began.Time)), person):
		return no(ReasonNotEligible, "%q could not decide step %q yet when the decision was made", person, progress.Name)
	case b.spec.OnBehalfOf != "" && !c.mayStandIn(b, c.moment):
		return no(ReasonOnBehalfNotPermitted, "%s", c.cannotStandIn(b))
	case has(t.persons, person):
		return no(ReasonAlreadyDecided, "an earlier decision for %q on step %q counts", person, progress.Name)
	case has(t.deciders, decider):
		return no(ReasonAlreadyDecided, "an earlier decision by %q on step %q counts", decider, progress.Name)
	case c.elsewhere(b.step, person) || c.elsewhere(b.step, decider):
		return no(ReasonDecidedOtherStep, "the chain asks for different people in different steps, and a decision of %q counts in another", person)
	}
	t.add(b)
	return Counted{Counted: true, Reason: ReasonCounted, Message: countsMessage(b)}
}

func has(set map[string]struct{}, name string) bool {
	_, found := set[name]
	return found
}

// early tells whether a decision was made before its step began. On a step that began with the request none was: nobody
// could name its digest.
func (p *pass) early(b *ballot) bool {
	began := p.status.Steps[b.step].Began
	return began == nil || b.created.Before(began.Time) && began.After(p.opened())
}

// elsewhere tells whether somebody's vote counts in another step, where the chain asks for different people.
func (c *counting) elsewhere(step int, user string) bool {
	if !c.chain.DistinctApprovers {
		return false
	}
	for i := range c.tallies {
		if i != step && (has(c.tallies[i].persons, user) || has(c.tallies[i].deciders, user)) {
			return true
		}
	}
	return has(c.used, user)
}

func (t *tally) add(b *ballot) {
	t.persons[b.person()], t.deciders[string(b.spec.Approver)] = struct{}{}, struct{}{}
	t.votes = append(t.votes, v1alpha1.Vote{
		Decision: b.name, Approver: b.spec.Approver, OnBehalfOf: b.spec.OnBehalfOf, Verdict: b.spec.Verdict,
		Time: metav1.Time{Time: b.created.UTC()},
	})
	if b.spec.Verdict == v1alpha1.VerdictDeny {
		t.denials++
		return
	}
	t.approvals++
}

// decided ends a step that has its quorum, or is denied.
func (c *counting) decided(step int) bool {
	written, t, progress := &c.chain.Steps[step], &c.tallies[step], &c.status.Steps[step]
	switch last := t.votes[len(t.votes)-1]; {
	case t.denials >= written.Denials:
		c.keep()
		c.endStep(step, v1alpha1.StepDenied, c.moment, "denied by "+voters(t.votes, v1alpha1.VerdictDeny))
		c.end(v1alpha1.RequestDenied, c.moment, fmt.Sprintf("step %q was denied by %s", progress.Name, voter(&last)))
	case written.Quorum > 0 && t.approvals >= written.Quorum:
		c.keep()
		c.passStep(step, c.moment, "approved by "+voters(t.votes, v1alpha1.VerdictApprove))
	default:
		return false
	}
	return true
}

// unanimous tells whether a step that asks for all has the approval of everybody who may decide it, and of one at least.
func (c *counting) unanimous(step int) bool {
	t := &c.tallies[step]
	if c.status.Steps[step].State != v1alpha1.StepOpen || c.chain.Steps[step].Quorum > 0 || t.approvals == 0 || t.denials > 0 {
		return false
	}
	return !slices.ContainsFunc(c.deciders[step], func(user string) bool { return !has(t.persons, user) })
}

// mayDecide lists who may decide an open step at a moment, in the order in which they are asked: those who were approvers
// when the request was opened and would still be. Of what people hold it knows only what they hold now.
func (c *counting) mayDecide(step int, at time.Time) []string {
	written := &c.chain.Steps[step]
	asked := c.at(at)
	still := func(of v1alpha1.ApproverPool, timeout int, selectors []document.Approver) []string {
		return c.Index.FilterEligible(selectors, asked, c.members(step, of, timeout))
	}
	may := still(v1alpha1.PoolApprover, 0, written.Approvers)
	if len(may) == 0 {
		may = still(v1alpha1.PoolFallback, 0, written.Fallback)
	}
	for j := range written.Timeouts {
		if !c.escalates(step, j, at) {
			continue
		}
		for _, user := range still(v1alpha1.PoolEscalation, j, written.Timeouts[j].Approvers) {
			if !slices.Contains(may, user) {
				may = append(may, user)
			}
		}
	}
	return may
}

// members are those of a pool of a step who have no say in another that has ended, where the chain asks for different people.
func (c *counting) members(step int, of v1alpha1.ApproverPool, timeout int) []string {
	var members []string
	for _, a := range c.status.Chain.Steps[step].Approvers {
		if a.Pool == of && int(number(a.Timeout)) == timeout && !has(c.used, string(a.User)) {
			members = append(members, string(a.User))
		}
	}
	return members
}
