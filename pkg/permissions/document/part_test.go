// SPDX-License-Identifier: Apache-2.0

package document

import (
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

// TestFormsOfNames compares what names of parts may be with the same as regular expressions.
func TestFormsOfNames(t *testing.T) {
	for name, form := range map[string]struct {
		is      func(string) bool
		pattern string
		example string
	}{
		"digest":    {isDigest, `^sha256:[0-9a-f]{64}$`, Digest(nil)},
		"key":       {isKey, `^[A-Za-z0-9_-][A-Za-z0-9._-]{0,252}$`, "part.json"},
		"ConfigMap": {isConfigMapName, `^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$`, "acme-permissions-0"},
	} {
		t.Run(name, func(t *testing.T) {
			pattern := regexp.MustCompile(form.pattern)
			rapid.Check(t, func(t *rapid.T) {
				text := rapid.OneOf(
					rapid.Just(form.example), rapid.StringMatching(form.pattern), rapid.String(),
					rapid.StringOfN(rapid.RuneFrom([]rune("a0Z.-_/")), 0, 4, -1), rapid.StringOfN(rapid.RuneFrom([]rune("a0.-")), 250, 256, -1),
				).Draw(t, "text")
				// Something else at some place: most of what nobody may name is nearly a name.
				if at := rapid.IntRange(-len(text)-1, len(text)).Draw(t, "place"); at >= 0 {
					text = text[:at] + rapid.SampledFrom([]string{"", ".", "/", "A", "é", "\n", "0"}).Draw(t, "other") + text[min(at+1, len(text)):]
				}
				if form.is(text) != pattern.MatchString(text) {
					t.Fatalf("%q is one: %v", text, form.is(text))
				}
			})
		})
	}
}
