// SPDX-License-Identifier: Apache-2.0

package permissions

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// String names what the scope covers, for example "everywhere" or "icu, er, group medsurg; contractType on-call".
func (s Scope) String() string {
	var places []string
	if s.Everywhere {
		places = append(places, "everywhere")
	}
	places = append(places, s.Units...)
	for _, group := range s.UnitGroups {
		places = append(places, "group "+group)
	}
	if len(places) == 0 {
		places = []string{"nowhere"}
	}
	parts := []string{strings.Join(places, ", ")}
	for _, name := range slices.Sorted(maps.Keys(s.Dimensions)) {
		covered := "none"
		switch values := s.Dimensions[name]; {
		case values.All:
			covered = "all"
		case len(values.Values) > 0:
			covered = strings.Join(values.Values, ", ")
		}
		parts = append(parts, name+" "+covered)
	}
	return strings.Join(parts, "; ")
}

// String names the bounds of the window, for example "from 2026-01-01T00:00:00Z until 2027-01-01T00:00:00Z"; it is empty
// for a window without bounds.
func (w Window) String() string {
	var bounds []string
	if w.NotBefore != nil {
		bounds = append(bounds, "from "+w.NotBefore.UTC().Format(time.RFC3339))
	}
	if w.NotAfter != nil {
		bounds = append(bounds, "until "+w.NotAfter.UTC().Format(time.RFC3339))
	}
	return strings.Join(bounds, " ")
}
