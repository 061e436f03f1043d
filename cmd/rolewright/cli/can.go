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

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// asking is what the commands share that ask something of an organization.
type asking struct {
	choice
	question

	// formats are those that the command can write, the default first.
	formats []string
	output  string
}

// newAsking asks for answers in some formats, the first by default.
func newAsking(in *inputs, formats ...string) *asking {
	return &asking{choice: choice{inputs: in}, formats: formats}
}

// addTo adds flags, and a limit to the arguments, of which the hint says what they are.
func (a *asking) addTo(command *cobra.Command, arguments int, hint string) {
	flags := command.Flags()
	a.choice.addFlags(flags)
	a.question.addFlags(flags)
	flags.StringVarP(&a.output, "output", "o", a.formats[0], "`FORMAT`: "+orList(a.formats))
	command.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > arguments {
			return usagef("unexpected argument %q: name %s", args[arguments], hint)
		}
		return nil
	}
}

// orList names some words of which one is to be picked, two at least.
func orList(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// check refuses flags that contradict each other before anything is read.
func (a *asking) check(requests string) error {
	if !slices.Contains(a.formats, a.output) {
		return usagef("-o %s: write %s", a.output, orList(a.formats))
	}
	readers := 0
	for _, name := range append(slices.Compact(slices.Sorted(slices.Values(a.filenames))), a.file, requests) {
		if name == "-" {
			readers++
		}
	}
	if readers > 1 {
		return usagef("standard input can be read once: name a file in one of the places of -")
	}
	return nil
}

// index reads the organization and makes it ready to decide.
func (a *asking) index(ctx context.Context) (*engine.Index, *chosen, error) {
	clock, err := a.clock()
	if err != nil {
		return nil, nil, err
	}
	organization, err := a.resolve(ctx, clock())
	if err != nil {
		return nil, nil, err
	}
	index, err := engine.NewIndex(organization.document, engine.WithClock(clock))
	if err != nil {
		return nil, nil, fmt.Errorf("organization %s: %w", title(&organization.world), err)
	}
	return index, organization, nil
}

// answer decides the request of the flags and arguments, and shows it as text or as JSON.
func (a *asking) answer(
	ctx context.Context, args []string, text func(*access.Explanation) string, shape func(*access.Explanation) any,
) error {
	if err := a.check(""); err != nil {
		return err
	}
	request, err := a.request(args, a.In)
	if err != nil {
		return err
	}
	index, organization, err := a.index(ctx)
	if err != nil {
		return err
	}
	explanation := request.explain(index)
	if a.output == "json" {
		err = writeJSON(a.Out, shape(&explanation))
	} else {
		_, err = io.WriteString(a.Out, text(&explanation))
	}
	if err != nil {
		return err
	}
	_, _ = io.WriteString(a.ErrOut, guess(&explanation, request.request, organization.document))
	return exit(explanation.Decision)
}

// guess says what a name that is unknown was probably meant to be.
func guess(e *access.Explanation, r *access.Request, d *document.Document) string {
	switch e.Reason {
	case access.ReasonUnknownUser:
		return hint("user", r.Subject.ID, slices.Sorted(maps.Keys(d.Users)))
	case access.ReasonUnknownPermission:
		return hint("permission", r.Action.Name, slices.Sorted(maps.Keys(d.Permissions)))
	case access.ReasonUnknownUnit:
		unit, _ := r.Resource.Properties[access.PropertyUnit].(string)
		return hint("unit", unit, slices.Sorted(maps.Keys(d.Units)))
	default:
		return ""
	}
}

// exit turns a decision into what ends the command.
func exit(decision bool) error {
	if decision {
		return nil
	}
	return errNo
}

func yesNo(decision bool) string {
	if decision {
		return "yes"
	}
	return "no"
}

const askHelp = `
Values of --property and its like are JSON, or else text: --property amount=17 is a number, --property code='"17"' text.

Exit codes:
  0  yes
  1  no
  2  no answer: something could not be read, or wrong arguments`

const canHelp = `Say whether a user may do something: yes or no, and in one sentence why.

With --requests it decides many requests, JSON with one on a line, each as AuthZEN has it or as {"request": ..., "expected":
true, "fact": "..."}. It prints a decision for each, and says on standard error which are not as expected. The exit
code is then 0 if all are as expected, and 1 if any is not. A request with a missing or an odd value is answered no;
only a line that holds no JSON object ends the run.
` + askHelp

func newCan(name string, in *inputs) *cobra.Command {
	a := newAsking(in, "text", "json")
	var requests string
	var whole bool
	command := &cobra.Command{
		Use:   "can USER PERMISSION",
		Short: "Say whether a user may do something",
		Long:  canHelp,
		Example: named(name, `  # In manifests
  %[1]s can lena@library.example loans.create --unit harbour -f config/samples/quickstart

  # In the cluster, about something in particular
  %[1]s can rosa@library.example loans.view --resource loan/17 --property borrower=rosa@library.example -n quickstart

  # With the whole path to the answer, as explain shows it
  %[1]s can lena@library.example loans.create --unit hill --explain -f config/samples/quickstart

  # Next year
  %[1]s can karl@library.example collection.edit --at 2100-01-01 -f config/samples/quickstart

  # A test of roles, for a pipeline
  %[1]s can --requests decisions.jsonl -f roles/`),
		RunE: func(command *cobra.Command, args []string) error {
			switch {
			case requests != "" && whole:
				return usagef("--explain explains one request: leave out --requests")
			case requests != "":
				return a.batch(command.Context(), args, requests)
			case whole:
				return a.explain(command.Context(), args)
			}
			return a.answer(command.Context(), args, sentence, func(e *access.Explanation) any { return decisionOf(e) })
		},
	}
	a.addTo(command, 2, "one user and one permission")
	command.Flags().StringVar(&requests, "requests", "", "`FILE` with a request on each line, or - for standard input")
	command.Flags().BoolVar(&whole, "explain", false, "show all that leads to the answer, as explain does")
	return command
}

// decision is what can prints as JSON: AuthZEN's response, with the reason in its context.
type decision struct {
	Decision bool            `json:"decision"`
	Context  decisionContext `json:"context"`
}

type decisionContext struct {
	Reason  access.Reason `json:"reason"`
	Message string        `json:"message"`
	Nearest []string      `json:"nearest,omitempty"`
}

func decisionOf(e *access.Explanation) decision {
	return decision{e.Decision, decisionContext{e.Reason, e.Message, e.Nearest}}
}

// sentence is the answer with its reason, and with the least that would make a no a yes.
func sentence(e *access.Explanation) string {
	text := yesNo(e.Decision) + ": " + e.Message
	if len(e.Nearest) > 0 {
		text += "; " + e.Nearest[0]
	}
	return text + "\n"
}

const explainHelp = `Say why a user may do something, or may not: every grant and override of the user, which of them cover what is asked,
which role holds the permission through which inheritance, how each condition came out, and for a no, what would make it a
yes.
` + askHelp

func newExplain(name string, in *inputs) *cobra.Command {
	a := newAsking(in, "text", "json")
	command := &cobra.Command{
		Use:   "explain USER PERMISSION",
		Short: "Say why a user may do something, or may not",
		Long:  explainHelp,
		Example: named(name, `  # In manifests
  %[1]s explain lena@library.example loans.create --unit hill -f config/samples/quickstart

  # The request that an application sends
  %[1]s explain --request request.json -n quickstart -o json`),
		RunE: func(command *cobra.Command, args []string) error {
			return a.explain(command.Context(), args)
		},
	}
	a.addTo(command, 2, "one user and one permission")
	return command
}

// explain decides the request of the flags and arguments, and shows all that led to the answer.
func (a *asking) explain(ctx context.Context, args []string) error {
	whole := func(e *access.Explanation) any { return e }
	return a.answer(ctx, args, (*access.Explanation).String, whole)
}
