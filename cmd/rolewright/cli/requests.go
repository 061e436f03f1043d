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
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

const requestsHelp = `List the ApprovalRequests that wait for you, the oldest first; with --mine, those that you made or that are for you;
with --all, every one.

  text  a request on each line, below a title
  wide  with the beneficiary, the chain and the message
  json  the objects, as a list

You are whom the API server takes you for, or the user of --as.

Exit codes:
  0  there are some
  1  there are none
  2  no answer: something could not be read, or wrong arguments`

// listing is the question which requests there are.
type listing struct {
	approvals

	waiting, mine, all   bool
	organization, output string
}

func newRequests(name string, in *inputs) *cobra.Command {
	l := &listing{approvals: approvals{inputs: in}}
	command := &cobra.Command{
		Use:   "requests",
		Short: "List the requests that wait for you, that are yours, or all",
		Long:  requestsHelp,
		Example: named(name, `  # What waits for me
  %[1]s requests -n workorders

  # What became of mine
  %[1]s requests --mine -o wide -n workorders

  # All, in every namespace
  %[1]s requests --all -A`),
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return l.run(command.Context()) },
	}
	flags := command.Flags()
	flags.BoolVar(&l.waiting, "waiting", false, "list those that wait for you, as without any of these flags")
	flags.BoolVar(&l.mine, "mine", false, "list those that you made, or that are for you")
	flags.BoolVar(&l.all, "all", false, "list all")
	flags.StringVarP(&l.organization, "organization", "O", "", "list only those of this `ORGANIZATION`")
	flags.StringVarP(&l.output, "output", "o", "text", "`FORMAT`: text, wide or json")
	command.MarkFlagsMutuallyExclusive("waiting", "mine", "all")
	return command
}

func (l *listing) run(ctx context.Context) error {
	if !slices.Contains([]string{"text", "wide", "json"}, l.output) {
		return usagef("-o %s: write text, wide or json", l.output)
	}
	if err := l.connect(ctx); err != nil {
		return err
	}
	scope := client.InNamespace(l.inside)
	if l.allNamespaces {
		scope = client.InNamespace("")
	}
	found := v1alpha1.ApprovalRequestList{Items: []v1alpha1.ApprovalRequest{}}
	err := list(ctx, l.client, &v1alpha1.ApprovalRequestList{}, func(page *v1alpha1.ApprovalRequestList) {
		for i := range page.Items {
			if l.wanted(&page.Items[i]) {
				found.Items = append(found.Items, page.Items[i])
			}
		}
	}, scope)
	if err != nil {
		return err
	}
	slices.SortFunc(found.Items, func(a, b v1alpha1.ApprovalRequest) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	if err := l.write(&found); err != nil {
		return err
	}
	if len(found.Items) == 0 {
		_, _ = fmt.Fprintln(l.ErrOut, l.none())
	}
	return exit(len(found.Items) > 0)
}

func (l *listing) wanted(request *v1alpha1.ApprovalRequest) bool {
	switch {
	case l.organization != "" && request.Spec.OrganizationRef.Name != l.organization:
		return false
	case l.all:
		return true
	case l.mine:
		return concerned(request, l.me)
	}
	return len(waitsFor(request, l.me)) > 0
}

// none says that there are none, and of which.
func (l *listing) none() string {
	where := "namespace " + l.inside
	if l.allNamespaces {
		where = "the cluster"
	}
	switch {
	case l.all:
		return where + " holds no requests"
	case l.mine:
		return fmt.Sprintf("%s holds no requests of %s", where, l.me)
	}
	return fmt.Sprintf("no request in %s waits for %s", where, l.me)
}

func (l *listing) write(found *v1alpha1.ApprovalRequestList) error {
	if l.output == "json" {
		return writeJSON(l.Out, struct {
			Items []v1alpha1.ApprovalRequest `json:"items"`
		}{found.Items})
	}
	if len(found.Items) == 0 {
		return nil
	}
	titles := []string{"NAME", "TYPE", "REQUESTER", "UNIT", "STATE", "WAITING FOR", "AGE"}
	if l.allNamespaces {
		titles = append([]string{"NAMESPACE"}, titles...)
	}
	if l.output == "wide" {
		titles = append(titles, "BENEFICIARY", "CHAIN", "MESSAGE")
	}
	rows := make([][]string, 0, len(found.Items))
	for i := range found.Items {
		rows = append(rows, l.row(&found.Items[i]))
	}
	return table(l.Out, titles, rows)
}

func (l *listing) row(request *v1alpha1.ApprovalRequest) []string {
	spec, status := &request.Spec, &request.Status
	row := []string{
		request.Name, string(spec.Type), string(spec.Requester), orDash(string(spec.Unit)), orDash(string(status.State)),
		orDash(status.WaitingFor), duration.HumanDuration(time.Since(request.CreationTimestamp.Time)),
	}
	if l.allNamespaces {
		row = append([]string{request.Namespace}, row...)
	}
	if l.output == "wide" {
		chain := ""
		if status.Chain != nil {
			chain = status.Chain.Name
		}
		row = append(row, orDash(string(spec.Beneficiary)), orDash(chain), orDash(status.Message))
	}
	return row
}

func orDash(text string) string {
	if text == "" {
		return nothingAsked
	}
	return text
}
