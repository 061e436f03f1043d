// SPDX-License-Identifier: Apache-2.0

package publish_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// ofThree returns a document with three users that take the same number of bytes each.
func ofThree() *document.Document {
	doc := small()
	doc.Users = map[string]document.User{"ann": nothing, "ben": nothing, "zoe": nothing}
	return doc
}

// sectionShards counts the shards of a section.
func sectionShards(encoded *publish.Encoded, section string) int {
	count := 0
	for _, shard := range encoded.Shards {
		if shard.Section == section {
			count++
		}
	}
	return count
}

// TestMembersThatFillAShard: the lines of members that take exactly the bound of a shard lie in one, also when they come to that
// by a user who comes or goes.
func TestMembersThatFillAShard(t *testing.T) {
	line := len("\n  \"ann\": {}")
	three := 3*line + 2
	for shard, want := range map[int]int{three: 1, three - 1: 2} {
		limits := publish.Limits{ConfigMap: oneConfigMap, Shard: shard}
		fresh, err := limits.Encode(ofThree())
		if err != nil {
			t.Fatal(err)
		}
		if got := sectionShards(fresh, "users"); (got == 1) != (want == 1) {
			t.Errorf("%d bytes lie in %d shards of at most %d", three, got, shard)
		}
		fewer, more := ofThree(), ofThree()
		delete(fewer.Users, "zoe")
		for _, id := range []string{"cem", "dia", "eva"} {
			more.Users[id] = nothing
		}
		for name, before := range map[string]*document.Document{"a user comes": fewer, "users go": more} {
			previous, err := limits.Encode(before)
			if err != nil {
				t.Fatal(err)
			}
			edited := slices.Concat(slices.Collect(maps.Keys(more.Users)), []string{"zoe"})
			next, err := limits.Update(previous, ofThree(), model.OfUsers(slices.Values(edited)))
			if err != nil {
				t.Fatal(err)
			}
			if got := sectionShards(next, "users"); (got == 1) != (want == 1) {
				t.Errorf("%s: %d bytes lie in %d shards of at most %d", name, three, got, shard)
			}
			compareForms(t, next, fresh)
		}
	}
}

// TestAllUsersGo: a document whose users all go, and come again, is published as by itself.
func TestAllUsersGo(t *testing.T) {
	h := begin(t)
	h.published(inShards)
	everybody := slices.Sorted(maps.Keys(h.doc.Users))
	for _, user := range []*document.User{nil, &reader, nil} {
		for _, id := range everybody {
			h.set(id, user)
		}
		h.published(inShards)
		h.published(inOnePiece)
	}
	if counts := h.previous.Counts; counts.Users != 0 || counts.Grants != 0 {
		t.Errorf("the counts are %+v", counts)
	}
}

// TestAnyUserMayBeTooLarge: whichever user does not fit a ConfigMap, nothing is published, and it is said who.
func TestAnyUserMayBeTooLarge(t *testing.T) {
	doc := small()
	doc.Users = map[string]document.User{}
	for i := range 8 {
		doc.Users[fmt.Sprintf("user-%d", i)] = reader
	}
	limits := publish.Limits{ConfigMap: oneConfigMap, Shard: ownShard}
	previous, err := limits.Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	for id := range doc.Users {
		next := *doc
		next.Users = maps.Clone(doc.Users)
		next.Users[id] = tooLarge
		var refused *publish.TooLargeError
		_, err := limits.Update(previous, &next, model.OfUsers(slices.Values([]string{id})))
		if want := fmt.Sprintf("user %q", id); !errors.As(err, &refused) || refused.What != want {
			t.Errorf("error %v, want that %s is too large", err, want)
		}
	}
}

// TestWhatFillsAConfigMap: a shard, the base and the index may each take all of a ConfigMap, and not one byte more.
func TestWhatFillsAConfigMap(t *testing.T) {
	long := strings.Repeat("x", 2000)
	many := small()
	for i := range 30 {
		many.Users[fmt.Sprintf("user-%d", i)] = nothing
	}
	for what, change := range map[string]func(d *document.Document){
		"what is said of the catalog": func(d *document.Document) {
			d.Qualifiers = map[string]document.Condition{"long": {Expression: long}}
		},
		`user "ann"`:    func(d *document.Document) { d.Users["ann"] = document.User{Manager: long} },
		`role "reader"`: func(d *document.Document) { d.Roles["reader"] = document.Role{Inherits: []string{long}} },
		"the index":     func(d *document.Document) { d.Users = many.Users },
	} {
		doc := small()
		change(doc)
		limits := publish.Limits{ConfigMap: 1 << 20, Shard: ownShard}
		encoded, err := limits.Encode(doc)
		if err != nil {
			t.Fatal(err)
		}
		// The UID of an object has 36 characters, and no revision more digits than 2 to the 53rd.
		data, err := encoded.Data(strings.Repeat("u", 36), 1<<53, time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC))
		if err != nil {
			t.Fatal(err)
		}
		limits.ConfigMap = len(data[document.PublicationKey])
		for _, shard := range encoded.Shards {
			limits.ConfigMap = max(limits.ConfigMap, shard.Part.Bytes)
		}
		if _, err := limits.Encode(doc); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		limits.ConfigMap--
		if _, err := limits.Encode(doc); err == nil || !strings.HasPrefix(err.Error(), what) {
			t.Errorf("%s with one byte more: error %v", what, err)
		}
	}
}

// TestWhatFillsOnePiece: a document lies in one piece up to its exact size, whichever sections it has.
func TestWhatFillsOnePiece(t *testing.T) {
	for what, change := range map[string]func(d *document.Document){
		"every section": func(d *document.Document) {
			d.UnitGroups = map[string][]string{"all": {"main"}}
			d.Groups = map[string]document.Group{"night": {Members: []string{"ann"}}}
		},
		"many members of each": func(d *document.Document) {
			d.UnitGroups = map[string][]string{"all": {"main"}, "none": {}}
			d.Groups = map[string]document.Group{"day": {}, "night": {Members: []string{"ann"}}}
			d.Units = map[string]document.Unit{"main": {}, "north": {Parent: "main"}, "south": {Parent: "main"}}
			d.Roles = map[string]document.Role{"reader": {}, "writer": {Inherits: []string{"reader"}}}
		},
		"no users":   func(d *document.Document) { d.Users = nil },
		"no units":   func(d *document.Document) { d.Units = map[string]document.Unit{} },
		"no roles":   func(d *document.Document) { d.Roles = nil },
		"no members": func(d *document.Document) { d.Units, d.Roles, d.Users = map[string]document.Unit{}, nil, nil },
	} {
		doc := small()
		change(doc)
		one, err := publish.Limits{Whole: inOnePiece, ConfigMap: oneConfigMap, Shard: ownShard}.Encode(doc)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := publish.Text(doc); err != nil || len(text) != one.Bytes {
			t.Errorf("%s: %d bytes are said to be %d: %v", what, len(text), one.Bytes, err)
		}
		for whole, pieces := range map[int]bool{one.Bytes: false, one.Bytes - 1: true} {
			encoded, err := publish.Limits{Whole: whole, ConfigMap: oneConfigMap, Shard: ownShard}.Encode(doc)
			if err != nil {
				t.Fatal(err)
			}
			if (len(encoded.Shards) > 0) != pieces {
				t.Errorf("%s: %d bytes of at most %d lie in %d shards", what, one.Bytes, whole, len(encoded.Shards))
			}
		}
	}
}
