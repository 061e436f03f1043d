// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// table collects the figures of several clusters: a row for each figure, a column for each number of users.
type table struct {
	columns []int
	rows    []*tableRow
}

type tableRow struct {
	name, aim string
	values    map[int]string
}

// set sets a figure of a cluster.
func (t *table) set(users int, name, aim, format string, values ...any) {
	if !slices.Contains(t.columns, users) {
		t.columns = append(t.columns, users)
	}
	at := slices.IndexFunc(t.rows, func(row *tableRow) bool { return row.name == name })
	if at < 0 {
		at = len(t.rows)
		t.rows = append(t.rows, &tableRow{name: name, values: map[int]string{}})
	}
	t.rows[at].aim = aim
	t.rows[at].values[users] = fmt.Sprintf(format, values...)
}

// print writes the table as Markdown.
func (t *table) print(to io.Writer) {
	if len(t.columns) == 0 {
		return
	}
	var text strings.Builder
	text.WriteString("\n| |")
	for _, users := range t.columns {
		_, _ = fmt.Fprintf(&text, " %d users |", users)
	}
	text.WriteString(" aim |\n|---|" + strings.Repeat("---|", len(t.columns)+1) + "\n")
	for _, row := range t.rows {
		_, _ = fmt.Fprintf(&text, "| %s |", row.name)
		for _, users := range t.columns {
			_, _ = fmt.Fprintf(&text, " %s |", row.values[users])
		}
		_, _ = fmt.Fprintf(&text, " %s |\n", row.aim)
	}
	_, _ = io.WriteString(to, text.String())
}
