// SPDX-License-Identifier: Apache-2.0

package callers

import (
	"maps"
	"slices"
)

// Caller is who sent a request, as the reviewer knows them.
type Caller struct {
	// Name is the user's; a service account's is system:serviceaccount:<namespace>:<name>.
	Name   string
	UID    string
	Groups []string
	Extra  map[string][]string
}

// identity is all of a caller that rights may depend on besides the name, in one order.
func (c *Caller) identity() []string {
	parts := append([]string{"groups"}, slices.Sorted(slices.Values(c.Groups))...)
	for _, key := range slices.Sorted(maps.Keys(c.Extra)) {
		parts = append(append(parts, "extra", key), c.Extra[key]...)
	}
	return parts
}
