// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

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

// decisionArguments rejects arguments that ask nothing.
func decisionArguments(command *cobra.Command, args []string) error {
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
	if o.platform.set {
		return usagef("roles are given in organizations, and on the platform itself by PlatformAssignments alone: leave out --platform")
	}
	return o.validate()
}

// decideAssignment answers whether a user may give a role, or take it, and prints why.
func (o *queryOptions) decideAssignment(ctx context.Context, args []string, text assignmentText) error {
	q, err := o.prepare(ctx, authzen.Evaluation, args[0], "")
	if err != nil {
		return err
	}
	asked := &access.AssignmentRequest{
		Actor: args[0], Role: args[2], User: args[4], Revoke: args[1] == "take", Resource: q.request.request.Resource.Properties,
	}
	explanation := q.index.ExplainAssignment(asked)
	_, _ = io.WriteString(o.streams.ErrOut, q.assignmentHint(asked, explanation.Reason))
	return o.printAssignment(q, &explanation, text)
}

// assignmentText writes the explanation of an assignment.
type assignmentText func(*query, *access.AssignmentExplanation) string

// assignmentSentence is the answer with its reason.
func (q *query) assignmentSentence(e *access.AssignmentExplanation) string { return e.String() }

// assignmentText is the answer with its reason, and the rule that allows it or comes nearest.
func (q *query) assignmentText(e *access.AssignmentExplanation) string {
	text := e.String()
	if e.Rule != nil {
		text += "\n" + q.ruleText(e.Rule, true)
	}
	if e.Decision && len(e.ConstrainedBy) > 0 {
		text += "\n" + wrapped("", "the grant may still be withheld by "+strings.Join(e.ConstrainedBy, ", "))
	}
	if e.Reason == access.AssignmentNotAllowed {
		text += "\n" + "what-can " + q.request.request.Subject.ID + " --administer lists all administration rules of the user\n"
	}
	return text
}

// assignmentForm says how to ask about an assignment if a request names neither a role nor a user.
func (q *query) assignmentForm() string {
	request := q.request.request
	if request.Resource.Type != "" {
		return ""
	}
	return fmt.Sprintf("without --request, write %s give ROLE to USER, or %[1]s take ROLE from USER\n", request.Subject.ID)
}

// printAssignment prints whether a user may give a role, or take it, and why.
func (o *queryOptions) printAssignment(q *query, e *access.AssignmentExplanation, text assignmentText) error {
	var err error
	if o.output.format == "json" {
		err = writeJSON(o.streams.Out, e)
	} else {
		_, err = io.WriteString(o.streams.Out, o.style.Verdict(text(q, e)))
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
