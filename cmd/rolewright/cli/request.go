// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/requests"
)

const requestHelp = `Create an ApprovalRequest, and say who is asked. The requester is the user that the API server authenticates; a service
account may name another one with --requester if it has the verb impersonate for them.

With --role it requests a role for a while: the beneficiary holds it from the approval on, or from the time of --from, for the
duration of --for. With --renew it requests the role of an earlier request once more, from its end on. Without
--scope the role is held in the request's unit; otherwise each --scope adds a part of the scope:

  --scope everywhere                 in all units
  --scope units=icu,er               in these units, and below
  --scope unitGroups=medsurg         in the units of these groups
  --scope contractType=on-call       for these values of a dimension; contractType=* for all

With --dry-run nothing is created: the manager's webhook says who would decide. chain says it about other users too, and reads
assignments for that.

Exit codes:
  0  the request is created or, with --dry-run, would be accepted
  1  the request is created, and was denied immediately
  2  the request is not created: the arguments are wrong, or the API server does not accept it`

// requestOptions are the arguments and flags of request.
type requestOptions struct {
	streams      genericiooptions.IOStreams
	input        *inputFlags
	organization organizationFlags
	request      approvalRequestFlags
	wait         waitFlags
	output       outputFlags
	name, renew  string
	dryRun       bool

	requestType string
	spec        v1alpha1.ApprovalRequestSpec
}

func newRequest(f *factory) *cobra.Command {
	o := &requestOptions{streams: f.streams, input: f.input, output: newOutputFlags("text", "name", "json")}
	command := &cobra.Command{
		Use:   "request TYPE | --renew REQUEST",
		Short: "Request approval, or a role for a while",
		Long:  requestHelp,
		Example: f.examples(`  # Approval of a work order
  %[1]s request work-order --unit elm-school --justification "The boiler leaks" -n workorders

  # A role for eight hours
  %[1]s request access --role curator --for 8h --unit hill --justification "Stocktaking" -n quickstart

  # Who would approve it, without asking anybody
  %[1]s request access --role curator --for 8h --unit hill --dry-run -n quickstart

  # The same for eight hours more
  %[1]s request --renew access-p2x8d --for 8h -n quickstart`),
		RunE: run(o),
	}
	flags := command.Flags()
	o.request.addFlags(flags, "`USER` who makes the request; you by default")
	flags.StringVar(&o.renew, "renew", "", "`REQUEST` whose role is to be prolonged: same type, role, scope, unit and beneficiary")
	flags.StringVar(&o.name, "name", "", "`NAME` of the request; generated from the type by default")
	flags.BoolVar(&o.dryRun, "dry-run", false, "create nothing, and say who would decide")
	o.organization.addFlags(flags, "`ORGANIZATION` of the request; not needed if the namespace contains only one")
	o.output.addFlags(flags)
	o.wait.addFlags(flags)
	return command
}

// Complete implements options.
func (o *requestOptions) Complete(_ *cobra.Command, args []string) error {
	var err error
	if o.requestType, err = parseRequestType(args, o.renew != ""); err != nil || o.renew != "" {
		return err
	}
	o.spec, err = o.request.toSpec(o.requestType)
	return err
}

// Validate implements options.
func (o *requestOptions) Validate() error {
	if err := o.output.validate(); err != nil {
		return err
	}
	if o.renew != "" && (o.request.role != "" || o.request.from != "" || o.request.unit != "" || o.request.beneficiary != "" ||
		len(o.request.scope)+len(o.request.attributes) > 0) {
		return usagef("--renew prolongs the role of %s: leave out --role, --from, --scope, --unit, --attribute and --beneficiary", o.renew)
	}
	return o.input.validateNoManifests()
}

// Run implements options.
func (o *requestOptions) Run(ctx context.Context) error {
	previewed := &warnings{}
	if o.dryRun {
		o.input.warnings = previewed
	}
	c, err := newApprovalClient(ctx, o.input)
	if err != nil {
		return err
	}
	if err := o.readRenewed(ctx, c); err != nil {
		return err
	}
	request, err := o.toRequest(ctx, c)
	if err != nil {
		return err
	}
	var options []client.CreateOption
	if o.dryRun {
		options = append(options, client.DryRunAll)
	}
	if err := c.client.Create(ctx, request, options...); err != nil {
		if apierrors.IsAlreadyExists(err) {
			return fmt.Errorf("request %q already exists: choose another --name, or leave it out", o.name)
		}
		return explainWriteError("create this request", err)
	}
	if o.dryRun {
		return o.preview(previewed)
	}
	return o.report(ctx, c, request)
}

// toRequest returns the request of the flags, made by the current user unless they name another one.
func (o *requestOptions) toRequest(ctx context.Context, c *approvalClient) (*v1alpha1.ApprovalRequest, error) {
	request := requests.By(c.user, &o.spec)
	request.Namespace, request.Name = c.namespace, o.name
	if o.name == "" {
		request.GenerateName = requests.NamePrefix(o.requestType)
	}
	var err error
	request.Spec.OrganizationRef.Name, err = o.organizationName(ctx, c)
	return request, err
}

// organizationName returns the organization of the flag, or the only one of the namespace.
func (o *requestOptions) organizationName(ctx context.Context, c *approvalClient) (string, error) {
	if o.organization.name != "" {
		return strings.TrimPrefix(o.organization.name, c.namespace+"/"), nil
	}
	var organizations v1alpha1.OrganizationList
	if err := c.client.List(ctx, &organizations, client.InNamespace(c.namespace)); err != nil {
		return "", errors.Join(explainReadError(err, requesterRole), errors.New("name the organization with --organization"))
	}
	switch len(organizations.Items) {
	case 0:
		return "", noOrganizationIn(c.namespace, "")
	case 1:
		return organizations.Items[0].Name, nil
	}
	var names []string
	for i := range organizations.Items {
		names = append(names, organizations.Items[i].Name)
	}
	return "", usagef("there are several organizations: select one with --organization: %s", strings.Join(names, ", "))
}

// report prints the name of the request and, as soon as the manager has opened it, whom it waits for.
func (o *requestOptions) report(ctx context.Context, c *approvalClient, request *v1alpha1.ApprovalRequest) error {
	if o.output.format == "text" {
		_, _ = fmt.Fprintf(o.streams.Out, "approvalrequest/%s created\n", request.Name)
	}
	opened, err := c.waitUntil(ctx, o.wait.timeout, request, func() bool { return request.Status.State != "" })
	if err != nil {
		return err
	}
	switch o.output.format {
	case "name":
		_, err = fmt.Fprintln(o.streams.Out, request.Name)
	case "json":
		err = writeJSON(o.streams.Out, request)
	default:
		_, err = fmt.Fprintln(o.streams.Out, requests.Progress(request))
	}
	if err != nil {
		return err
	}
	if !opened && o.wait.timeout > 0 {
		_, _ = fmt.Fprintf(o.streams.ErrOut,
			"the manager has not opened the request within %s: requests --mine shows when it has\n", o.wait.timeout)
	}
	return o.reportRole(ctx, c, request)
}
