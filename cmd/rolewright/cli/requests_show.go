// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/audit"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/requests"
)

const showHelp = `Show what a request asks for, and everything that has happened to it, with its times: who asked, who decided, who
wrote for whom, what was given, and when it ended.

Exit codes:
  0  the request exists
  2  no answer: something could not be read, or the arguments are wrong`

// showOptions are the arguments of requests show.
type showOptions struct {
	streams genericiooptions.IOStreams
	input   *inputFlags

	name string
}

func newRequestsShow(f *factory) *cobra.Command {
	o := &showOptions{streams: f.streams, input: f.input}
	return &cobra.Command{
		Use:     "show REQUEST",
		Short:   "Show the whole story of a request",
		Long:    showHelp,
		Example: f.examples("  %[1]s requests show work-order-x7k2p -n workorders"),
		RunE:    run(o),
	}
}

// Complete implements options.
func (o *showOptions) Complete(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usagef("name one request: requests lists them")
	}
	o.name = requestName(args[0])
	return nil
}

// Validate implements options.
func (o *showOptions) Validate() error { return o.input.validateNoManifests() }

// Run implements options.
func (o *showOptions) Run(ctx context.Context) error {
	c, err := newApprovalClient(ctx, o.input)
	if err != nil {
		return err
	}
	request, err := c.getRequest(ctx, o.name)
	if err != nil {
		return err
	}
	var decisions []v1alpha1.ApprovalDecision
	err = list(ctx, c.client, requesterRole, func(page *v1alpha1.ApprovalDecisionList) {
		for i := range page.Items {
			if page.Items[i].Spec.RequestRef.Name == request.Name {
				decisions = append(decisions, page.Items[i])
			}
		}
	}, o.input.inNamespace(request.Namespace))
	if err != nil {
		return err
	}
	return writeStory(o.streams.Out, request, audit.Records(request, decisions), time.Now())
}

// writeStory writes what a request asks for, and what has happened to it.
func writeStory(out io.Writer, request *v1alpha1.ApprovalRequest, records []audit.Record, now time.Time) error {
	if _, err := fmt.Fprintf(out, "%s\n\n", requests.Progress(request)); err != nil {
		return err
	}
	rows := detailRows("", request, now)
	if deputies := requests.Texts(request.Status.Deputies); len(deputies) > 0 {
		rows = append(rows, []string{"deputies", strings.Join(deputies, ", ")})
	}
	if err := writeTable(out, nil, rows); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(out); err != nil {
		return err
	}
	rows = make([][]string, 0, len(records))
	for i := range records {
		r := &records[i]
		rows = append(rows, []string{english.Time(r.Time), string(r.Event), requests.What(r)})
	}
	return writeTable(out, []string{"TIME", "EVENT", "WHAT"}, rows)
}

// detailRows returns what those who decide on a request should know, with titles that are indented.
func detailRows(indent string, request *v1alpha1.ApprovalRequest, now time.Time) [][]string {
	details := requests.Details(request, now)
	rows := make([][]string, 0, len(details))
	for _, detail := range details {
		rows = append(rows, []string{indent + detail.Title, orNone(detail.Text)})
	}
	return rows
}
