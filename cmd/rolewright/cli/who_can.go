// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"
	"iter"

	"github.com/spf13/cobra"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

const whoCanHelp = `List the users who may do something, sorted by id: those for whom can says yes.

  text  one user per line
  wide  with the role, the scope, the condition and the object that give it
  json  AuthZEN's response to a search for subjects

Conditions are evaluated for the resource that --resource and --property describe, and for each user with what the
organization knows about them. A user who holds the permission under a condition that is not met is not listed: standard error
says how many there are, and explain says why.
` + platformHelp + searchHelp

// whoCanOptions are the arguments and flags of who-can.
type whoCanOptions struct {
	query queryOptions
	args  []string
	limit int
}

func newWhoCan(f *factory) *cobra.Command {
	o := &whoCanOptions{query: newQueryOptions(f, "text", "wide", "json")}
	command := &cobra.Command{
		Use:   "who-can PERMISSION",
		Short: "List the users who may do something",
		Long:  whoCanHelp,
		Example: f.examples(`  # In manifests
  %[1]s who-can loans.create --unit harbour -f config/samples/quickstart

  # With the grants that give it
  %[1]s who-can collection.edit -o wide -f config/samples/quickstart

  # On the platform itself
  %[1]s who-can CREATE_AGENCY --platform -f config/samples/homehealth

  # In the cluster, about one resource, at most ten users
  %[1]s who-can loans.view --resource loan/17 --property borrower=rosa@library.example --limit 10 -n quickstart`),
		Args: atMost(1, "one permission; for one user and one permission there is can"),
		RunE: run(o),
	}
	o.query.addFlags(command)
	command.Flags().IntVar(&o.limit, "limit", 0, "list at most this many `USERS`; 0 lists all")
	return command
}

// Complete implements options.
func (o *whoCanOptions) Complete(_ *cobra.Command, args []string) error {
	o.args = args
	return o.query.at.complete()
}

// Validate implements options.
func (o *whoCanOptions) Validate() error {
	if o.limit < 0 {
		return usagef("--limit %d: write a number of users, or 0 for all", o.limit)
	}
	if err := o.query.request.validate(o.args, 1, "name a permission, for example: loans.create"); err != nil {
		return err
	}
	return o.query.validate()
}

// Run implements options.
func (o *whoCanOptions) Run(ctx context.Context) error {
	q, err := o.query.prepare(ctx, authzen.SearchSubject, "", argument(o.args, 0))
	if err != nil {
		return err
	}
	if actors, is := authzen.WhoMayAssign(q.index, q.request.request); is {
		return o.printActors(q, actors)
	}
	users, more := o.search(q)
	if err := o.print(q, users, more); err != nil {
		return err
	}
	switch {
	case len(users) == 0:
		o.printNobody(q)
	case more:
		_, _ = io.WriteString(o.query.streams.ErrOut, "there are more: raise --limit, or leave it out\n")
	}
	o.printUnmet(q)
	return exitStatus(len(users) > 0)
}

// printActors prints the users who may give a role, or take it.
func (o *whoCanOptions) printActors(q *query, actors iter.Seq[string]) error {
	response := actorsResponse{Results: []actor{}}
	for id := range actors {
		if o.limit > 0 && len(response.Results) == o.limit {
			break
		}
		response.Results = append(response.Results, actor{Type: q.request.request.Subject.Type, ID: id})
	}
	if o.query.output.format == "json" {
		if err := writeJSON(o.query.streams.Out, response); err != nil {
			return err
		}
		return exitStatus(len(response.Results) > 0)
	}
	for _, found := range response.Results {
		if _, err := fmt.Fprintln(o.query.streams.Out, english.Printable(found.ID)); err != nil {
			return err
		}
	}
	return exitStatus(len(response.Results) > 0)
}

// actorsResponse is AuthZEN's response to a search for those who may give a role.
type actorsResponse struct {
	Results []actor `json:"results"`
}

type actor struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

