// SPDX-License-Identifier: Apache-2.0

package change

import (
	"slices"
)

// counterpart returns the same grant or override in another state, nil if there is none, and reports whether it is in the same place.
// It is found even if it gives nothing there.
func (w *view) counterpart(state int, b *box) (other *box, covers bool) {
	for i := range w.boxes {
		if x := &w.boxes[i]; !x.isFact && x.state == state && (x.grant != nil) == (b.grant != nil) && x.source() == b.source() && !covers {
			other, covers = x, w.in.has(i)
		}
	}
	if other != nil {
		return other, covers
	}
	return w.written(state, b)
}

// written returns what counterpart does of a grant or an override that gives nothing.
func (w *view) written(state int, b *box) (other *box, covers bool) {
	c, entry := w.comparison, w.user.entries[state]
	if b.override != nil {
		for i := range entry.Overrides {
			if o := &entry.Overrides[i]; o.Source == b.override.Source && o.Permission == b.override.Permission {
				other = &box{time: momentsOf(o.Window), deny: o.Deny, override: o}
				covers = c.scope(&o.Scope).same
			}
		}
	} else {
		for grant := range c.docs[state].GrantsOf(entry) {
			if grant.Source == b.grant.Source {
				other = &box{time: momentsOf(grant.Window), grant: grant}
				covers = c.scope(&grant.Scope).same
			}
		}
	}
	return other, covers
}

func sameWritten(a, b *box) bool {
	if a.time != b.time || a.deny != b.deny {
		return false
	}
	if a.grant != nil {
		x, y := a.grant, b.grant
		return x.Role == y.Role && sameScope(&x.Scope, &y.Scope) && slices.Equal(x.Entitlements, y.Entitlements)
	}
	return sameScope(&a.override.Scope, &b.override.Scope)
}
