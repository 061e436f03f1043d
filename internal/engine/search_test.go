// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestSearches asks the hospital who, what and where.
func TestSearches(t *testing.T) {
	x := index(t, hospital(t), clock)
	ward := func(user, permission string) *access.Request {
		request := ask(user, permission, "unit", "no unit")
		request.Resource.Type = "ward"
		return request
	}
	nobody := ask("", "chart.read")
	nobody.Subject.Type = "service"
	for _, test := range []struct {
		name string
		got  []string
		want []string
	}{
		{"who reads in the icu", slices.Collect(x.WhoCan(ask("", "chart.read", "unit", "icu"), "")), []string{"ann", "ben", "cem", "gus"}},
		{"whom an override denies", slices.Collect(x.WhoCan(ask("", "chart.read", "unit", "er"), "")), []string{"ben"}},
		{"after one", slices.Collect(x.WhoCan(ask("", "chart.read", "unit", "icu"), "ben")), []string{"cem", "gus"}},
		{"after what is no user", slices.Collect(x.WhoCan(ask("", "chart.read", "unit", "icu"), "beo")), []string{"cem", "gus"}},
		{"after the last", slices.Collect(x.WhoCan(ask("", "chart.read", "unit", "icu"), "gus")), nil},
		{"to whom an override gives", slices.Collect(x.WhoCan(ask("", "order.enter", "unit", "icu"), "")), []string{"cem", "gus"}},
		{"by night", slices.Collect(x.WhoCan(ask("", "chart.write", "shift", "night", "owner", "cem"), "")), []string{"gus"}},
		{"by qualifier", slices.Collect(x.WhoCan(ask("", "chart.write", "shift", "night", "owner", "ann"), "")), []string{"cem", "gus"}},
		{"refused by a prohibition", slices.Collect(x.WhoCan(ask("", "chart.sign", "owner", "ben"), "")), []string{"gus"}},
		{"refused to all", slices.Collect(x.WhoCan(ask("", "chart.export"), "")), nil},
		{"an unknown permission", slices.Collect(x.WhoCan(ask("", "chart"), "")), nil},
		{"an unknown unit", slices.Collect(x.WhoCan(ask("", "chart.read", "unit", "i"), "")), nil},
		{"an unknown shift", slices.Collect(x.WhoCan(ask("", "chart.read", "shift", "noon"), "")), nil},
		{"no users", slices.Collect(x.WhoCan(nobody, "")), nil},
		{"what ben may", slices.Collect(x.WhatCan(ask("ben", "", "owner", "ann"), "")), []string{"chart.read", "chart.sign"}},
		{"what ben may with his own", slices.Collect(x.WhatCan(ask("ben", "", "owner", "ben"), "")), []string{"chart.read", "chart.write"}},
		{"what follows", slices.Collect(x.WhatCan(ask("ben", "", "owner", "ben"), "chart.read")), []string{"chart.write"}},
		{"what gus may", slices.Collect(x.WhatCan(ask("gus", "", "owner", "ann", "unit", "icu"), "")), []string{"chart.read", "chart.sign", "chart.write", "order.enter"}},
		{"what a suspended user may", slices.Collect(x.WhatCan(ask("dia", ""), "")), nil},
		{"what a stranger may", slices.Collect(x.WhatCan(ask("zoe", ""), "")), nil},
		{"which wards ann reads", slices.Collect(x.ResourcesCan(ward("ann", "chart.read"), "")), []string{"icu"}},
		{"which wards ben reads", slices.Collect(x.ResourcesCan(ward("ben", "chart.read"), "")), []string{"er", "icu"}},
		{"which wards follow", slices.Collect(x.ResourcesCan(ward("ben", "chart.read"), "er")), []string{"icu"}},
		{"which charts are units", slices.Collect(x.ResourcesCan(ask("ben", "chart.read"), "")), nil},
	} {
		if !slices.Equal(test.got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, test.got, test.want)
		}
	}
}

// TestNothingIsRemembered: what a qualifier is for one candidate is not what it is for the next, however often it is asked.
func TestNothingIsRemembered(t *testing.T) {
	doc := hospital(t)
	twice := []document.Alternative{{Qualifiers: []string{"own", "senior"}}, {Qualifiers: []string{"own"}}}
	doc.Roles["nurse"] = document.Role{Permissions: map[string][]document.Alternative{"chart.read": twice, "chart.write": twice}}
	everywhere := document.Grant{Role: "nurse", Scope: document.Scope{Everywhere: true, Dimensions: map[string]document.Values{"shift": {All: true}}}}
	for _, id := range []string{"cem", "hal", "ida"} {
		doc.Users[id] = document.User{Grants: []document.Grant{everywhere, everywhere}}
	}
	x := index(t, doc, clock)
	if got := slices.Collect(x.WhoCan(ask("", "chart.write", "owner", "cem", "shift", "day"), "")); !slices.Equal(got, []string{"cem", "gus"}) {
		t.Errorf("%v may write what is cem's; want cem and gus", got)
	}
}

