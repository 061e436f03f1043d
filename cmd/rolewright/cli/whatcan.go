// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const whatCanHelp = `List what a user may do, in the order of the catalog: the permissions for which can says yes.

  text  section, permission, and the condition that is met where one is asked
  wide  with the role, the scope and the object that give it
  json  AuthZEN's response to a search for actions

Conditions are decided for the resource that --resource and --property describe. Permissions that the user holds there under
conditions that are not met are named on standard error.
` + searchHelp

func newWhatCan(name string, in *inputs) *cobra.Command {
	s := &whatCan{asking: newAsking(in, "text", "wide", "json")}
	command := &cobra.Command{
		Use:   "what-can USER",
		Short: "List what a user may do",
		Long:  whatCanHelp,
		Example: named(name, `  # In manifests
  %[1]s what-can lena@library.example --unit harbour -f config/samples/quickstart

  # About something in particular, with what gives it
  %[1]s what-can rosa@library.example --property borrower=rosa@library.example -o wide -f config/samples/quickstart

  # In the cluster, after a contract has ended
  %[1]s what-can karl@library.example --at 2099-01-01 -n quickstart`),
		RunE: func(command *cobra.Command, args []string) error { return s.run(command.Context(), args) },
	}
	s.addTo(command, 1, "one user; for one user and one permission there is can")
	return command
}

// whatCan is a search for permissions.
type whatCan struct {
	*asking
}

// allowed is a permission that the user has, with what leads to it.
type allowed struct {
	name, section string
	explanation   access.Explanation
}

func (s *whatCan) run(ctx context.Context, args []string) error {
	if err := s.check(""); err != nil {
		return err
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
	if asked.odd != "" {
		_, _ = fmt.Fprintln(s.ErrOut, "nothing is allowed: "+asked.odd)
		asked.request = &access.Request{}
	}
	may := slices.Collect(index.WhatCan(asked.request, ""))
	var list []allowed
	var unmet []string
	for i := range organization.world.Catalog.Permissions {
		name := organization.world.Catalog.Permissions[i].Name
		one := *asked.request
		one.Action.Name = name
		explanation := index.Explain(&one)
		if slices.Contains(may, name) {
			list = append(list, allowed{name, organization.document.Permissions[name].Section, explanation})
		} else if conditions := unmetConditions(&explanation); conditions != "" {
			unmet = append(unmet, name+" ("+conditions+")")
		}
	}
	if err := s.write(list); err != nil {
		return err
	}
	if asked.odd == "" {
		s.say(index, asked.request, organization.document, list, unmet)
	}
	return exit(len(list) > 0)
}

// asked makes the request, or reads it.
func (s *whatCan) asked(args []string) (*reading, error) {
	switch {
	case s.file != "":
		return s.readOnly(args, s.In)
	case len(args) != 1:
		return nil, usagef("name a user, for example: lena@library.example")
	}
	return s.about(args[0], "")
}

func (s *whatCan) write(list []allowed) error {
	if s.output == "json" {
		shown := found{Results: []result{}}
		for i := range list {
			shown.Results = append(shown.Results, result{Name: list[i].name, Section: list[i].section, Context: contextOf(&list[i].explanation)})
		}
		return writeJSON(s.Out, shown)
	}
	if len(list) == 0 {
		return nil
	}
	titles := []string{"SECTION", "PERMISSION", "CONDITION"}
	if s.output == "wide" {
		titles = append(titles, "ROLE", "SCOPE", "SOURCE")
	}
	rows := make([][]string, 0, len(list))
	for i := range list {
		o := originOf(&list[i].explanation)
		row := []string{list[i].section, list[i].name, o.condition}
		if s.output == "wide" {
			row = append(row, o.role, o.scope, o.source)
		}
		rows = append(rows, row)
	}
	return table(s.Out, titles, rows)
}

// say says why there is nothing, and what there would be if conditions were met.
func (s *whatCan) say(
	index *engine.Index, request *access.Request, doc *document.Document, list []allowed, unmet []string,
) {
	if len(unmet) > 0 {
		_, _ = fmt.Fprintf(s.ErrOut, "held under conditions that are not met: %s\n", strings.Join(unmet, ", "))
		return
	}
	if len(list) > 0 {
		return
	}
	e := aboutEverything(index, request, doc)
	if e.Reason != access.ReasonNotGranted {
		_, _ = fmt.Fprintf(s.ErrOut, "nothing is allowed: %s\n%s", e.Message, guess(&e, request, doc))
		return
	}
	_, _ = fmt.Fprintf(s.ErrOut, "nothing is allowed to %s in %s\n", request.Subject.ID, e.Unit)
	for _, g := range e.Grants {
		if !g.Covers {
			_, _ = fmt.Fprintf(s.ErrOut, "  grant %s of role %s: %s, does not count: %s\n", g.Source, g.Role, g.Scope, g.Because)
		}
	}
}

// aboutEverything explains a request for the first permission that is neither refused nor revoked, to find out what is
// said of all.
func aboutEverything(index *engine.Index, request *access.Request, doc *document.Document) access.Explanation {
	one := *request
	var e access.Explanation
	for _, name := range slices.Sorted(maps.Keys(doc.Permissions)) {
		one.Action.Name = name
		if e = index.Explain(&one); e.Reason != access.ReasonRefused && e.Reason != access.ReasonRevoked {
			break
		}
	}
	return e
}

// unmetConditions joins the alternatives under which a grant that covers the resource holds the permission, if nothing
// but qualifiers is in the way.
func unmetConditions(e *access.Explanation) string {
	var conditions []string
	if e.Reason != access.ReasonNotGranted {
		return ""
	}
	for _, g := range e.Grants {
		for _, a := range g.Alternatives {
			if g.Covers && len(a.Features)+len(a.Entitlements) == 0 && !slices.Contains(conditions, a.When) {
				conditions = append(conditions, a.When)
			}
		}
	}
	return strings.Join(conditions, "|")
}
