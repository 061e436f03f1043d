// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/english"
)

// Intent is what a user wants to decide about requests.
type Intent struct {
	User    v1alpha1.UserID
	Verdict v1alpha1.Verdict
	// Step is the one to decide; empty for the only one that waits for the user.
	Step string
	// OnBehalfOf is the approver in whose place the user decides; empty if they decide for themselves.
	OnBehalfOf v1alpha1.UserID
	Comment    string
}

// ImpossibleError says why a verdict cannot take effect, as far as the request shows.
type ImpossibleError struct {
	Reason string
	// Deputy is set if the user may decide the request in place of one of those for whom it waits.
	Deputy bool
}

func (e *ImpossibleError) Error() string { return e.Reason }

// SeveralStepsError says that a step must be selected.
type SeveralStepsError struct {
	// Approver is the user for whom the steps wait.
	Approver v1alpha1.UserID
	Steps    []string
}

func (e *SeveralStepsError) Error() string {
	return fmt.Sprintf("several steps wait for %s: select one: %s", e.Approver, strings.Join(e.Steps, ", "))
}

// Approver returns the user whose vote it is: the one in whose place the decision is made, if there is one.
func (i *Intent) Approver() v1alpha1.UserID {
	if i.OnBehalfOf != "" {
		return i.OnBehalfOf
	}
	return i.User
}

// Decision returns the decision to create. The error is an ImpossibleError or a SeveralStepsError.
func (i *Intent) Decision(request *v1alpha1.ApprovalRequest, now time.Time) (*v1alpha1.ApprovalDecision, error) {
	if reason := i.whyImpossible(request, now); reason != "" {
		return nil, &ImpossibleError{Reason: reason}
	}
	decision := &v1alpha1.ApprovalDecision{
		ObjectMeta: metav1.ObjectMeta{Namespace: request.Namespace, GenerateName: request.Name + "-"},
		Spec: v1alpha1.ApprovalDecisionSpec{
			RequestRef: v1alpha1.ApprovalRequestReference{Name: request.Name, UID: string(request.UID)},
			Approver:   i.User, OnBehalfOf: i.OnBehalfOf, Verdict: i.Verdict, Comment: v1alpha1.Description(i.Comment),
		},
	}
	if i.isVote() {
		step, err := i.selectStep(request)
		if err != nil {
			return nil, err
		}
		decision.Spec.Step, decision.Spec.Digest = v1alpha1.Name(step), request.Status.Chain.Digest
	}
	return decision, nil
}

// isVote reports whether the verdict decides a step.
func (i *Intent) isVote() bool {
	return i.Verdict == v1alpha1.VerdictApprove || i.Verdict == v1alpha1.VerdictDeny
}

// whyImpossible returns why the verdict cannot take effect, as far as the request shows, or nothing if it can.
func (i *Intent) whyImpossible(request *v1alpha1.ApprovalRequest, now time.Time) string {
	status := &request.Status
	switch {
	case i.Verdict == v1alpha1.VerdictRevoke:
		return WhyIrrevocable(request, now)
	case status.State == "":
		return Progress(request) + ": try again in a moment"
	case status.State != v1alpha1.RequestPending:
		return "too late: " + Progress(request)
	case i.Verdict == v1alpha1.VerdictWithdraw && !MayWithdraw(request, i.User):
		return fmt.Sprintf("only the requester, %s, and the approvers of request %s can withdraw it, and you are %s",
			request.Spec.Requester, request.Name, i.User)
	case i.isVote() && status.Chain == nil:
		return Progress(request)
	case i.isVote() && IsOwn(request, i.User):
		return fmt.Sprintf("nobody decides on their own request: %s is the requester or beneficiary of %s", i.User, request.Name)
	case i.OnBehalfOf != "" && status.Chain.OnBehalfPermission == "":
		return fmt.Sprintf("ApprovalChain %s lets nobody decide on behalf of others", status.Chain.Name)
	}
	return ""
}

// MayWithdraw reports whether a user may withdraw a request, as far as the request shows. Who holds the managePermission is
// known only when they do.
func MayWithdraw(request *v1alpha1.ApprovalRequest, user v1alpha1.UserID) bool {
	chain := request.Status.Chain
	return request.Spec.Requester == user || chain == nil || chain.ManagePermission != "" ||
		slices.ContainsFunc(chain.Steps, func(s v1alpha1.RequestStep) bool { return isApprover(request, s.Name, v1alpha1.Observed(user)) })
}

// WhyIrrevocable returns why there is no role to revoke, or nothing if there is one.
func WhyIrrevocable(request *v1alpha1.ApprovalRequest, now time.Time) string {
	switch grant := request.Status.Grant; {
	case request.Spec.Grant == nil:
		return fmt.Sprintf("request %s is not for a role: there is nothing to revoke", request.Name)
	case grant == nil || grant.RevocationTime != nil:
		return "there is nothing to revoke: " + Progress(request)
	case grant.EndTime != nil && !grant.EndTime.After(now):
		return "the role has already ended, at " + english.Time(grant.EndTime.Time)
	}
	return ""
}

// selectStep returns the step to decide: the one that is named, or the only one that waits for the approver.
func (i *Intent) selectStep(request *v1alpha1.ApprovalRequest) (string, error) {
	approver := i.Approver()
	reasons := i.reasonsAgainst(request, approver)
	if i.Step != "" && slices.Contains(reasons, "") {
		return i.Step, nil
	}
	steps := OpenSteps(request, approver)
	switch {
	case len(reasons) == 0:
		return "", &ImpossibleError{Reason: fmt.Sprintf("request %s has no step %q: %s", request.Name, i.Step, Progress(request))}
	case i.Step == "" && len(steps) == 1:
		return steps[0], nil
	case i.Step == "" && len(steps) > 1:
		return "", &SeveralStepsError{Approver: approver, Steps: steps}
	}
	return "", &ImpossibleError{
		Reason: fmt.Sprintf("request %s does not wait for %s: %s\n%s", request.Name, approver, strings.Join(reasons, "; "), Progress(request)),
		Deputy: i.OnBehalfOf == "" && IsDeputy(request, approver),
	}
}

// reasonsAgainst says, of the step that is named or of every step, why an approver cannot decide it; empty of one that they can.
func (i *Intent) reasonsAgainst(request *v1alpha1.ApprovalRequest, approver v1alpha1.UserID) []string {
	var reasons []string
	for at := range request.Status.Steps {
		if step := &request.Status.Steps[at]; i.Step == "" || string(step.Name) == i.Step {
			reasons = append(reasons, WhyNotOpen(request, step, approver))
		}
	}
	return reasons
}
