// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"slices"
	"testing"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// typed is an organization of two branches in which lea leads sales: she may greet anything there, and only edit people, unless they
// are seniors.
func typed(types ...string) *document.Document {
	in := func(units ...string) document.Scope { return document.Scope{Units: units} }
	return &document.Document{
		Schema: document.TypedSchema, SubjectTypes: types,
		Permissions: map[string]document.Permission{"greet": {}, "edit": {ResourceTypes: []string{"identity", "desk"}}, "sell": {ResourceTypes: []string{"offer"}}},
		Qualifiers:  map[string]document.Condition{"junior": {Expression: "resource.properties.level < 3"}, "open": {Expression: "resource.unit.open"}},
		Units: map[string]document.Unit{
			"firm": {}, "sales": {Parent: "firm", Attributes: map[string]any{"open": true}}, "support": {Parent: "firm"}, "desk-1": {Parent: "sales", Kind: "desk"},
		},
		Roles: map[string]document.Role{"lead": {Permissions: map[string][]document.Alternative{
			"greet": {{Qualifiers: []string{"open"}}}, "edit": {{Qualifiers: []string{"junior"}}}, "sell": {{}},
		}}},
		Users: map[string]document.User{
			"lea":  {HomeUnit: "sales", Attributes: map[string]any{"level": 5.0}, Grants: []document.Grant{{Role: "lead", Scope: in("sales")}}},
			"boss": {Grants: []document.Grant{{Role: "lead", Scope: document.Scope{Everywhere: true}}}},
			"kim":  {HomeUnit: "sales", Attributes: map[string]any{"level": 1.0}},
			"sam":  {HomeUnit: "support", Attributes: map[string]any{"level": 1.0}},
			"tom":  {HomeUnit: "sales", UnknownAttributes: document.SetOf("level")},
			"ute":  {HomeUnitUnknown: true, Attributes: map[string]any{"level": 1.0}},
			"vic":  {HomeUnit: "attic", Attributes: map[string]any{"level": 1.0}},
			"zoe":  {Suspended: true, HomeUnit: "sales", Attributes: map[string]any{"level": 2.0}},
		},
	}
}

// TestTypes: what subjects and resources are called decides who and what is meant.
func TestTypes(t *testing.T) {
	x := index(t, typed("identity", "person"), clock)
	lies := map[string]any{"unit": "sales", "level": 1.0}
	for _, test := range []struct {
		subject, id, action, resource, resourceID string
		properties                                map[string]any
		want                                      access.Reason
	}{
		{"identity", "lea", "edit", "identity", "kim", nil, access.ReasonGranted},
		{"person", "lea", "edit", "identity", "kim", nil, access.ReasonGranted},
		{"user", "lea", "edit", "identity", "kim", nil, access.ReasonUnknownSubjectType},
		{"", "lea", "edit", "identity", "kim", nil, access.ReasonUnknownSubjectType},
		{"Identity", "lea", "edit", "identity", "kim", nil, access.ReasonUnknownSubjectType},
		{"identity", "lea", "edit", "identity", "zoe", nil, access.ReasonGranted},
		{"identity", "lea", "edit", "identity", "lea", lies, access.ReasonNotGranted},
		{"identity", "lea", "edit", "identity", "sam", lies, access.ReasonNotGranted},
		{"identity", "boss", "edit", "identity", "sam", nil, access.ReasonGranted},
		{"identity", "lea", "edit", "identity", "tom", lies, access.ReasonNotGranted},
		{"identity", "boss", "edit", "identity", "ute", lies, access.ReasonUnknownUnit},
		{"identity", "boss", "edit", "identity", "vic", lies, access.ReasonUnknownUnit},
		{"identity", "boss", "edit", "identity", "nobody", lies, access.ReasonUnknownResourceUser},
		{"identity", "boss", "edit", "identity", "", lies, access.ReasonUnknownResourceUser},
		{"identity", "lea", "edit", "person", "kim", nil, access.ReasonUnknownResourceType},
		{"identity", "lea", "edit", "user", "kim", lies, access.ReasonUnknownResourceType},
		{"identity", "lea", "edit", "desk", "desk-1", map[string]any{"level": 1.0}, access.ReasonGranted},
		{"identity", "lea", "edit", "desk", "sales", map[string]any{"level": 1.0}, access.ReasonUnknownUnit},
		{"identity", "lea", "greet", "person", "kim", nil, access.ReasonGranted},
		{"identity", "lea", "greet", "user", "kim", nil, access.ReasonNotGranted},
		{"identity", "lea", "greet", "user", "kim", lies, access.ReasonGranted},
		{"identity", "lea", "sell", "offer", "1", map[string]any{"unit": "sales"}, access.ReasonGranted},
		{"identity", "lea", "sell", "", "1", map[string]any{"unit": "sales"}, access.ReasonUnknownResourceType},
	} {
		r := &access.Request{
			Subject: access.Subject{Type: test.subject, ID: test.id}, Action: access.Action{Name: test.action},
			Resource: access.Resource{Type: test.resource, ID: test.resourceID, Properties: test.properties},
		}
		e := x.Explain(r)
		if e.Reason != test.want || x.Check(r) != e.Decision {
			t.Errorf("%+v: %s, want %s; check says %v\n%s", test, e.Reason, test.want, x.Check(r), e)
		}
	}
}

