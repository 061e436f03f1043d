// SPDX-License-Identifier: Apache-2.0

package terminal

import (
	"strings"
	"unicode/utf8"
)

// gap stands between two columns, or narrowGap if the table does not fit otherwise. No column is made narrower than least.
const (
	gap       = 3
	narrowGap = 2
	least     = 6
)

// Table aligns rows in columns that fit a width, and returns the lines of each row. If it takes that, the widest columns are wrapped,
// between words and after slashes; nothing else is broken, so that ids and names can be copied. A width of 0 is unlimited.
func Table(rows [][]string, width int) [][]string {
	widths, between := fit(rows, width)
	lines := make([][]string, len(rows))
	for i, row := range rows {
		cells, height := make([][]string, len(row)), 1
		for j, cell := range row {
			cells[j] = wrap(cell, widths[j])
			height = max(height, len(cells[j]))
		}
		for n := range height {
			var line strings.Builder
			for j := range cells {
				part := ""
				if n < len(cells[j]) {
					part = cells[j][n]
				}
				line.WriteString(part)
				if j < len(cells)-1 {
					line.WriteString(strings.Repeat(" ", widths[j]-utf8.RuneCountInString(part)+between))
				}
			}
			lines[i] = append(lines[i], strings.TrimRight(line.String(), " "))
		}
	}
	return lines
}

// fit returns the width of each column, and of what stands between them.
func fit(rows [][]string, width int) (widths []int, between int) {
	widths, lowest := natural(rows)
	used, between := gap*(len(widths)-1), gap
	for _, w := range widths {
		used += w
	}
	if width <= 0 || used <= width {
		return widths, between
	}
	used -= (gap - narrowGap) * (len(widths) - 1)
	for ; used > width; used-- {
		widest := -1
		for j := range widths {
			if widths[j] > lowest[j] && (widest < 0 || widths[j] > widths[widest]) {
				widest = j
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	return widths, narrowGap
}

// natural returns the width of each column, and the least to which it can be wrapped.
func natural(rows [][]string) (widths, lowest []int) {
	for _, row := range rows {
		for j, cell := range row {
			if j == len(widths) {
				widths, lowest = append(widths, 0), append(lowest, least)
			}
			widths[j] = max(widths[j], utf8.RuneCountInString(cell))
			for _, p := range pieces(cell) {
				lowest[j] = max(lowest[j], utf8.RuneCountInString(p.text))
			}
		}
	}
	return widths, lowest
}

// piece is a part of a cell that is not broken.
type piece struct {
	text string
	// continues is set if no space is before it.
	continues bool
}

func pieces(cell string) []piece {
	var all []piece
	for word := range strings.FieldsSeq(cell) {
		for i, part := range strings.SplitAfter(word, "/") {
			if part != "" {
				all = append(all, piece{part, i > 0})
			}
		}
	}
	return all
}

// wrap breaks a cell that is wider than its column.
func wrap(cell string, width int) []string {
	if utf8.RuneCountInString(cell) <= width {
		return []string{cell}
	}
	var lines []string
	current := ""
	for _, p := range pieces(cell) {
		space := " "
		if p.continues || current == "" {
			space = ""
		}
		if current != "" && utf8.RuneCountInString(current+space+p.text) > width {
			lines = append(lines, current)
			current, space = "", ""
		}
		current += space + p.text
	}
	return append(lines, current)
}
