// SPDX-License-Identifier: Apache-2.0

package document

import "testing"

func TestParseNumber(t *testing.T) {
	for text, want := range map[string]float64{
		"0": 0, "-1": -1, "0.1": 0.1, "1e3": 1000, "0.12345678901234567890": 0.12345678901234568,
		"9007199254740991": 9007199254740991, "9007199254740992": 9007199254740992, "-9007199254740992": -9007199254740992,
	} {
		if got, ok := ParseNumber(text); !ok || got != want {
			t.Errorf("%s: %v, %t; want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"9007199254740993", "-9007199254740993", "9007199254740991.5", "9007199254740992.0", "1e16", "-1e300", "1e999", "", "one",
		"9223372036854775807", "18446744073709551616",
	} {
		if got, ok := ParseNumber(text); ok {
			t.Errorf("%s is kept as %v", text, got)
		}
	}
}
