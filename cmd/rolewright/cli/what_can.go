// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

const whatCanHelp = `List what a user may do, in the order of the catalog: the permissions for which can says yes.

  text  section, permission, the condition that is met, if there is one, and the end, if some permission has one
  wide  with the role, the scope and the object that give it
  json  AuthZEN's response to a search for actions

Conditions are evaluated for the resource that --resource and --property describe. Permissions that the user holds there
under conditions that are not met are listed on standard error.

Without USER, it is about yourself, as the API server knows you. If you may not read the whole organization, but your own UserAssignment
("rbac" prints that right), it lists what the status of that says you hold, where, until when and under which conditions, and which
revision it is of. The conditions are not evaluated, and prohibitions of the catalog may refuse what is listed. If the status is not
current, not published or not complete, the exit code is 2.

With --administer it lists what the user may change of the organization instead, by the administration rules of the roles that they
hold at the time: of which users, which roles, fields of profiles and objects, where, and until when.
` + platformHelp + searchHelp

// whatCanOptions are the arguments and flags of what-can.
type whatCanOptions struct {
	query      queryOptions
	args       []string
	administer bool
}

func newWhatCan(f *factory) *cobra.Command {
	o := &whatCanOptions{query: newQueryOptions(f, "text", "wide", "json")}
	command := &cobra.Command{
		Use:   "what-can [USER]",
		Short: "List what a user may do",
		Long:  whatCanHelp,
		Example: f.examples(`  # In manifests
  %[1]s what-can lena@library.example --unit harbour -f config/samples/quickstart

  # About one resource, with the grants that give it
  %[1]s what-can rosa@library.example --property borrower=rosa@library.example -o wide -f config/samples/quickstart

  # What you may do yourself
  %[1]s what-can -n quickstart

  # What they may administer
  %[1]s what-can mark@compass.example --administer -f config/samples/performance

  # On the platform itself
  %[1]s what-can sal@platform.example --platform -f config/samples/homehealth

  # In the cluster, after a contract has ended
  %[1]s what-can karl@library.example --at 2099-01-01 -n quickstart`),
		Args: atMost(1, "one user; for one user and one permission there is can"),
		RunE: run(o),
	}
	o.query.addFlags(command)
	command.Flags().BoolVar(&o.administer, "administer", false, "list the administration rules of the user")
	return command
}

// Complete implements options.
func (o *whatCanOptions) Complete(_ *cobra.Command, args []string) error {
	o.args = args
	return o.query.at.complete()
}

// Validate implements options.
func (o *whatCanOptions) Validate() error {
	number := 1
	if o.isOwn() {
		number = 0
	}
	if err := o.query.request.validate(o.args, number, "name a user, for example: lena@library.example"); err != nil {
		return err
	}
	if o.administer && (o.query.request.file != "" || o.query.request.isSet()) {
		return usagef("--administer is about the whole organization: leave out flags that describe a request")
	}
	if o.administer && o.query.platform.set {
		return usagef("--administer is about an organization: leave out --platform")
	}
	return o.query.validate()
}

// Run implements options.
func (o *whatCanOptions) Run(ctx context.Context) error {
	if o.isOwn() {
		return o.listOwn(ctx)
	}
	return o.list(ctx)
}

// list lists what the user may do by all that is known of the organization.
func (o *whatCanOptions) list(ctx context.Context) error {
	if o.administer {
		return o.listAdministration(ctx)
	}
	q, err := o.query.prepare(ctx, authzen.SearchAction, argument(o.args, 0), "")
	if err != nil {
		return err
	}
	if q.request.invalid != "" {
		_, _ = fmt.Fprintln(o.query.streams.ErrOut, "nothing is allowed: "+q.request.invalid)
		q.request.request = &access.Request{}
	}
	allowed, unmet := q.searchPermissions()
	if err := o.print(allowed); err != nil {
		return err
	}
	if q.request.invalid == "" {
		o.printUnmet(q, len(allowed) > 0, unmet)
	}
	return exitStatus(len(allowed) > 0)
}

// allowedPermission is a permission that the user has.
type allowedPermission struct {
	name, section string
	explanation   access.Explanation
}

