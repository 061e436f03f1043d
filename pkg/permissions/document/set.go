// SPDX-License-Identifier: Apache-2.0

package document

import (
	"encoding/json"
	"maps"
	"slices"
)

// Set is a set of names. It is written as their list, sorted.
type Set map[string]bool

// SetOf returns the set of the names given, nil if there are none.
func SetOf(names ...string) Set {
	if len(names) == 0 {
		return nil
	}
	set := make(Set, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}

// Has reports whether a name is in the set.
func (s Set) Has(name string) bool { return s[name] }

// Names returns the names in the set, sorted.
func (s Set) Names() []string { return slices.Sorted(maps.Keys(s)) }

// MarshalJSON writes the set as a list.
func (s Set) MarshalJSON() ([]byte, error) { return json.Marshal(s.Names()) }

// UnmarshalJSON reads a list. Names that are there twice are there once.
func (s *Set) UnmarshalJSON(text []byte) error {
	var names []string
	if err := json.Unmarshal(text, &names); err != nil {
		return err
	}
	*s = SetOf(names...)
	return nil
}
