// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"errors"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Plan selects the chain that would govern a request, and returns the plan for its steps.
func Plan(index *engine.Index, input *access.ApprovalInput) (string, *access.ApprovalPlan, error) {
	name, err := index.SelectChain(input)
	if err != nil {
		return "", nil, err
	}
	chain, _ := index.Chain(name)
	plan, err := index.ApprovalPlan(&chain, input)
	if refused, is := errors.AsType[*access.RefusedError](err); is {
		err = fmt.Errorf("ApprovalChain %q %s", name, refused.Predicate)
	}
	return name, plan, err
}

// Outcome returns what would become of a request that no chain governs, by the error of Plan: it waits for what is missing, or else is
// denied.
func Outcome(err error) string {
	if _, missing := errors.AsType[*access.MissingError](err); missing {
		return "waiting"
	}
	return "denied"
}

// PlannedPool is who may decide a step of a plan, or what becomes of it if nobody does.
type PlannedPool struct {
	// Step, Disposition and Needs are those of the step, on its first pool.
	Step, Disposition, Needs string
	// Pool names the users, and says from when on they may decide; empty for a step that asks nobody.
	Pool string
	// Users is empty if nobody is asked.
	Users string
}

// mostApprovers is how many approvers are named.
const mostApprovers = 8

// Pools returns the pools of each step of a plan, and what happens if nobody decides.
func Pools(chain *document.Chain, plan *access.ApprovalPlan) []PlannedPool {
	var pools []PlannedPool
	for i := range plan.Steps {
		step, planned := &chain.Steps[i], &plan.Steps[i]
		if planned.Disposition != access.DispositionAsked {
			pools = append(pools, PlannedPool{Step: planned.Name, Disposition: string(planned.Disposition)})
			continue
		}
		pools = append(pools, PlannedPool{
			Step: planned.Name, Disposition: string(planned.Disposition), Needs: needs(step), Pool: string(v1alpha1.PoolApprover),
			Users: approvers(planned.Approvers),
		})
		if planned.Replaced != "" {
			pools = append(pools, PlannedPool{Pool: "Beneficiary, not asked", Users: planned.Replaced})
		}
		if len(step.Fallback) > 0 {
			pools = append(pools, PlannedPool{Pool: string(v1alpha1.PoolFallback), Users: approvers(planned.Fallback)})
		}
		for j := range step.Timeouts {
			timeout := &step.Timeouts[j]
			after := " after " + duration.HumanDuration(time.Duration(timeout.AfterSeconds)*time.Second)
			if timeout.Action == string(v1alpha1.TimeoutEscalate) {
				pools = append(pools, PlannedPool{Pool: string(v1alpha1.PoolEscalation) + after, Users: approvers(planned.Escalations[j])})
			} else {
				pools = append(pools, PlannedPool{Pool: timeout.Action + after})
			}
		}
	}
	return pools
}

func needs(step *document.Step) string {
	if step.ApprovalMode == document.ApprovalAll {
		return "all"
	}
	return english.Count(step.RequiredApprovals, "approval")
}

func approvers(users []string) string {
	if len(users) == 0 {
		return "nobody"
	}
	return english.UpTo(mostApprovers, users)
}
