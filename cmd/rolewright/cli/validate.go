// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/validation"
)

const validateHelp = `Check manifests, or what stands in the cluster.

It says what cannot be read, what the API server would refuse (unknown fields, types, bounds and the rules of the kinds),
and what is wrong between objects: references to what does not exist, conditions that do not compile, roles that inherit
each other, scopes that cover nothing, constraints that are broken. What depends on the time (a grant about to end, a waiver
that has ended) is found as it is now, or as it will be at --at. A broken document hides no other.

Each finding stands on a line:

  FILE:LINE: SEVERITY: Kind/name field: message (Reason)

An Error is something that counts for nothing; a Warning takes effect and is probably not meant; an Info is worth
knowing. docs/findings.md explains every reason. With -o json, the output is one object with the fields "findings" (each
with file, line, severity, object, field, reason and message) and "summary".

Exit codes:
  0  no errors; there may be warnings and notes
  1  errors
  2  something could not be read at all, or wrong arguments`

func newValidate(name string, in *inputs) *cobra.Command {
	var output string
	var when moment
	command := &cobra.Command{
		Use:   "validate [-f FILE|FOLDER|-]...",
		Short: "Check manifests, or what stands in the cluster",
		Long:  validateHelp,
		Example: named(name, `  # A folder, before it is committed
  %[1]s validate -f config/samples/staffing

  # What kustomize builds
  kubectl kustomize overlays/prod | %[1]s validate -f -

  # For a tool
  %[1]s validate -f roles/ -o json | jq '.findings[] | select(.severity == "Error")'

  # What stands in the cluster
  %[1]s validate -A

  # What will have ended by then
  %[1]s validate -f config/samples/quickstart --at 2100-01-01`),
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return in.validate(command.Context(), output, &when) },
	}
	command.Flags().StringVarP(&output, "output", "o", "text", "`FORMAT`: text or json")
	when.addFlag(command.Flags(), "`TIME` to look at, as 2006-01-02 or 2006-01-02T15:04:05Z; now by default")
	return command
}

// validate reads everything, and prints what is found in it. What cannot be read does not keep back the rest.
func (in *inputs) validate(ctx context.Context, output string, when *moment) error {
	if output != "text" && output != "json" {
		return usagef("-o %s: write text or json", output)
	}
	at, err := when.time()
	if err != nil {
		return err
	}
	input, readErr := in.load(ctx)
	if input == nil {
		return readErr
	}
	report := input.Validate(at)
	write := writeReport
	if output == "json" {
		write = writeReportJSON
	}
	if err := write(in.Out, report); err != nil {
		return err
	}
	if output == "text" {
		_, _ = fmt.Fprintln(in.ErrOut, summary(report))
	}
	if readErr != nil {
		return readErr
	}
	return exit(report.Count(resolve.Error) == 0)
}

func writeReport(out io.Writer, report *validation.Report) error {
	var text strings.Builder
	for i := range report.Findings {
		text.WriteString(report.Findings[i].String() + "\n")
	}
	_, err := io.WriteString(out, text.String())
	return err
}

// nouns are the severities in words.
var nouns = map[resolve.Severity]string{resolve.Error: "error", resolve.Warning: "warning", resolve.Info: "note"}

// summary is the last line: how much was found in how much.
func summary(report *validation.Report) string {
	found := "nothing is wrong"
	if len(report.Findings) > 0 {
		var counts []string
		for _, severity := range []resolve.Severity{resolve.Error, resolve.Warning, resolve.Info} {
			if count := report.Count(severity); count > 0 {
				counts = append(counts, plural(count, nouns[severity]))
			}
		}
		found = strings.Join(counts, ", ")
	}
	text := fmt.Sprintf("%s in %s of %s", found, plural(report.Objects, "object"), plural(report.Organizations, "organization"))
	if report.Skipped > 0 {
		text += fmt.Sprintf(" (%s of other kinds left out)", plural(report.Skipped, "object"))
	}
	return text
}

// jsonReport is the shape of -o json. Fields may be added to it.
type jsonReport struct {
	Findings []jsonFinding `json:"findings"`
	Summary  jsonSummary   `json:"summary"`
}

type jsonFinding struct {
	File     string      `json:"file,omitempty"`
	Line     int         `json:"line,omitempty"`
	Severity string      `json:"severity"`
	Object   *jsonObject `json:"object,omitempty"`
	Field    string      `json:"field,omitempty"`
	Reason   string      `json:"reason"`
	Message  string      `json:"message"`
}

type jsonObject struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
}

type jsonSummary struct {
	Errors        int `json:"errors"`
	Warnings      int `json:"warnings"`
	Notes         int `json:"notes"`
	Files         int `json:"files"`
	Objects       int `json:"objects"`
	Organizations int `json:"organizations"`
	Skipped       int `json:"skipped"`
}

func writeReportJSON(out io.Writer, report *validation.Report) error {
	shape := jsonReport{Findings: []jsonFinding{}, Summary: jsonSummary{
		Errors: report.Count(resolve.Error), Warnings: report.Count(resolve.Warning), Notes: report.Count(resolve.Info),
		Files: report.Files, Objects: report.Objects, Organizations: report.Organizations, Skipped: report.Skipped,
	}}
	for _, f := range report.Findings {
		finding := jsonFinding{File: f.Position.File, Line: f.Position.Line, Severity: f.Severity.String(), Field: f.Field, Reason: f.Reason, Message: f.Message}
		if f.Object.Kind != "" {
			finding.Object = &jsonObject{f.Object.Kind, f.Object.Namespace, f.Object.Name}
		}
		shape.Findings = append(shape.Findings, finding)
	}
	return writeJSON(out, shape)
}

// writeJSON writes a value for people and tools.
func writeJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
