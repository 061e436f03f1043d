// SPDX-License-Identifier: Apache-2.0

package spreadsheet

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
)

func TestCell(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "",
		"ann@acme.example":        "ann@acme.example",
		"a=1":                     "a=1",
		"2030-01-01":              "2030-01-01",
		`=HYPERLINK("http://x")`:  `'=HYPERLINK("http://x")`,
		"@SUM(1)":                 "'@SUM(1)",
		"+1":                      "'+1",
		"-1+cmd|' /C calc'!A0":    "'-1+cmd|' /C calc'!A0",
		"\t=1":                    "'\t=1",
		"  =1":                    "'  =1",
		"＝1":                      "'＝1",
		"'=1 is quoted by itself": "'=1 is quoted by itself",
	} {
		if got := Cell(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestWrite(t *testing.T) {
	var out bytes.Buffer
	if err := Write(&out, [][]string{{"who", "what"}, {"=1", "a, \"b\"\nc"}}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(out.String())).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][0] != "'=1" || rows[1][1] != "a, \"b\"\nc" {
		t.Errorf("%q %v", rows, err)
	}
}