// TestTypesOfSearches: searches find what is called so, and nothing by another name.
func TestTypesOfSearches(t *testing.T) {
	x := index(t, typed("identity", "person"), clock)
	about := func(subject, resource string) *access.Request {
		return &access.Request{
			Subject: access.Subject{Type: subject, ID: "lea"}, Action: access.Action{Name: "edit"}, Resource: access.Resource{Type: resource, ID: "kim"},
		}
	}
	desk := about("identity", "desk")
	desk.Resource.ID = "desk-1"
	for _, test := range []struct {
		name      string
		got, want []string
	}{
		{"whom lea edits", slices.Collect(x.ResourcesCan(about("identity", "identity"), "")), []string{"kim", "zoe"}},
		{"whom lea edits after kim", slices.Collect(x.ResourcesCan(about("person", "identity"), "kim")), []string{"zoe"}},
		{"of people by a word that edit is not about", slices.Collect(x.ResourcesCan(about("identity", "person"), "")), nil},
		{"of no word for people", slices.Collect(x.ResourcesCan(about("identity", "user"), "")), nil},
		{"by no word for people", slices.Collect(x.ResourcesCan(about("user", "identity"), "")), nil},
		{"who edits kim", slices.Collect(x.WhoCan(about("person", "identity"), "")), []string{"boss", "lea"}},
		{"who, by no word for people", slices.Collect(x.WhoCan(about("user", "identity"), "")), nil},
		{"who edits a user by another word", slices.Collect(x.WhoCan(about("person", "person"), "")), nil},
		{"what lea may with kim", slices.Collect(x.WhatCan(about("identity", "identity"), "")), []string{"edit", "greet"}},
		{"what lea may with a person", slices.Collect(x.WhatCan(about("identity", "person"), "")), []string{"greet"}},
		{"what lea may with a desk", slices.Collect(x.WhatCan(desk, "")), nil},
	} {
		if !slices.Equal(test.got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, test.got, test.want)
		}
	}
	if unmet := x.CountUnmet(about("user", "identity")); unmet != (access.Unmet{}) {
		t.Errorf("by no word for people, %v", unmet)
	}
}

// TestWhereOfUsers: users lie in their home units, and what is not known of them is left to be met.
func TestWhereOfUsers(t *testing.T) {
	x := index(t, typed("identity"), clock)
	places := x.Where(&access.Request{
		Subject: access.Subject{Type: "identity", ID: "lea"}, Action: access.Action{Name: "edit"}, Resource: access.Resource{Type: "identity"},
	})
	var units []string
	for _, place := range places {
		units = append(units, place.Unit)
		if len(place.Alternatives) != 1 || !slices.Equal(place.Alternatives[0], []string{"junior"}) {
			t.Errorf("in %s, %v is left to be met; want junior", place.Unit, place.Alternatives)
		}
	}
	if want := []string{"desk-1", "sales"}; !slices.Equal(units, want) {
		t.Errorf("where lea edits people: %v, want %v", units, want)
	}
}

// TestSubjectTypesOfDocuments: user where a document names no word, nobody by an empty one.
func TestSubjectTypesOfDocuments(t *testing.T) {
	ask := func(x *engine.Index, subjectType string) bool {
		return x.Check(&access.Request{
			Subject: access.Subject{Type: subjectType, ID: "boss"}, Action: access.Action{Name: "sell"}, Resource: access.Resource{Type: "offer"},
		})
	}
	for _, test := range []struct {
		types []string
		word  string
		want  bool
	}{
		{nil, "user", true}, {nil, "identity", false}, {nil, "", false},
		{[]string{"identity"}, "identity", true}, {[]string{"identity"}, "user", false},
		{[]string{""}, "", false}, {[]string{""}, "user", false}, {[]string{"", "user"}, "user", true}, {[]string{"", "user"}, "", false},
	} {
		if got := ask(index(t, typed(test.types...), clock), test.word); got != test.want {
			t.Errorf("users are called %q: a subject of type %q gets %v, want %v", test.types, test.word, got, test.want)
		}
	}
}
