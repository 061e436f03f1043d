// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// Markdown writes a table for each section, with conditions as footnotes.
func (m *Matrix) Markdown(w io.Writer) error {
	var out bytes.Buffer
	notes := m.footnotes()
	for _, section := range m.Sections {
		fmt.Fprintf(&out, "| %s |", escape(section.Name))
		for _, role := range m.Roles() {
			fmt.Fprintf(&out, " %s |", escape(role))
		}
		out.WriteString("\n|---|" + strings.Repeat(":-:|", len(m.Columns)) + "\n")
		for i := range section.Rows {
			row := &section.Rows[i]
			fmt.Fprintf(&out, "| `%s`%s |", row.Permission, marks(notes.forRow(row)))
			for _, cell := range row.Cells {
				alternatives := make([]string, len(cell))
				for j, alternative := range cell {
					alternatives[j] = tick + marks(notes.forAlternative(alternative))
				}
				fmt.Fprintf(&out, " %s |", strings.Join(alternatives, " or "))
			}
			out.WriteByte('\n')
		}
		out.WriteByte('\n')
	}
	m.markdownAdministration(&out, notes)
	for i, note := range notes.list {
		fmt.Fprintf(&out, "[^%d]: **%s**", i+1, escape(note.Name))
		if note.Text != "" {
			fmt.Fprintf(&out, ": %s", escape(note.Text))
		}
		out.WriteByte('\n')
	}
	_, err := w.Write(out.Bytes())
	return err
}

// markdownAdministration writes a table of what holders of each role may change.
func (m *Matrix) markdownAdministration(out *bytes.Buffer, notes *footnotes) {
	if len(m.Administration) == 0 {
		return
	}
	out.WriteString("| role | may administer |\n|---|---|\n")
	for _, of := range m.Administration {
		texts := make([]string, len(of.Rules))
		for i := range of.Rules {
			texts[i] = escape(of.Rules[i].Text()) + marks(notes.forRule(of.Rules[i].Rule))
		}
		fmt.Fprintf(out, "| %s | %s |\n", escape(of.Role), strings.Join(texts, "<br>"))
	}
	out.WriteByte('\n')
}

// marks returns references to footnotes.
func marks(numbers []int) string {
	var text strings.Builder
	for _, number := range numbers {
		fmt.Fprintf(&text, "[^%d]", number)
	}
	return text.String()
}

var escaper = strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;", "[", `\[`)

// escape escapes text that would be interpreted as Markdown.
func escape(text string) string { return escaper.Replace(text) }
