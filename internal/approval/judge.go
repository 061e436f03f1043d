// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"slices"
	"time"
)

// Stays reports whether no later pass judges the decision again: its user might not make it at that time, whatever they hold
// later. A caller writes these results first: what follows from them must not be written without them.
func (r DecisionResult) Stays() bool {
	return !r.Counted && slices.Contains([]string{
		ReasonStepNotOpen, ReasonNotEligible, ReasonOnBehalfNotPermitted, ReasonWithdrawalNotPermitted, ReasonRevocationNotPermitted,
		ReasonPoliciesNotEnforced,
	}, r.Reason)
}

// isJudged reports whether an earlier pass found that the user might make the decision when they made it. It may count, or count
// for nothing beside others.
func (d *decision) isJudged() bool {
	return d.counted || d.rejected != nil && slices.Contains([]string{ReasonAlreadyDecided, ReasonDecidedOtherStep}, d.rejected.Reason)
}

// judge returns why a user might not decide an open step when they did; nil if they might. That is judged once, by the index of
// the pass that sees the decision first, which knows the windows of what users hold. The result stays, whatever they
// gain or lose later.
func (c *count) judge(d *decision) *DecisionResult {
	result, judged := c.progress.judged[d]
	if !judged {
		result = c.judgeNow(d)
		c.progress.judged[d] = result
	}
	return result
}

// judgeNow judges a decision as the last pass did or, if none has, by the index of this one.
func (c *count) judgeNow(d *decision) *DecisionResult {
	g := c.progress
	switch {
	case d.rejected != nil && d.rejected.Stays():
		return d.rejected
	case g.precedesStep(d):
		return &DecisionResult{Reason: ReasonStepNotOpen, Message: fmt.Sprintf(
			"step %q had not begun when the decision was made", g.status.Steps[d.step].Name)}
	case d.isJudged():
		return nil
	}
	return c.refuse(d, later(d.created, g.status.Steps[d.step].StartTime.Time))
}

// refuse returns why a user could not decide a step at a time; nil if they could.
func (c *count) refuse(d *decision, at time.Time) *DecisionResult {
	p, step := c.progress.pass, c.progress.status.Steps[d.step].Name
	switch {
	case !c.isEligible(d.step, at, d.voter()):
		return &DecisionResult{Reason: ReasonNotEligible, Message: fmt.Sprintf(
			"%q could not decide step %q when the decision was made", d.voter(), step)}
	case d.spec.OnBehalfOf != "" && p.chain.OnBehalfPermission == "":
		return &DecisionResult{Reason: ReasonOnBehalfNotPermitted, Message: fmt.Sprintf(
			"nobody decides on behalf of others in chain %q: it names no onBehalfPermission", p.status.Chain.Name)}
	case d.spec.OnBehalfOf != "" && !p.state.Index.HasPermission(p.at(at), d.decider(), p.chain.OnBehalfPermission):
		return &DecisionResult{Reason: ReasonOnBehalfNotPermitted, Message: fmt.Sprintf(
			"%q did not hold %s here when the decision was made, which deciding on behalf of %q asks for",
			d.decider(), p.chain.OnBehalfPermission, d.spec.OnBehalfOf)}
	}
	return nil
}

// precedesStep reports whether a decision was made before its step began. A decision on a step that began with the request
// cannot have been: before that, the digest that it names did not exist.
func (g *progress) precedesStep(d *decision) bool {
	began := g.status.Steps[d.step].StartTime
	return began == nil || d.created.Before(began.Time) && began.After(openingTime(&g.status))
}
