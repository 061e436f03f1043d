// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/requests"
)

const decideHelp = `

The command creates an ApprovalDecision, which cannot be changed or deleted. You are the user that the API server
authenticates, or that of --as; a service account needs the verb impersonate for the latter.

Exit codes:
  0  the decision is made
  1  the decision cannot be made, or does not count; standard error says why
  2  no answer: something could not be read, or the arguments are wrong`

// decideOptions are the arguments and flags of approve, deny, withdraw and revoke.
type decideOptions struct {
	streams                   genericiooptions.IOStreams
	input                     *inputFlags
	wait                      waitFlags
	verdict                   v1alpha1.Verdict
	step, onBehalfOf, comment string
	// allFor is a role: every request for it that waits for the user is decided.
	allFor string
	// yes is set if the user needs not confirm.
	yes bool

	names  []string
	client *approvalClient
}

func newApprove(f *factory) *cobra.Command {
	return newVote(f, v1alpha1.VerdictApprove, "approve", "Approve a step of a request",
		"Approve the step of a request that waits for you.")
}

func newDeny(f *factory) *cobra.Command {
	return newVote(f, v1alpha1.VerdictDeny, "deny", "Deny a step of a request", "Deny the step of a request that waits for you.")
}

func newVote(f *factory, verdict v1alpha1.Verdict, use, short, help string) *cobra.Command {
	o := &decideOptions{streams: f.streams, input: f.input, verdict: verdict}
	command := o.command(use, short, help+`
If several steps do, name one with --step. With --on-behalf-of you decide in place of an approver, if the chain allows it;
both names are recorded.`+decideHelp, f.examples("  # See what waits for you, and decide\n  %[1]s requests -n workorders\n  %[1]s "+
		use+` work-order-x7k2p --comment "See the report of May" -n workorders

  # Several at once
  %[1]s `+use+` work-order-x7k2p work-order-b4q9z -n workorders
  %[1]s `+use+` --all-for curator -n quickstart

  # In place of an approver
  %[1]s `+use+" staffing-request-9fm4c --on-behalf-of peter@staffing.example -n staffing"))
	command.Flags().StringVar(&o.step, "step", "", "`STEP` to decide; not needed if only one waits for you")
	command.Flags().StringVar(&o.allFor, "all-for", "", "decide every request for this `ROLE` that waits for you")
	if verdict == v1alpha1.VerdictApprove {
		command.Flags().BoolVarP(&o.yes, "yes", "y", false, "do not show what would be given, and do not ask")
	}
	command.Flags().StringVar(&o.onBehalfOf, "on-behalf-of", "", "`USER` in whose place you decide")
	return command
}

func newWithdraw(f *factory) *cobra.Command {
	o := &decideOptions{streams: f.streams, input: f.input, verdict: v1alpha1.VerdictWithdraw}
	return o.command("withdraw", "Withdraw a request that is not decided yet", "Withdraw a request that is not decided yet. "+
		"Its requester can do that, everybody who may decide one of its steps, and the\nholders of the chain's managePermission."+decideHelp,
		f.examples("  %[1]s withdraw work-order-x7k2p -n workorders"))
}

func newRevoke(f *factory) *cobra.Command {
	o := &decideOptions{streams: f.streams, input: f.input, verdict: v1alpha1.VerdictRevoke}
	return o.command("revoke", "End the role that a request gave", "Immediately end the role that an approved request gave. Its requester, "+
		"its beneficiary, everybody who may decide one\n"+
		"of its steps, the holders of the chain's managePermission, and those whose administration rules let them take the role can\n"+
		"do that."+decideHelp,
		f.examples("  %[1]s revoke access-p2x8d --comment \"Stocktaking is over\" -n quickstart"))
}

func (o *decideOptions) command(use, short, help, example string) *cobra.Command {
	command := &cobra.Command{Use: use + " REQUEST...", Short: short, Long: help, Example: example, RunE: run(o)}
	command.Flags().StringVar(&o.comment, "comment", "", "`TEXT` that says why")
	o.wait.addFlags(command.Flags())
	return command
}

// Complete implements options.
func (o *decideOptions) Complete(_ *cobra.Command, args []string) error {
	switch {
	case len(args) == 0 && o.allFor == "":
		return usagef("name one request or several: requests lists them")
	case len(args) > 0 && o.allFor != "":
		return usagef("--all-for selects the requests: leave out %s", args[0])
	}
	for _, argument := range args {
		o.names = append(o.names, requestName(argument))
	}
	return nil
}

