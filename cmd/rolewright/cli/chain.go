// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/requests"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const chainHelp = `Say which ApprovalChain would govern a request, and who would approve each step. Nobody is asked.

Each step has one of these dispositions:

  Asked                 its approvers are asked
  NotNeeded             it is skipped because its condition is false
  ApprovedOnSubmission  submitting the request approves it because the requester is an approver
  Bypassed              it is skipped because the requester may bypass the chain
  WithinAuthority       it is skipped because the requester may give the role without a request

The pool Approver may decide; Fallback may if nobody in it can; Escalation may as well after some time. Nobody decides on
their own request: requester and beneficiary are left out.

A value of --attribute is JSON, or else text: --attribute amount=17 is a number, --attribute code='"17"' text.

Exit codes:
  0  a chain governs the request, and enough users may decide every step
  1  the request would be denied or kept waiting, too few users may decide a step, or it may be left undecided
  2  no answer: something could not be read, or the arguments are wrong`

// chainOptions are the arguments and flags of chain.
type chainOptions struct {
	streams      genericiooptions.IOStreams
	input        *inputFlags
	organization organizationFlags
	request      approvalRequestFlags
	at           timeFlags
	output       outputFlags

	spec v1alpha1.ApprovalRequestSpec
}

func newChain(f *factory) *cobra.Command {
	o := &chainOptions{streams: f.streams, input: f.input, output: newOutputFlags("text", "json")}
	command := &cobra.Command{
		Use:   "chain TYPE --requester USER",
		Short: "Say who would approve a request, step by step",
		Long:  chainHelp,
		Example: f.examples(`  # In manifests
  %[1]s chain work-order --requester ora@district.example --unit elm-school -f config/samples/workorders

  # With an attribute that a condition of the chain reads
  %[1]s chain contract --requester amy@contracts.example --unit hospital-1 --attribute contractType=on-call ` +
			`--attribute annualValue=250000.01 -f config/samples/contracts

  # In the cluster, for another user
  %[1]s chain additional-review --requester mark@compass.example --beneficiary emma@compass.example -n performance`),
		RunE: run(o),
	}
	flags := command.Flags()
	o.organization.addFlags(flags, organizationUsage)
	o.request.addFlags(flags, "`USER` who would make the request")
	o.at.addFlags(flags, "answer for")
	o.output.addFlags(flags)
	return command
}

// Complete implements options.
func (o *chainOptions) Complete(_ *cobra.Command, args []string) error {
	requestType, err := parseRequestType(args, false)
	if err != nil {
		return err
	}
	if o.spec, err = o.request.toSpec(requestType); err != nil {
		return err
	}
	return o.at.complete()
}

// Validate implements options.
func (o *chainOptions) Validate() error {
	if o.request.requester == "" {
		return usagef("name who would make the request with --requester")
	}
	return o.output.validate()
}

// Run implements options.
func (o *chainOptions) Run(ctx context.Context) error {
	organization, err := o.organization.resolve(ctx, o.input, o.at.time, o.streams.ErrOut)
	if err != nil {
		return err
	}
	index, err := organization.index(&o.at)
	if err != nil {
		return err
	}
	input := approval.Input(&v1alpha1.ApprovalRequest{Spec: o.spec})
	name, plan, err := requests.Plan(index, input)
	if err != nil {
		return o.notGoverned(requests.Outcome(err), err.Error(), unknownNameHint(input, organization.document))
	}
	chain := organization.document.Chains[name]
	return o.print(name, &chain, plan)
}

// notGoverned prints why the request would be denied, or what it would wait for.
func (o *chainOptions) notGoverned(outcome, reason, hint string) error {
	if o.output.format == "json" {
		if err := writeJSON(o.streams.Out, map[string]string{outcome: reason}); err != nil {
			return err
		}
	} else {
		_, _ = fmt.Fprintf(o.streams.ErrOut, "the request would be %s: %s\n", outcome, reason)
	}
	_, _ = io.WriteString(o.streams.ErrOut, hint)
	return errNo
}

// unknownNameHint returns the name that was probably meant if the request names something unknown.
func unknownNameHint(s *access.ApprovalInput, d *document.Document) string {
	types := make([]string, 0, len(d.Chains))
	for _, chain := range d.Chains {
		types = append(types, chain.RequestType)
	}
	if !slices.Contains(types, s.RequestType) {
		return didYouMean("type of request", s.RequestType, types)
	}
	for _, user := range []string{s.Requester, s.Beneficiary} {
		if _, known := d.Users[user]; !known {
			return didYouMean("user", user, slices.Sorted(maps.Keys(d.Users)))
		}
	}
	if _, known := d.Units[s.Unit]; !known && s.Unit != "" {
		return didYouMean("unit", s.Unit, slices.Sorted(maps.Keys(d.Units)))
	}
	if s.Grant == nil {
		return ""
	}
	if _, known := d.Roles[s.Grant.Role]; !known {
		return didYouMean("role", s.Grant.Role, slices.Sorted(maps.Keys(d.Roles)))
	}
	return ""
}

// chainPlan is what chain prints as JSON: the name of the chain, and the plan for its steps.
type chainPlan struct {
	Chain string `json:"chain"`
	*access.ApprovalPlan
}

func (o *chainOptions) print(name string, chain *document.Chain, plan *access.ApprovalPlan) error {
	if err := o.printPlan(name, chain, plan); err != nil {
		return err
	}
	problems := engine.PlanProblems(chain, plan)
	for _, problem := range problems {
		_, _ = fmt.Fprintln(o.streams.ErrOut, problem)
	}
	return exitStatus(len(problems) == 0)
}

func (o *chainOptions) printPlan(name string, chain *document.Chain, plan *access.ApprovalPlan) error {
	if o.output.format == "json" {
		return writeJSON(o.streams.Out, chainPlan{name, plan})
	}
	order := "in order"
	if chain.Parallel {
		order = "in parallel"
	}
	_, _ = fmt.Fprintf(o.streams.Out, "ApprovalChain %s governs the request; its steps are decided %s\n\n", name, order)
	return writeTable(o.streams.Out, []string{"STEP", "DISPOSITION", "NEEDS", "POOL", "APPROVERS"}, planRows(chain, plan))
}
