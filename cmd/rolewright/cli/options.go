// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// factory holds what every subcommand is built from.
type factory struct {
	// name is how the user calls the command, for examples.
	name    string
	input   *inputFlags
	streams genericiooptions.IOStreams
}

// examples inserts the name of the command into examples.
func (f *factory) examples(text string) string { return fmt.Sprintf(text, f.name) }

// options are the arguments and flags of a subcommand, and what it does with them.
type options interface {
	// Complete takes over the arguments, and fills in what the environment says.
	Complete(command *cobra.Command, args []string) error
	// Validate rejects what contradicts itself, before anything is read.
	Validate() error
	// Run does the work.
	Run(ctx context.Context) error
}

// run returns the function that a cobra command runs.
func run(o options) func(*cobra.Command, []string) error {
	return func(command *cobra.Command, args []string) error {
		if err := o.Complete(command, args); err != nil {
			return err
		}
		if err := o.Validate(); err != nil {
			return err
		}
		return o.Run(command.Context())
	}
}

// noArguments rejects arguments, with a hint for those who name a folder without -f.
func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("unexpected argument %q: name files and folders with -f", args[0])
	}
	return nil
}

// atMost rejects more than a number of arguments; the hint says what to name instead.
func atMost(number int, hint string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) > number {
			return usagef("unexpected argument %q: name %s", args[number], hint)
		}
		return nil
	}
}

// argument returns an argument, or nothing if there is none because the request is read from a file.
func argument(args []string, index int) string {
	if index < len(args) {
		return args[index]
	}
	return ""
}
