// SPDX-License-Identifier: Apache-2.0

package terminal

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// TestNewStyle: a file and a pipe are no terminals, and the environment decides as it is agreed.
func TestNewStyle(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	for _, c := range []struct {
		choice   string
		env      map[string]string
		coloured bool
	}{
		{Auto, nil, false},
		{Always, map[string]string{"NO_COLOR": "1"}, true},
		{Never, map[string]string{"CLICOLOR_FORCE": "1"}, false},
		{Auto, map[string]string{"CLICOLOR_FORCE": "1"}, true},
		{Auto, map[string]string{"CLICOLOR_FORCE": "0"}, false},
		{Auto, map[string]string{"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, false},
		{Auto, map[string]string{"CLICOLOR": "1"}, false},
	} {
		style, err := NewStyle(c.choice, file, func(name string) string { return c.env[name] })
		if err != nil || style.coloured != c.coloured {
			t.Errorf("%s in %v: %v %v, want %v", c.choice, c.env, style, err, c.coloured)
		}
	}
	if _, err := NewStyle("yes", file, os.Getenv); err == nil || !strings.Contains(err.Error(), "auto, always or never") {
		t.Errorf("an unknown choice: %v", err)
	}
	if width := Width(file) + Width(&bytes.Buffer{}); width != 0 {
		t.Errorf("what is no terminal is %d wide", width)
	}
}

func TestVerdict(t *testing.T) {
	coloured := Style{true}
	for text, want := range map[string]string{
		"yes: a: b": "\x1b[32myes\x1b[0m: a: b", "no: a": "\x1b[31mno\x1b[0m: a", "perhaps: yes: a": "perhaps: yes: a", "no": "no",
	} {
		if got := coloured.Verdict(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
		if got := (Style{}).Verdict(text); got != text {
			t.Errorf("without colours %q is %q", text, got)
		}
	}
}

// TestTable: everything that a cell says is there, in its column, and the table is as wide as it may be unless what is not broken is
// wider.
func TestTable(t *testing.T) {
	word := rapid.StringMatching(`[a-zé@./]{1,20}`)
	cell := rapid.Map(rapid.SliceOfN(word, 0, 8), func(words []string) string { return strings.Join(words, " ") })
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 5).Draw(t, "columns")
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, columns, columns), 1, 4).Draw(t, "rows")
		width := rapid.IntRange(0, 100).Draw(t, "width")
		widths, between := fit(rows, width)
		for i, lines := range Table(rows, width) {
			start := 0
			for j := range rows[i] {
				var said strings.Builder
				for _, line := range lines {
					runes := []rune(line)
					end := len(runes)
					if j < columns-1 {
						end = min(end, start+widths[j])
					}
					said.WriteString(string(runes[min(start, end):end]))
				}
				if got, want := strings.ReplaceAll(said.String(), " ", ""), strings.ReplaceAll(rows[i][j], " ", ""); got != want {
					t.Fatalf("cell %q is written as %q in %q", want, got, lines)
				}
				start += widths[j] + between
			}
			for _, line := range lines {
				if width > 0 && utf8.RuneCountInString(line) > max(width, leastWidth(rows)) {
					t.Fatalf("%q is wider than %d", line, width)
				}
			}
		}
	})
}

// leastWidth is how wide a table is at least.
func leastWidth(rows [][]string) int {
	total := narrowGap * (len(rows[0]) - 1)
	for j := range rows[0] {
		column := least
		for _, row := range rows {
			for _, p := range pieces(row[j]) {
				column = max(column, utf8.RuneCountInString(p.text))
			}
		}
		total += column
	}
	return total
}

// TestWrapped: words stay whole, and a name is broken after its kind.
func TestWrapped(t *testing.T) {
	rows := [][]string{{"USER", "ROLE", "SCOPE"}, {"ada@sunrise.example", "PlatformRole/agency-administrator", "north-branch, south-branch"}}
	want := "USER                 ROLE                  SCOPE\nada@sunrise.example  PlatformRole/         north-branch,\n" +
		"                     agency-administrator  south-branch"
	var got []string
	for _, lines := range Table(rows, 60) {
		got = append(got, lines...)
	}
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("written is\n%s\nwant\n%s", text, want)
	}
}
