// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

const requestHelp = `Make an ApprovalRequest, and say who is asked. The requester is you, as the API server knows you; a service account may
name somebody for whom it has the verb impersonate, with --requester.

With --role it asks for a role for a while: the beneficiary holds it from the approval on, for the time of --for. Without
--scope it is held in the request's unit; else each --scope says a part of where:

  --scope everywhere                 in all units
  --scope units=icu,er               in these units, and below
  --scope unitGroups=medsurg         in the units of these groups
  --scope contractType=on-call       for these values of a dimension; contractType=* for all

chain says beforehand who would be asked.

Exit codes:
  0  the request is made
  1  it is made, and was denied at once
  2  it is not made: wrong arguments, or the API server does not take it`

// requesting is a request to be made.
type requesting struct {
	approvals
	submitting

	name, organization, justification, output string
	duration                                  time.Duration
	scope                                     []string
}

func newRequest(name string, in *inputs) *cobra.Command {
	r := &requesting{approvals: approvals{inputs: in}}
	command := &cobra.Command{
		Use:   "request TYPE",
		Short: "Ask for approval, or for a role for a while",
		Long:  requestHelp,
		Example: named(name, `  # Approval of a work order
  %[1]s request work-order --unit elm-school --justification "The boiler leaks" -n workorders

  # A role for eight hours
  %[1]s request access --role curator --for 8h --unit hill --justification "Stocktaking" -n quickstart`),
		RunE: func(command *cobra.Command, args []string) error { return r.run(command.Context(), args) },
	}
	flags := command.Flags()
	r.submitting.addFlags(flags, "`USER` who asks; you by default")
	flags.StringVar(&r.name, "name", "", "`NAME` of the request; made out of the type by default")
	flags.StringVarP(&r.organization, "organization", "O", "", "`ORGANIZATION` that is asked; not needed where the namespace holds one")
	flags.StringVar(&r.justification, "justification", "", "`TEXT` for those who decide: why")
	flags.DurationVar(&r.duration, "for", 0, "how long the role is to be held, for example 8h")
	flags.StringArrayVar(&r.scope, "scope", nil,
		"part of where the role is to be held, as `everywhere` or NAME=VALUES; may be given several times")
	flags.StringVarP(&r.output, "output", "o", "text", "`FORMAT`: text, name or json")
	r.addPatience(flags)
	return command
}

func (r *requesting) run(ctx context.Context, args []string) error {
	requestType, err := oneType(args)
	if err != nil {
		return err
	}
	if !slices.Contains([]string{"text", "name", "json"}, r.output) {
		return usagef("-o %s: write text, name or json", r.output)
	}
	request := &v1alpha1.ApprovalRequest{}
	if request.Spec, err = r.specOf(requestType); err != nil {
		return err
	}
	if err := r.connect(ctx); err != nil {
		return err
	}
	if request.Spec.Requester == "" {
		request.Spec.Requester = r.me
	}
	if request.Spec.OrganizationRef.Name, err = r.theOrganization(ctx); err != nil {
		return err
	}
	request.Namespace, request.Name = r.inside, r.name
	if r.name == "" {
		request.GenerateName = prefix(requestType)
	}
	if err := r.client.Create(ctx, request); err != nil {
		if apierrors.IsAlreadyExists(err) {
			return fmt.Errorf("there is a request %q already: give another --name, or leave it out", r.name)
		}
		return unwritten("make this request", err)
	}
	return r.tell(ctx, request)
}

// specOf adds the role's time and place, which belong to it alone.
func (r *requesting) specOf(requestType string) (v1alpha1.ApprovalRequestSpec, error) {
	spec, err := r.spec(requestType)
	if err != nil {
		return spec, err
	}
	spec.Justification = v1alpha1.Description(r.justification)
	switch {
	case spec.Grant == nil && (r.duration != 0 || len(r.scope) > 0):
		return spec, usagef("--for and --scope are about a role: name it with --role")
	case spec.Grant == nil:
		return spec, nil
	case r.duration < time.Second || r.duration%time.Second != 0 || r.duration.Seconds() >= 1<<31:
		return spec, usagef("say for how long the role is to be held, in whole seconds, for example --for 8h")
	}
	spec.Grant.DurationSeconds = int32(r.duration / time.Second)
	if len(r.scope) > 0 {
		spec.Grant.Scope, err = readScope(r.scope)
	}
	return spec, err
}

