// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/validation"
)

const rbacHelp = `Print a Role and a RoleBinding of Kubernetes for each user, by which they may read their own UserAssignments by name, and
nothing else: apply them, and "what-can" without a USER tells everyone what they may do.

It prints them for all users who have a UserAssignment, or for one. The same users get the same names, so apply it again when assignments
come and go; --prune removes what is printed no longer. A user id must be the name by which the API server knows the user.

Users who are members of a group alone have no UserAssignment to read. They are named on standard error: create one for each, with a user
and nothing else.

Exit codes:
  0  something was printed
  1  there is no such UserAssignment
  2  no answer: something could not be read, or the arguments are wrong`

// rbacOptions are the arguments and flags of rbac.
type rbacOptions struct {
	streams      genericiooptions.IOStreams
	input        *inputFlags
	organization organizationFlags
	user         v1alpha1.UserID
}

func newRBAC(f *factory) *cobra.Command {
	o := &rbacOptions{streams: f.streams, input: f.input}
	command := &cobra.Command{
		Use:   "rbac [USER]",
		Short: "Print the RBAC by which users read their own assignments",
		Long:  rbacHelp,
		Example: f.examples(`  # For all users of a namespace, from the cluster
  %[1]s rbac -n quickstart | kubectl apply --prune -l rolewright.dev/rbac=own-assignments -n quickstart -f -

  # For one user, from manifests
  %[1]s rbac lena@library.example -f config/samples/quickstart`),
		Args: atMost(1, "one user, or none for all"),
		RunE: run(o),
	}
	o.organization.addFlags(command.Flags(), "`ORGANIZATION` whose users get rights, as NAME or NAMESPACE/NAME; all that are read if absent")
	return command
}

// Complete implements options.
func (o *rbacOptions) Complete(_ *cobra.Command, args []string) error {
	o.user = v1alpha1.UserID(argument(args, 0))
	return nil
}

// Validate implements options.
func (o *rbacOptions) Validate() error { return nil }

// Run implements options.
func (o *rbacOptions) Run(ctx context.Context) error {
	loaded, err := o.input.load(ctx)
	if err != nil {
		return err
	}
	if err := loaded.Rejection(); err != nil {
		return err
	}
	selected, err := o.selects(loaded)
	if err != nil {
		return err
	}
	var assignments []v1alpha1.UserAssignment
	users := map[string]bool{}
	for _, a := range loaded.Objects.Assignments {
		if !selected(a.Namespace, a.Spec.OrganizationRef.Name) {
			continue
		}
		users[string(a.Spec.User)] = true
		if o.user == "" || o.user == a.Spec.User {
			assignments = append(assignments, *a)
		}
	}
	o.noteWithout(loaded.Objects.Groups, selected, users)
	if len(assignments) == 0 && o.user != "" {
		_, _ = fmt.Fprintf(o.streams.ErrOut, "there is no UserAssignment of %q\n%s", o.user,
			didYouMean("user", string(o.user), slices.Sorted(maps.Keys(users))))
	} else if len(assignments) == 0 {
		_, _ = fmt.Fprintln(o.streams.ErrOut, "there is no UserAssignment")
	}
	if err := printAccess(o.streams.Out, assignments); err != nil {
		return err
	}
	return exitStatus(len(assignments) > 0)
}

// selects returns a function that reports whether an organization is the one of the flag; without the flag, each is.
func (o *rbacOptions) selects(loaded *validation.Input) (func(namespace, name string) bool, error) {
	if o.organization.name == "" {
		return func(string, string) bool { return true }, nil
	}
	world, err := o.organization.selectFrom(loaded.Worlds(), o.input)
	if err != nil {
		return nil, err
	}
	return func(namespace, name string) bool { return namespace == world.Namespace && name == world.Name }, nil
}

// printAccess prints the objects of the users of assignments, as YAML.
func printAccess(out io.Writer, assignments []v1alpha1.UserAssignment) error {
	owners, names := ownersOf(assignments)
	for _, owner := range owners {
		role, binding := ownAccess(owner, names[owner])
		for _, object := range []any{role, binding} {
			text, err := yaml.Marshal(object)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(out, "---\n%s", text); err != nil {
				return err
			}
		}
	}
	return nil
}

// noteWithout names the members of groups who have no assignment, and so nothing of their own to read.
func (o *rbacOptions) noteWithout(groups []v1alpha1.UserGroup, selected func(namespace, name string) bool, users map[string]bool) {
	var without []string
	for i := range groups {
		if !selected(groups[i].Namespace, groups[i].Spec.OrganizationRef.Name) {
			continue
		}
		for _, member := range groups[i].Spec.Members {
			if id := string(member); !users[id] && (o.user == "" || o.user == member) {
				without = append(without, fmt.Sprintf("%q", id))
			}
		}
	}
	slices.Sort(without)
	without = slices.Compact(without)
	if len(without) > 0 {
		_, _ = fmt.Fprintf(o.streams.ErrOut, "note: %s of a group without a UserAssignment, who can read nothing of their own: %s\n",
			english.Count(len(without), "member"), english.UpTo(mostOrganizations, without))
	}
}
