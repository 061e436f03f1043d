// SPDX-License-Identifier: Apache-2.0

package document

import "iter"

// GrantsOf yields the grants of a user of the document: their own, and the default grants that they are not without.
func (d *Document) GrantsOf(user *User) iter.Seq[*Grant] {
	return func(yield func(*Grant) bool) {
		for i := range user.Grants {
			if !yield(&user.Grants[i]) {
				return
			}
		}
		for i := range d.DefaultGrants {
			if grant := &d.DefaultGrants[i]; !user.WithoutDefaults.Has(grant.Source) && !yield(grant) {
				return
			}
		}
	}
}

// CountGrants counts the grants of a user of the document.
func (d *Document) CountGrants(user *User) int {
	count := 0
	for range d.GrantsOf(user) {
		count++
	}
	return count
}
