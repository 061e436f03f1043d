// SPDX-License-Identifier: Apache-2.0

package spreadsheet

import (
	"encoding/csv"
	"io"
	"strings"
)

// formulaStarts are the characters by which spreadsheets tell a formula from a text; a tab or a line break before one is skipped by some.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// Cell returns a text that a spreadsheet shows as it is: one that begins like a formula is quoted with an apostrophe, which stands for
// "this is a text".
func Cell(text string) string {
	for _, start := range formulaStarts {
		if strings.HasPrefix(strings.TrimLeft(text, " \u00a0"), string(start)) {
			return "'" + text
		}
	}
	return text
}

// Write writes rows as CSV, with every cell guarded.
func Write(w io.Writer, rows [][]string) error {
	out := csv.NewWriter(w)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, text := range row {
			cells[i] = Cell(text)
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
