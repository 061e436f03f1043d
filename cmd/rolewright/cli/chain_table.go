// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"time"

	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// mostApprovers is how many approvers are listed on one line.
const mostApprovers = 8

// planRows returns the rows of each step: its approvers, the other pools, and what happens if nobody decides.
func planRows(chain *document.Chain, plan *access.ApprovalPlan) [][]string {
	var rows [][]string
	for i := range plan.Steps {
		step, planned := &chain.Steps[i], &plan.Steps[i]
		if planned.Disposition != access.DispositionAsked {
			rows = append(rows, []string{planned.Name, string(planned.Disposition), none, none, none})
			continue
		}
		rows = append(rows, []string{
			planned.Name, string(planned.Disposition), needs(step), string(v1alpha1.PoolApprover), approverList(planned.Approvers),
		})
		if planned.Replaced != "" {
			rows = append(rows, []string{"", "", "", "Beneficiary, not asked", planned.Replaced})
		}
		if len(step.Fallback) > 0 {
			rows = append(rows, []string{"", "", "", string(v1alpha1.PoolFallback), approverList(planned.Fallback)})
		}
		for j := range step.Timeouts {
			timeout := &step.Timeouts[j]
			after := " after " + duration.HumanDuration(time.Duration(timeout.AfterSeconds)*time.Second)
			if timeout.Action == string(v1alpha1.TimeoutEscalate) {
				rows = append(rows, []string{"", "", "", string(v1alpha1.PoolEscalation) + after, approverList(planned.Escalations[j])})
			} else {
				rows = append(rows, []string{"", "", "", timeout.Action + after, none})
			}
		}
	}
	return rows
}

func needs(step *document.Step) string {
	if step.ApprovalMode == document.ApprovalAll {
		return "all"
	}
	return english.Count(step.RequiredApprovals, "approval")
}

func approverList(users []string) string {
	if len(users) == 0 {
		return "nobody"
	}
	return english.UpTo(mostApprovers, users)
}
