// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/terminal"
	"github.com/rolewright/rolewright/internal/validation"
)

const validateHelp = `Check manifests, or the objects of a cluster.

It reports what cannot be read, what the API server would reject (unknown fields, types, bounds and the rules of the kinds),
and what is wrong between objects: references to objects that do not exist, conditions that do not compile, roles that
inherit each other, scopes that cover nothing, constraints that are violated. What depends on the time, such as a grant that
is about to end or a waiver that has ended, is reported as of now, or as of --at. A broken document does not hide what is
wrong in the others.

Each finding is one line:

  FILE:LINE: SEVERITY: Kind/name field: message (Reason)

An Error takes no effect; a Warning takes effect, but is probably not intended; an Info is worth knowing. docs/findings.md
explains every reason. With -o json, the output is one object with the fields "findings" (each with file, line, severity,
object, field, reason and message) and "summary".

Exit codes:
  0  no errors; there may be warnings and notes
  1  errors or, with --fail-on, something less severe
  2  something could not be read at all, or the arguments are wrong
  3  nothing was checked: no object of Rolewright is there, or no organization in the namespace of a cluster`

// validateOptions are the flags of validate.
type validateOptions struct {
	streams genericiooptions.IOStreams
	style   *terminal.Style
	input   *inputFlags
	at      timeFlags
	output  outputFlags
	// failOn is the least severity that is not a success.
	failOn string
}

// failOnSeverities are the values of --fail-on.
var failOnSeverities = map[string]resolve.Severity{"error": resolve.Error, "warning": resolve.Warning, "info": resolve.Info}

func newValidate(f *factory) *cobra.Command {
	o := &validateOptions{streams: f.streams, style: f.style, input: f.input, output: newOutputFlags("text", "json")}
	command := &cobra.Command{
		Use:   "validate [-f FILE|FOLDER|-]...",
		Short: "Check manifests, or the objects of a cluster",
		Long:  validateHelp,
		Example: f.examples(`  # A folder, before it is committed
  %[1]s validate -f config/samples/staffing

  # What kustomize builds
  kubectl kustomize overlays/prod | %[1]s validate -f -

  # For a tool
  %[1]s validate -f roles/ -o json | jq '.findings[] | select(.severity == "Error")'

  # A whole cluster
  %[1]s validate -A

  # What will have ended by a given time
  %[1]s validate -f config/samples/quickstart --at 2100-01-01`),
		Args: noArguments,
		RunE: run(o),
	}
	o.output.addFlags(command.Flags())
	o.at.addFlags(command.Flags(), "check for")
	command.Flags().StringVar(&o.failOn, "fail-on", "error", "least `SEVERITY` that is not a success: error, warning or info")
	return command
}

// Complete implements options.
func (o *validateOptions) Complete(*cobra.Command, []string) error { return o.at.complete() }

// Validate implements options.
func (o *validateOptions) Validate() error {
	if _, known := failOnSeverities[o.failOn]; !known {
		return usagef("--fail-on %s: write error, warning or info", o.failOn)
	}
	return o.output.validate()
}

// Run implements options. What cannot be read does not suppress the findings in the rest.
func (o *validateOptions) Run(ctx context.Context) error {
	input, readErr := o.input.load(ctx)
	if input == nil {
		return readErr
	}
	report := input.Validate(o.at.time)
	if err := o.print(report); err != nil {
		return err
	}
	if readErr != nil {
		return readErr
	}
	for severity := resolve.Error; severity <= failOnSeverities[o.failOn]; severity++ {
		if report.Count(severity) > 0 {
			return errNo
		}
	}
	if o.checkedNothing(report) {
		return errNothing
	}
	return nil
}

// checkedNothing reports whether there was nothing to check. A namespace of a cluster is checked together with what is not in any.
func (o *validateOptions) checkedNothing(report *validation.Report) bool {
	return report.Objects == 0 || !o.input.fromManifests() && !o.input.allNamespaces && report.Organizations == 0
}

func (o *validateOptions) print(report *validation.Report) error {
	if o.output.format == "json" {
		return writeJSON(o.streams.Out, newReportJSON(report))
	}
	var text strings.Builder
	for i := range report.Findings {
		text.WriteString(report.Findings[i].Text(o.severity) + "\n")
	}
	if _, err := io.WriteString(o.streams.Out, text.String()); err != nil {
		return err
	}
	_, _ = fmt.Fprintln(o.streams.ErrOut, summary(report))
	return nil
}

// severity writes the word of a severity in its colour.
func (o *validateOptions) severity(severity resolve.Severity, word string) string {
	switch severity {
	case resolve.Error:
		return o.style.Bad(word)
	case resolve.Warning:
		return o.style.Caution(word)
	default:
		return o.style.Note(word)
	}
}

// summary returns the last line: how many findings there are, and in how many objects.
func summary(report *validation.Report) string {
	var counts []string
	for _, severity := range []struct {
		severity resolve.Severity
		noun     string
	}{{resolve.Error, "error"}, {resolve.Warning, "warning"}, {resolve.Info, "note"}} {
		if count := report.Count(severity.severity); count > 0 {
			counts = append(counts, english.Count(count, severity.noun))
		}
	}
	found := "nothing is wrong"
	if report.Objects == 0 {
		found = "there is nothing to check"
	}
	if len(counts) > 0 {
		found = strings.Join(counts, ", ")
	}
	text := fmt.Sprintf("%s in %s of %s", found, english.Count(report.Objects, "object"), english.Count(report.Organizations, "organization"))
	if report.Skipped > 0 {
		text += fmt.Sprintf(" (%s of other kinds skipped)", english.Count(report.Skipped, "object"))
	}
	return text
}
