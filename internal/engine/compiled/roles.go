// SPDX-License-Identifier: Apache-2.0

package compiled

import "slices"

// Ranks reports whether one role is another, or inherits it.
func (x *Index) Ranks(role, other string, exactly bool) bool {
	if role == other || exactly {
		return role == other
	}
	_, inherits := slices.BinarySearch(x.Roles[role].Inherits, other)
	return inherits
}
