// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/resolve"
)

func TestCutKeepsWholeCharactersWithinTheBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, bound := rapid.String().Draw(t, "text"), rapid.IntRange(1, 40).Draw(t, "bound")
		got := cut(text, bound)
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

func TestListNamesFiveFindingsAndCountsTheRest(t *testing.T) {
	var findings []resolve.Finding
	for i := range 7 {
		findings = append(findings, resolve.Finding{Field: fmt.Sprintf("spec.rules[%d]", i), Message: "is odd"})
	}
	findings[1].Field = ""
	for _, test := range []struct {
		findings []resolve.Finding
		want     string
	}{
		{findings[:1], "spec.rules[0]: is odd"},
		{findings[:3], "spec.rules[0]: is odd; is odd; spec.rules[2]: is odd"},
		{findings, "spec.rules[0]: is odd; is odd; spec.rules[2]: is odd; spec.rules[3]: is odd; spec.rules[4]: is odd; and 2 more"},
	} {
		if got := list(test.findings); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestBoundedKeepsEachTextOnce(t *testing.T) {
	got := bounded([]string{"a", "long", "long enough", "b", "a", "c"}, 3, 4)
	if want := []string{"a", "long", "lon…"}; strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %q, want %q", got, want)
	}
}
