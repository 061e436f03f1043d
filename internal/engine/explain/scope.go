// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"maps"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// where writes a scope in a sentence, without the dimensions that do not limit it: "everywhere", or "in icu for shift day".
func where(s *document.Scope) string {
	words := []string{s.Places()}
	if !s.Everywhere {
		words = []string{"in", s.Places()}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Dimensions)) {
		if values := s.Dimensions[name]; !values.All {
			words = append(words, "for", name, values.String())
		}
	}
	return strings.Join(words, " ")
}
