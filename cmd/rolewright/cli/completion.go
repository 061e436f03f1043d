// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rolewright/rolewright/internal/terminal"
)

// pluginCompletion is how kubectl calls the program that completes the arguments of the plugin.
const pluginCompletion = "kubectl_complete-rolewright"

// completionScript completes in bash. That of cobra needs the package bash-completion, and breaks names of users at the @.
//
//go:embed completion.bash
var completionScript string

// outputFormats is the annotation with the formats of the flag -o.
const outputFormats = "rolewright.dev/formats"

// arguments are what the arguments of commands name, one after the other. The last of a command that takes any number is marked.
var arguments = map[string][]string{
	"who-can": {"PERMISSION"}, "what-can": {"USER"}, "rbac": {"USER"}, "chain": {"TYPE"}, "request": {"TYPE"},
	"show": {"REQUEST"}, "revoke": {"REQUEST..."},
	"approve": {"REQUEST..."}, "deny": {"REQUEST..."}, "withdraw": {"REQUEST..."},
}

// addCompletion has the shell complete what flags and arguments name. The usage of a flag says what that is: `USER`.
func addCompletion(root *cobra.Command, f *factory) {
	source := &completionSource{input: f.input}
	// The flags exist, and no other function is registered for them.
	_ = root.RegisterFlagCompletionFunc("namespace", source.complete("NAMESPACE"))
	_ = root.RegisterFlagCompletionFunc("color", cobra.FixedCompletions(
		[]string{terminal.Auto, terminal.Always, terminal.Never}, cobra.ShellCompDirectiveNoFileComp))
	for _, command := range allCommands(root) {
		command.Flags().VisitAll(func(flag *pflag.Flag) {
			if complete := source.completeFlag(flag); complete != nil {
				_ = command.RegisterFlagCompletionFunc(flag.Name, complete)
			}
		})
		switch names, known := arguments[command.Name()]; {
		case known:
			command.ValidArgsFunction = source.completeArguments(names)
		case command.Name() == "can" || command.Name() == "explain":
			command.ValidArgsFunction = source.completeDecision
		}
	}
	root.InitDefaultCompletionCmd()
	for _, command := range allCommands(root) {
		if command.Name() == "bash" {
			command.Long = fmt.Sprintf(bashHelp, f.name)
			command.RunE = func(*cobra.Command, []string) error {
				_, err := fmt.Fprint(f.streams.Out, completionScript)
				return err
			}
		}
	}
}

const bashHelp = `Generate the completion script for bash. It needs nothing else.

In the current shell:

  source <(%[1]s completion bash)

In every new one:

  %[1]s completion bash > ~/.local/share/bash-completion/completions/rolewright`

func allCommands(root *cobra.Command) []*cobra.Command {
	all := slices.Clone(root.Commands())
	for _, command := range root.Commands() {
		all = append(all, allCommands(command)...)
	}
	return all
}

// completeFlag returns what completes a flag; nil if its value is nothing that is known.
func (s *completionSource) completeFlag(flag *pflag.Flag) cobra.CompletionFunc {
	if formats, has := flag.Annotations[outputFormats]; has {
		return cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp)
	}
	word, _ := pflag.UnquoteUsage(flag)
	if word == "SEVERITY" {
		return cobra.FixedCompletions([]string{"error", "warning", "info"}, cobra.ShellCompDirectiveNoFileComp)
	}
	if _, known := candidates[word]; known {
		return s.complete(word)
	}
	return nil
}

// complete returns what completes the names of something.
func (s *completionSource) complete(word string) cobra.CompletionFunc {
	return func(command *cobra.Command, _ []string, prefix string) ([]string, cobra.ShellCompDirective) {
		return s.find(command.Context(), word, prefix), cobra.ShellCompDirectiveNoFileComp
	}
}

// completeArguments completes arguments that name one thing each.
func (s *completionSource) completeArguments(names []string) cobra.CompletionFunc {
	return func(command *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
		last, repeated := strings.CutSuffix(names[len(names)-1], "...")
		switch {
		case len(args) < len(names) && !(repeated && len(args) == len(names)-1):
			return s.find(command.Context(), names[len(args)], prefix), cobra.ShellCompDirectiveNoFileComp
		case repeated:
			found := s.find(command.Context(), last, prefix)
			return slices.DeleteFunc(found, func(candidate string) bool {
				name, _, _ := strings.Cut(candidate, "\t")
				return slices.Contains(args, name)
			}), cobra.ShellCompDirectiveNoFileComp
		}
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeDecision completes a question about a permission, or about giving or taking a role.
func (s *completionSource) completeDecision(command *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	return s.decision(command.Context(), args, prefix), cobra.ShellCompDirectiveNoFileComp
}

func (s *completionSource) decision(ctx context.Context, args []string, prefix string) []string {
	prepositions := map[string]string{"give": "to", "take": "from"}
	switch len(args) {
	case 0, 4:
		return s.find(ctx, "USER", prefix)
	case 1:
		return append(s.find(ctx, "PERMISSION", prefix), withPrefix([]string{"give\ta role", "take\ta role"}, prefix)...)
	case 2:
		if prepositions[args[1]] != "" {
			return s.find(ctx, "ROLE", prefix)
		}
	case 3:
		if preposition := prepositions[args[1]]; preposition != "" {
			return withPrefix([]string{preposition}, prefix)
		}
	}
	return nil
}