// searchPermissions returns what the user may do, and what they could do if conditions were met.
func (q *query) searchPermissions() (allowed []allowedPermission, unmet []string) {
	names := slices.Collect(q.index.WhatCan(q.request.request, ""))
	catalog := q.organization.world.Catalog
	for i := range catalog.Permissions {
		name := catalog.Permissions[i].Name
		e := q.explainPermission(name)
		if slices.Contains(names, name) {
			allowed = append(allowed, allowedPermission{name, q.organization.document.Permissions[name].Section, e})
		} else if conditions := unmetConditions(&e); conditions != "" {
			unmet = append(unmet, name+" ("+conditions+")")
		}
	}
	return allowed, unmet
}

// explainPermission explains the request as one for another permission.
func (q *query) explainPermission(name string) access.Explanation {
	request := *q.request.request
	request.Action.Name = name
	return q.index.Explain(&request)
}

func (o *whatCanOptions) print(allowed []allowedPermission) error {
	if o.query.output.format == "json" {
		response := searchResponse{Results: []searchResult{}}
		for i := range allowed {
			a := &allowed[i]
			response.Results = append(response.Results, searchResult{Name: a.name, Section: a.section, Context: newResultContext(&a.explanation)})
		}
		return writeJSON(o.query.streams.Out, response)
	}
	if len(allowed) == 0 {
		return nil
	}
	wide := o.query.output.format == "wide"
	titles := []string{"SECTION", "PERMISSION", "CONDITION"}
	ends := slices.ContainsFunc(allowed, func(a allowedPermission) bool { return findEnd(&a.explanation) != "" })
	if ends {
		titles = append(titles, "UNTIL")
	}
	if wide {
		titles = append(titles, "ROLE", "SCOPE", "SOURCE")
	}
	rows := make([][]string, 0, len(allowed))
	for i := range allowed {
		d := findBasis(&allowed[i].explanation)
		row := []string{allowed[i].section, allowed[i].name, d.condition}
		if ends {
			row = append(row, orNone(findEnd(&allowed[i].explanation)))
		}
		if wide {
			row = append(row, d.role, d.scope, d.source)
		}
		rows = append(rows, row)
	}
	return writeTable(o.query.streams.Out, titles, rows)
}

// printUnmet prints what the user could do if conditions were met, or why nothing is allowed.
func (o *whatCanOptions) printUnmet(q *query, anyAllowed bool, unmet []string) {
	errOut := o.query.streams.ErrOut
	if len(unmet) > 0 {
		_, _ = fmt.Fprintf(errOut, "held under conditions that are not met: %s\n", strings.Join(unmet, ", "))
		return
	}
	if anyAllowed {
		return
	}
	e := q.explainNothing()
	if e.Reason != access.ReasonNotGranted {
		_, _ = fmt.Fprintf(errOut, "nothing is allowed: %s\n%s", e.Message, q.hint(&e))
		return
	}
	_, _ = fmt.Fprintf(errOut, "%s may do nothing in %s\n", q.request.request.Subject.ID, e.Unit)
	for _, g := range e.Grants {
		if !g.Covers {
			_, _ = fmt.Fprintf(errOut, "  grant %s of role %s: %s, does not count: %s\n", g.Source, g.Role, g.Scope, g.Because)
		}
	}
}

// explainNothing returns why the user may do nothing: the explanation for the first permission that is neither refused nor
// denied.
func (q *query) explainNothing() access.Explanation {
	var e access.Explanation
	for _, name := range slices.Sorted(maps.Keys(q.organization.document.Permissions)) {
		if e = q.explainPermission(name); e.Reason != access.ReasonRefused && e.Reason != access.ReasonDenied {
			break
		}
	}
	return e
}

// unmetConditions joins the alternatives under which a grant that covers the resource holds the permission, if only
// qualifiers are missing.
func unmetConditions(e *access.Explanation) string {
	if e.Reason != access.ReasonNotGranted {
		return ""
	}
	var conditions []string
	for _, g := range e.Grants {
		for _, a := range g.Alternatives {
			if g.Covers && len(a.MissingFeatures)+len(a.MissingEntitlements) == 0 && !slices.Contains(conditions, a.When) {
				conditions = append(conditions, a.When)
			}
		}
	}
	return strings.Join(conditions, "|")
}
