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

func TestUpTo(t *testing.T) {
	for want, names := range map[string][]string{"": nil, "a, b": {"a", "b"}, "a, b and 1 more": {"a", "b", "c"}} {
		if got := UpTo(2, names); got != want {
			t.Errorf("UpTo(2, %q) is %q, want %q", names, got, want)
		}
	}
}
