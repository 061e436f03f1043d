// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"cmp"
	"slices"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// holding maps each permission to the alternatives under which it is held, never none. Permissions may share a list, which
// never changes.
type holding map[string][]document.Alternative

// maxAlternatives bounds by how many alternatives a role holds a permission: as many as a status lists.
const maxAlternatives = 32

// candidates are alternatives of one permission, some of which may ask for no less than others.
type candidates []candidate

// candidate is an alternative with what it is ordered by.
type candidate struct {
	document.Alternative
	conditions int
	text       string
}

func candidateOf(a document.Alternative) candidate {
	return candidate{
		Alternative: a, conditions: len(a.Qualifiers) + len(a.RequiredFeatures) + len(a.RequiredEntitlements), text: a.String(),
	}
}

// compare orders alternatives by how much they ask, then by name, then by the way they come.
func (c candidate) compare(other candidate) int {
	return cmp.Or(
		cmp.Compare(c.conditions, other.conditions), cmp.Compare(c.text, other.text),
		cmp.Compare(len(c.Via), len(other.Via)), slices.Compare(c.Via, other.Via),
	)
}

// reduced returns the alternatives that ask for no more than another does, in order, and whether these are all: at most
// maxAlternatives are returned. As what asks for less comes first, whatever is kept stays, and each candidate is compared with
// few.
func (c candidates) reduced() (kept []document.Alternative, all bool) {
	slices.SortFunc(c, candidate.compare)
	kept = make([]document.Alternative, 0, min(len(c), maxAlternatives))
	for i := range c {
		if slices.ContainsFunc(kept, func(known document.Alternative) bool { return includes(known, c[i].Alternative) }) {
			continue
		}
		if len(kept) == maxAlternatives {
			return kept, false
		}
		kept = append(kept, c[i].Alternative)
	}
	return slices.Clip(kept), true
}

// includes reports whether any request that meets b also meets a.
func includes(a, b document.Alternative) bool {
	return subset(a.Qualifiers, b.Qualifiers) && subset(a.RequiredFeatures, b.RequiredFeatures) &&
		subset(a.RequiredEntitlements, b.RequiredEntitlements)
}

// sameList reports whether two lists are one.
func sameList(a, b []document.Alternative) bool { return len(a) == len(b) && &a[0] == &b[0] }

// part reports whether one role's holding is part of another's.
func (w *work) part(a, b holding) bool {
	if len(a) > len(b) {
		return false
	}
	w.spend(len(a))
	for name, asked := range a {
		given := b[name]
		if len(given) == 0 {
			return false
		}
		if sameList(asked, given) {
			continue
		}
		w.spend(len(asked) * len(given))
		for i := range asked {
			if !slices.ContainsFunc(given, func(other document.Alternative) bool { return includes(other, asked[i]) }) {
				return false
			}
		}
	}
	return true
}
