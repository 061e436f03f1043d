// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/validation"
)

// reportJSON is what validate prints as JSON. Fields may be added to it.
type reportJSON struct {
	Findings []findingJSON `json:"findings"`
	Summary  summaryJSON   `json:"summary"`
}

type findingJSON struct {
	File     string      `json:"file,omitempty"`
	Line     int         `json:"line,omitempty"`
	Severity string      `json:"severity"`
	Object   *objectJSON `json:"object,omitempty"`
	Field    string      `json:"field,omitempty"`
	Reason   string      `json:"reason"`
	Message  string      `json:"message"`
}

type objectJSON struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
}

type summaryJSON struct {
	Errors        int `json:"errors"`
	Warnings      int `json:"warnings"`
	Notes         int `json:"notes"`
	Files         int `json:"files"`
	Objects       int `json:"objects"`
	Organizations int `json:"organizations"`
	Skipped       int `json:"skipped"`
}

func newReportJSON(report *validation.Report) reportJSON {
	encoded := reportJSON{Findings: []findingJSON{}, Summary: summaryJSON{
		Errors: report.Count(resolve.Error), Warnings: report.Count(resolve.Warning), Notes: report.Count(resolve.Info),
		Files: report.Files, Objects: report.Objects, Organizations: report.Organizations, Skipped: report.Skipped,
	}}
	for _, f := range report.Findings {
		finding := findingJSON{
			File: f.Position.File, Line: f.Position.Line, Severity: f.Severity.String(), Field: f.Field, Reason: f.Reason, Message: f.Message,
		}
		if f.Object.Kind != "" {
			finding.Object = &objectJSON{f.Object.Kind, f.Object.Namespace, f.Object.Name}
		}
		encoded.Findings = append(encoded.Findings, finding)
	}
	return encoded
}
