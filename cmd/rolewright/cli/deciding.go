// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
)

const decideHelp = `

It creates an ApprovalDecision, which can be neither changed nor deleted. You are whom the API server takes you for, or the
user of --as; a service account needs the verb impersonate for the latter.

Exit codes:
  0  it is done
  1  it cannot be done, or does not count; standard error says why
  2  no answer: something could not be read, or wrong arguments`

// deciding is a decision to be made.
type deciding struct {
	approvals

	verdict                   v1alpha1.Verdict
	step, onBehalfOf, comment string
}

func newApprove(name string, in *inputs) *cobra.Command {
	return newVote(name, in, v1alpha1.VerdictApprove, "approve", "Approve a step of a request",
		"Approve the step of a request that waits for you.")
}

func newDeny(name string, in *inputs) *cobra.Command {
	return newVote(name, in, v1alpha1.VerdictDeny, "deny", "Deny a step of a request", "Deny the step of a request that waits for you.")
}

func newVote(name string, in *inputs, verdict v1alpha1.Verdict, use, short, help string) *cobra.Command {
	d := &deciding{approvals: approvals{inputs: in}, verdict: verdict}
	command := d.command(use, short, help+`
Where several steps do, name one with --step. With --on-behalf-of you decide in the place of an approver, where the chain
lets you: both names are kept.`+decideHelp, named(name, "  # See what waits for you, and decide\n  %[1]s requests -n workorders\n  %[1]s "+
		use+` work-order-x7k2p --comment "See the report of May" -n workorders

  # In the place of an approver
  %[1]s `+use+" staffing-request-9fm4c --on-behalf-of peter@staffing.example -n staffing"))
	command.Flags().StringVar(&d.step, "step", "", "`STEP` to decide; not needed where one waits for you")
	command.Flags().StringVar(&d.onBehalfOf, "on-behalf-of", "", "`USER` in whose place you decide")
	return command
}

func newWithdraw(name string, in *inputs) *cobra.Command {
	d := &deciding{approvals: approvals{inputs: in}, verdict: v1alpha1.VerdictWithdraw}
	return d.command("withdraw", "Take back a request of yours", "Take back a request of yours that is not decided yet."+decideHelp,
		named(name, "  %[1]s withdraw work-order-x7k2p -n workorders"))
}

func newRevoke(name string, in *inputs) *cobra.Command {
	d := &deciding{approvals: approvals{inputs: in}, verdict: v1alpha1.VerdictRevoke}
	return d.command("revoke", "End the role that a request gave", "End at once the role that an approved request gave. Its requester, its "+
		"beneficiary and everybody who may decide one of\nits steps can."+decideHelp,
		named(name, "  %[1]s revoke access-p2x8d --comment \"Stocktaking is over\" -n quickstart"))
}

func (d *deciding) command(use, short, help, example string) *cobra.Command {
	command := &cobra.Command{
		Use: use + " REQUEST", Short: short, Long: help, Example: example,
		RunE: func(command *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("name one request: requests lists them")
			}
			return d.run(command.Context(), strings.TrimPrefix(args[0], "approvalrequest/"))
		},
	}
	command.Flags().StringVar(&d.comment, "comment", "", "`TEXT` that says why")
	d.addPatience(command.Flags())
	return command
}

func (d *deciding) run(ctx context.Context, name string) error {
	if err := d.connect(ctx); err != nil {
		return err
	}
	request, err := d.get(ctx, name)
	if err != nil {
		return err
	}
	if why := d.impossible(request); why != "" {
		return d.no("%s", why)
	}
	decision := d.decision(request)
	if d.voting() {
		step, err := d.pick(request)
		if err != nil {
			return err
		}
		decision.Spec.Step, decision.Spec.Digest = v1alpha1.Name(step), request.Status.Chain.Digest
	}
	about := string(d.verdict)
	if d.voting() {
		about = string(decision.Spec.Step)
	}
	decision.Name = approval.DecisionName(string(request.UID), about, string(d.me))
	if err := d.client.Create(ctx, decision); err != nil {
		if apierrors.IsAlreadyExists(err) {
			return d.already(ctx, decision)
		}
		return unwritten("decide so", err)
	}
	return d.tell(ctx, request, decision)
}

func (d *deciding) voting() bool {
	return d.verdict == v1alpha1.VerdictApprove || d.verdict == v1alpha1.VerdictDeny
}

func (d *deciding) decision(request *v1alpha1.ApprovalRequest) *v1alpha1.ApprovalDecision {
	return &v1alpha1.ApprovalDecision{
		ObjectMeta: metav1.ObjectMeta{Namespace: request.Namespace},
		Spec: v1alpha1.ApprovalDecisionSpec{
			RequestRef: v1alpha1.ApprovalRequestReference{Name: request.Name, UID: string(request.UID)},
			Approver:   d.me, OnBehalfOf: v1alpha1.UserID(d.onBehalfOf), Verdict: d.verdict, Comment: v1alpha1.Description(d.comment),
		},
	}
}

