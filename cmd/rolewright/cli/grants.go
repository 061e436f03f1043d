// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const grantsHelp = `List who holds which role, and where: the grants that are in force at a time, sorted by user and role.

  text  user, role, scope and, if some grant has one, its end
  wide  with the object in which the grant is written; groups, default grants, platform assignments and approved requests are too
  json  the same for programs

With --inherited a grant counts for every role that its role inherits, too; VIA is then the role that is granted. Grants of
suspended users, and grants that take no effect because of an error or a constraint, are not listed: validate names them.

Exit codes:
  0  there is such a grant
  1  there is none
  2  no answer: something could not be read, or the arguments are wrong`

// grantsOptions are the flags of grants.
type grantsOptions struct {
	streams      genericiooptions.IOStreams
	input        *inputFlags
	organization organizationFlags
	at           timeFlags
	output       outputFlags
	user, role   string
	inherited    bool
}

func newGrants(f *factory) *cobra.Command {
	o := &grantsOptions{streams: f.streams, input: f.input, output: newOutputFlags("text", "wide", "json")}
	command := &cobra.Command{
		Use:   "grants",
		Short: "List who holds which role, and where",
		Long:  grantsHelp,
		Example: f.examples(`  # Who holds a role, or one that inherits it
  %[1]s grants --role reader --inherited -f config/samples/quickstart

  # What a user holds in the cluster after a contract has ended
  %[1]s grants --user karl@library.example --at 2099-01-01 -n quickstart`),
		Args: atMost(0, "no arguments: use --user and --role"),
		RunE: run(o),
	}
	flags := command.Flags()
	o.organization.addFlags(flags, organizationUsage)
	flags.StringVar(&o.user, "user", "", "list only grants of this `USER`")
	flags.StringVar(&o.role, "role", "", "list only grants of this `ROLE`")
	flags.BoolVar(&o.inherited, "inherited", false, "list inherited roles, too")
	o.at.addFlags(flags, "answer for")
	o.output.addFlags(flags)
	return command
}

// Complete implements options.
func (o *grantsOptions) Complete(*cobra.Command, []string) error { return o.at.complete() }

// Validate implements options.
func (o *grantsOptions) Validate() error { return o.output.validate() }

// Run implements options.
func (o *grantsOptions) Run(ctx context.Context) error {
	organization, err := o.organization.resolve(ctx, o.input, o.at.time, o.streams.ErrOut)
	if err != nil {
		return err
	}
	known := organization.document
	if _, is := known.Roles[o.role]; !is && o.role != "" {
		_, _ = fmt.Fprintf(o.streams.ErrOut, "there is no role %q in organization %s\n%s",
			o.role, qualifiedName(&organization.world), didYouMean("role", o.role, slices.Sorted(maps.Keys(known.Roles))))
	}
	if user, is := known.Users[o.user]; !is && o.user != "" {
		_, _ = fmt.Fprintf(o.streams.ErrOut, "%q is not a user of organization %s\n%s",
			o.user, qualifiedName(&organization.world), didYouMean("user", o.user, slices.Sorted(maps.Keys(known.Users))))
	} else if user.Suspended {
		_, _ = fmt.Fprintf(o.streams.ErrOut, "%s is suspended\n", english.Printable(o.user))
	}
	held := o.held(known)
	if o.output.format == "json" {
		err = writeJSON(o.streams.Out, grantList{held})
	} else {
		err = o.print(held)
	}
	if err != nil {
		return err
	}
	return exitStatus(len(held) > 0)
}

// grantList is what grants prints as JSON.
type grantList struct {
	Grants []heldRole `json:"grants"`
}

// heldRole is a role that a user holds by a grant.
type heldRole struct {
	User string `json:"user"`
	Role string `json:"role"`
	// Via is the role that is granted, if it inherits the other.
	Via   string         `json:"via,omitempty"`
	Scope document.Scope `json:"scope"`
	document.Window
	Source string `json:"source,omitempty"`
}

// held returns the roles that the flags select, sorted by user and role; never nil.
func (o *grantsOptions) held(known *document.Document) []heldRole {
	all := []heldRole{}
	for _, id := range slices.Sorted(maps.Keys(known.Users)) {
		user := known.Users[id]
		if user.Suspended || o.user != "" && o.user != id {
			continue
		}
		var ofUser []heldRole
		for grant := range known.GrantsOf(&user) {
			if !isOpen(grant.Window, o.at.time) {
				continue
			}
			held := heldRole{User: id, Role: grant.Role, Scope: grant.Scope, Window: grant.Window, Source: grant.Source}
			ofUser = append(ofUser, held)
			for _, role := range known.Roles[grant.Role].Inherits {
				if o.inherited {
					held.Role, held.Via = role, grant.Role
					ofUser = append(ofUser, held)
				}
			}
		}
		slices.SortStableFunc(ofUser, func(a, b heldRole) int { return cmp.Compare(a.Role, b.Role) })
		all = append(all, ofUser...)
	}
	return slices.DeleteFunc(all, func(h heldRole) bool { return o.role != "" && o.role != h.Role })
}

// isOpen reports whether a window is open at a time: from its start until just before its end.
func isOpen(w document.Window, at time.Time) bool {
	return (w.StartTime == nil || !at.Before(*w.StartTime)) && (w.EndTime == nil || at.Before(*w.EndTime))
}

func (o *grantsOptions) print(held []heldRole) error {
	if len(held) == 0 {
		_, _ = fmt.Fprintln(o.streams.ErrOut, "there is no such grant in force")
		return nil
	}
	ends := slices.ContainsFunc(held, func(h heldRole) bool { return h.EndTime != nil })
	titles := []string{"USER", "ROLE"}
	if o.inherited {
		titles = append(titles, "VIA")
	}
	titles = append(titles, "SCOPE")
	if ends {
		titles = append(titles, "UNTIL")
	}
	wide := o.output.format == "wide"
	if wide {
		titles = append(titles, "SOURCE")
	}
	rows := make([][]string, 0, len(held))
	for i := range held {
		h := &held[i]
		row := []string{english.Printable(h.User), h.Role}
		if o.inherited {
			row = append(row, orNone(h.Via))
		}
		row = append(row, h.Scope.String())
		if ends && h.EndTime != nil {
			row = append(row, english.Time(*h.EndTime))
		} else if ends {
			row = append(row, none)
		}
		if wide {
			row = append(row, orNone(h.Source))
		}
		rows = append(rows, row)
	}
	return writeTable(o.streams.Out, titles, rows)
}
