// SPDX-License-Identifier: Apache-2.0

package permissions_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/rolewright/rolewright/pkg/permissions"
)

// TestSearches asks the hospital who, what and where.
func TestSearches(t *testing.T) {
	x := index(t, hospital(t), clock)
	ward := func(user, permission string) *permissions.Request {
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
		{"whom an override revokes", slices.Collect(x.WhoCan(ask("", "chart.read", "unit", "er"), "")), []string{"ben"}},
		{"after one", slices.Collect(x.WhoCan(ask("", "chart.read", "unit", "icu"), "ben")), []string{"cem", "gus"}},
		{"after what is no user", slices.Collect(x.WhoCan(ask("", "chart.read", "unit", "icu"), "beo")), []string{"cem", "gus"}},
		{"after the last", slices.Collect(x.WhoCan(ask("", "chart.read", "unit", "icu"), "gus")), nil},
		{"to whom an override gives", slices.Collect(x.WhoCan(ask("", "order.enter", "unit", "icu"), "")), []string{"cem", "gus"}},
		{"by night", slices.Collect(x.WhoCan(ask("", "chart.write", "shift", "night", "owner", "cem"), "")), []string{"gus"}},
		{"by qualifier", slices.Collect(x.WhoCan(ask("", "chart.write", "shift", "night", "owner", "ann"), "")), []string{"cem", "gus"}},
		{"refused by an invariant", slices.Collect(x.WhoCan(ask("", "chart.sign", "owner", "ben"), "")), []string{"gus"}},
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
		{"which wards ann reads", slices.Collect(x.UnitsCan(ward("ann", "chart.read"), "")), []string{"icu"}},
		{"which wards ben reads", slices.Collect(x.UnitsCan(ward("ben", "chart.read"), "")), []string{"er", "icu"}},
		{"which wards follow", slices.Collect(x.UnitsCan(ward("ben", "chart.read"), "er")), []string{"icu"}},
		{"which charts are units", slices.Collect(x.UnitsCan(ask("ben", "chart.read"), "")), nil},
	} {
		if !slices.Equal(test.got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, test.got, test.want)
		}
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
	for range x.UnitsCan(wards, "") {
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
