// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"slices"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// eligible lists the users who may decide an open step at a time, in the order in which they are asked: those who were
// approvers when the request was opened and still would be. The index knows the windows of what people hold, not what they
// held before.
func (c *count) eligible(step int, at time.Time) []string {
	p := c.progress.pass
	spec, input := &p.chain.Steps[step], p.at(at)
	filter := func(selectors []document.Approver, pool v1alpha1.ApproverPool, afterSeconds int64) []string {
		return p.state.Index.FilterEligible(selectors, input, c.poolMembers(step, pool, afterSeconds))
	}
	eligible := filter(spec.Approvers, v1alpha1.PoolApprover, 0)
	if len(eligible) == 0 {
		eligible = filter(spec.Fallback, v1alpha1.PoolFallback, 0)
	}
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
	return eligible
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
