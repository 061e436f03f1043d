// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"strings"
	"unicode"
)

// Source is the text of a document, which is perhaps no YAML.
type Source struct {
	text string
	// names counts the names in it, nil until they are asked for.
	names map[string]int
}

// String is the text.
func (s *Source) String() string { return s.text }

// Count returns how often a name stands in the text. It is not to be called by two at once.
func (s *Source) Count(name string) int {
	if s.names == nil {
		s.names = map[string]int{}
		separates := func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`[]{},"'`, r) }
		for name := range strings.FieldsFuncSeq(s.text, separates) {
			s.names[strings.TrimSuffix(name, ":")]++
		}
	}
	return s.names[name]
}
