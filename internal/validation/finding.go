// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// Finding is one thing that is wrong or worth knowing.
type Finding struct {
	// Position is where the field or object is written; its File is empty for objects of a cluster.
	Position manifests.Position
	Severity resolve.Severity
	// Object is the object in question; it is empty if the document could not be read.
	Object model.Ref
	// Field is the path of the field, empty for the object or document as a whole.
	Field string
	// Reason is a stable code in CamelCase.
	Reason string
	// Message says in one sentence what is wrong.
	Message string
}

// Subject returns the object and the field in question. It is empty if neither is known.
func (f *Finding) Subject() string {
	var parts []string
	if f.Object.Kind != "" {
		name := f.Object.Name
		if name == "" {
			name = "(no name)"
		}
		if f.Object.Namespace != "" && f.Position.File == "" {
			name = f.Object.Namespace + "/" + name
		}
		parts = append(parts, f.Object.Kind+"/"+name)
	}
	if f.Field != "" {
		parts = append(parts, f.Field)
	}
	return strings.Join(parts, " ")
}

// String returns the finding on one line: position, severity, subject, message and reason.
func (f *Finding) String() string {
	return f.Text(func(_ resolve.Severity, word string) string { return word })
}

// Text returns the same as String, with the severity as paint writes its word.
func (f *Finding) Text(paint func(severity resolve.Severity, word string) string) string {
	var text strings.Builder
	if f.Position.File != "" {
		text.WriteString(f.Position.String() + ": ")
	}
	text.WriteString(paint(f.Severity, strings.ToLower(f.Severity.String())) + ": ")
	if subject := f.Subject(); subject != "" {
		text.WriteString(subject + ": ")
	}
	text.WriteString(strings.ReplaceAll(f.Message, "\n", " ") + " (" + f.Reason + ")")
	return text.String()
}

// Report lists the findings of a validation.
type Report struct {
	// Findings are sorted by file and line; those without a position by severity and object.
	Findings []Finding
	// Files, Objects, Organizations and Skipped count what was read; Skipped counts objects of other groups.
	Files, Objects, Organizations, Skipped int
}

// Count returns the number of findings of a severity.
func (r *Report) Count(severity resolve.Severity) int { return Count(r.Findings, severity) }

// Count returns the number of findings of a severity.
func Count(findings []Finding, severity resolve.Severity) int {
	count := 0
	for i := range findings {
		if findings[i].Severity == severity {
			count++
		}
	}
	return count
}

// sortAndDeduplicate sorts findings and removes duplicates: organizations share catalogs and the objects of the platform.
func sortAndDeduplicate(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.Position.File, b.Position.File), cmp.Compare(a.Position.Line, b.Position.Line),
			cmp.Compare(a.Severity, b.Severity), a.Object.Compare(b.Object),
		)
	})
	seen := make(map[Finding]bool, len(findings))
	return slices.DeleteFunc(findings, func(f Finding) bool {
		duplicate := seen[f]
		seen[f] = true
		return duplicate
	})
}
