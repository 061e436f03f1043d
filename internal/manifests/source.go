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

// itemsOf returns the text of each item of a list that begins on some line, and before the next one does; the whole text for those that
// share a line.
func (s *Source) itemsOf(begins []int) []*Source {
	lines := strings.SplitAfter(s.text, "\n")
	items := make([]*Source, len(begins))
	for i, first := range begins {
		end := len(lines) + 1
		if i+1 < len(begins) {
			end = begins[i+1]
		}
		if items[i] = s; 0 < first && first < end && end <= len(lines)+1 {
			items[i] = &Source{text: strings.Join(lines[first-1:end-1], "")}
		}
	}
	return items
}

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
