// SPDX-License-Identifier: Apache-2.0

package english

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestTimesOfTexts: what is a time is written for people, wherever it stands, and nothing else is changed.
func TestTimesOfTexts(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "",
		"no time":              "no time",
		"2030-06-01T08:00:00Z": "2030-06-01 08:00 UTC",
		"held from 2030-06-01T08:00:59Z until 2030-06-02T08:00:00.5+02:00.": "held from 2030-06-01 08:00 UTC until 2030-06-02 06:00 UTC.",
		"until 2030-06-01T08:00Z": "until 2030-06-01 08:00 UTC",
		"the day 2030-06-01":      "the day 2030-06-01",
		"2030-13-01T08:00:00Z and 2030-06-01T25:00:00Z are none":                 "2030-13-01T08:00:00Z and 2030-06-01T25:00:00Z are none",
		"order-x2030-06-01T08:00:00Z, of 12030-06-01T08:00:00Z, and 2030-06-01T": "order-x2030-06-01T08:00:00Z, of 12030-06-01T08:00:00Z, and 2030-06-01T",
		"0001-01-01T00:00:00Z": "0001-01-01T00:00:00Z",
	} {
		if got := WithMinutes(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// TestSplitTimes: the parts of a text are the text, and the times are those that were written into it.
func TestSplitTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		var want []time.Time
		for range rapid.IntRange(0, 5).Draw(t, "parts") {
			text.WriteString(rapid.SampledFrom([]string{"", " ", "until ", ", then (", "\n", "2030-06-01T", "é"}).Draw(t, "words"))
			if rapid.Bool().Draw(t, "time") {
				at := time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "seconds"), 0).UTC()
				want = append(want, at)
				text.WriteString(" " + Time(at) + " ")
			}
		}
		var got []time.Time
		joined := ""
		for _, part := range SplitTimes(text.String()) {
			joined += part.Text
			if part.IsTime() {
				got = append(got, part.Time)
			}
		}
		if joined != text.String() || len(got) != len(want) {
			t.Fatalf("%q is split into %q with the times %v, want %v", text.String(), joined, got, want)
		}
		for i := range want {
			if !got[i].Equal(want[i]) {
				t.Fatalf("time %d is %s, want %s", i, got[i], want[i])
			}
		}
	})
}
