// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

const assignmentHelp = `
With give ROLE to USER, or take ROLE from USER, it says whether a user may give a role to another one, or take it, by the
administration rules of the roles that they hold: where --unit and --property say, so everywhere without --unit, and for all values
of a dimension without a --property of its name. A constraint may still withhold a grant that may be written.
A request of the action rolewright.assign or rolewright.revoke, which is read with --request, asks the same.
`

// assignmentWords are the words of a question about an assignment, after the user who would give or take the role.
const assignmentWords = 5

// canArguments rejects arguments that ask nothing.
func canArguments(command *cobra.Command, args []string) error {
	const permission = 2
	switch {
	case isAssignment(args):
		return nil
	case len(args) > permission && (args[1] == "give" || args[1] == "take"):
		return usagef("write USER give ROLE to USER, or USER take ROLE from USER")
	}
	return atMost(permission, "one user and one permission")(command, args)
}

// isAssignment reports whether the arguments ask whether a user may give a role, or take it: USER give ROLE to USER.
func isAssignment(args []string) bool {
	return len(args) == assignmentWords && (args[1] == "give" && args[3] == "to" || args[1] == "take" && args[3] == "from")
}

// validateAssignment rejects flags that do not say where a role is held.
func (o *queryOptions) validateAssignment() error {
	if o.request.file != "" || o.request.resource != "" || len(o.request.subjectProperties)+len(o.request.context) > 0 {
		return usagef("where a role is given is described by --unit and --property: leave out other flags that describe a request")
	}
	return o.validate()
}

// decideAssignment answers whether a user may give a role, or take it, and prints why.
func (o *queryOptions) decideAssignment(ctx context.Context, args []string) error {
	q, err := o.prepare(ctx, authzen.Evaluation, args[0], "")
	if err != nil {
		return err
	}
	asked := &access.AssignmentRequest{
		Actor: args[0], Role: args[2], User: args[4], Revoke: args[1] == "take", Resource: q.request.request.Resource.Properties,
	}
	explanation := q.index.ExplainAssignment(asked)
	_, _ = io.WriteString(o.streams.ErrOut, q.assignmentHint(asked, explanation.Reason))
	return o.printAssignment(&explanation)
}

// printAssignment prints whether a user may give a role, or take it, and why.
func (o *queryOptions) printAssignment(e *access.AssignmentExplanation) error {
	var err error
	if o.output.format == "json" {
		err = writeJSON(o.streams.Out, e)
	} else {
		_, err = io.WriteString(o.streams.Out, e.String())
	}
	if err != nil {
		return err
	}
	return exitStatus(e.Decision)
}

// assignmentHint returns the name that was probably meant if a question names something unknown.
func (q *query) assignmentHint(asked *access.AssignmentRequest, reason access.AssignmentReason) string {
	known := q.organization.document
	switch reason {
	case access.AssignmentUnknownActor:
		return didYouMean("user", asked.Actor, slices.Sorted(maps.Keys(known.Users)))
	case access.AssignmentUnknownUser:
		return didYouMean("user", asked.User, slices.Sorted(maps.Keys(known.Users)))
	case access.AssignmentUnknownRole:
		return didYouMean("role", asked.Role, slices.Sorted(maps.Keys(known.Roles)))
	case access.AssignmentUnknownUnit:
		return hintAtUnit(&access.Resource{Properties: asked.Resource}, known.Units)
	default:
		return ""
	}
}
