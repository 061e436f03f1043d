// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"testing"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestWindows: from its first moment until just before its end, on the clock of the index.
func TestWindows(t *testing.T) {
	from := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	until := from.AddDate(0, 1, 0)
	doc := hospital(t)
	user := doc.Users["eve"]
	user.Grants[0].Window = document.Window{StartTime: &from, EndTime: &until}
	for _, test := range []struct {
		at   time.Time
		want bool
	}{
		{from.Add(-time.Microsecond), false},
		{from, true},
		{from.In(time.FixedZone("east", 3600)), true},
		{until.Add(-time.Microsecond), true},
		{until, false},
		{time.Time{}, false},
	} {
		x := index(t, doc, test.at)
		if got := x.Check(ask("eve", "chart.read")); got != test.want {
			t.Errorf("at %v: %v, want %v", test.at, got, test.want)
		}
	}
}

func TestWords(t *testing.T) {
	from := time.Date(2026, time.March, 1, 1, 0, 0, 0, time.FixedZone("east", 3600))
	for want, got := range map[string]string{
		"nowhere":                    document.Scope{}.String(),
		"everywhere":                 document.Scope{Everywhere: true}.String(),
		"icu, er, group acute":       document.Scope{Units: []string{"icu", "er"}, UnitGroups: []string{"acute"}}.String(),
		"icu; a none; b all; c x, y": document.Scope{Units: []string{"icu"}, Dimensions: map[string]document.Values{"c": {Values: []string{"x", "y"}}, "b": {All: true}, "a": {}}}.String(),
		"":                           document.Window{}.String(),
		"from 2026-03-01T00:00:00Z":  document.Window{StartTime: &from}.String(),
		"until 2026-03-01T00:00:00Z": document.Window{EndTime: &from}.String(),
		"from 2026-03-01T00:00:00Z until 2026-03-01T00:00:00Z": document.Window{StartTime: &from, EndTime: &from}.String(),
		"yes":                         document.Alternative{Via: []string{"a"}}.String(),
		"own+feature:f+entitlement:e": document.Alternative{Qualifiers: []string{"own"}, RequiredFeatures: []string{"f"}, RequiredEntitlements: []string{"e"}}.String(),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
