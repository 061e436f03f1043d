// SPDX-License-Identifier: Apache-2.0

package matrix

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// header is a way to name the columns.
type header struct {
	// lines holds, for each role, its name cut into lines; nil where names take no room beside each other.
	lines [][]string
	// stairs: each name stands on a line of its own, with a rule down to its column.
	stairs bool
}

// chooseHeader takes the first way of naming the columns with which all stand beside each other. Steps are the narrowest.
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
	// A name ends at its column, so the longest must find room over the first one.
	for _, role := range t.matrix.Roles() {
		t.first = max(t.first, utf8.RuneCountInString(role)-1)
	}
	steps := header{stairs: true}
	if t.fit(steps, 0, width) < len(t.matrix.Columns) {
		if t.gap = dense; t.fit(steps, 0, width) < len(t.matrix.Columns) {
			// What is continued below anyway may as well be easy to read.
			t.gap = gap
		}
	}
	return steps
}

// fit says up to which role columns stand beside each other, beginning with one that always does.
func (t *table) fit(h header, from, width int) int {
	used, count := t.first, len(t.matrix.Columns)
	for i := from; i < count; i++ {
		used += len(t.gap) + t.columnWidth(h, i)
		// A single column that does not fit is no reason to choose another header, but for steps, beyond which there is none.
		if width > 0 && used > width && (i > from || !h.stairs) {
			return i
		}
	}
	return count
}

func (t *table) columnWidth(h header, column int) int {
	width := t.columns[column]
	if h.stairs {
		return max(width, 1)
	}
	for _, text := range h.lines[column] {
		width = max(width, utf8.RuneCountInString(text))
	}
	return width
}

// header writes names beside each other. They stand on the lowest line, next to what they name.
func (t *table) header(out *bytes.Buffer, h header, from, until int) {
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
		t.write(out, h, from, line{label: label, cells: cells})
	}
}

// stairs writes each name on a line of its own, ending where its column begins, the last column's first.
func (t *table) stairs(out *bytes.Buffer, from, until int) {
	h := header{stairs: true}
	starts := make([]int, 0, until-from)
	at := t.first
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

func (t *table) write(out *bytes.Buffer, h header, from int, l line) {
	texts := make([]string, 0, 1+len(l.cells))
	texts = append(texts, pad(l.label, t.first))
	for i, cell := range l.cells {
		texts = append(texts, pad(cell, t.columnWidth(h, from+i)))
	}
	out.WriteString(strings.TrimRight(strings.Join(texts, t.gap), " ") + "\n")
}
