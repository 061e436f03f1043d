// SPDX-License-Identifier: Apache-2.0

package nearest

import "testing"

func TestName(t *testing.T) {
	candidates := []string{"permissions", "sections", "name"}
	for name, want := range map[string]string{
		"permission": "permissions", "perm": "permissions", "se": "", "Sections": "sections", "anme": "name", "x": "", "nam": "name", "colour": "", "permissionz": "permissions",
	} {
		if got := Name(name, candidates); got != want {
			t.Errorf("Name(%q) is %q, want %q", name, got, want)
		}
	}
}
