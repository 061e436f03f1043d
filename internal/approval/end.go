// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"fmt"
	"slices"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
)

// defaultTTL is how long a request is kept after its end, where its chain does not say.
const defaultTTL = 30 * 24 * time.Hour

// advance begins the steps whose turn it is, and approves the request if none is left.
func (g *progress) advance(at time.Time) {
	left, parallel := false, g.status.Chain.Order == v1alpha1.Observed(v1alpha1.StepsParallel)
	for i := range g.status.Steps {
		switch step := &g.status.Steps[i]; step.State {
		case v1alpha1.StepWaiting:
			if parallel || !left {
				step.State, step.StartTime = v1alpha1.StepOpen, timestamp(at)
			}
			left = true
		case v1alpha1.StepOpen:
			left = true
		default:
		}
	}
	if !left {
		g.approve(at)
	}
}

// approveStep approves an open step, and begins what comes after it.
func (g *progress) approveStep(step int, at time.Time, message string) {
	g.endStep(step, v1alpha1.StepApproved, at, message)
	g.advance(at)
}

func (g *progress) endStep(step int, state v1alpha1.StepState, at time.Time, message string) {
	ended := &g.status.Steps[step]
	ended.State, ended.CompletionTime, ended.Message = state, timestamp(at), bounded.Bytes(message, maxMessage)
}

// approve approves a request that has passed every step. If it asks for a role, the role is held from then on, for the
// duration that the request keeps.
func (g *progress) approve(at time.Time) {
	if g.pass.state.Request.Spec.Grant == nil {
		g.end(v1alpha1.RequestApproved, at, g.approvedMessage())
		return
	}
	if refusal := g.outdated(at); refusal != "" {
		g.end(v1alpha1.RequestDenied, at, "the role cannot be given: "+refusal)
		return
	}
	if g.passesGrantCheck(at, g.status.Chain.Grant) {
		g.end(v1alpha1.RequestApproved, at, g.approvedMessage())
		g.status.BeneficiaryRecords = g.pass.personRecords()
		g.status.Grant = &v1alpha1.GrantStatus{Window: grantWindow(g.status.Chain.Grant, at)}
	}
}

// approvedMessage says how the request was approved.
func (g *progress) approvedMessage() string {
	steps, chain, requester := g.status.Chain.Steps, g.status.Chain.Name, g.pass.input.Requester
	has := func(disposition v1alpha1.StepDisposition) bool {
		return slices.ContainsFunc(steps, func(s v1alpha1.RequestStep) bool { return s.Disposition == disposition })
	}
	switch {
	case has(v1alpha1.StepBypassed):
		return fmt.Sprintf("%q holds %s, so no step of chain %q was asked", requester, g.status.Chain.BypassPermission, chain)
	case has(v1alpha1.StepWithinAuthority):
		return fmt.Sprintf("%s, so no step of chain %q was asked", g.withinAuthority(), chain)
	case has(v1alpha1.StepAsked):
		return fmt.Sprintf("every step of chain %q is passed", chain)
	case has(v1alpha1.StepApprovedOnSubmission):
		return fmt.Sprintf("%q is an approver of every step of chain %q that is needed", requester, chain)
	}
	return fmt.Sprintf("no step of chain %q is needed", chain)
}

// end ends a request, and closes the steps that are open or waiting.
func (g *progress) end(state v1alpha1.RequestState, at time.Time, message string) {
	g.status.State, g.status.CompletionTime, g.status.Message = state, timestamp(at), bounded.Bytes(message, maxMessage)
	for i := range g.status.Steps {
		switch step := &g.status.Steps[i]; step.State {
		case v1alpha1.StepOpen:
			g.endStep(i, v1alpha1.StepClosed, at, "the request ended before the step was decided")
		case v1alpha1.StepWaiting:
			step.State, step.Message = v1alpha1.StepClosed, "the request ended before the step began"
		default:
		}
	}
}

// removalTime returns when the time to live of a request that has ended is over.
func (g *progress) removalTime() time.Time {
	status := &g.status
	end := status.CompletionTime.Time
	if g.excess != "" {
		return end.Add(excessTTL)
	}
	if status.Grant != nil {
		end = later(end, grantEnd(status.Grant))
	}
	ttl := defaultTTL
	if status.Chain != nil && status.Chain.TTLSecondsAfterFinished != nil {
		ttl = time.Duration(*status.Chain.TTLSecondsAfterFinished) * time.Second
	}
	return end.Add(max(ttl, g.pass.state.MinTTL))
}
