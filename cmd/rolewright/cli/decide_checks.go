// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// whyImpossible returns why the verdict cannot take effect, as far as the request shows, or nothing if it can.
func (o *decideOptions) whyImpossible(request *v1alpha1.ApprovalRequest) string {
	status := &request.Status
	switch {
	case o.verdict == v1alpha1.VerdictRevoke:
		return whyIrrevocable(request)
	case status.State == "":
		return progress(request) + ": try again in a moment"
	case status.State != v1alpha1.RequestPending:
		return "too late: " + progress(request)
	case o.verdict == v1alpha1.VerdictWithdraw && !mayWithdraw(request, o.client.user):
		return fmt.Sprintf("only the requester, %s, and the approvers of request %s can withdraw it, and you are %s",
			request.Spec.Requester, request.Name, o.client.user)
	case o.isVote() && status.Chain == nil:
		return progress(request)
	case o.isVote() && isOwn(request, o.client.user):
		return fmt.Sprintf("nobody decides on their own request: %s is the requester or beneficiary of %s", o.client.user, request.Name)
	case o.onBehalfOf != "" && status.Chain.OnBehalfPermission == "":
		return fmt.Sprintf("ApprovalChain %s lets nobody decide on behalf of others", status.Chain.Name)
	}
	return ""
}

// mayWithdraw reports whether a user may withdraw a request, as far as the request shows. Who holds the managePermission is
// known only when they do.
func mayWithdraw(request *v1alpha1.ApprovalRequest, user v1alpha1.UserID) bool {
	chain := request.Status.Chain
	return request.Spec.Requester == user || chain == nil || chain.ManagePermission != "" ||
		slices.ContainsFunc(chain.Steps, func(s v1alpha1.RequestStep) bool { return isApprover(request, s.Name, v1alpha1.Observed(user)) })
}

// whyIrrevocable returns why there is no role to revoke, or nothing if there is one.
func whyIrrevocable(request *v1alpha1.ApprovalRequest) string {
	switch grant := request.Status.Grant; {
	case request.Spec.Grant == nil:
		return fmt.Sprintf("request %s is not for a role: there is nothing to revoke", request.Name)
	case grant == nil || grant.RevocationTime != nil:
		return "there is nothing to revoke: " + progress(request)
	case grant.EndTime != nil && !grant.EndTime.After(time.Now()):
		return "the role has already ended, at " + timestamp(grant.EndTime.Time)
	}
	return ""
}

// selectStep returns the step to decide: that of the flag, or the only one that waits for the approver.
func (o *decideOptions) selectStep(request *v1alpha1.ApprovalRequest) (string, error) {
	approver := o.client.user
	if o.onBehalfOf != "" {
		approver = v1alpha1.UserID(o.onBehalfOf)
	}
	reasons := o.reasonsAgainst(request, approver)
	if o.step != "" && slices.Contains(reasons, "") {
		return o.step, nil
	}
	steps := openSteps(request, approver)
	switch {
	case len(reasons) == 0:
		return "", refuse(o.streams.ErrOut, "request %s has no step %q: %s", request.Name, o.step, progress(request))
	case o.step == "" && len(steps) == 1:
		return steps[0], nil
	case o.step == "" && len(steps) > 1:
		return "", usagef("several steps wait for %s: select one with --step: %s", approver, strings.Join(steps, ", "))
	}
	hint := ""
	if o.onBehalfOf == "" && isDeputy(request, approver) {
		hint = "\nyou may decide it in place of one of them: name one with --on-behalf-of"
	}
	return "", refuse(o.streams.ErrOut, "request %s does not wait for %s: %s\n%s%s",
		request.Name, approver, strings.Join(reasons, "; "), progress(request), hint)
}

// reasonsAgainst says, of the step of the flag or of every step, why an approver cannot decide it; empty of one that they can.
func (o *decideOptions) reasonsAgainst(request *v1alpha1.ApprovalRequest, approver v1alpha1.UserID) []string {
	var reasons []string
	for i := range request.Status.Steps {
		if step := &request.Status.Steps[i]; o.step == "" || string(step.Name) == o.step {
			reasons = append(reasons, whyNotOpen(request, step, approver))
		}
	}
	return reasons
}
