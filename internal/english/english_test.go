// SPDX-License-Identifier: Apache-2.0

package english

import "testing"

func TestCount(t *testing.T) {
	for number, want := range map[int]string{0: "0 roles", 1: "1 role", 2: "2 roles"} {
		if got := Count(number, "role"); got != want {
			t.Errorf("Count(%d) is %q, want %q", number, got, want)
		}
	}
}
