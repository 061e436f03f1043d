// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/internal/change/authority"
	"github.com/rolewright/rolewright/internal/change/report"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/terminal"
	"github.com/rolewright/rolewright/internal/validation"
)

const authorizeHelp = `Say whether a user may make a change of manifests, by the administration rules of the roles that the user holds.

The two states are named as for diff. Every act of the change is judged: users who are added, suspended or removed, roles that are
given and taken, profiles, overrides, groups, roles, units, chains, and what the platform settles with the organization. What
anyone gains or loses by the change as a whole must be what the user may give and take. One refused act refuses the change. The
rules are those of the state before it. Catalogs, platform roles and platform assignments are left to Kubernetes RBAC, and so is
whether an organization exists: no user may change them by an administration rule. An organization in which no role has
administrationRules is left to Kubernetes RBAC as a whole, and nothing is refused.

Exit codes:
  0  the user may make the change
  1  the user may not, or not all of it
  2  something could not be read, or the arguments are wrong`

// authorizeOptions are the flags of authorize.
type authorizeOptions struct {
	streams      genericiooptions.IOStreams
	style        *terminal.Style
	states       stateFlags
	organization organizationFlags
	at           timeFlags
	output       outputFlags
	actor        string
}

func newAuthorize(f *factory) *cobra.Command {
	o := &authorizeOptions{
		streams: f.streams, style: f.style, states: stateFlags{input: f.input}, output: newOutputFlags("text", "json"),
	}
	command := &cobra.Command{
		Use:   "authorize --as USER {--from STATE --to STATE | -f FILE|FOLDER|-}",
		Short: "Say whether a user may make a change",
		Long:  authorizeHelp,
		Example: f.examples(`  # May the author of a branch make its changes?
  %[1]s authorize --as mark@acme.example --from git:origin/main:config/acme --to config/acme

  # What stands in the way, for a program
  %[1]s authorize --as mark@acme.example --from before/ --to after/ -o json`),
		Args: noArguments,
		RunE: run(o),
	}
	flags := command.Flags()
	flags.StringVar(&o.actor, "as", "", "`USER` of the organization who makes the change")
	o.states.addFlags(flags)
	o.organization.addFlags(flags, "`ORGANIZATION` to judge, as NAME or NAMESPACE/NAME; all by default")
	o.output.addFlags(flags)
	o.at.addFlags(flags, "judge at")
	return command
}

// Complete implements options.
func (o *authorizeOptions) Complete(*cobra.Command, []string) error { return o.at.complete() }

// Validate implements options.
func (o *authorizeOptions) Validate() error {
	if o.actor == "" {
		return usagef("--as is missing: name the user who makes the change")
	}
	if err := o.states.validate(); err != nil {
		return err
	}
	return o.output.validate()
}

// Run implements options.
func (o *authorizeOptions) Run(ctx context.Context) error {
	was, is, err := o.states.load(ctx, o.at.time)
	if err != nil {
		return err
	}
	judgements, err := o.judge(was, is)
	if err != nil {
		return err
	}
	if err := o.print(o.streams.Out, judgements); err != nil {
		return err
	}
	return exitStatus(!slices.ContainsFunc(judgements, func(j judgement) bool { return !j.verdict.Allowed() }))
}

// judgement is what is judged of one organization.
type judgement struct {
	organization types.NamespacedName
	verdict      *authority.Verdict
}

// judge judges the change of every selected organization.
func (o *authorizeOptions) judge(was, is *validation.Input) ([]judgement, error) {
	before, after := intake.ByOrganization(&was.Objects), intake.ByOrganization(&is.Objects)
	all := maps.Clone(before)
	maps.Copy(all, after)
	keys, err := selectAmong(&o.organization, o.states.input, all)
	if err != nil {
		return nil, err
	}
	var judgements []judgement
	for _, key := range keys {
		verdict, err := authority.Judge(o.actor, authority.NewState(key, before[key]), authority.NewState(key, after[key]), o.at.time)
		if err != nil {
			return nil, fmt.Errorf("organization %s: %w", key, err)
		}
		judgements = append(judgements, judgement{key, verdict})
	}
	return judgements, nil
}

func (o *authorizeOptions) print(out io.Writer, judgements []judgement) error {
	if o.output.format == "json" {
		all := report.NewAuthorization(o.actor)
		for _, j := range judgements {
			all.Add(j.organization.Namespace, j.organization.Name, j.verdict)
		}
		return writeJSON(out, all)
	}
	var text strings.Builder
	acts, refused := 0, 0
	for _, j := range judgements {
		if j.verdict.LeftToRBAC {
			fmt.Fprintf(&text, "left to Kubernetes RBAC: no role of organization %s has administrationRules\n", j.organization)
		}
		for i := range j.verdict.Acts {
			act := &j.verdict.Acts[i]
			acts++
			word := "allowed"
			if !act.Allowed {
				word = "refused"
				refused++
			}
			text.WriteString(o.style.Verdict(fmt.Sprintf("%s: %s\n", word, act)))
		}
	}
	switch {
	case acts == 0 && slices.ContainsFunc(judgements, func(j judgement) bool { return j.verdict.LeftToRBAC }):
		text.WriteString(o.style.Verdict("yes: no administration rule stands against it\n"))
	case acts == 0:
		text.WriteString(o.style.Verdict("yes: nothing is changed\n"))
	case refused == 0:
		text.WriteString(o.style.Verdict(fmt.Sprintf("yes: %s may make the change (%s)\n", o.actor, english.Count(acts, "act"))))
	default:
		sentence := fmt.Sprintf("no: %s may not make the change: %d of %s refused\n", o.actor, refused, english.Count(acts, "act"))
		text.WriteString(o.style.Verdict(sentence))
	}
	_, err := io.WriteString(out, text.String())
	return err
}
