// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"slices"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/audit"
)

const exportHelp = `Write what has happened to requests, as a line of JSON for each step: who asked, who decided, what was given, and
when it ended. They are the lines that the manager writes into its audit log, for what the cluster still has.

Exit codes:
  0  there are requests
  1  there are none
  2  no answer: something could not be read, or the arguments are wrong`

// exportOptions are the flags of requests export.
type exportOptions struct {
	streams      genericiooptions.IOStreams
	input        *inputFlags
	organization organizationFlags
}

func newRequestsExport(f *factory) *cobra.Command {
	o := &exportOptions{streams: f.streams, input: f.input}
	command := &cobra.Command{
		Use:   "export",
		Short: "Write what has happened to requests, as lines of JSON",
		Long:  exportHelp,
		Example: f.examples(`  # Everything that the cluster has
  %[1]s requests export -A > approvals.jsonl`),
		Args: noArguments,
		RunE: run(o),
	}
	o.organization.addFlags(command.Flags(), "write only about requests of this `ORGANIZATION`")
	return command
}

// Complete implements options.
func (*exportOptions) Complete(*cobra.Command, []string) error { return nil }

// Validate implements options.
func (o *exportOptions) Validate() error { return o.input.validateNoManifests() }

// Run implements options.
func (o *exportOptions) Run(ctx context.Context) error {
	namespace, _, err := o.input.namespace()
	if err != nil {
		return err
	}
	reader, err := o.input.client("")
	if err != nil {
		return err
	}
	var requests []v1alpha1.ApprovalRequest
	in := o.input.inNamespace(namespace)
	err = list(ctx, reader, requesterRole, func(page *v1alpha1.ApprovalRequestList) { requests = append(requests, page.Items...) }, in)
	if err != nil {
		return err
	}
	decisions := map[string][]v1alpha1.ApprovalDecision{}
	err = list(ctx, reader, requesterRole, func(page *v1alpha1.ApprovalDecisionList) {
		for i := range page.Items {
			key := page.Items[i].Namespace + "/" + page.Items[i].Spec.RequestRef.Name
			decisions[key] = append(decisions[key], page.Items[i])
		}
	}, in)
	if err != nil {
		return err
	}
	records := o.records(requests, decisions)
	lines, err := audit.Lines(records)
	if err != nil {
		return err
	}
	if _, err := o.streams.Out.Write(lines); err != nil {
		return err
	}
	return exitStatus(len(records) > 0)
}

// records returns what has happened to requests, in order of time. The decisions are those that name a request, by its namespace
// and name.
func (o *exportOptions) records(requests []v1alpha1.ApprovalRequest, decisions map[string][]v1alpha1.ApprovalDecision) []audit.Record {
	var records []audit.Record
	for i := range requests {
		request := &requests[i]
		if o.organization.name == "" || request.Spec.OrganizationRef.Name == o.organization.name {
			records = append(records, audit.Records(request, decisions[request.Namespace+"/"+request.Name])...)
		}
	}
	slices.SortStableFunc(records, func(a, b audit.Record) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Request.UID, b.Request.UID))
	})
	return records
}
