// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/util/duration"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/requests"
)

const requestsHelp = `List the ApprovalRequests that wait for you, or that you may decide in place of their approvers, the oldest first;
with --on-behalf, only the latter; with --mine, those that you made or that are for you; with --all, every one.

  text  what is asked for and for whom, and below whom it waits for, what it is stuck at, or how it ended
  wide  the same and more, in one line
  json  the objects, as a list

You are the user that the API server authenticates, or that of --as.

Exit codes:
  0  there are requests
  1  there are none
  2  no answer: something could not be read, or the arguments are wrong`

// requestsOptions are the flags of requests.
type requestsOptions struct {
	streams            genericiooptions.IOStreams
	input              *inputFlags
	organization       organizationFlags
	output             outputFlags
	waiting, mine, all bool
	onBehalf           bool

	client *approvalClient
}

func newRequests(f *factory) *cobra.Command {
	o := &requestsOptions{streams: f.streams, input: f.input, output: newOutputFlags("text", "wide", "json")}
	command := &cobra.Command{
		Use:   "requests",
		Short: "List the requests that wait for you, your own, or all",
		Long:  requestsHelp,
		Example: f.examples(`  # Those that wait for me
  %[1]s requests -n workorders

  # My own, with their result
  %[1]s requests --mine -o wide -n workorders

  # The whole story of one
  %[1]s requests show work-order-x7k2p -n workorders

  # All, in every namespace
  %[1]s requests --all -A`),
		Args: noArguments,
		RunE: run(o),
	}
	flags := command.Flags()
	flags.BoolVar(&o.waiting, "waiting", false, "list those that you may decide; the default")
	flags.BoolVar(&o.mine, "mine", false, "list those that you made, or that are for you")
	flags.BoolVar(&o.all, "all", false, "list all")
	flags.BoolVar(&o.onBehalf, "on-behalf", false, "list those that you may decide in place of their approvers")
	o.organization.addFlags(flags, "list only those of this `ORGANIZATION`")
	o.output.addFlags(flags)
	command.MarkFlagsMutuallyExclusive("waiting", "mine", "all", "on-behalf")
	command.AddCommand(newRequestsShow(f), newRequestsExport(f))
	return command
}

// Complete implements options.
func (*requestsOptions) Complete(*cobra.Command, []string) error { return nil }

// Validate implements options.
func (o *requestsOptions) Validate() error {
	if err := o.output.validate(); err != nil {
		return err
	}
	return o.input.validateNoManifests()
}

// Run implements options.
func (o *requestsOptions) Run(ctx context.Context) error {
	var err error
	if o.client, err = newApprovalClient(ctx, o.input); err != nil {
		return err
	}
	found := []v1alpha1.ApprovalRequest{}
	err = list(ctx, o.client.client, requesterRole, func(page *v1alpha1.ApprovalRequestList) {
		for i := range page.Items {
			if o.matches(&page.Items[i]) {
				found = append(found, page.Items[i])
			}
		}
	}, o.input.inNamespace(o.client.namespace))
	if err != nil {
		return err
	}
	slices.SortFunc(found, func(a, b v1alpha1.ApprovalRequest) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	if err := o.print(found); err != nil {
		return err
	}
	if len(found) == 0 {
		_, _ = fmt.Fprintln(o.streams.ErrOut, o.noRequests())
	}
	return exitStatus(len(found) > 0)
}

// matches reports whether the flags select a request.
func (o *requestsOptions) matches(request *v1alpha1.ApprovalRequest) bool {
	switch {
	case o.organization.name != "" && request.Spec.OrganizationRef.Name != o.organization.name:
		return false
	case o.all:
		return true
	case o.mine:
		return requests.IsOwn(request, o.client.user)
	case o.onBehalf:
		return requests.MayBeDeputy(request, o.client.user)
	}
	return len(requests.OpenSteps(request, o.client.user)) > 0 || requests.IsDeputy(request, o.client.user)
}

// noRequests returns the message that no request is selected.
func (o *requestsOptions) noRequests() string {
	where := "namespace " + o.client.namespace
	if o.input.allNamespaces {
		where = "the cluster"
	}
	switch {
	case o.all:
		return "there are no requests in " + where
	case o.mine:
		return fmt.Sprintf("there are no requests of %s in %s", o.client.user, where)
	case o.onBehalf:
		return fmt.Sprintf("there is no request in %s that %s may decide in place of its approvers", where, o.client.user)
	}
	return fmt.Sprintf("no request in %s waits for %s", where, o.client.user)
}

// requestList is what requests prints as JSON.
type requestList struct {
	Items []v1alpha1.ApprovalRequest `json:"items"`
}

func (o *requestsOptions) print(found []v1alpha1.ApprovalRequest) error {
	if o.output.format == "json" {
		return writeJSON(o.streams.Out, requestList{found})
	}
	if len(found) == 0 {
		return nil
	}
	if o.output.format == "wide" {
		return o.printWide(found)
	}
	rows := make([][]string, 0, len(found))
	for i := range found {
		rows = append(rows, o.row(&found[i]))
	}
	// Below the lines of a request is its note, which may be long.
	for i, lines := range tableLines(o.streams.Out, o.titles("ASKS FOR", "FOR", "STATE", "AGE"), rows) {
		if i > 0 {
			if text := o.note(&found[i-1]); text != "" {
				lines = append(lines, "  "+text)
			}
		}
		if _, err := fmt.Fprintln(o.streams.Out, strings.Join(lines, "\n")); err != nil {
			return err
		}
	}
	return nil
}

// note returns what people should know of the state of a request, and what a deputy may do about it.
func (o *requestsOptions) note(request *v1alpha1.ApprovalRequest) string {
	text := requests.Note(request)
	switch user := o.client.user; {
	case requests.IsDeputy(request, user):
		text += "; you may decide for them (--on-behalf-of)"
	case o.onBehalf:
		text += "; if you are a deputy, you may decide for them (--on-behalf-of)"
	}
	return text
}

// printWide prints everything about a request in one line.
func (o *requestsOptions) printWide(found []v1alpha1.ApprovalRequest) error {
	rows := make([][]string, 0, len(found))
	for i := range found {
		request := &found[i]
		chain := ""
		if request.Status.Chain != nil {
			chain = string(request.Status.Chain.Name)
		}
		rows = append(rows, append(o.row(request), string(request.Spec.RequestType), string(request.Spec.Requester),
			orNone(string(request.Spec.Unit)), orNone(chain), orNone(o.note(request))))
	}
	return writeTable(o.streams.Out, o.titles("ASKS FOR", "FOR", "STATE", "AGE", "TYPE", "REQUESTER", "UNIT", "CHAIN", "NOTE"), rows)
}

// titles returns the titles of columns, with that of the namespace if there are several.
func (o *requestsOptions) titles(others ...string) []string {
	titles := append([]string{"NAME"}, others...)
	if o.input.allNamespaces {
		titles = append([]string{"NAMESPACE"}, titles...)
	}
	return titles
}

// row returns the cells that every format has.
func (o *requestsOptions) row(request *v1alpha1.ApprovalRequest) []string {
	row := []string{
		request.Name, english.Printable(requests.Asked(request)), string(intake.Beneficiary(&request.Spec)),
		orNone(string(request.Status.State)), age(request),
	}
	if o.input.allNamespaces {
		row = append([]string{request.Namespace}, row...)
	}
	return row
}

func age(request *v1alpha1.ApprovalRequest) string {
	return duration.HumanDuration(time.Since(request.CreationTimestamp.Time))
}
