// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"strings"

	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/suite"
	"github.com/rolewright/rolewright/internal/terminal"
)

// Text writes a result as go test does that of a package; verbose, with the cases that pass.
func Text(r *suite.Result, verbose bool, style terminal.Style) string {
	var text strings.Builder
	for _, problem := range r.Problems {
		fmt.Fprintln(&text, problem)
	}
	for i := range r.Cases {
		writeCase(&text, &r.Cases[i], verbose, style)
	}
	word, result := style.Good("ok  "), english.Count(len(r.Cases), "case")
	switch failed := r.Failed(); {
	case len(r.Problems) > 0:
		word, result = style.Bad("FAIL"), english.Count(len(r.Problems), "problem")
	case failed > 0:
		word, result = style.Bad("FAIL"), fmt.Sprintf("%d of %s failed", failed, result)
	}
	fmt.Fprintf(&text, "%s  %s  %s\n", word, r.Position.File, result)
	return text.String()
}

func writeCase(text *strings.Builder, c *suite.Case, verbose bool, style terminal.Style) {
	if len(c.Failures) == 0 {
		if verbose {
			fmt.Fprintf(text, "--- %s: %s (%s)\n", style.Good("PASS"), c.Name, english.Count(c.Checks, "check"))
		}
		return
	}
	fmt.Fprintf(text, "--- %s: %s (%s)\n", style.Bad("FAIL"), c.Name, c.Position)
	for i := range c.Failures {
		text.WriteString(indented(lines(&c.Failures[i]), "    "))
	}
}

// lines say what failed: the question with both answers, and why.
func lines(f *suite.Failure) string {
	text := fmt.Sprintf("%s: expected %s, got %s\n", f.Question, f.Expected, f.Answered)
	if f.Why != "" {
		text += indented(f.Why+"\n", "    ")
	}
	return text
}

func indented(text, by string) string {
	return by + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+by) + "\n"
}
