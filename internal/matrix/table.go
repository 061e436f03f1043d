// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// none is how the table shows that a role does not have a permission.
	none = "·"
	// gap parts columns.
	gap = "  "
	// firstHeader stands over the permissions.
	firstHeader = "PERMISSION"
)

// Table writes the matrix for a terminal of a width in characters; 0 stands for any width. Where the roles' names do not fit
// beside each other they are broken at their hyphens, then replaced by letters with a legend; where not even letters
// fit, the table is continued below.
func (m *Matrix) Table(w io.Writer, width int) error {
	t := m.layout()
	var out bytes.Buffer
	header := t.chooseHeader(width)
	for from := 0; ; {
		until := t.fit(header, from, width)
		t.block(&out, header, from, until)
		if from = until; from >= len(m.Roles) {
			break
		}
		out.WriteByte('\n')
	}
	if header.keyed {
		out.WriteString("\nRoles:\n")
		for i, role := range m.Roles {
			fmt.Fprintf(&out, "  %-3s %s\n", letters(i), role)
		}
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
}

// line is a section's heading, which has no cells, or a permission.
type line struct {
	label string
	cells []string
}

// header is a way to name the columns.
type header struct {
	// lines holds, for each role, its name cut into lines.
	lines [][]string
	keyed bool
}

func (m *Matrix) layout() *table {
	t := &table{matrix: m, notes: newFootnotes(m.document), columns: make([]int, len(m.Roles)), first: len(firstHeader)}
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
	alternatives := make([]string, len(cell))
	for i, alternative := range cell {
		alternatives[i] = tick
		if numbers := t.notes.of(alternative); len(numbers) > 0 {
			alternatives[i] = join(numbers, "+")
		}
	}
	return strings.Join(alternatives, "|")
}

// chooseHeader takes the first way of naming the columns with which all stand beside each other. Where there is none, broken
// names are read best.
func (t *table) chooseHeader(width int) header {
	plain, wrapped, keyed := header{}, header{}, header{keyed: true}
	for i, role := range t.matrix.Roles {
		plain.lines = append(plain.lines, []string{role})
		wrapped.lines = append(wrapped.lines, wrapName(role))
		keyed.lines = append(keyed.lines, []string{letters(i)})
	}
	for _, candidate := range []header{plain, wrapped, keyed} {
		if t.fit(candidate, 0, width) == len(t.matrix.Roles) {
			return candidate
		}
	}
	return wrapped
}

// fit says up to which role columns stand beside each other, beginning with one that always does.
func (t *table) fit(h header, from, width int) int {
	used, count := t.first, len(t.matrix.Roles)
	for i := from; i < count; i++ {
		used += len(gap) + t.columnWidth(h, i)
		if width > 0 && used > width && i > from {
			return i
		}
	}
	return count
}

func (t *table) columnWidth(h header, column int) int {
	width := t.columns[column]
	for _, text := range h.lines[column] {
		width = max(width, utf8.RuneCountInString(text))
	}
	return width
}

// block writes the columns of some of the roles.
func (t *table) block(out *bytes.Buffer, h header, from, until int) {
	height := 1
	for _, lines := range h.lines[from:until] {
		height = max(height, len(lines))
	}
	for level := range height {
		// Names stand on the lowest line of the header, next to what they name.
		label := ""
		if level == height-1 {
			label = firstHeader
		}
		cells := make([]string, 0, until-from)
		for _, lines := range h.lines[from:until] {
			text := ""
			if i := level - (height - len(lines)); i >= 0 {
				text = lines[i]
			}
			cells = append(cells, text)
		}
		t.write(out, h, from, line{label: label, cells: cells})
	}
	for _, l := range t.lines {
		if l.cells != nil {
			l.cells = l.cells[from:until]
		}
		t.write(out, h, from, l)
	}
}

func (t *table) write(out *bytes.Buffer, h header, from int, l line) {
	text := pad(l.label, t.first)
	for i, cell := range l.cells {
		text += gap + pad(cell, t.columnWidth(h, from+i))
	}
	out.WriteString(strings.TrimRight(text, " ") + "\n")
}

// legend says what the numbers stand for.
func (t *table) legend(out *bytes.Buffer, width int) {
	if len(t.notes.list) == 0 {
		return
	}
	out.WriteByte('\n')
	indent := len(strconv.Itoa(len(t.notes.list))) + 2
	for i, note := range t.notes.list {
		text := note.Name
		if note.Text != "" {
			text += ": " + note.Text
		}
		lines := wrapText(text, width-indent)
		fmt.Fprintf(out, "%*d  %s\n", indent-2, i+1, lines[0])
		for _, more := range lines[1:] {
			out.WriteString(strings.Repeat(" ", indent) + more + "\n")
		}
	}
}
