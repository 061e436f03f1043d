// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

const decisionHelp = `
A value of --property and similar flags is JSON, or else text: --property amount=17 is a number, --property code='"17"' text.

Exit codes:
  0  yes
  1  no
  2  no answer: something could not be read, or the arguments are wrong`

const canHelp = `Say whether a user may do something: yes or no, and in one sentence why.
` + assignmentHelp + platformHelp + decisionHelp

// canOptions are the arguments and flags of can.
type canOptions struct {
	query   queryOptions
	args    []string
	explain bool
}

func newCan(f *factory) *cobra.Command {
	o := &canOptions{query: newQueryOptions(f, "text", "json")}
	command := &cobra.Command{
		Use:   "can USER (PERMISSION | give ROLE to USER | take ROLE from USER)",
		Short: "Say whether a user may do something",
		Long:  canHelp,
		Example: f.examples(`  # In manifests
  %[1]s can lena@library.example loans.create --unit harbour -f config/samples/quickstart

  # In the cluster, about one resource
  %[1]s can rosa@library.example loans.view --resource loan/17 --property borrower=rosa@library.example -n quickstart

  # With the explanation that explain prints
  %[1]s can lena@library.example loans.create --unit hill --explain -f config/samples/quickstart

  # May a manager promote someone who reports to them?
  %[1]s can mark@compass.example give manager to emma@compass.example -f config/samples/performance

  # Before there is an organization
  %[1]s can sal@platform.example CREATE_AGENCY --platform -f config/samples/homehealth

  # At another time
  %[1]s can karl@library.example collection.edit --at 2100-01-01 -f config/samples/quickstart`),
		Args: decisionArguments,
		RunE: run(o),
	}
	o.query.addFlags(command)
	command.Flags().BoolVar(&o.explain, "explain", false, "print what led to the answer, as explain does")
	return command
}

// Complete implements options.
func (o *canOptions) Complete(_ *cobra.Command, args []string) error {
	o.args = args
	return o.query.at.complete()
}

// Validate implements options.
func (o *canOptions) Validate() error { return o.query.validateDecision(o.args) }

// Run implements options.
func (o *canOptions) Run(ctx context.Context) error {
	switch {
	case o.explain:
		return o.query.explain(ctx, o.args)
	case isAssignment(o.args):
		return o.query.decideAssignment(ctx, o.args, (*query).assignmentSentence)
	}
	return o.query.decide(ctx, o.args, answer{
		text: sentence, value: func(e *access.Explanation) any { return newDecision(e) }, assignment: (*query).assignmentSentence,
	})
}

// decision is what can prints as JSON: AuthZEN's response with the reason in its context.
type decision struct {
	Decision bool            `json:"decision"`
	Context  decisionContext `json:"context"`
}

type decisionContext struct {
	Reason  access.Reason `json:"reason"`
	Message string        `json:"message"`
	Nearest []string      `json:"nearest,omitempty"`
}

func newDecision(e *access.Explanation) decision {
	return decision{e.Decision, decisionContext{e.Reason, e.Message, e.Nearest}}
}

// sentence returns the answer with its reason, and for a no the smallest change that would make it a yes.
func sentence(e *access.Explanation) string {
	text := yesNo(e.Decision) + ": " + e.Message
	if len(e.Nearest) > 0 {
		text += "; " + e.Nearest[0]
	}
	return text + "\n"
}
