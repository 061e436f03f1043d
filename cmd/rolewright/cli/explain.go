// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

const explainHelp = `Explain why a user may or may not do something: all grants and overrides of the user, which of them cover the resource,
which role holds the permission through which inheritance, the result of each condition, and for a no, what would make it a
yes.
` + assignmentHelp + `It shows the rule that allows it or, if none does, the one that comes nearest.
` + platformHelp + decisionHelp

// explainOptions are the arguments and flags of explain.
type explainOptions struct {
	query queryOptions
	args  []string
}

func newExplain(f *factory) *cobra.Command {
	o := &explainOptions{query: newQueryOptions(f, "text", "json")}
	command := &cobra.Command{
		Use:   "explain USER (PERMISSION | give ROLE to USER | take ROLE from USER)",
		Short: "Explain why a user may or may not do something",
		Long:  explainHelp,
		Example: f.examples(`  # In manifests
  %[1]s explain lena@library.example loans.create --unit hill -f config/samples/quickstart

  # Which rule lets a user give a role to another one, or comes nearest to it?
  %[1]s explain max@compass.example give manager to emma@compass.example -f config/samples/performance

  # The request that an application sends
  %[1]s explain --request request.json -n quickstart -o json`),
		Args: decisionArguments,
		RunE: run(o),
	}
	o.query.addFlags(command)
	return command
}

// Complete implements options.
func (o *explainOptions) Complete(_ *cobra.Command, args []string) error {
	o.args = args
	return o.query.at.complete()
}

// Validate implements options.
func (o *explainOptions) Validate() error { return o.query.validateDecision(o.args) }

// Run implements options.
func (o *explainOptions) Run(ctx context.Context) error { return o.query.explain(ctx, o.args) }

// explain decides one request and prints what led to the answer.
func (o *queryOptions) explain(ctx context.Context, args []string) error {
	if isAssignment(args) {
		return o.decideAssignment(ctx, args, (*query).assignmentText)
	}
	return o.decide(ctx, args, answer{
		text: (*access.Explanation).String, value: func(e *access.Explanation) any { return e }, assignment: (*query).assignmentText,
	})
}