// search returns as many users as the limit allows, and whether there are more.
func (o *whoCanOptions) search(q *query) (users []string, more bool) {
	if q.request.invalid != "" {
		return nil, false
	}
	for user := range q.index.WhoCan(q.request.request, "") {
		if o.limit > 0 && len(users) == o.limit {
			return users, true
		}
		users = append(users, user)
	}
	return users, false
}

func (o *whoCanOptions) print(q *query, users []string, more bool) error {
	out, wide := o.query.streams.Out, o.query.output.format == "wide"
	if o.query.output.format == "json" {
		response := searchResponse{Results: []searchResult{}}
		if more {
			response.Context = &searchContext{More: true}
		}
		if unmet := q.unmet(); unmet != (access.Unmet{}) {
			if response.Context == nil {
				response.Context = &searchContext{}
			}
			response.Context.Unmet = &unmet
		}
		for _, user := range users {
			e := q.explainFor(user)
			response.Results = append(response.Results, searchResult{Type: q.request.request.Subject.Type, ID: user, Context: newResultContext(&e)})
		}
		return writeJSON(out, response)
	}
	if len(users) == 0 {
		return nil
	}
	titles := []string{"USER"}
	if wide {
		titles = append(titles, "ROLE", "SCOPE", "CONDITION", "SOURCE")
	}
	rows := make([][]string, 0, len(users))
	for _, user := range users {
		row := []string{user}
		if wide {
			e := q.explainFor(user)
			d := findBasis(&e)
			row = append(row, d.role, d.scope, d.condition, d.source)
		}
		rows = append(rows, row)
	}
	return writeTable(out, titles, rows)
}

// unmet counts those who hold the permission on conditions that are not met, or cannot be evaluated.
func (q *query) unmet() access.Unmet {
	if q.request.invalid != "" {
		return access.Unmet{}
	}
	return q.index.CountUnmet(q.request.request)
}

// printUnmet prints how many others hold the permission on conditions.
func (o *whoCanOptions) printUnmet(q *query) {
	unmet := q.unmet()
	for _, counted := range []struct {
		users int
		why   string
	}{{unmet.NotMet, "on conditions that are not met"}, {unmet.NotEvaluated, "on conditions that cannot be evaluated for what was asked"}} {
		if counted.users > 0 {
			others := english.Count(counted.users, "other user")
			_, _ = fmt.Fprintf(o.query.streams.ErrOut, "held by %s %s: explain says which\n", others, counted.why)
		}
	}
}

// explainFor explains the request as one of another user.
func (q *query) explainFor(user string) access.Explanation {
	request := *q.request.request
	request.Subject.ID = user
	return q.index.Explain(&request)
}

// printNobody prints that nobody may do it, and why if the reason does not depend on the user.
func (o *whoCanOptions) printNobody(q *query) {
	const prefix = "nobody may do that: "
	errOut := o.query.streams.ErrOut
	if q.request.invalid != "" {
		_, _ = fmt.Fprintln(errOut, prefix+q.request.invalid)
		return
	}
	e := q.explainFor(q.anyActiveUser())
	switch e.Reason {
	case access.ReasonUnknownSubjectType, access.ReasonUnknownPermission, access.ReasonUnknownResourceType,
		access.ReasonUnknownResourceUser, access.ReasonUnknownUnit, access.ReasonUnknownDimensionValue:
		_, _ = fmt.Fprintln(errOut, prefix+e.Message)
		_, _ = io.WriteString(errOut, q.hint(&e))
	default:
		where := ""
		if e.Unit != "" {
			where = " in " + e.Unit
		}
		_, _ = fmt.Fprintf(errOut, "nobody may %s%s\n", q.request.request.Action.Name, where)
	}
}

// anyActiveUser returns a user who is not suspended, or the user of the request if there is none.
func (q *query) anyActiveUser() string {
	users := q.organization.document.Users
	for id := range users {
		if user := users[id]; !user.Suspended {
			return id
		}
	}
	return q.request.request.Subject.ID
}
