// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestOddValues: whatever a Go caller puts into a request, the answer is no and nothing breaks.
func TestOddValues(t *testing.T) {
	x := index(t, hospital(t), clock)
	for _, odd := range []any{nil, 1, uint8(1), math.NaN(), math.Inf(-1), []byte("icu"), struct{ A int }{}, func() {}, make(chan int), t, map[any]any{1: 2}} {
		for _, property := range []string{"unit", "shift", "owner"} {
			for _, permission := range []string{"chart.sign", "chart.write"} {
				request := ask("cem", permission, property, odd)
				if explanation := x.Explain(request); explanation.Decision || x.Check(request) || explanation.String() == "" {
					t.Errorf("%s %T: %s", property, odd, explanation)
				}
			}
		}
	}
	if x.Check(&access.Request{}) || x.Explain(&access.Request{}).Decision {
		t.Error("an empty request is answered yes")
	}
}

// TestManyQualifiers: what is remembered of the first qualifiers does not leak into the others.
func TestManyQualifiers(t *testing.T) {
	doc := hospital(t)
	roles := doc.Users["hal"]
	for i := range 200 {
		name := fmt.Sprintf("q%03d", i)
		doc.Qualifiers[name] = document.Condition{Expression: fmt.Sprintf("resource.properties.number == %d.0", i)}
		doc.Roles[name] = document.Role{Permissions: map[string][]document.Alternative{
			"chart.write": {{Qualifiers: []string{name, "own"}}, {Qualifiers: []string{name, "senior"}}, {Qualifiers: []string{name, "above"}}},
		}}
		roles.Grants = append(roles.Grants, document.Grant{
			Role: name, Scope: document.Scope{Everywhere: true, Dimensions: map[string]document.Values{"shift": {All: true}}},
		})
	}
	doc.Users["hal"] = roles
	x := index(t, doc, clock)
	for number := range 201 {
		for _, owner := range []string{"hal", "ann"} {
			want := number < 200 && owner == "hal"
			if got := x.Check(ask("hal", "chart.write", "number", float64(number), "owner", owner)); got != want {
				t.Errorf("number %d, owner %s: %v, want %v", number, owner, got, want)
			}
		}
	}
}

// TestUsersWithoutExtras: an organization without dimensions, of a user without attributes, is decided on a shorter way.
func TestUsersWithoutExtras(t *testing.T) {
	doc := hospital(t)
	doc.Dimensions = nil
	doc.Users["ann"] = document.User{Grants: doc.Users["ann"].Grants}
	doc.Users["ben"] = document.User{Grants: doc.Users["ben"].Grants}
	doc.Users["eve"] = document.User{Grants: doc.Users["eve"].Grants}
	doc.Users["fay"] = document.User{Grants: doc.Users["fay"].Grants}
	x := index(t, doc, clock)
	for _, test := range []struct {
		request *access.Request
		want    bool
	}{
		{ask("ann", "chart.read", "unit", "icu"), true},
		{ask("ann", "chart.read", "unit", "er", "open", true), true},
		{ask("ann", "chart.read", "unit", "er"), false},
		{ask("ann", "chart.read", "unit", "main"), false},
		{ask("ann", "chart.sign", "unit", "icu"), false},
		{ask("eve", "chart.read"), false},
		{ask("fay", "chart.read", "unit", "er"), false},
		{ask("hal", "chart.read"), false},
	} {
		if got := x.Check(test.request); got != test.want || x.Explain(test.request).Decision != test.want {
			t.Errorf("%s: %v, want %v", x.Explain(test.request), got, test.want)
		}
		if allowed, reason := x.Reason(test.request); allowed != test.want || reason != x.Explain(test.request).Reason {
			t.Errorf("%s: %v, because %s", x.Explain(test.request), allowed, reason)
		}
	}
}
