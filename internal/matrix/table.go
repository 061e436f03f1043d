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
	// none is how the table shows that a role does not have a permission.
	none = "·"
	// gap parts columns, and dense those of a table that does not fit otherwise.
	gap   = "  "
	dense = " "
	// firstHeader stands over the permissions.
	firstHeader = "PERMISSION"
)

// Table writes the matrix for a terminal of a width in characters; 0 stands for any width. Where the roles' names do not fit
// beside each other they are broken at their hyphens, then set on steps above their columns; where not even the cells fit, they
// move closer, and in the end the table is continued below.
func (m *Matrix) Table(w io.Writer, width int) error {
	t := m.layout()
	head := t.chooseHeader(width)
	var out bytes.Buffer
	for from := 0; ; {
		until := t.fit(head, from, width)
		if head.stairs {
			t.stairs(&out, from, until)
		} else {
			t.header(&out, head, from, until)
		}
		for _, l := range t.lines {
			if l.cells != nil {
				l.cells = l.cells[from:until]
			}
			t.write(&out, head, from, l)
		}
		if from = until; from >= len(m.Columns) {
			break
		}
		out.WriteByte('\n')
	}
	t.legend(&out, width)
	_, err := w.Write(out.Bytes())
	return err
}

// table is a matrix as text, before it is laid out.
type table struct {
	matrix *Matrix
	notes  *footnotes
	lines  []line
	// first is the width of the first column; columns are those of the roles' cells.
	first   int
	columns []int
	// gap parts the columns.
	gap string
}

// line is a section's heading, which has no cells, or a permission.
type line struct {
	label string
	cells []string
}

func (m *Matrix) layout() *table {
	t := &table{matrix: m, notes: m.footnotes(), columns: make([]int, len(m.Columns)), first: len(firstHeader), gap: gap}
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
	t.first = max(t.first, utf8.RuneCountInString(l.label))
	for i, cell := range l.cells {
		t.columns[i] = max(t.columns[i], utf8.RuneCountInString(cell))
	}
}

func (t *table) row(row *Row) line {
	l := line{label: "  " + row.Permission}
	if numbers := t.notes.ofRow(row); len(numbers) > 0 {
		l.label += " (" + join(numbers, ",") + ")"
	}
	for _, cell := range row.Cells {
		l.cells = append(l.cells, t.cell(cell))
	}
	return l
}

// cell shows alternatives as the numbers of their conditions.
func (t *table) cell(cell Cell) string {
	if len(cell) == 0 {
		return none
	}
	alternatives := make([][]int, len(cell))
	for i, alternative := range cell {
		alternatives[i] = t.notes.of(alternative)
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

// legend says what the numbers stand for.
func (t *table) legend(out *bytes.Buffer, width int) {
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