// readScope reads everywhere and NAME=VALUES.
func readScope(parts []string) (*v1alpha1.Scope, error) {
	scope := &v1alpha1.Scope{}
	for _, part := range parts {
		name, list, named := strings.Cut(part, "=")
		values := strings.Split(list, ",")
		switch {
		case part == "everywhere":
			scope.Everywhere = new(true)
		case !named || name == "" || list == "":
			return nil, usagef("--scope %s: write everywhere, units=..., unitGroups=... or DIMENSION=...", part)
		case name == "units":
			scope.Units = append(scope.Units, namesOf[v1alpha1.Name](values)...)
		case name == "unitGroups":
			scope.UnitGroups = append(scope.UnitGroups, namesOf[v1alpha1.Name](values)...)
		case list == "*":
			scope.Dimensions = append(scope.Dimensions, v1alpha1.DimensionScope{Name: v1alpha1.DimensionName(name), All: new(true)})
		default:
			scope.Dimensions = append(scope.Dimensions, v1alpha1.DimensionScope{
				Name: v1alpha1.DimensionName(name), Values: namesOf[v1alpha1.DimensionValue](values),
			})
		}
	}
	return scope, nil
}

func namesOf[T ~string](texts []string) []T {
	names := make([]T, 0, len(texts))
	for _, text := range texts {
		names = append(names, T(text))
	}
	return names
}

// theOrganization is the one of the flag, or the only one of the namespace.
func (r *requesting) theOrganization(ctx context.Context) (string, error) {
	if r.organization != "" {
		return strings.TrimPrefix(r.organization, r.inside+"/"), nil
	}
	var organizations v1alpha1.OrganizationList
	if err := r.client.List(ctx, &organizations, client.InNamespace(r.inside)); err != nil {
		return "", errors.Join(explainList(err), errors.New("name the organization with --organization"))
	}
	switch len(organizations.Items) {
	case 0:
		return "", fmt.Errorf("the namespace %s holds no Organization: name another with -n", r.inside)
	case 1:
		return organizations.Items[0].Name, nil
	}
	var names []string
	for i := range organizations.Items {
		names = append(names, organizations.Items[i].Name)
	}
	return "", usagef("there are several organizations: pick one with --organization: %s", strings.Join(names, ", "))
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// prefix is how the name of a request begins.
func prefix(requestType string) string {
	const most = 40
	name := strings.Trim(notInNames.ReplaceAllString(strings.ToLower(requestType), "-"), "-")
	if name == "" {
		return "request-"
	}
	return strings.TrimSuffix(name[:min(len(name), most)], "-") + "-"
}

// tell says what the request is called and, as soon as the manager has opened it, whom it waits for.
func (r *requesting) tell(ctx context.Context, request *v1alpha1.ApprovalRequest) error {
	if r.output == "text" {
		_, _ = fmt.Fprintf(r.Out, "approvalrequest/%s created\n", request.Name)
	}
	opened, err := r.until(ctx, request, func() bool { return request.Status.State != "" })
	if err != nil {
		return err
	}
	switch r.output {
	case "name":
		_, err = fmt.Fprintln(r.Out, request.Name)
	case "json":
		err = writeJSON(r.Out, request)
	default:
		_, err = fmt.Fprintln(r.Out, standing(request))
	}
	if err != nil {
		return err
	}
	if !opened && r.patience > 0 {
		_, _ = fmt.Fprintf(r.ErrOut, "the manager has not opened it within %s: requests --mine shows when it has\n", r.patience)
	}
	return exit(request.Status.State != v1alpha1.RequestDenied)
}
