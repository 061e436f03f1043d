// SPDX-License-Identifier: Apache-2.0

package document

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// String names what the scope covers, for example "everywhere" or "icu, er, group medsurg; contractType on-call".
func (s Scope) String() string {
	parts := make([]string, 1, 1+len(s.Dimensions))
	parts[0] = s.Places()
	for _, name := range slices.Sorted(maps.Keys(s.Dimensions)) {
		parts = append(parts, name+" "+s.Dimensions[name].String())
	}
	return strings.Join(parts, "; ")
}

// Places names the units and groups that the scope covers.
func (s Scope) Places() string {
	var places []string
	if s.Everywhere {
		places = append(places, "everywhere")
	}
	places = append(places, s.Units...)
	for _, group := range s.UnitGroups {
		places = append(places, "group "+group)
	}
	if len(places) == 0 {
		return "nowhere"
	}
	return strings.Join(places, ", ")
}

// String names the values, for example "all" or "on-call, permanent".
func (v Values) String() string {
	switch {
	case v.All:
		return "all"
	case len(v.Values) > 0:
		return strings.Join(v.Values, ", ")
	}
	return "none"
}

// String names the bounds of the window, for example "from 2026-01-01T00:00:00Z until 2027-01-01T00:00:00Z"; it is empty
// for a window without bounds.
func (w Window) String() string {
	var bounds []string
	if w.StartTime != nil {
		bounds = append(bounds, "from "+w.StartTime.UTC().Format(time.RFC3339))
	}
	if w.EndTime != nil {
		bounds = append(bounds, "until "+w.EndTime.UTC().Format(time.RFC3339))
	}
	return strings.Join(bounds, " ")
}
