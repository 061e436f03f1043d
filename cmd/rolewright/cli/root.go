// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/internal/suggest"
	"github.com/rolewright/rolewright/internal/terminal"
)

// Run runs the command with its arguments, the first of which is the path of the program, and returns the exit code.
func Run(ctx context.Context, args []string, streams genericiooptions.IOStreams) int {
	root := newRoot(displayName(args[0]), streams) //nolint:contextcheck // cobra hands the context to each command.
	arguments := args[1:]
	if filepath.Base(args[0]) == pluginCompletion {
		arguments = append([]string{cobra.ShellCompRequestCmd}, arguments...)
	}
	root.SetArgs(arguments)
	command, err := root.ExecuteContextC(ctx)
	switch {
	case err == nil:
		return exitYes
	case errors.Is(err, errNo):
		return exitNo
	case errors.Is(err, errNothing):
		return exitNothing
	}
	_, _ = fmt.Fprintf(streams.ErrOut, "error: %v\n", err)
	if _, isUsage := errors.AsType[*usageError](err); isUsage {
		_, _ = fmt.Fprintf(streams.ErrOut, "See '%s --help' for usage.\n", command.CommandPath())
	}
	return exitError
}

// displayName returns the name by which users call the command: a plugin of kubectl is called through kubectl.
func displayName(path string) string {
	name := strings.TrimSuffix(filepath.Base(path), ".exe")
	if plugin, ok := strings.CutPrefix(name, "kubectl-"); ok {
		return "kubectl " + plugin
	}
	return "rolewright"
}

const rootHelp = `Check roles and assignments, show who may do what, and explain why.

With -f the command reads manifests and needs no cluster; without, it reads the cluster of your kubeconfig. Only request,
approve, deny, withdraw and revoke write to the cluster.

Exit codes:
  0  yes, something was found, or nothing is wrong
  1  no, nothing was found, or something is wrong with what was checked
  2  no answer: the arguments are wrong, or something could not be read
  3  validate: there was nothing to check`

func newRoot(name string, streams genericiooptions.IOStreams) *cobra.Command {
	f := &factory{name: name, input: newInputFlags(streams), streams: streams, style: &terminal.Style{}}
	root := &cobra.Command{
		Use:   "rolewright",
		Short: "Check roles and assignments, show who may do what, and explain why",
		Long:  rootHelp,
		Example: f.examples(`  %[1]s validate -f config/samples/quickstart
  %[1]s matrix -f config/samples/quickstart
  %[1]s can lena@library.example loans.create --unit harbour -f config/samples/quickstart
  %[1]s explain lena@library.example loans.create --unit hill -n quickstart
  %[1]s who-can loans.create --unit harbour -f config/samples/quickstart`),
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: name},
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          unknownCommand,
		RunE:          func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.ErrOut)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	f.input.addFlags(root.PersistentFlags())
	color := root.PersistentFlags().String("color", terminal.Auto, "`WHEN` to colour what is printed: auto, always or never")
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		style, err := terminal.NewStyle(*color, streams.Out, os.Getenv)
		if err != nil {
			return &usageError{err}
		}
		*f.style = style
		return nil
	}
	root.AddCommand(newValidate(f), newDiff(f), newAuthorize(f), newTest(f), newMatrix(f), newCan(f), newExplain(f), newWhoCan(f),
		newWhatCan(f), newServe(f), newConsole(f), newChain(f), newRequests(f), newRequest(f), newApprove(f), newDeny(f), newWithdraw(f),
		newRevoke(f), newInit(f), newGrants(f), newRBAC(f), newSchema(f), newVersion(f))
	addCompletion(root, f)
	return root
}

// unknownCommand rejects a subcommand that does not exist.
func unknownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, command := range root.Commands() {
		names = append(names, command.Name())
	}
	if closest := suggest.Closest(args[0], names); closest != "" {
		return usagef("there is no command %q: did you mean %q?", args[0], closest)
	}
	return usagef("there is no command %q", args[0])
}