// Validate implements options.
func (o *decideOptions) Validate() error { return o.input.validateNoManifests() }

// Run implements options.
func (o *decideOptions) Run(ctx context.Context) error {
	var err error
	if o.client, err = newApprovalClient(ctx, o.input); err != nil {
		return err
	}
	found, err := o.requests(ctx)
	if err != nil {
		return err
	}
	plans, failed := o.planAll(found)
	if len(plans) == 0 || failed != nil && !errors.Is(failed, errNo) {
		return failed
	}
	if err := o.confirm(plans); err != nil {
		return err
	}
	for i := range plans {
		if err := o.decide(ctx, &plans[i]); err != nil {
			failed = err
			if !errors.Is(err, errNo) {
				break
			}
		}
	}
	return failed
}

// planAll returns the decisions that can take effect. If some cannot, it returns errNo beside the others.
func (o *decideOptions) planAll(found []*v1alpha1.ApprovalRequest) ([]plannedDecision, error) {
	plans, failed := make([]plannedDecision, 0, len(found)), error(nil)
	for _, request := range found {
		decision, err := o.plan(request)
		switch {
		case err == nil:
			plans = append(plans, plannedDecision{request: request, decision: decision})
		case !errors.Is(err, errNo):
			return nil, err
		default:
			failed = err
		}
	}
	return plans, failed
}

// plannedDecision is a decision that is not made yet.
type plannedDecision struct {
	request  *v1alpha1.ApprovalRequest
	decision *v1alpha1.ApprovalDecision
}

// plan returns the decision on a request. If it cannot take effect, plan prints why.
func (o *decideOptions) plan(request *v1alpha1.ApprovalRequest) (*v1alpha1.ApprovalDecision, error) {
	intent := requests.Intent{
		User: o.client.user, Verdict: o.verdict, Step: o.step, OnBehalfOf: v1alpha1.UserID(o.onBehalfOf), Comment: o.comment,
	}
	decision, err := intent.Decision(request, time.Now())
	if several, is := errors.AsType[*requests.SeveralStepsError](err); is {
		return nil, usagef("several steps wait for %s: select one with --step: %s", several.Approver, strings.Join(several.Steps, ", "))
	}
	if impossible, is := errors.AsType[*requests.ImpossibleError](err); is {
		hint := ""
		if impossible.Deputy {
			hint = "\nyou may decide it in place of one of them: name one with --on-behalf-of"
		}
		return nil, refuse(o.streams.ErrOut, "%s%s", impossible.Reason, hint)
	}
	return decision, err
}

func (o *decideOptions) decide(ctx context.Context, planned *plannedDecision) error {
	if err := o.client.client.Create(ctx, planned.decision); err != nil {
		return explainWriteError("make this decision", err)
	}
	return o.report(ctx, planned.request, planned.decision)
}

// report prints whether the decision counts, as soon as the manager has processed it, and the progress of the request.
func (o *decideOptions) report(ctx context.Context, request *v1alpha1.ApprovalRequest, decision *v1alpha1.ApprovalDecision) error {
	_, _ = fmt.Fprintf(o.streams.Out, "approvaldecision/%s created\n", decision.Name)
	var counted *metav1.Condition
	_, err := o.client.waitUntil(ctx, o.wait.timeout, decision, func() bool {
		counted = meta.FindStatusCondition(decision.Status.Conditions, v1alpha1.ConditionCounted)
		return counted != nil
	})
	if err != nil {
		return err
	}
	if counted == nil {
		if o.wait.timeout > 0 {
			_, _ = fmt.Fprintf(o.streams.ErrOut,
				"the manager has not processed the decision within %s: its status will say whether it counts\n", o.wait.timeout)
		}
		return nil
	}
	if counted.Status != metav1.ConditionTrue {
		return refuse(o.streams.ErrOut, "it does not count: %s (%s)", counted.Message, counted.Reason)
	}
	if request, err = o.client.getRequest(ctx, request.Name); err != nil {
		return err
	}
	_, err = fmt.Fprintf(o.streams.Out, "it %s\n%s\n", counted.Message, requests.Progress(request))
	return err
}
