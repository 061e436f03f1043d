// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// none stands for a role that does not hold a permission.
	none = "·"
	// gap separates columns, and narrowGap those of a table that does not fit otherwise.
	gap       = "  "
	narrowGap = " "
	// firstHeader is the title of the column of permissions.
	firstHeader = "PERMISSION"
)

// Table writes the matrix for a terminal of a width in characters; 0 means unlimited. If the names of the roles do not fit, they
// are first broken at their hyphens, then staggered, each on a line of its own. If the cells do not fit either, they move closer
// together; as a last resort the table is continued below.
func (m *Matrix) Table(w io.Writer, width int) error {
	t := m.layout()
	head := t.chooseHeader(width)
	var out bytes.Buffer
	for from := 0; ; {
		until := t.fit(head, from, width)
		if head.staggered {
			t.writeStaggered(&out, from, until)
		} else {
			t.writeHeader(&out, head, from, until)
		}
		for _, l := range t.lines {
			if l.cells != nil {
				l.cells = l.cells[from:until]
			}
			t.writeLine(&out, head, from, l)
		}
		if from = until; from >= len(m.Columns) {
			break
		}
		out.WriteByte('\n')
	}
	t.writeAdministration(&out, width)
	t.writeLegend(&out, width)
	_, err := w.Write(out.Bytes())
	return err
}

// table is the text of a matrix, before its columns are laid out.
type table struct {
	matrix *Matrix
	notes  *footnotes
	lines  []line
	// firstWidth is the width of the column of permissions; cellWidths are those of the roles' cells.
	firstWidth int
	cellWidths []int
	// gap separates the columns.
	gap string
}

// line is the title of a section, without cells, or a permission.
type line struct {
	label string
	cells []string
}

func (m *Matrix) layout() *table {
	t := &table{matrix: m, notes: m.footnotes(), cellWidths: make([]int, len(m.Columns)), firstWidth: len(firstHeader), gap: gap}
	for _, section := range m.Sections {
		t.add(line{label: section.Name})
		for i := range section.Rows {
			t.add(t.row(&section.Rows[i]))
		}
	}
	return t
}

func (t *table) add(l line) {
	t.lines = append(t.lines, l)
	t.firstWidth = max(t.firstWidth, utf8.RuneCountInString(l.label))
	for i, cell := range l.cells {
		t.cellWidths[i] = max(t.cellWidths[i], utf8.RuneCountInString(cell))
	}
}

func (t *table) row(row *Row) line {
	l := line{label: "  " + row.Permission}
	if numbers := t.notes.forRow(row); len(numbers) > 0 {
		l.label += " (" + join(numbers, ",") + ")"
	}
	for _, cell := range row.Cells {
		l.cells = append(l.cells, t.cell(cell))
	}
	return l
}

// cell returns alternatives as the numbers of their conditions.
func (t *table) cell(cell Cell) string {
	if len(cell) == 0 {
		return none
	}
	alternatives := make([][]int, len(cell))
	for i, alternative := range cell {
		alternatives[i] = t.notes.forAlternative(alternative)
	}
	slices.SortFunc(alternatives, slices.Compare)
	texts := make([]string, len(cell))
	for i, numbers := range alternatives {
		texts[i] = tick
		if len(numbers) > 0 {
			texts[i] = join(numbers, "+")
		}
	}
	return strings.Join(texts, "|")
}

// writeAdministration says what holders of the roles may change, role by role.
func (t *table) writeAdministration(out *bytes.Buffer, width int) {
	if len(t.matrix.Administration) == 0 {
		return
	}
	out.WriteString("\nADMINISTRATION\n")
	for _, of := range t.matrix.Administration {
		out.WriteString(of.Role + "\n")
		for i := range of.Rules {
			text := of.Rules[i].Text()
			if numbers := t.notes.forRule(of.Rules[i].Rule); len(numbers) > 0 {
				text += " (" + join(numbers, "+") + ")"
			}
			for j, line := range wrapText(text, width-2*len(gap)) {
				out.WriteString(strings.Repeat(gap, min(j, 1)+1) + line + "\n")
			}
		}
	}
}

// writeLegend explains the numbers.
func (t *table) writeLegend(out *bytes.Buffer, width int) {
	if len(t.notes.list) == 0 {
		return
	}
	out.WriteByte('\n')
	indent := len(strconv.Itoa(len(t.notes.list))) + len(gap)
	for i, note := range t.notes.list {
		text := note.Name
		if note.Text != "" {
			text += ": " + note.Text
		}
		lines := wrapText(text, width-indent)
		fmt.Fprintf(out, "%*d%s%s\n", indent-len(gap), i+1, gap, lines[0])
		for _, more := range lines[1:] {
			out.WriteString(strings.Repeat(" ", indent) + more + "\n")
		}
	}
}
