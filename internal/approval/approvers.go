// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// Bounds of the approvers that a request keeps for each step.
const (
	maxApprovers = 256
	// maxApproverBytes bounds their ids, so that the status of a request always fits into an object.
	maxApproverBytes = 32 << 10
	// reservedPerPool is kept free for each further pool, so that a long list leaves room for those to whom the step falls
	// back or escalates.
	reservedPerPool = 32
)

// approverPools lists the approvers of a step, pool by pool.
func approverPools(timeouts []v1alpha1.RequestTimeout, step *access.PlanStep) [][]v1alpha1.RequestApprover {
	pools := make([][]v1alpha1.RequestApprover, 0, 2+len(step.Escalations))
	pools = append(pools, approverPool(v1alpha1.PoolApprover, 0, step.Approvers), approverPool(v1alpha1.PoolFallback, 0, step.Fallback))
	for i, users := range step.Escalations {
		pools = append(pools, approverPool(v1alpha1.PoolEscalation, timeouts[i].AfterSeconds, users))
	}
	return pools
}

func approverPool(pool v1alpha1.ApproverPool, afterSeconds int64, users []string) []v1alpha1.RequestApprover {
	approvers := make([]v1alpha1.RequestApprover, 0, len(users))
	for _, user := range users {
		approvers = append(approvers, v1alpha1.RequestApprover{User: v1alpha1.Observed(user), Pool: pool, AfterSeconds: afterSeconds})
	}
	return approvers
}

// boundedApprovers returns the approvers of a step that a request keeps, pool by pool, and how many it leaves out.
func boundedApprovers(timeouts []v1alpha1.RequestTimeout, step *access.PlanStep) (kept []v1alpha1.RequestApprover, omitted int) {
	pools := approverPools(timeouts, step)
	room, bytes := maxApprovers, maxApproverBytes
	for i, pool := range pools {
		free := room
		for _, further := range pools[i+1:] {
			free -= min(reservedPerPool, len(further))
		}
		reserved := bytes * (room - free) / maxApprovers
		for _, approver := range pool {
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
