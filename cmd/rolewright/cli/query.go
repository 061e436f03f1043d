// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/internal/advice"
	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/terminal"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// queryOptions are what the subcommands share that query an index: can, explain, who-can and what-can.
type queryOptions struct {
	streams      genericiooptions.IOStreams
	style        *terminal.Style
	input        *inputFlags
	organization organizationFlags
	platform     platformFlags
	request      requestFlags
	at           timeFlags
	output       outputFlags
}

func newQueryOptions(f *factory, formats ...string) queryOptions {
	return queryOptions{streams: f.streams, style: f.style, input: f.input, output: newOutputFlags(formats...)}
}

func (o *queryOptions) addFlags(command *cobra.Command) {
	flags := command.Flags()
	o.organization.addFlags(flags, organizationUsage)
	o.platform.addFlags(flags)
	o.request.addFlags(flags)
	o.at.addFlags(flags, "decide for")
	o.output.addFlags(flags)
}

// validate rejects an unknown format, and standard input in several places.
func (o *queryOptions) validate() error {
	if err := errors.Join(o.output.validate(), o.platform.validate(&o.organization)); err != nil {
		return err
	}
	uses := 0
	for _, name := range append(slices.Compact(slices.Sorted(slices.Values(o.input.filenames))), o.request.file) {
		if name == "-" {
			uses++
		}
	}
	if uses > 1 {
		return usagef("standard input can only be read once: replace one - by the name of a file")
	}
	return nil
}

// query is a request together with what answers it.
type query struct {
	request      *decodedRequest
	index        *engine.Index
	organization *resolvedOrganization
}

// prepare makes the request of a user for a permission, or reads it, and loads the organization.
func (o *queryOptions) prepare(ctx context.Context, endpoint authzen.Endpoint, user, permission string) (*query, error) {
	request, err := o.request.toRequest(endpoint, user, permission, o.streams.In)
	if err != nil {
		return nil, err
	}
	organization, err := o.resolve(ctx)
	if err != nil {
		return nil, err
	}
	index, err := organization.index(&o.at)
	if err != nil {
		return nil, err
	}
	if o.request.file == "" {
		request.request.Subject.Type = index.SubjectType()
	}
	return &query{request: request, index: index, organization: organization}, nil
}

// resolve resolves the organization that is asked about, or the platform document.
func (o *queryOptions) resolve(ctx context.Context) (*resolvedOrganization, error) {
	if o.platform.set {
		return o.platform.resolve(ctx, o.input, o.at.time, o.streams.ErrOut)
	}
	return o.organization.resolve(ctx, o.input, o.at.time, o.streams.ErrOut)
}

// validateDecision rejects what is wrong with a request that names a user and a permission, or asks about an assignment.
func (o *queryOptions) validateDecision(args []string) error {
	if isAssignment(args) {
		return o.validateAssignment()
	}
	if err := o.request.validate(args, 2, "name a user and a permission, for example: lena@library.example loans.create"); err != nil {
		return err
	}
	return o.validate()
}

// answer is how a decision is printed.
type answer struct {
	// text and value are an explanation as text, and what is printed of it as JSON.
	text  func(*access.Explanation) string
	value func(*access.Explanation) any
	// assignment is the explanation of an assignment as text.
	assignment assignmentText
}

// decide decides the request of a user for a permission, and prints the answer.
func (o *queryOptions) decide(ctx context.Context, args []string, as answer) error {
	q, err := o.prepare(ctx, authzen.Evaluation, argument(args, 0), argument(args, 1))
	if err != nil {
		return err
	}
	if assignment, is := authzen.ExplainAssignment(q.index, q.request.request); is {
		_, _ = io.WriteString(o.streams.ErrOut, q.assignmentForm())
		return o.printAssignment(q, &assignment, as.assignment)
	}
	explanation := q.request.explain(q.index, advice.Judge(&q.organization.world, q.request.request, o.at.clock()))
	if o.output.format == "json" {
		err = writeJSON(o.streams.Out, as.value(&explanation))
	} else {
		_, err = io.WriteString(o.streams.Out, o.style.Verdict(as.text(&explanation)))
	}
	if err != nil {
		return err
	}
	_, _ = io.WriteString(o.streams.ErrOut, q.hint(&explanation))
	return exitStatus(explanation.Decision)
}

// hint returns the name that was probably meant if the request names something unknown.
func (q *query) hint(e *access.Explanation) string {
	request, known := q.request.request, q.organization.document
	switch e.Reason {
	case access.ReasonUnknownUser:
		return didYouMean("user", request.Subject.ID, slices.Sorted(maps.Keys(known.Users)))
	case access.ReasonUnknownResourceUser:
		return didYouMean("user", request.Resource.ID, slices.Sorted(maps.Keys(known.Users)))
	case access.ReasonUnknownResourceType:
		return didYouMean("resource type", request.Resource.Type, known.Permissions[request.Action.Name].ResourceTypes)
	case access.ReasonUnknownPermission:
		return didYouMean("permission", request.Action.Name, slices.Sorted(maps.Keys(known.Permissions)))
	case access.ReasonUnknownUnit:
		return hintAtUnit(&request.Resource, known.Units)
	default:
		return ""
	}
}

// hintAtUnit returns the unit that was probably meant by a resource that is nowhere.
func hintAtUnit(r *access.Resource, units map[string]document.Unit) string {
	var ofKind []string
	for _, name := range slices.Sorted(maps.Keys(units)) {
		if units[name].Kind == r.Type && r.Type != "" {
			ofKind = append(ofKind, name)
		}
	}
	if len(ofKind) > 0 {
		return didYouMean(r.Type, r.ID, ofKind)
	}
	unit, _ := r.Properties[access.PropertyUnit].(string)
	return didYouMean("unit", unit, slices.Sorted(maps.Keys(units)))
}
