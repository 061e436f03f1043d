// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/internal/change"
	"github.com/rolewright/rolewright/internal/change/report"
	"github.com/rolewright/rolewright/internal/terminal"
)

const diffHelp = `Show what a change of manifests does: who gains and who loses which permission, where and on which condition, and why.

The two states are named with --from and --to. Each is

  PATH              a file or a folder with manifests, or - for standard input
  git:REV[:PATH]    a folder or a file as it is in a revision of Git; without PATH, the current folder
  cluster           the objects of your kubeconfig's cluster

With -f instead, the cluster is compared with itself after "kubectl apply" of these manifests.

Every organization is compared, and what may be done on the platform itself: platform.CATALOG in namespace rolewright-system.
-O selects one of them.

After who gains and loses come roles whose cells in the matrix differ, constraints that begin or cease to be violated, who would
decide requests, what approvers cover, and other findings. Users who have the same change are together; what is held during a
time is said for all times. A condition that changed, or depends on facts that changed, is never left out: it is said that it may
be gained or lost. --user, --role and --permission narrow the difference, and leave out what is not about them.

  text      for a terminal
  markdown  for a comment on a pull request
  json      complete, for programs; docs/changes.md describes it

Exit codes:
  0  nothing differs
  1  something differs
  2  something could not be read or compared, or the arguments are wrong`

// diffOptions are the flags of diff.
type diffOptions struct {
	streams      genericiooptions.IOStreams
	states       stateFlags
	organization organizationFlags
	at           timeFlags
	output       outputFlags
	text         report.Options
	style        *terminal.Style
	narrow       change.Options
}

func newDiff(f *factory) *cobra.Command {
	o := &diffOptions{
		streams: f.streams, style: f.style, states: stateFlags{input: f.input}, output: newOutputFlags("text", "markdown", "json"),
	}
	command := &cobra.Command{
		Use:   "diff {--from STATE --to STATE | -f FILE|FOLDER|-}",
		Short: "Show who gains and loses what by a change",
		Long:  diffHelp,
		Example: f.examples(`  # What a branch changes
  %[1]s diff --from git:main:config/acme --to config/acme

  # As a comment on a pull request
  %[1]s diff --from git:origin/main:config/acme --to config/acme -o markdown > comment.md

  # What "kubectl apply -f acme/" would change in the cluster
  %[1]s diff -f acme/ -n acme

  # One user, between what is in Git and what is in the cluster
  %[1]s diff --from cluster --to git:HEAD:config/acme --user ann@acme.example`),
		Args: noArguments,
		RunE: run(o),
	}
	flags := command.Flags()
	o.states.addFlags(flags)
	o.organization.addFlags(flags, "`ORGANIZATION` to compare, as NAME or NAMESPACE/NAME; all by default")
	o.output.addFlags(flags)
	o.at.addFlags(flags, "report findings and approvers for")
	flags.StringSliceVar(&o.narrow.Users, "user", nil, "show only what this `USER` gains and loses; may be repeated")
	flags.StringSliceVar(&o.narrow.Roles, "role", nil, "show only what is held through this `ROLE`; may be repeated")
	flags.StringSliceVar(&o.narrow.Permissions, "permission", nil, "show only this `PERMISSION`; may be repeated")
	flags.IntVar(&o.text.MostUsers, "max-users", defaultMaxUsers,
		"`NUMBER` of users to name of each change in text and markdown, the others are counted; 0 for all")
	flags.IntVar(&o.text.Width, "width", 0,
		"number of `COLUMNS` of characters of the text; by default as many as the terminal has, elsewhere 80")
	return command
}

const (
	// defaultMaxUsers is how many users texts name of each change.
	defaultMaxUsers = 10
	// defaultWidth is how wide texts are that are written elsewhere than to a terminal.
	defaultWidth = 80
)

// Complete implements options.
func (o *diffOptions) Complete(*cobra.Command, []string) error {
	if o.text.Width <= 0 {
		o.text.Width = cmp.Or(terminal.Width(o.streams.Out), defaultWidth)
	}
	o.text.Style = *o.style
	if err := o.at.complete(); err != nil {
		return err
	}
	o.narrow.At = o.at.time
	return nil
}

// Validate implements options.
func (o *diffOptions) Validate() error {
	if o.text.MostUsers < 0 {
		return usagef("--max-users %d: write how many users to name, or 0 for all", o.text.MostUsers)
	}
	if err := o.states.validate(); err != nil {
		return err
	}
	return o.output.validate()
}

// Run implements options.
func (o *diffOptions) Run(ctx context.Context) error {
	was, is, err := o.states.load(ctx, o.at.time)
	if err != nil {
		return err
	}
	pairs, err := o.pairs(was, is)
	if err != nil {
		return err
	}
	for i := range pairs {
		pairs[i].resolve(o.at.time)
	}
	if err := known(&o.narrow, pairs); err != nil {
		return err
	}
	var all, different []*change.Difference
	for i := range pairs {
		difference, err := pairs[i].compare(o.narrow)
		if err != nil {
			return err
		}
		empty := difference.IsEmpty()
		if !empty {
			different = append(different, difference)
		}
		if !empty || !pairs[i].isPlatform() || o.organization.name != "" {
			all = append(all, difference)
		}
	}
	if err := o.print(o.streams.Out, all, different); err != nil {
		return err
	}
	return exitStatus(len(different) == 0)
}

func (o *diffOptions) print(out io.Writer, all, different []*change.Difference) error {
	if o.output.format == "json" {
		return writeJSON(out, report.NewJSON(all))
	}
	if len(different) == 0 {
		_, err := fmt.Fprintln(out, "Nothing differs.")
		return err
	}
	if o.output.format == "markdown" {
		return report.Markdown(out, different, o.text)
	}
	return report.Text(out, different, o.text)
}
