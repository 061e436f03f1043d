// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"testing"

	"pgregory.net/rapid"
)

// TestParseDuration: every duration is read as it is written.
func TestParseDuration(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seconds := rapid.Int32Min(1).Draw(t, "seconds")
		if got, err := ParseDuration(Duration(int64(seconds))); err != nil || got != seconds {
			t.Fatalf("%d s are written as %s and read as %d: %v", seconds, Duration(int64(seconds)), got, err)
		}
	})
	for _, text := range []string{"", "0s", "-8h", "1.5s", "8", "d", "xd", "1d-1h", "99999999999d", "24856d", "1d1d", "1h1d", "<b>"} {
		if got, err := ParseDuration(text); err == nil {
			t.Errorf("%q is read as %d", text, got)
		}
	}
}
