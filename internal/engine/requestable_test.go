// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/engine/enginetest"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/property"
)

// TestMissingRoles: a new grant of exactly these roles turns a no into a yes.
func TestMissingRoles(t *testing.T) {
	helped, useless := 0, 0
	property.Check(t, func(t *rapid.T) {
		doc := enginetest.DrawDocument(t)
		request := enginetest.DrawRequest(t)
		x, err := engine.NewIndex(doc, engine.WithClock(enginetest.Now))
		if err != nil {
			t.Fatal(err)
		}
		user, known := doc.Users[request.Subject.ID]
		if !known || x.Check(request) {
			return
		}
		missing, scope := x.MissingRoles(request)
		for _, name := range slices.Sorted(maps.Keys(doc.Roles)) {
			role := doc.Roles[name]
			if role.Platform || len(role.ConstrainedBy) > 0 {
				if slices.Contains(missing, name) {
					t.Fatalf("%s is named, which nobody can tell to help", name)
				}
				continue
			}
			place := scope
			if !slices.Contains(missing, name) {
				place = document.Scope{Everywhere: true, Dimensions: map[string]document.Values{}}
				for dimension := range doc.Dimensions {
					place.Dimensions[dimension] = document.Values{All: true}
				}
			}
			given, more := *doc, user
			more.Grants = append(slices.Clone(user.Grants), document.Grant{Role: name, Scope: place, Source: "new"})
			given.Users = maps.Clone(doc.Users)
			given.Users[request.Subject.ID] = more
			y, err := engine.NewIndex(&given, engine.WithClock(enginetest.Now))
			if err != nil {
				t.Fatal(err)
			}
			if got := y.Check(request); got != slices.Contains(missing, name) {
				t.Fatalf("with %s the answer is %t; missing are %v", name, got, missing)
			} else if got {
				helped++
			} else {
				useless++
			}
		}
	}, func() string {
		if helped < 20 || useless < 20 {
			return fmt.Sprintf("%d roles help, %d do not", helped, useless)
		}
		return ""
	})
}

// TestContextMembers: of a context, those members may matter that conditions name, and all if one reads it whole.
func TestContextMembers(t *testing.T) {
	for _, test := range []struct {
		expressions []string
		members     []string
		all         bool
	}{
		{expressions: []string{"resource.id == subject.id"}},
		{expressions: []string{"context.purpose == 'care'", "has(context.ward) && context['shift'].night", "context.purpose != ''"}, members: []string{"purpose", "shift", "ward"}},
		{expressions: []string{"context.purpose == 'care'", "size(context) > 2"}, all: true},
		{expressions: []string{"context[subject.id] == 1"}, all: true},
		{expressions: []string{"context.broken =="}},
	} {
		doc := &document.Document{Schema: document.Schema, Organization: "o", Catalog: "c", Qualifiers: map[string]document.Condition{}}
		for i, expression := range test.expressions {
			doc.Qualifiers[fmt.Sprint("q", i)] = document.Condition{Expression: expression}
		}
		x, err := engine.NewIndex(doc)
		if err != nil {
			t.Fatal(err)
		}
		if members, all := x.ContextMembers(); all != test.all || !slices.Equal(members, test.members) {
			t.Errorf("%q read %v, all: %t", test.expressions, members, all)
		}
	}
}

// TestGrantingTypes: those of chains that give roles, each once.
func TestGrantingTypes(t *testing.T) {
	policy := &document.GrantPolicy{}
	x, err := engine.NewIndex(&document.Document{
		Schema: document.Schema, Organization: "o", Catalog: "c", Chains: map[string]document.Chain{
			"a": {RequestType: "role", GrantPolicy: policy}, "b": {RequestType: "role", GrantPolicy: policy},
			"c": {RequestType: "access", GrantPolicy: policy}, "d": {RequestType: "leave"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := x.GrantingTypes(); !slices.Equal(got, []string{"access", "role"}) {
		t.Errorf("got %v", got)
	}
	if missing, _ := x.MissingRoles(&access.Request{}); missing != nil {
		t.Errorf("a request about nobody lacks %v", missing)
	}
}
