// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const chainHelp = `Say which ApprovalChain would govern a request, and who would approve it, step by step. Nothing is asked of anybody.

Each step begins in one of these ways:

  Asked      its approvers are asked
  NotNeeded  it is passed over, since its condition is false
  Submitted  submitting approves it, since the requester is an approver
  Bypassed   it is passed over, since the requester may bypass the chain

The pool Approver may decide; Fallback, when nobody of it can; Escalation too, from some time on. Nobody decides on their own
request: requester and beneficiary are left out.

Values of --attribute are JSON, or else text: --attribute amount=17 is a number, --attribute code='"17"' text.

Exit codes:
  0  a chain governs the request, and every step has somebody who may decide it
  1  the request would be denied or kept waiting, or nobody may decide a step
  2  no answer: something could not be read, or wrong arguments`

// routing is the question who would approve something.
type routing struct {
	choice
	moment
	submitting

	output string
}

func newChain(name string, in *inputs) *cobra.Command {
	r := &routing{choice: choice{inputs: in}}
	command := &cobra.Command{
		Use:   "chain TYPE --requester USER",
		Short: "Say who would approve a request, step by step",
		Long:  chainHelp,
		Example: named(name, `  # In manifests
  %[1]s chain work-order --requester ora@district.example --unit elm-school -f config/samples/workorders

  # What a condition of the chain looks at
  %[1]s chain contract --requester amy@contracts.example --unit hospital-1 --attribute annualValue=250000.01 -f config/samples/contracts

  # In the cluster, for somebody else
  %[1]s chain additional-review --requester mark@compass.example --beneficiary emma@compass.example -n performance`),
		RunE: func(command *cobra.Command, args []string) error { return r.run(command.Context(), args) },
	}
	flags := command.Flags()
	r.choice.addFlags(flags)
	r.submitting.addFlags(flags, "`USER` who would ask")
	r.addFlag(flags, "`TIME` to look at, as 2006-01-02 or 2006-01-02T15:04:05Z; now by default")
	flags.StringVarP(&r.output, "output", "o", "text", "`FORMAT`: text or json")
	return command
}

func (r *routing) run(ctx context.Context, args []string) error {
	requestType, err := oneType(args)
	if err != nil {
		return err
	}
	if r.output != "text" && r.output != "json" {
		return usagef("-o %s: write text or json", r.output)
	}
	if r.requester == "" {
		return usagef("name who would ask, with --requester")
	}
	request := &v1alpha1.ApprovalRequest{}
	if request.Spec, err = r.spec(requestType); err != nil {
		return err
	}
	r.standStill()
	clock, err := r.clock()
	if err != nil {
		return err
	}
	organization, err := r.resolve(ctx, clock())
	if err != nil {
		return err
	}
	index, err := engine.NewIndex(organization.document, engine.WithClock(clock))
	if err != nil {
		return fmt.Errorf("organization %s: %w", title(&organization.world), err)
	}
	submission := approval.Submission(request)
	if why := r.unknownRole(organization.document, request.Spec.Grant); why != "" {
		return r.stopped("denied", why)
	}
	name, route, err := routeOf(index, submission)
	if err != nil {
		stopped := r.stopped(fateOf(err), err.Error())
		_, _ = io.WriteString(r.ErrOut, guessSubmission(submission, organization.document))
		return stopped
	}
	chain := organization.document.Chains[name]
	return r.write(name, &chain, route)
}

// routeOf finds the chain that governs a submission, and who may decide it there.
func routeOf(index *engine.Index, submission *access.ApprovalInput) (string, *access.ApprovalPlan, error) {
	name, err := index.SelectChain(submission)
	if err != nil {
		return "", nil, err
	}
	chain, _ := index.Chain(name)
	route, err := index.ApprovalPlan(&chain, submission)
	return name, route, err
}

// unknownRole says that the role which is asked for does not exist.
func (r *routing) unknownRole(doc *document.Document, grant *v1alpha1.RequestedGrant) string {
	if grant == nil {
		return ""
	}
	key := grant.RoleRef.Name
	if grant.RoleRef.Kind == v1alpha1.RoleKindPlatformRole {
		key = string(v1alpha1.RoleKindPlatformRole) + "/" + key
	}
	if _, known := doc.Roles[key]; known {
		return ""
	}
	return fmt.Sprintf("the organization has no role %q\n%s", r.role, hint("role", key, slices.Sorted(maps.Keys(doc.Roles))))
}

// fateOf is what becomes of a request that no chain takes: it waits for what is missing, or else it is denied.
func fateOf(err error) string {
	if _, missing := errors.AsType[*access.MissingError](err); missing {
		return "waiting"
	}
	return "denied"
}

// stopped says why the request would be denied, or what it would wait for.
func (r *routing) stopped(fate, why string) error {
	if r.output == "json" {
		if err := writeJSON(r.Out, map[string]string{fate: strings.SplitN(why, "\n", 2)[0]}); err != nil {
			return err
		}
		return errNo
	}
	_, _ = fmt.Fprintf(r.ErrOut, "the request would be %s: %s\n", fate, strings.TrimSuffix(why, "\n"))
	return errNo
}

// guessSubmission says what a name that is unknown was probably meant to be.
func guessSubmission(s *access.ApprovalInput, d *document.Document) string {
	types := make([]string, 0, len(d.Chains))
	for _, chain := range d.Chains {
		types = append(types, chain.RequestType)
	}
	if !slices.Contains(types, s.Type) {
		return hint("type of request", s.Type, types)
	}
	for _, user := range []string{s.Requester, s.Beneficiary} {
		if _, known := d.Users[user]; !known {
			return hint("user", user, slices.Sorted(maps.Keys(d.Users)))
		}
	}
	if _, known := d.Units[s.Unit]; !known && s.Unit != "" {
		return hint("unit", s.Unit, slices.Sorted(maps.Keys(d.Units)))
	}
	return ""
}

// governed is what chain prints as JSON: the name of the chain, and the route through it.
type governed struct {
	Chain string `json:"chain"`
	*access.ApprovalPlan
}

func (r *routing) write(name string, chain *document.Chain, route *access.ApprovalPlan) error {
	var err error
	if r.output == "json" {
		err = writeJSON(r.Out, governed{name, route})
	} else {
		order := "the steps come in order"
		if chain.Parallel {
			order = "the steps are decided at once"
		}
		_, _ = fmt.Fprintf(r.Out, "ApprovalChain %s governs it; %s\n\n", name, order)
		err = table(r.Out, []string{"STEP", "BEGIN", "NEEDS", "POOL", "APPROVERS"}, routeRows(chain, route))
	}
	if err != nil {
		return err
	}
	stuck := false
	for i := range route.Steps {
		if why := lacking(&chain.Steps[i], &route.Steps[i]); why != "" {
			_, _ = fmt.Fprintln(r.ErrOut, why)
			stuck = true
		}
	}
	return exit(!stuck)
}

// lacking says that too few may decide a step, however long it waits.
func lacking(step *document.Step, route *access.PlanStep) string {
	if route.Disposition != access.DispositionAsked {
		return ""
	}
	may := slices.Clone(route.Approvers)
	if len(may) == 0 {
		may = append(may, route.Fallback...)
	}
	for _, further := range route.Escalations {
		may = append(may, further...)
	}
	slices.Sort(may)
	may = slices.Compact(may)
	switch {
	case len(may) == 0:
		return fmt.Sprintf("nobody may decide step %q: the request would stand there", route.Name)
	case len(may) < step.Quorum:
		return fmt.Sprintf("step %q needs %d approvals, and only %d may decide it: the request would stand there",
			route.Name, step.Quorum, len(may))
	}
	return ""
}

// routeRows shows each step, and below it each pool of approvers and what happens when nobody decides.
func routeRows(chain *document.Chain, route *access.ApprovalPlan) [][]string {
	var rows [][]string
	for i := range route.Steps {
		step, at := &chain.Steps[i], &route.Steps[i]
		if at.Disposition != access.DispositionAsked {
			rows = append(rows, []string{at.Name, string(at.Disposition), nothingAsked, nothingAsked, nothingAsked})
			continue
		}
		rows = append(rows, []string{at.Name, string(at.Disposition), needs(step), string(v1alpha1.PoolApprover), listed(at.Approvers)})
		if len(step.Fallback) > 0 {
			rows = append(rows, []string{"", "", "", string(v1alpha1.PoolFallback), listed(at.Fallback)})
		}
		for j := range step.Timeouts {
			timeout := &step.Timeouts[j]
			after := " after " + duration.HumanDuration(time.Duration(timeout.AfterSeconds)*time.Second)
			if timeout.Action == string(v1alpha1.TimeoutEscalate) {
				rows = append(rows, []string{"", "", "", string(v1alpha1.PoolEscalation) + after, listed(at.Escalations[j])})
			} else {
				rows = append(rows, []string{"", "", "", timeout.Action + after, nothingAsked})
			}
		}
	}
	return rows
}

func needs(step *document.Step) string {
	if step.Quorum == 0 {
		return "all"
	}
	return plural(step.Quorum, "approval")
}

// listed names some users, and not more than fit on a line.
func listed(users []string) string {
	const most = 8
	switch {
	case len(users) == 0:
		return "nobody"
	case len(users) > most:
		return fmt.Sprintf("%s and %d more", strings.Join(users[:most], ", "), len(users)-most)
	}
	return strings.Join(users, ", ")
}
