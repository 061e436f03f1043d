// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"cmp"
	"maps"
	"slices"
	"testing"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestWhere decides for whom a grant covers some units only: the unit of a request decides.
func TestWhere(t *testing.T) {
	doc := hospital(t)
	doc.UnplacedKinds = []string{"annex"}
	x := index(t, doc, clock)
	for name, test := range map[string]struct {
		resource access.Resource
		want     bool
	}{
		"the unit itself":                          {access.Resource{Type: "ward", ID: "icu"}, true},
		"a unit below":                             {access.Resource{Type: "room", ID: "bay"}, true},
		"another unit":                             {access.Resource{Type: "ward", ID: "er"}, false},
		"the root":                                 {access.Resource{Type: "site", ID: "main"}, false},
		"the unit itself, whatever the property":   {access.Resource{Type: "ward", ID: "icu", Properties: props("unit", "er")}, true},
		"the unit itself, with an odd property":    {access.Resource{Type: "ward", ID: "icu", Properties: props("unit", 3.0)}, true},
		"a kind, the id of a unit of another kind": {access.Resource{Type: "ward", ID: "bay"}, false},
		"a kind, the id of no unit":                {access.Resource{Type: "ward", ID: "17"}, false},
		"a kind, no id, in the unit":               {access.Resource{Type: "ward", Properties: props("unit", "icu")}, false},
		"a kind in another case, in the unit":      {access.Resource{Type: "Ward", ID: "17", Properties: props("unit", "icu")}, true},
		"a kind, the id of no unit, in the unit":   {access.Resource{Type: "ward", ID: "17", Properties: props("unit", "icu")}, false},
		"a kind off the tree, the id of a unit":    {access.Resource{Type: "annex", ID: "icu"}, false},
		"a kind off the tree, in the unit":         {access.Resource{Type: "annex", ID: "a1", Properties: props("unit", "icu")}, false},
		"no kind, the id of a unit":                {access.Resource{Type: "chart", ID: "icu"}, false},
		"no type, the id of a unit":                {access.Resource{ID: "icu"}, false},
		"in the unit":                              {access.Resource{Type: "chart", Properties: props("unit", "icu")}, true},
		"below the unit":                           {access.Resource{Type: "chart", Properties: props("unit", "bay")}, true},
		"in another case":                          {access.Resource{Type: "chart", Properties: props("unit", "ICU")}, false},
		"in a group's name":                        {access.Resource{Type: "chart", Properties: props("unit", "acute")}, false},
		"nowhere":                                  {access.Resource{Type: "chart", Properties: props("unit", "")}, false},
		"in null":                                  {access.Resource{Type: "chart", Properties: props("unit", nil)}, false},
		"in a list":                                {access.Resource{Type: "chart", Properties: props("unit", []any{"icu"})}, false},
		"in a value of a dimension":                {access.Resource{Type: "chart", Properties: props("unit", "icu", "shift", "night")}, true},
		"in no value of a dimension":               {access.Resource{Type: "chart", Properties: props("unit", "icu", "shift", "dusk")}, false},
		"in an empty value of a dimension":         {access.Resource{Type: "chart", Properties: props("unit", "icu", "shift", "")}, false},
		"in null of a dimension":                   {access.Resource{Type: "chart", Properties: props("unit", "icu", "shift", nil)}, false},
		"in a number of a dimension":               {access.Resource{Type: "chart", Properties: props("unit", "icu", "shift", 1.0)}, false},
	} {
		request := ask("ann", "chart.read")
		request.Resource = test.resource
		if got := x.Check(request); got != test.want {
			t.Errorf("%s: %v, want %v\n%s", name, got, test.want, x.Explain(request))
		}
	}
}

// TestGroup: a group covers what its units cover, and nothing between them.
func TestGroup(t *testing.T) {
	x := index(t, hospital(t), clock)
	for unit, want := range map[string]bool{"er": true, "icu": true, "bay": true, "hall": false, "main": false} {
		if got := x.Check(ask("ann", "chart.write", "unit", unit, "owner", "fay")); got {
			t.Errorf("%s: ann writes a chart of someone who does not report to her", unit)
		}
		if got := x.Check(ask("ann", "chart.write", "unit", unit, "owner", "ben")); got != want {
			t.Errorf("%s: %v, want %v", unit, got, want)
		}
	}
}

// TestUnitsWithinUnits: a scope that names a unit and some of what lies below it covers all below the unit.
func TestUnitsWithinUnits(t *testing.T) {
	doc := hospital(t)
	doc.Units["den"] = document.Unit{Parent: "icu"}
	ann := doc.Users["ann"]
	ann.Grants[0].Units = []string{"icu", "bay"}
	doc.Users["ann"] = ann
	x := index(t, doc, clock)
	for unit, want := range map[string]bool{"icu": true, "bay": true, "den": true, "main": false, "hall": false} {
		if got := x.Check(ask("ann", "chart.read", "unit", unit)); got != want {
			t.Errorf("%s: %v, want %v", unit, got, want)
		}
	}
}

// TestDimensions decides for someone whose grant covers one value.
func TestDimensions(t *testing.T) {
	x := index(t, hospital(t), clock)
	for _, test := range []struct {
		properties map[string]any
		want       bool
	}{
		{props("shift", "day"), true},
		{props("shift", "night"), false},
		{nil, false},
		{props("shift", nil), false},
		{props("Shift", "day"), false},
	} {
		request := ask("cem", "chart.write", "owner", "cem")
		maps.Copy(request.Resource.Properties, test.properties)
		if got := x.Check(request); got != test.want {
			t.Errorf("%v: %v, want %v", test.properties, got, test.want)
		}
	}
}

