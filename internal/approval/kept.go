// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Bounds of what a request keeps of the approvers of a step.
const (
	maxApprovers = 256
	// maxApproverBytes bounds their ids, so that the status of a request always fits into an object.
	maxApproverBytes = 32 << 10
	// poolRoom is what is kept free for each pool that comes after another, so that a long list does not crowd out those to
	// whom the step falls or escalates.
	poolRoom = 32
)

// pool is one way of being an approver of a step.
type pool struct {
	approvers []v1alpha1.RequestApprover
}

// pools lists the approvers of a step, pool by pool.
func pools(step *access.PlanStep) []pool {
	listed := make([]pool, 0, 2+len(step.Escalations))
	listed = append(listed, poolOf(v1alpha1.PoolApprover, nil, step.Approvers), poolOf(v1alpha1.PoolFallback, nil, step.Fallback))
	for i, users := range step.Escalations {
		listed = append(listed, poolOf(v1alpha1.PoolEscalation, timeoutPlace(i), users))
	}
	return listed
}

func timeoutPlace(i int) *int32 {
	place := int32(i)
	return &place
}

func poolOf(name v1alpha1.ApproverPool, timeout *int32, users []string) pool {
	var p pool
	for _, user := range users {
		p.approvers = append(p.approvers, v1alpha1.RequestApprover{User: v1alpha1.UserID(user), Pool: name, Timeout: timeout})
	}
	return p
}

// keptApprovers are the approvers of a step whom a request keeps, pool by pool, and how many it leaves out.
func keptApprovers(step *access.PlanStep) (kept []v1alpha1.RequestApprover, omitted int) {
	listed := pools(step)
	room, bytes := maxApprovers, maxApproverBytes
	for i := range listed {
		free := room
		for _, later := range listed[i+1:] {
			free -= min(poolRoom, len(later.approvers))
		}
		reserved := bytes * (room - free) / maxApprovers
		for _, approver := range listed[i].approvers {
			if free == 0 || len(approver.User) > bytes-reserved {
				omitted++
				continue
			}
			kept = append(kept, approver)
			bytes -= len(approver.User)
			free--
			room--
		}
	}
	return kept, omitted
}

// count is nil for nothing.
func count(n int) *int32 {
	if n == 0 {
		return nil
	}
	number := int32(n)
	return &number
}
