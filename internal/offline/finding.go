// SPDX-License-Identifier: Apache-2.0

package offline

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// Finding is one thing that was found.
type Finding struct {
	// Place is where it stands; File is empty for objects of a cluster.
	manifests.Place
	Severity resolve.Severity
	// Object is what the finding is about; it is empty where a document could not be read.
	Object model.Ref
	// Field is the path of the field, empty for the object or document as a whole.
	Field string
	// Reason is a stable code, in CamelCase.
	Reason string
	// Message says in one sentence what is wrong.
	Message string
}

// Subject is what the finding is about: the object and its field. It is empty where neither is known.
func (f *Finding) Subject() string {
	var parts []string
	if f.Object.Kind != "" {
		name := f.Object.Name
		if name == "" {
			name = "(no name)"
		}
		if f.Object.Namespace != "" && f.File == "" {
			name = f.Object.Namespace + "/" + name
		}
		parts = append(parts, f.Object.Kind+"/"+name)
	}
	if f.Field != "" {
		parts = append(parts, f.Field)
	}
	return strings.Join(parts, " ")
}

// String is the finding on one line: place, severity, subject, message and reason.
func (f *Finding) String() string {
	var text strings.Builder
	if f.File != "" {
		text.WriteString(f.Place.String() + ": ")
	}
	text.WriteString(strings.ToLower(f.Severity.String()) + ": ")
	if about := f.Subject(); about != "" {
		text.WriteString(about + ": ")
	}
	text.WriteString(strings.ReplaceAll(f.Message, "\n", " ") + " (" + f.Reason + ")")
	return text.String()
}

// Report is all that was found.
type Report struct {
	// Findings stand in the order of files and lines; those without a place by severity and object.
	Findings []Finding
	// Files, Objects, Organizations and Skipped count what was read; Skipped are objects of other groups.
	Files, Objects, Organizations, Skipped int
}

// Count is the number of findings of a severity.
func (r *Report) Count(severity resolve.Severity) int {
	count := 0
	for i := range r.Findings {
		if r.Findings[i].Severity == severity {
			count++
		}
	}
	return count
}

// arrange sorts findings and drops those that were found twice, since several organizations share catalogs and what the platform
// ships.
func arrange(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Severity, b.Severity), a.Object.Compare(b.Object),
		)
	})
	seen := make(map[Finding]bool, len(findings))
	return slices.DeleteFunc(findings, func(f Finding) bool {
		found := seen[f]
		seen[f] = true
		return found
	})
}

// within says whether a field is another one or lies in it.
func within(field, outer string) bool {
	rest, ok := strings.CutPrefix(field, outer)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
