// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/internal/terminal"
)

// factory holds what every subcommand is built from.
type factory struct {
	// name is how the user calls the command, for examples.
	name    string
	input   *inputFlags
	streams genericiooptions.IOStreams
	// style is that of the output, from the time on when flags are known.
	style *terminal.Style
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
		if err := rejectEmpty(command.Flags(), args); err != nil {
			return err
		}
		if err := o.Complete(command, args); err != nil {
			return err
		}
		if err := o.Validate(); err != nil {
			return err
		}
		return o.Run(command.Context())
	}
}

// mayBeEmpty is the annotation of flags of which an empty value means something else than no flag.
const mayBeEmpty = "rolewright.dev/may-be-empty"

// rejectEmpty rejects arguments and flags that are given and empty. A script gives them when a variable has no value, and must not
// get the answer to another question than the one that it meant to ask.
func rejectEmpty(flags *pflag.FlagSet, args []string) error {
	if index := slices.Index(args, ""); index >= 0 {
		return usagef("argument %d is empty: if it is a variable, see that it has a value", index+1)
	}
	var empty []string
	flags.Visit(func(flag *pflag.Flag) {
		if _, allowed := flag.Annotations[mayBeEmpty]; !allowed && isEmptyValue(flag.Value) {
			empty = append(empty, "--"+flag.Name)
		}
	})
	if len(empty) > 0 {
		return usagef("%s is given without a value: give it one, or leave the flag out", empty[0])
	}
	return nil
}

// isEmptyValue reports whether a flag has no value or, if it may be repeated, lacks one of its values.
func isEmptyValue(value pflag.Value) bool {
	if list, is := value.(pflag.SliceValue); is {
		values := list.GetSlice()
		return len(values) == 0 || slices.Contains(values, "")
	}
	return value.String() == ""
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
