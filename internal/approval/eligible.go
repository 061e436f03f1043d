// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"slices"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// eligible lists the users who may decide an open step at a time, in the order in which they are asked: those who were
// approvers when the request was opened and still would be. The index knows the windows of what people hold, not what they
// held before. The second result is false if the beneficiary would have to approve the step, and nobody does so in their place.
func (c *count) eligible(step int, at time.Time) (eligible []string, complete bool) {
	p := c.progress.pass
	spec, input := &p.chain.Steps[step], p.at(at)
	filter := func(selectors []document.Approver, pool v1alpha1.ApproverPool, afterSeconds int64) []string {
		return p.state.Index.FilterEligible(selectors, input, c.poolMembers(step, pool, afterSeconds))
	}
	approvers, fallback := filter(spec.Approvers, v1alpha1.PoolApprover, 0), []string(nil)
	replaced := c.progress.status.Chain.Steps[step].ReplacedApprover != ""
	if len(approvers) == 0 || replaced {
		fallback = filter(spec.Fallback, v1alpha1.PoolFallback, 0)
	}
	eligible, complete = engine.Deciders(spec, approvers, fallback, replaced)
	eligible = slices.Clone(eligible)
	for j := range spec.Timeouts {
		if !c.progress.escalated(step, j, at) {
			continue
		}
		for _, user := range filter(spec.Timeouts[j].Approvers, v1alpha1.PoolEscalation, spec.Timeouts[j].AfterSeconds) {
			if !slices.Contains(eligible, user) {
				eligible = append(eligible, user)
			}
		}
	}
	return eligible, complete
}

// poolMembers lists the users in a pool of a step who have not decided another that has ended, if the chain asks for distinct
// approvers.
func (c *count) poolMembers(step int, pool v1alpha1.ApproverPool, afterSeconds int64) []string {
	var members []string
	for _, a := range c.progress.status.Chain.Steps[step].Approvers {
		if a.Pool == pool && a.AfterSeconds == afterSeconds && !c.spent.has(string(a.User)) {
			members = append(members, string(a.User))
		}
	}
	return members
}

// isEligible reports whether a user may decide an open step at a time.
func (c *count) isEligible(step int, at time.Time, user string) bool {
	eligible, _ := c.eligible(step, at)
	return slices.Contains(eligible, user)
}
