// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const whoCanHelp = `List the users who may do something, sorted by id: those to whom can says yes.

  text  a user on each line, below a title
  wide  with the role, the scope, the condition and the object that give it
  json  AuthZEN's response to a search for subjects

Conditions are decided for the resource that --resource and --property describe, and for each user by what the organization
knows of them. Who holds the permission under a condition that is not met is not listed: explain says why.
` + searchHelp

const searchHelp = `
Values of --property and its like are JSON, or else text: --property amount=17 is a number, --property code='"17"' text.
With --request, what is searched for may be missing in the request, and is passed over.

Exit codes:
  0  somebody or something is found
  1  nobody or nothing
  2  no answer: something could not be read, or wrong arguments`

func newWhoCan(name string, in *inputs) *cobra.Command {
	s := &whoCan{asking: newAsking(in, "text", "wide", "json")}
	command := &cobra.Command{
		Use:   "who-can PERMISSION",
		Short: "List the users who may do something",
		Long:  whoCanHelp,
		Example: named(name, `  # In manifests
  %[1]s who-can loans.create --unit harbour -f config/samples/quickstart

  # With what gives it to them
  %[1]s who-can collection.edit -o wide -f config/samples/quickstart

  # In the cluster, about something in particular, and not more than ten
  %[1]s who-can loans.view --resource loan/17 --property borrower=rosa@library.example --limit 10 -n quickstart`),
		RunE: func(command *cobra.Command, args []string) error { return s.run(command.Context(), args) },
	}
	s.addTo(command, 1, "one permission; for one user and one permission there is can")
	command.Flags().IntVar(&s.limit, "limit", 0, "list at most so many `USERS`; 0 lists all")
	return command
}

// whoCan is a search for users.
type whoCan struct {
	*asking

	limit int
}

func (s *whoCan) run(ctx context.Context, args []string) error {
	if err := s.check(""); err != nil {
		return err
	}
	if s.limit < 0 {
		return usagef("--limit %d: write a number of users, or 0 for all", s.limit)
	}
	asked, err := s.asked(args)
	if err != nil {
		return err
	}
	s.standStill()
	index, organization, err := s.index(ctx)
	if err != nil {
		return err
	}
	var users []string
	more := false
	if asked.odd == "" {
		users, more = s.search(index, asked.request)
	}
	if err := s.write(index, asked.request, users, more); err != nil {
		return err
	}
	switch {
	case len(users) == 0:
		s.sayNobody(index, asked, organization.document)
	case more:
		_, _ = io.WriteString(s.ErrOut, "there are more: raise --limit, or leave it out\n")
	}
	return exit(len(users) > 0)
}

// asked makes the request, or reads it.
func (s *whoCan) asked(args []string) (*reading, error) {
	switch {
	case s.file != "":
		r, err := s.readOnly(args, s.In)
		if err == nil && r.request.Subject.Type == "" {
			r.request.Subject.Type = access.SubjectTypeUser
		}
		return r, err
	case len(args) != 1:
		return nil, usagef("name a permission, for example: loans.create")
	}
	return s.about("", args[0])
}

// search returns the users, as many as the limit allows, and whether there are more.
func (s *whoCan) search(index *engine.Index, request *access.Request) (users []string, more bool) {
	for user := range index.WhoCan(request, "") {
		if s.limit > 0 && len(users) == s.limit {
			return users, true
		}
		users = append(users, user)
	}
	return users, false
}

func (s *whoCan) write(index *engine.Index, request *access.Request, users []string, more bool) error {
	explained := func(user string) *access.Explanation {
		one := *request
		one.Subject.ID = user
		e := index.Explain(&one)
		return &e
	}
	switch {
	case s.output == "json":
		shown := found{Results: []result{}}
		if more {
			shown.Context = &foundContext{More: true}
		}
		for _, user := range users {
			shown.Results = append(shown.Results, result{Type: access.SubjectTypeUser, ID: user, Context: contextOf(explained(user))})
		}
		return writeJSON(s.Out, shown)
	case len(users) == 0:
		return nil
	}
	titles := []string{"USER"}
	if s.output == "wide" {
		titles = append(titles, "ROLE", "SCOPE", "CONDITION", "SOURCE")
	}
	rows := make([][]string, 0, len(users))
	for _, user := range users {
		row := []string{user}
		if s.output == "wide" {
			o := originOf(explained(user))
			row = append(row, o.role, o.scope, o.condition, o.source)
		}
		rows = append(rows, row)
	}
	return table(s.Out, titles, rows)
}

// sayNobody says that nobody may, and why where that has nothing to do with who asks.
func (s *whoCan) sayNobody(index *engine.Index, asked *reading, doc *document.Document) {
	why := "nobody may do that: "
	if asked.odd != "" {
		_, _ = fmt.Fprintln(s.ErrOut, why+asked.odd)
		return
	}
	e := aboutAll(index, asked.request, doc)
	switch e.Reason {
	case access.ReasonUnknownSubjectType, access.ReasonUnknownPermission, access.ReasonUnknownUnit,
		access.ReasonUnknownDimensionValue:
		_, _ = fmt.Fprintln(s.ErrOut, why+e.Message)
		_, _ = io.WriteString(s.ErrOut, guess(&e, asked.request, doc))
	default:
		where := ""
		if e.Unit != "" {
			where = " in " + e.Unit
		}
		_, _ = fmt.Fprintf(s.ErrOut, "nobody may %s%s\n", asked.request.Action.Name, where)
	}
}

// aboutAll explains the request for some user who is not suspended, to find out what is said to each of them.
func aboutAll(index *engine.Index, request *access.Request, doc *document.Document) access.Explanation {
	one := *request
	for id := range doc.Users {
		if user := doc.Users[id]; !user.Suspended {
			one.Subject.ID = id
			break
		}
	}
	return index.Explain(&one)
}
