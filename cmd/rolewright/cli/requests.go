// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/util/duration"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

const requestsHelp = `List the ApprovalRequests that wait for you, the oldest first; with --mine, those that you made or that are for you;
with --all, every one.

  text  one request per line
  wide  with the beneficiary, the chain and the message
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

  # All, in every namespace
  %[1]s requests --all -A`),
		Args: noArguments,
		RunE: run(o),
	}
	flags := command.Flags()
	flags.BoolVar(&o.waiting, "waiting", false, "list those that wait for you; the default")
	flags.BoolVar(&o.mine, "mine", false, "list those that you made, or that are for you")
	flags.BoolVar(&o.all, "all", false, "list all")
	o.organization.addFlags(flags, "list only those of this `ORGANIZATION`")
	o.output.addFlags(flags)
	command.MarkFlagsMutuallyExclusive("waiting", "mine", "all")
	command.AddCommand(newRequestsExport(f))
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
	requests := []v1alpha1.ApprovalRequest{}
	err = list(ctx, o.client.client, func(page *v1alpha1.ApprovalRequestList) {
		for i := range page.Items {
			if o.matches(&page.Items[i]) {
				requests = append(requests, page.Items[i])
			}
		}
	}, o.input.inNamespace(o.client.namespace))
	if err != nil {
		return err
	}
	slices.SortFunc(requests, func(a, b v1alpha1.ApprovalRequest) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	if err := o.print(requests); err != nil {
		return err
	}
	if len(requests) == 0 {
		_, _ = fmt.Fprintln(o.streams.ErrOut, o.noRequests())
	}
	return exitStatus(len(requests) > 0)
}

// matches reports whether the flags select a request.
func (o *requestsOptions) matches(request *v1alpha1.ApprovalRequest) bool {
	switch {
	case o.organization.name != "" && request.Spec.OrganizationRef.Name != o.organization.name:
		return false
	case o.all:
		return true
	case o.mine:
		return isOwn(request, o.client.user)
	}
	return len(openSteps(request, o.client.user)) > 0
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
	}
	return fmt.Sprintf("no request in %s waits for %s", where, o.client.user)
}

func (o *requestsOptions) print(requests []v1alpha1.ApprovalRequest) error {
	if o.output.format == "json" {
		return writeJSON(o.streams.Out, struct {
			Items []v1alpha1.ApprovalRequest `json:"items"`
		}{requests})
	}
	if len(requests) == 0 {
		return nil
	}
	titles := []string{"NAME", "TYPE", "REQUESTER", "UNIT", "STATE", "WAITING FOR", "AGE"}
	if o.input.allNamespaces {
		titles = append([]string{"NAMESPACE"}, titles...)
	}
	if o.output.format == "wide" {
		titles = append(titles, "BENEFICIARY", "CHAIN", "MESSAGE")
	}
	rows := make([][]string, 0, len(requests))
	for i := range requests {
		rows = append(rows, o.row(&requests[i]))
	}
	return writeTable(o.streams.Out, titles, rows)
}

func (o *requestsOptions) row(request *v1alpha1.ApprovalRequest) []string {
	spec, status := &request.Spec, &request.Status
	row := []string{
		request.Name, string(spec.RequestType), string(spec.Requester), orNone(string(spec.Unit)), orNone(string(status.State)),
		orNone(status.WaitingFor), duration.HumanDuration(time.Since(request.CreationTimestamp.Time)),
	}
	if o.input.allNamespaces {
		row = append([]string{request.Namespace}, row...)
	}
	if o.output.format == "wide" {
		chain := ""
		if status.Chain != nil {
			chain = string(status.Chain.Name)
		}
		row = append(row, orNone(string(spec.Beneficiary)), orNone(chain), orNone(status.Message))
	}
	return row
}
