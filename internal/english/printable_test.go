// SPDX-License-Identifier: Apache-2.0

package english

import "testing"

func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"grün, and 3 more":         "grün, and 3 more",
		"bye\x1b[31m\nfake   row":  `bye\x1b[31m\nfake   row`,
		"a\tb\rc\x00\x7f":          `a\tb\rc\x00\x7f`,
		"\u202eevil\u2066 \u0085x": `\u202eevil\u2066 \u0085x`,
		"\xff":                     `\ufffd`,
		"wide\u00a0space":          `wide\u00a0space`,
	} {
		if got := Printable(text); got != want {
			t.Errorf("%q is printed as %s, not as %s", text, got, want)
		}
	}
}