// TestSearchStops: a caller who has seen enough is not called again.
func TestSearchStops(t *testing.T) {
	x := index(t, hospital(t), clock)
	for range x.WhoCan(ask("", "chart.read", "unit", "icu"), "") {
		break
	}
	for range x.WhatCan(ask("ben", ""), "") {
		break
	}
	wards := ask("ben", "chart.read")
	wards.Resource.Type = "ward"
	for range x.ResourcesCan(wards, "") {
		break
	}
}

func TestUnit(t *testing.T) {
	x := index(t, hospital(t), clock)
	for name, want := range hospital(t).Units {
		if got, known := x.Unit(name); !known || !reflect.DeepEqual(got, want) {
			t.Errorf("unit %s is %v, want %v", name, got, want)
		}
	}
	if _, known := x.Unit("ghost"); known {
		t.Error("ghost is a unit")
	}
}

// TestPlaces lists the places of the hospital, with what is left to be met in them.
func TestPlaces(t *testing.T) {
	doc := hospital(t)
	doc.Prohibitions["closed"] = document.Condition{Expression: "has(resource.unit.open) && !resource.unit.open"}
	doc.Prohibitions["frozen"] = document.Condition{Expression: "context.frozen"}
	doc.Permissions["chart.archive"] = document.Permission{Prohibitions: []string{"closed"}}
	doc.Permissions["chart.write"] = document.Permission{Prohibitions: []string{"frozen"}}
	doc.Roles["visitor"].Permissions["chart.archive"] = []document.Alternative{{Qualifiers: []string{"own", "senior"}}, {Qualifiers: []string{"own", "above", "own"}}}
	doc.Roles["nurse"].Permissions["chart.archive"] = []document.Alternative{{Qualifiers: []string{"own"}}}
	x := index(t, doc, clock)
	in := func(user, permission string, properties ...any) *access.Request {
		request := ask(user, permission, properties...)
		request.Context = map[string]any{"frozen": false}
		return request
	}
	for _, test := range []struct {
		name    string
		request *access.Request
		want    string
	}{
		{"without condition", in("ben", "chart.read"), "bay er hall icu main"},
		{"the unit of the resource does not matter", in("ben", "chart.read", "unit", "nowhere"), "bay er hall icu main"},
		{"a qualifier that asks the unit and the resource", in("ann", "chart.read"), "bay er[open-unit] icu"},
		{"denied in one unit", in("gus", "chart.read"), "bay hall icu main"},
		{"by an override", in("gus", "order.enter"), "bay icu"},
		{"a prohibition that asks the resource", in("gus", "chart.sign"), "bay er hall icu main unless not-own-chart"},
		{"a prohibition that asks the unit", in("cem", "chart.archive", "shift", "day"), "bay[own] hall[own] icu[own] main[own]"},
		{"alternatives that include another", in("cem", "chart.archive"), "bay[own] hall[own] icu[own] main[own]"},
		{"alternatives", in("cem", "chart.write", "shift", "day"), "bay[above][own] er[above][own] hall[above][own] icu[above][own] main[above][own]"},
		{"not covered by night", in("cem", "chart.write", "shift", "night"), "bay[above] er[above] hall[above] icu[above] main[above]"},
		{"not with an unknown value", in("cem", "chart.write", "shift", "noon"), ""},
		{"a qualifier about the user alone", in("cem", "order.enter"), "bay er hall icu main"},
		{"that is not true", in("ann", "order.enter"), ""},
		{"refused to everybody", in("gus", "chart.export"), ""},
		{"a prohibition that cannot be evaluated", ask("cem", "chart.write", "shift", "day"), ""},
		{"ended", in("eve", "chart.read"), ""},
		{"suspended", in("dia", "chart.read"), ""},
		{"nobody", in("zoe", "chart.read"), ""},
		{"nothing", in("ben", "chart"), ""},
	} {
		if got := placesText(x.Where(test.request)); got != test.want {
			t.Errorf("%s: %s; want %s", test.name, got, test.want)
		}
	}
	wards := in("cem", "chart.archive")
	wards.Resource.Type = "ward"
	if got, want := placesText(x.Where(wards)), "er[own] icu[own]"; got != want {
		t.Errorf("of resources that are units: %s; want %s", got, want)
	}
	if got, known := x.Qualifier("own"); !known || got != doc.Qualifiers["own"] {
		t.Errorf("qualifier own is %v", got)
	}
	if got, known := x.Prohibition("frozen"); !known || got != doc.Prohibitions["frozen"] {
		t.Errorf("prohibition frozen is %v", got)
	}
	if _, known := x.Prohibition("own"); known {
		t.Error("a qualifier is a prohibition")
	}
	if _, known := x.Qualifier("frozen"); known {
		t.Error("a prohibition is a qualifier")
	}
}

// placesText writes places, and the prohibitions that are left, which are the same in each.
func placesText(places []access.Place) string {
	var texts []string
	var unless []string
	for _, place := range places {
		text := place.Unit
		for _, alternative := range place.Alternatives {
			text += "[" + strings.Join(alternative, "+") + "]"
		}
		texts, unless = append(texts, text), place.Unless
	}
	if len(unless) > 0 {
		texts = append(texts, "unless "+strings.Join(unless, ","))
	}
	return strings.Join(texts, " ")
}
