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
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/property"
)

// TestOnDemandAnswersAsAnIndex: whatever users are compiled, in whatever order they are asked about, answers are those of an index of all.
func TestOnDemandAnswersAsAnIndex(t *testing.T) {
	yes := 0
	property.Check(t, func(t *rapid.T) {
		doc := enginetest.DrawDocument(t)
		for name, expression := range map[string]string{
			"manages": "directory.isManager(subject.id, resource.id)", "leads": "directory.isAbove(subject.id, resource.id)",
			"managed-by-other": "directory.isAbove(resource.properties.owner, subject.id)",
		} {
			doc.Qualifiers[name] = document.Condition{Expression: expression}
		}
		index, err := engine.NewIndex(doc, engine.WithClock(enginetest.Now))
		if err != nil {
			t.Fatal(err)
		}
		userOf := func(id string) (document.User, bool) {
			user, known := doc.Users[id]
			return user, known
		}
		onDemand, err := engine.NewOnDemand(doc, userOf, enginetest.Now)
		if err != nil {
			t.Fatal(err)
		}
		ids := append(slices.Sorted(maps.Keys(doc.Users)), "nobody", "")
		for range 20 {
			subject, user := rapid.SampledFrom(ids).Draw(t, "subject"), rapid.SampledFrom(ids).Draw(t, "user")
			for _, qualifier := range slices.Sorted(maps.Keys(doc.Qualifiers)) {
				want := index.IsTrueOfUser(qualifier, subject, user)
				if got := onDemand.IsTrueOfUser(qualifier, subject, user); got != want {
					t.Fatalf("%s asks %s of %s: %t, want %t", subject, qualifier, user, got, want)
				}
				if want {
					yes++
				}
			}
		}
	}, func() string {
		if yes < 100 {
			return fmt.Sprintf("%d answers are yes", yes)
		}
		return ""
	})
}

// TestOnDemandCompilesWhomItIsAskedAbout, and those above them, and nobody else.
func TestOnDemandCompilesWhomItIsAskedAbout(t *testing.T) {
	doc := &document.Document{
		Schema: document.Schema, Units: map[string]document.Unit{"all": {}},
		Qualifiers: map[string]document.Condition{"leads": {Expression: "directory.isAbove(subject.id, resource.id)"}},
	}
	managers := map[string]string{"ann": "bob", "bob": "cem", "cem": "bob", "dia": "ann"}
	var compiled []string
	onDemand, err := engine.NewOnDemand(doc, func(id string) (document.User, bool) {
		compiled = append(compiled, id)
		manager, known := managers[id]
		return document.User{Manager: manager}, known
	}, enginetest.Now)
	if err != nil {
		t.Fatal(err)
	}
	if !onDemand.IsTrueOfUser("leads", "cem", "ann") || onDemand.IsTrueOfUser("leads", "ann", "cem") {
		t.Error("it does not know who stands above whom")
	}
	slices.Sort(compiled)
	if !slices.Equal(compiled, []string{"ann", "bob", "cem"}) {
		t.Errorf("it compiled %q", compiled)
	}
	if _, err := engine.NewOnDemand(&document.Document{Schema: "another"}, nil, enginetest.Now); err == nil {
		t.Error("it takes a document that no index takes")
	}
}
