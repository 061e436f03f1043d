// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// concerned tells whether a request is a user's own.
func concerned(request *v1alpha1.ApprovalRequest, user v1alpha1.UserID) bool {
	return request.Spec.Requester == user || request.Spec.Beneficiary == user
}

// waitsFor are the open steps of a request that a user may decide now.
func waitsFor(request *v1alpha1.ApprovalRequest, user v1alpha1.UserID) []string {
	var steps []string
	if request.Status.State != v1alpha1.RequestPending || concerned(request, user) {
		return nil
	}
	for i := range request.Status.Steps {
		if step := &request.Status.Steps[i]; notWaitedFor(request, step, user) == "" {
			steps = append(steps, string(step.Name))
		}
	}
	return steps
}

// notWaitedFor says why a step does not wait for a user; it is empty if it does. Of a long list the status names only the
// first: of the others it is the manager who says, when they decide.
func notWaitedFor(request *v1alpha1.ApprovalRequest, step *v1alpha1.StepProgress, user v1alpha1.UserID) string {
	if step.State != v1alpha1.StepOpen {
		if step.State == v1alpha1.StepWaiting {
			return fmt.Sprintf("step %q has not begun", step.Name)
		}
		return strings.TrimSuffix(fmt.Sprintf("step %q is %s: %s", step.Name, step.State, step.Message), ": ")
	}
	for i := range step.Votes {
		if vote := &step.Votes[i]; vote.Approver == user || vote.OnBehalfOf == user {
			return fmt.Sprintf("%s has decided step %q already: %s at %s",
				user, step.Name, vote.Verdict, vote.Time.UTC().Format("2006-01-02T15:04:05Z"))
		}
	}
	switch named := isApprover(request, step.Name, user); {
	case slices.Contains(step.WaitingFor, user), named && step.OmittedWaitingFor != nil:
		return ""
	case named:
		return fmt.Sprintf("step %q does not wait for %s now, who is among its approvers", step.Name, user)
	}
	return fmt.Sprintf("%s is no approver of step %q", user, step.Name)
}

// isApprover tells whether a request has kept a user as an approver of a step, in any pool.
func isApprover(request *v1alpha1.ApprovalRequest, step v1alpha1.Name, user v1alpha1.UserID) bool {
	if request.Status.Chain == nil {
		return false
	}
	return slices.ContainsFunc(request.Status.Chain.Steps, func(s v1alpha1.RequestStep) bool {
		return s.Name == step && slices.ContainsFunc(s.Approvers, func(a v1alpha1.RequestApprover) bool { return a.User == user })
	})
}
