// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/internal/suggest"
)

// Exit codes, as every help text names them.
const (
	// exitYes: the answer is yes, somebody or something is found, or nothing is wrong.
	exitYes = 0
	// exitNo: the answer is no, nobody or nothing is found, or something is wrong with what was checked.
	exitNo = 1
	// exitError: there is no answer.
	exitError = 2
)

// errNo ends a command whose answer, already printed, is no.
var errNo = errors.New("no")

// Run runs the command with its arguments, the first of which is how it was called, and returns the exit code.
func Run(ctx context.Context, args []string, streams genericiooptions.IOStreams) int {
	root := newRoot(calledAs(args[0]), streams) //nolint:contextcheck // cobra hands the context to each command.
	root.SetArgs(args[1:])
	command, err := root.ExecuteContextC(ctx)
	switch {
	case err == nil:
		return exitYes
	case errors.Is(err, errNo):
		return exitNo
	}
	_, _ = fmt.Fprintf(streams.ErrOut, "error: %v\n", err)
	if _, isUsage := errors.AsType[*usageError](err); isUsage {
		_, _ = fmt.Fprintf(streams.ErrOut, "Run '%s --help' for what it takes.\n", command.CommandPath())
	}
	return exitError
}

// usageError is a mistake in how the command was called.
type usageError struct{ error }

func usagef(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }

// calledAs is the name by which people call the command: a plugin of kubectl is called through it.
func calledAs(path string) string {
	name := strings.TrimSuffix(filepath.Base(path), ".exe")
	if plugin, ok := strings.CutPrefix(name, "kubectl-"); ok {
		return "kubectl " + plugin
	}
	return "rolewright"
}

const rootHelp = `Rolewright's command: check roles and assignments, show who may do what, and say why.

With -f it reads manifests and needs no cluster; without, it reads the cluster of your kubeconfig. It only reads,
but for request, approve, deny, withdraw and revoke, which write what you say.

Exit codes:
  0  yes, somebody or something is found, or nothing is wrong
  1  no, nobody or nothing is found, or something is wrong with what was checked
  2  no answer: wrong arguments, or something could not be read`

func newRoot(name string, streams genericiooptions.IOStreams) *cobra.Command {
	in := newInputs(streams)
	root := &cobra.Command{
		Use:   "rolewright",
		Short: "Check roles and assignments, show who may do what, and say why",
		Long:  rootHelp,
		Example: named(name, `  %[1]s validate -f config/samples/quickstart
  %[1]s matrix -f config/samples/quickstart
  %[1]s can lena@library.example loans.create --unit harbour -f config/samples/quickstart
  %[1]s explain lena@library.example loans.create --unit hill -n quickstart
  %[1]s who-can loans.create --unit harbour -f config/samples/quickstart`),
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: name},
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          noCommand,
		RunE:          func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.ErrOut)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	in.addFlags(root.PersistentFlags())
	root.AddCommand(newValidate(name, in), newMatrix(name, in), newCan(name, in), newExplain(name, in),
		newWhoCan(name, in), newWhatCan(name, in), newServe(name, in),
		newChain(name, in), newRequests(name, in), newRequest(name, in), newApprove(name, in), newDeny(name, in),
		newWithdraw(name, in), newRevoke(name, in), newVersion(streams))
	return root
}

// named writes the command's name into examples.
func named(name, text string) string { return fmt.Sprintf(text, name) }

// noCommand says that a command does not exist.
func noCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, command := range root.Commands() {
		names = append(names, command.Name())
	}
	if near := suggest.Closest(args[0], names); near != "" {
		return usagef("there is no command %q: did you mean %q?", args[0], near)
	}
	return usagef("there is no command %q", args[0])
}

// noArguments refuses arguments, with a hint for those who name a folder without -f.
func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("unexpected argument %q: name files and folders with -f", args[0])
	}
	return nil
}