// impossible says why the verdict can have no effect, as far as the request tells.
func (d *deciding) impossible(request *v1alpha1.ApprovalRequest) string {
	status := &request.Status
	switch {
	case d.verdict == v1alpha1.VerdictRevoke:
		return irrevocable(request)
	case status.State == "":
		return standing(request) + ": try again in a moment"
	case status.State != v1alpha1.RequestPending:
		return "too late: " + standing(request)
	case d.verdict == v1alpha1.VerdictWithdraw && request.Spec.Requester != d.me:
		return fmt.Sprintf("only its requester, %s, can withdraw request %s, and you are %s", request.Spec.Requester, request.Name, d.me)
	case d.voting() && status.Chain == nil:
		return standing(request)
	case d.voting() && concerned(request, d.me):
		return fmt.Sprintf("nobody decides on their own request: %s is of %s, who is its requester or beneficiary", request.Name, d.me)
	case d.onBehalfOf != "" && status.Chain.Spec.OnBehalfPermission == "":
		return fmt.Sprintf("ApprovalChain %s lets nobody decide on behalf of others", status.Chain.Name)
	}
	return ""
}

func irrevocable(request *v1alpha1.ApprovalRequest) string {
	switch given := request.Status.Grant; {
	case request.Spec.Grant == nil:
		return fmt.Sprintf("request %s asks for no role: there is nothing to revoke", request.Name)
	case given == nil:
		return "there is nothing to revoke: " + standing(request)
	case given.Revoked != nil:
		return fmt.Sprintf("%s revoked the role already, at %s", given.RevokedBy, given.Revoked.UTC().Format(time.RFC3339))
	case given.NotAfter != nil && !given.NotAfter.After(time.Now()):
		return "the role has ended already, at " + given.NotAfter.UTC().Format(time.RFC3339)
	}
	return ""
}

// pick finds the step to decide: that of the flag, or the only one that waits for the approver.
func (d *deciding) pick(request *v1alpha1.ApprovalRequest) (string, error) {
	approver := d.me
	if d.onBehalfOf != "" {
		approver = v1alpha1.UserID(d.onBehalfOf)
	}
	var reasons []string
	for i := range request.Status.Steps {
		step := &request.Status.Steps[i]
		if d.step != "" && string(step.Name) != d.step {
			continue
		}
		why := notWaitedFor(request, step, approver)
		if why == "" && d.step != "" {
			return d.step, nil
		}
		reasons = append(reasons, why)
	}
	steps := waitsFor(request, approver)
	switch {
	case len(reasons) == 0:
		return "", d.no("request %s has no step %q: %s", request.Name, d.step, standing(request))
	case d.step == "" && len(steps) == 1:
		return steps[0], nil
	case d.step == "" && len(steps) > 1:
		return "", usagef("several steps wait for %s: pick one with --step: %s", approver, strings.Join(steps, ", "))
	}
	return "", d.no("request %s does not wait for %s: %s\n%s", request.Name, approver, strings.Join(reasons, "; "), standing(request))
}

// already says what the user decided before.
func (d *deciding) already(ctx context.Context, decision *v1alpha1.ApprovalDecision) error {
	made := &v1alpha1.ApprovalDecision{}
	if err := d.client.Get(ctx, client.ObjectKeyFromObject(decision), made); err != nil {
		return explainList(err)
	}
	text := fmt.Sprintf("you have decided already: %s at %s", made.Spec.Verdict, made.CreationTimestamp.UTC().Format(time.RFC3339))
	if counted := meta.FindStatusCondition(made.Status.Conditions, v1alpha1.ConditionCounted); counted != nil {
		text += "; it " + countsOrNot(counted)
	}
	return d.no("%s", text)
}

func countsOrNot(counted *metav1.Condition) string {
	if counted.Status == metav1.ConditionTrue {
		return counted.Message
	}
	return fmt.Sprintf("does not count: %s (%s)", counted.Message, counted.Reason)
}

// tell says whether the decision counts, as soon as the manager has looked at it, and where the request stands.
func (d *deciding) tell(ctx context.Context, request *v1alpha1.ApprovalRequest, decision *v1alpha1.ApprovalDecision) error {
	_, _ = fmt.Fprintf(d.Out, "approvaldecision/%s created\n", decision.Name)
	var counted *metav1.Condition
	_, err := d.until(ctx, decision, func() bool {
		counted = meta.FindStatusCondition(decision.Status.Conditions, v1alpha1.ConditionCounted)
		return counted != nil
	})
	if err != nil {
		return err
	}
	if counted == nil {
		if d.patience > 0 {
			_, _ = fmt.Fprintf(d.ErrOut,
				"the manager has not looked at it within %s: the decision stands, and its status will say whether it counts\n", d.patience)
		}
		return nil
	}
	if counted.Status != metav1.ConditionTrue {
		return d.no("it %s", countsOrNot(counted))
	}
	if request, err = d.get(ctx, request.Name); err != nil {
		return err
	}
	_, err = fmt.Fprintf(d.Out, "it %s\n%s\n", counted.Message, standing(request))
	return err
}
