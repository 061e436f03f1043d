// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"maps"
	"slices"
)

// set holds names.
type set map[string]struct{}

func (s set) add(name string) { s[name] = struct{}{} }

func (s set) has(name string) bool {
	_, ok := s[name]
	return ok
}

// sorted returns the names, sorted; nil if there are none.
func (s set) sorted() []string { return slices.Sorted(maps.Keys(s)) }

// unique returns the names sorted, each once; nil when there are none. It leaves its argument alone.
func unique(names []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(names)))
}

// union returns the names of both sorted lists, sorted, each once.
func union(a, b []string) []string {
	switch {
	case len(b) == 0:
		return a
	case len(a) == 0:
		return b
	}
	return unique(slices.Concat(a, b))
}

// subset reports whether every name of the sorted list a is in the sorted list b.
func subset(a, b []string) bool {
	if len(a) > len(b) {
		return false
	}
	for _, name := range a {
		if _, ok := slices.BinarySearch(b, name); !ok {
			return false
		}
	}
	return true
}
