// SPDX-License-Identifier: Apache-2.0

package english

import (
	"regexp"
	"strings"
	"time"
)

// Time writes a time as the API does: in UTC, in RFC 3339.
func Time(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// Minutes writes a time for people: in UTC, to the minute.
func Minutes(at time.Time) string { return at.UTC().Format("2006-01-02 15:04 UTC") }

// Part is a part of a text: words, or a time that stands in it.
type Part struct {
	// Text is the part as it stands in the text.
	Text string
	// Time is the zero time for words.
	Time time.Time
}

// IsTime reports whether the part is a time.
func (p Part) IsTime() bool { return !p.Time.IsZero() }

// times are what may be times within a text. The seconds are optional, as messages of one line leave them out.
var times = regexp.MustCompile(`\b\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)`)

// SplitTimes splits a text at the times in it that are written as the API writes them. The texts of the parts, one after the other, are the
// text.
func SplitTimes(text string) []Part {
	var parts []Part
	from := 0
	for _, at := range times.FindAllStringIndex(text, -1) {
		moment, is := parse(text[at[0]:at[1]])
		if !is {
			continue
		}
		if from < at[0] {
			parts = append(parts, Part{Text: text[from:at[0]]})
		}
		parts = append(parts, Part{Text: text[at[0]:at[1]], Time: moment})
		from = at[1]
	}
	if from < len(text) {
		parts = append(parts, Part{Text: text[from:]})
	}
	return parts
}

// parse returns the time that a text is, unless it is none.
func parse(text string) (moment time.Time, is bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
		if moment, err := time.Parse(layout, text); err == nil {
			return moment, true
		}
	}
	return time.Time{}, false
}

// WithMinutes returns a text with its times as Minutes writes them.
func WithMinutes(text string) string {
	var out strings.Builder
	for _, part := range SplitTimes(text) {
		if part.IsTime() {
			part.Text = Minutes(part.Time)
		}
		out.WriteString(part.Text)
	}
	return out.String()
}
