// SPDX-License-Identifier: Apache-2.0

package bounded_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/bounded"
)

const ellipsis = "…"

func TestTextKeepsWholeCharactersWithinTheBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, bound := rapid.String().Draw(t, "text"), rapid.IntRange(1, 40).Draw(t, "bound")
		got := bounded.Text(text, bound)
		switch {
		case utf8.RuneCountInString(text) <= bound:
			if got != text {
				t.Fatalf("a text that fits became %q", got)
			}
		case utf8.RuneCountInString(got) != bound:
			t.Fatalf("%q has %d characters; it may have %d", got, utf8.RuneCountInString(got), bound)
		case !utf8.ValidString(got) || !strings.HasPrefix(text, strings.TrimSuffix(got, ellipsis)):
			t.Fatalf("%q is not how %q begins", got, text)
		}
	})
}

func TestBytesKeepsWholeCharactersWithinTheBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, bound := rapid.String().Draw(t, "text"), rapid.IntRange(len(ellipsis), 40).Draw(t, "bound")
		got := bounded.Bytes(text, bound)
		switch {
		case len(text) <= bound:
			if got != text {
				t.Fatalf("a text that fits became %q", got)
			}
		case len(got) > bound || len(got) <= bound-utf8.UTFMax:
			t.Fatalf("%q has %d bytes; it may have %d", got, len(got), bound)
		case !utf8.ValidString(got) || !strings.HasPrefix(text, strings.TrimSuffix(got, ellipsis)):
			t.Fatalf("%q is not how %q begins", got, text)
		}
	})
}

func TestListKeepsEachTextOnce(t *testing.T) {
	got := bounded.List([]string{"a", "long", "long enough", "b", "a", "c"}, 3, 4)
	if want := []string{"a", "long", "lon…"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := bounded.List(nil, 3, 4); got != nil {
		t.Errorf("of no texts it returns %q", got)
	}
}

func TestCounts(t *testing.T) {
	for n, want := range map[int]int32{0: 0, 7: 7, math.MaxInt32: math.MaxInt32, math.MaxInt32 + 1: math.MaxInt32} {
		if got := *bounded.Count(n); got != want {
			t.Errorf("%d is counted as %d", n, got)
		}
	}
	if bounded.CountIfAny(0) != nil || *bounded.CountIfAny(2) != 2 {
		t.Error("CountIfAny returns nil for zero, and only for zero")
	}
}
