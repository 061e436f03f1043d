// SPDX-License-Identifier: Apache-2.0

package kinds

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// masks replace values that differ from run to run.
var masks = []struct {
	pattern *regexp.Regexp
	by      string
}{
	{regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`), "3b9d1f5c-7e20-4c64-9a58-d1e6f0a2b7c4"},
	{regexp.MustCompile(`(Resource Version: +)\d+`), "${1}1234"},
	{regexp.MustCompile(`(Revision: +|\brevision )\d+`), "${1}7"},
	{regexp.MustCompile(`sha256:[0-9a-f]{64}`), "sha256:" + strings.Repeat("9f86d081884c7d65", 4)},
	{regexp.MustCompile(`(Bytes: +)\d+`), "${1}12345"},
}

var timestamp = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)

// masked returns the output of kubectl as the page shows it: without white space at the ends of lines, and masked.
func masked(printed string, now time.Time) string {
	for _, mask := range masks {
		printed = mask.pattern.ReplaceAllString(printed, mask.by)
	}
	printed = timestamp.ReplaceAllStringFunc(printed, func(text string) string {
		// Times in manifests are years away.
		if at, err := time.Parse(time.RFC3339, text); err == nil && now.Sub(at).Abs() < 24*time.Hour {
			return "2030-06-01T12:00:00Z"
		}
		return text
	})
	lines := strings.Split(strings.TrimRight(printed, "\n"), "\n")
	// From the right, since masking may change the width of a column.
	maskColumn(lines, "AGE", "12s   ")
	maskColumn(lines, "REVISION", "7          ")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// maskColumn replaces the cells of a column in each table that has it, and makes the header as wide as the cells.
func maskColumn(lines []string, name, cell string) {
	header := regexp.MustCompile(`\b` + name + `\b *`)
	from, to := 0, 0
	for i, line := range lines {
		if strings.HasPrefix(line, "NAME") {
			from, to = 0, 0
			if at := header.FindStringIndex(line); at != nil {
				from, to = at[0], at[1]
				lines[i] = line[:from] + name + strings.Repeat(" ", len(cell)-len(name)) + line[to:]
			}
			continue
		}
		if line == "" {
			to = 0
		}
		if to > 0 && len(line) > from {
			lines[i] = line[:from] + cell + line[min(to, len(line)):]
		}
	}
}

func TestMasked(t *testing.T) {
	now := time.Date(2029, time.May, 6, 7, 8, 9, 0, time.UTC)
	for printed, want := range map[string]string{
		"NAME   READY   AGE     MESSAGE\na      True    2m10s   fine\nb      True    9s      \n": "NAME   READY   AGE   MESSAGE\na      True    12s   fine\nb      True    12s",
		"NAME   AGE\na      3s\n\nNAME   AGE\nb      1d\n":                                       "NAME   AGE\na      12s\n\nNAME   AGE\nb      12s",
		"NAMESPACE   NAME   REVISION   AGE\nx           a      12         3s\n":                  "NAMESPACE   NAME   REVISION   AGE\nx           a      7          12s",
		"UID: 01234567-89ab-cdef-0123-456789abcdef":                                              "UID: 3b9d1f5c-7e20-4c64-9a58-d1e6f0a2b7c4",
		"  Resource Version:    77":                                                              "  Resource Version:    1234",
		"Revision: 3, as of revision 12":                                                         "Revision: 7, as of revision 7",
		"2029-05-06T07:00:00Z 2031-01-01T00:00:00Z":                                              "2030-06-01T12:00:00Z 2031-01-01T00:00:00Z",
	} {
		if got := masked(printed, now); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}
