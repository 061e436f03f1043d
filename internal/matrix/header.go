// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// header is a layout of the names of the columns.
type header struct {
	// lines contains the lines of each role's name; nil if the names are staggered.
	lines [][]string
	// staggered puts each name on a line of its own, with a rule down to its column.
	staggered bool
}

// chooseHeader returns the first layout with which all columns fit. The staggered one is the narrowest.
func (t *table) chooseHeader(width int) header {
	plain, wrapped := header{}, header{}
	for _, role := range t.matrix.Roles() {
		plain.lines = append(plain.lines, []string{role})
		wrapped.lines = append(wrapped.lines, wrapName(role))
	}
	for _, candidate := range []header{plain, wrapped} {
		if t.fit(candidate, 0, width) == len(t.matrix.Columns) {
			return candidate
		}
	}
	// A name ends at its column, so the longest must fit above the first one.
	for _, role := range t.matrix.Roles() {
		t.firstWidth = max(t.firstWidth, utf8.RuneCountInString(role)-1)
	}
	staggered := header{staggered: true}
	if t.fit(staggered, 0, width) < len(t.matrix.Columns) {
		if t.gap = narrowGap; t.fit(staggered, 0, width) < len(t.matrix.Columns) {
			// A table that is continued below anyway may as well be easy to read.
			t.gap = gap
		}
	}
	return staggered
}

// fit returns the index after the last column that fits beside the column from, which always does.
func (t *table) fit(h header, from, width int) int {
	used, count := t.firstWidth, len(t.matrix.Columns)
	for i := from; i < count; i++ {
		used += len(t.gap) + t.columnWidth(h, i)
		// A single column that does not fit rules out a layout, except the staggered one, for which there is no alternative.
		if width > 0 && used > width && (i > from || !h.staggered) {
			return i
		}
	}
	return count
}

func (t *table) columnWidth(h header, column int) int {
	width := t.cellWidths[column]
	if h.staggered {
		return max(width, 1)
	}
	for _, text := range h.lines[column] {
		width = max(width, utf8.RuneCountInString(text))
	}
	return width
}

// writeHeader writes names beside each other, aligned at the bottom.
func (t *table) writeHeader(out *bytes.Buffer, h header, from, until int) {
	height := 1
	for _, lines := range h.lines[from:until] {
		height = max(height, len(lines))
	}
	for level := range height {
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
		t.writeLine(out, h, from, line{label: label, cells: cells})
	}
}

// writeStaggered writes each name on a line of its own, from the last to the first, ending where its column begins.
func (t *table) writeStaggered(out *bytes.Buffer, from, until int) {
	h := header{staggered: true}
	starts := make([]int, 0, until-from)
	at := t.firstWidth
	for i := from; i < until; i++ {
		starts = append(starts, at+len(t.gap))
		at += len(t.gap) + t.columnWidth(h, i)
	}
	rules := func(text string, columns []int, first string) {
		for i, start := range columns {
			text = pad(text, start)
			if i == 0 {
				text += first
			} else {
				text += "│"
			}
		}
		out.WriteString(text + "\n")
	}
	for i, start := range slices.Backward(starts) {
		name := t.matrix.Columns[from+i].Name
		rules(strings.Repeat(" ", max(0, start-1-utf8.RuneCountInString(name)))+name, starts[i:], "┐")
	}
	rules(firstHeader, starts, "│")
}

func (t *table) writeLine(out *bytes.Buffer, h header, from int, l line) {
	texts := make([]string, 0, 1+len(l.cells))
	texts = append(texts, pad(l.label, t.firstWidth))
	for i, cell := range l.cells {
		texts = append(texts, pad(cell, t.columnWidth(h, from+i)))
	}
	out.WriteString(strings.TrimRight(strings.Join(texts, t.gap), " ") + "\n")
}
