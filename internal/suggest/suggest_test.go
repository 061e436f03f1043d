// SPDX-License-Identifier: Apache-2.0

package suggest

import "testing"

func TestClosest(t *testing.T) {
	candidates := []string{"permissions", "sections", "name"}
	for name, want := range map[string]string{
		"permission": "permissions", "perm": "permissions", "se": "", "Sections": "sections", "anme": "name", "x": "", "nam": "name", "colour": "", "permissionz": "permissions",
	} {
		if got := Closest(name, candidates); got != want {
			t.Errorf("Closest(%q) is %q, want %q", name, got, want)
		}
	}
}