// TestUnitSetsDimension: what a unit sets for a dimension decides when the unit is the resource, whatever the caller sends; what
// it does not set, the caller may.
func TestUnitSetsDimension(t *testing.T) {
	doc := hospital(t)
	set := func(name string, attributes map[string]any, unknown ...string) {
		unit := doc.Units[name]
		unit.Kind, unit.Attributes, unit.UnknownAttributes = cmp.Or(unit.Kind, "site"), attributes, unknown
		doc.Units[name] = unit
	}
	set("icu", props("shift", "day"))
	set("er", props("shift", "dusk"))
	set("hall", props("owner", "cem"), "shift")
	x := index(t, doc, clock)
	for name, test := range map[string]struct {
		resource access.Resource
		want     bool
		message  string
	}{
		"set":                          {access.Resource{Type: "ward", ID: "icu", Properties: props("owner", "cem")}, true, ""},
		"set, and sent otherwise":      {access.Resource{Type: "ward", ID: "icu", Properties: props("owner", "cem", "shift", "night")}, true, ""},
		"set, and sent oddly":          {access.Resource{Type: "ward", ID: "icu", Properties: props("owner", "cem", "shift", 3.0)}, true, ""},
		"set to what is no value":      {access.Resource{Type: "ward", ID: "er", Properties: props("owner", "cem", "shift", "day")}, false, `attribute "shift" of unit "er" is "dusk", which is not one of day, night`},
		"unknown":                      {access.Resource{Type: "site", ID: "hall", Properties: props("shift", "day")}, false, `attribute "shift" of unit "hall" is unknown`},
		"not set, and sent":            {access.Resource{Type: "site", ID: "main", Properties: props("owner", "cem", "shift", "day")}, true, ""},
		"not set, and not sent":        {access.Resource{Type: "site", ID: "main", Properties: props("owner", "cem")}, false, ""},
		"lies in the unit that sets":   {access.Resource{Type: "chart", Properties: props("unit", "icu", "owner", "cem", "shift", "day")}, true, ""},
		"lies there, and has another":  {access.Resource{Type: "chart", Properties: props("unit", "icu", "owner", "cem", "shift", "night")}, false, ""},
		"lies there, and has none":     {access.Resource{Type: "chart", Properties: props("unit", "icu", "owner", "cem")}, false, ""},
		"lies in what sets no value":   {access.Resource{Type: "chart", Properties: props("unit", "er", "owner", "cem", "shift", "day")}, true, ""},
		"lies in what does not say it": {access.Resource{Type: "chart", Properties: props("unit", "hall", "owner", "cem", "shift", "day")}, true, ""},
	} {
		request := ask("cem", "chart.write")
		request.Resource = test.resource
		explanation := x.Explain(request)
		if got := x.Check(request); got != test.want || explanation.Decision != test.want || test.message != "" && explanation.Message != test.message {
			t.Errorf("%s: %v, want %v\n%s", name, got, test.want, &explanation)
		}
	}
	wards := ask("cem", "chart.write", "shift", "night", "owner", "cem")
	wards.Resource.Type = "ward"
	if got := slices.Collect(x.ResourcesCan(wards, "")); !slices.Equal(got, []string{"icu"}) {
		t.Errorf("cem writes on the wards %v", got)
	}
	if got := placesText(x.Where(wards)); got != "icu[above][own]" {
		t.Errorf("cem writes on the wards %s", got)
	}
}

// TestRevocationTakesWhatItDoesNotLimit: an override that takes a permission in one unit takes it for every value.
func TestRevocationTakesWhatItDoesNotLimit(t *testing.T) {
	x := index(t, hospital(t), clock)
	for _, test := range []struct {
		request *access.Request
		want    bool
	}{
		{ask("gus", "chart.read", "unit", "icu"), true},
		{ask("gus", "chart.read", "unit", "er"), false},
		{ask("gus", "chart.read", "unit", "er", "shift", "day"), false},
		{ask("gus", "chart.write", "unit", "er"), true},
	} {
		if got := x.Check(test.request); got != test.want {
			t.Errorf("%v: %v, want %v", test.request, got, test.want)
		}
	}
}

// TestWithoutTree: a document whose units are no tree answers no, and says so.
func TestWithoutTree(t *testing.T) {
	for name, units := range map[string]map[string]document.Unit{
		"none":           nil,
		"two roots":      {"main": {}, "icu": {}},
		"no root":        {"main": {Parent: "icu"}, "icu": {Parent: "main"}},
		"no name":        {"": {}},
		"a name and not": {"": {Parent: "main"}, "main": {Parent: "main"}},
	} {
		doc := hospital(t)
		doc.Units = units
		x := index(t, doc, clock)
		for _, request := range []*access.Request{ask("ben", "chart.read"), ask("ben", "chart.read", "unit", "main"), ask("ben", "chart.read", "unit", "")} {
			if explanation := x.Explain(request); explanation.Reason != access.ReasonUnknownUnit || x.Check(request) {
				t.Errorf("%s: %s", name, explanation)
			}
		}
	}
}

// TestUnitsOffTheTree: what the root does not reach is no unit, and takes nothing from what it does.
func TestUnitsOffTheTree(t *testing.T) {
	doc := hospital(t)
	doc.Units["isle"] = document.Unit{Parent: "atoll"}
	doc.Units["atoll"] = document.Unit{Parent: "isle"}
	x := index(t, doc, clock)
	if !x.Check(ask("ben", "chart.read", "unit", "bay")) || x.Check(ask("ben", "chart.read", "unit", "isle")) {
		t.Error("units off the tree count, or the others do not")
	}
}

func props(pairs ...any) map[string]any {
	properties := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		properties[pairs[i].(string)] = pairs[i+1]
	}
	return properties
}
