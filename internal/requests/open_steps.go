// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/english"
)

// IsOwn reports whether a user is the requester or beneficiary of a request.
func IsOwn(request *v1alpha1.ApprovalRequest, user v1alpha1.UserID) bool {
	return request.Spec.Requester == user || request.Spec.Beneficiary == user
}

// OpenSteps returns the steps of a request that a user may decide now.
func OpenSteps(request *v1alpha1.ApprovalRequest, user v1alpha1.UserID) []string {
	var steps []string
	if request.Status.State != v1alpha1.RequestPending || IsOwn(request, user) {
		return nil
	}
	for i := range request.Status.Steps {
		if step := &request.Status.Steps[i]; WhyNotOpen(request, step, user) == "" {
			steps = append(steps, string(step.Name))
		}
	}
	return steps
}

// IsDeputy reports whether a user may decide a request in place of an approver.
func IsDeputy(request *v1alpha1.ApprovalRequest, user v1alpha1.UserID) bool {
	return slices.Contains(request.Status.Deputies, v1alpha1.Observed(user)) && isOpenToDeputy(request, user)
}

// MayBeDeputy reports whether a user may decide a request in place of an approver, or is none of the deputies that its status lists but
// could be one of those that it does not.
func MayBeDeputy(request *v1alpha1.ApprovalRequest, user v1alpha1.UserID) bool {
	return IsDeputy(request, user) || len(request.Status.Deputies) == v1alpha1.MaxDeputies && isOpenToDeputy(request, user)
}

// isOpenToDeputy reports whether a step of a request waits for someone in whose place a deputy may decide it.
func isOpenToDeputy(request *v1alpha1.ApprovalRequest, user v1alpha1.UserID) bool {
	self := v1alpha1.Observed(user)
	return request.Status.State == v1alpha1.RequestPending && !IsOwn(request, user) &&
		slices.ContainsFunc(request.Status.Steps, func(s v1alpha1.StepProgress) bool {
			return s.State == v1alpha1.StepOpen &&
				slices.ContainsFunc(s.WaitingFor, func(waiting v1alpha1.Observed) bool { return waiting != self }) &&
				!slices.ContainsFunc(s.Votes, func(vote v1alpha1.Vote) bool { return vote.Approver == self })
		})
}

// WhyNotOpen returns why a user cannot decide a step now, or nothing if they can. The status names only the first users of a
// long list; whether one of the others may decide is known only when they do.
func WhyNotOpen(request *v1alpha1.ApprovalRequest, step *v1alpha1.StepProgress, user v1alpha1.UserID) string {
	if step.State != v1alpha1.StepOpen {
		if step.State == v1alpha1.StepWaiting {
			return fmt.Sprintf("step %q has not started", step.Name)
		}
		return strings.TrimSuffix(fmt.Sprintf("step %q is %s: %s", step.Name, step.State, step.Message), ": ")
	}
	self := v1alpha1.Observed(user)
	for i := range step.Votes {
		if vote := &step.Votes[i]; vote.Approver == self || vote.OnBehalfOf == self {
			return fmt.Sprintf("%s has already decided step %q: %s at %s",
				user, step.Name, vote.Verdict, english.Time(vote.DecisionTime.Time))
		}
	}
	switch named := isApprover(request, step.Name, self); {
	case slices.Contains(step.WaitingFor, self), named && step.OmittedWaitingForCount != nil:
		return ""
	case named:
		return fmt.Sprintf("step %q does not wait for %s now, although they are one of its approvers", step.Name, user)
	}
	return fmt.Sprintf("%s is not an approver of step %q", user, step.Name)
}

// isApprover reports whether the status of a request lists a user as an approver of a step, in any pool.
func isApprover(request *v1alpha1.ApprovalRequest, step, user v1alpha1.Observed) bool {
	if request.Status.Chain == nil {
		return false
	}
	return slices.ContainsFunc(request.Status.Chain.Steps, func(s v1alpha1.RequestStep) bool {
		return s.Name == step && slices.ContainsFunc(s.Approvers, func(a v1alpha1.RequestApprover) bool { return a.User == user })
	})
}
