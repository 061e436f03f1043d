// SPDX-License-Identifier: Apache-2.0

package publish_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// shardBytes bounds the shards of drawn documents, so that they have many; no line of a member is longer than lineBytes.
const (
	shardBytes = 400
	lineBytes  = 150
)

// spread encodes a document as if it did not fit one ConfigMap.
func spread(t rapid.TB, doc *document.Document) *publish.Encoded {
	t.Helper()
	encoded, err := publish.Limits{Whole: 0, ConfigMap: publish.MaxBytes, Shard: shardBytes}.Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

// read assembles what was encoded.
func read(t rapid.TB, encoded *publish.Encoded) *document.Document {
	t.Helper()
	data, err := encoded.Data("uid", 1, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	publication, err := document.ParsePublication([]byte(data[document.PublicationKey]))
	if err != nil {
		t.Fatal(err)
	}
	if publication.Digest() != encoded.Digest {
		t.Errorf("the index's digest is %s, that of what was encoded %s", publication.Digest(), encoded.Digest)
	}
	doc, err := publication.Assemble(func(part document.Part) ([]byte, error) {
		if text, beside := data[part.Name]; beside && part.ConfigMap == "" {
			return []byte(text), nil
		}
		for _, shard := range encoded.Shards {
			if shard.Part.ConfigMap == part.ConfigMap && shard.Part.Name == part.Name {
				return []byte(shard.Text()), nil
			}
		}
		return nil, errors.New("there is no such part")
	})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// draw draws a document, large enough to be spread.
func draw(t *rapid.T) *document.Document {
	name := rapid.StringMatching(`[a-z"<\\é]{1,6}`)
	doc := &document.Document{
		Schema: document.Schema, Namespace: "health", Organization: "hospital", Catalog: "care",
		Features:     []string{"<x>"},
		Permissions:  map[string]document.Permission{"p": {Section: "s"}},
		Prohibitions: map[string]document.Condition{"i": {Expression: "a < b"}},
		Units:        rapid.MapOfN(name, rapid.Map(name, func(s string) document.Unit { return document.Unit{Kind: s} }), 1, 20).Draw(t, "units"),
		Roles:        rapid.MapOfN(name, rapid.Just(document.Role{}), 1, 20).Draw(t, "roles"),
		Users:        rapid.MapOfN(name, rapid.Custom(drawUser), 1, 60).Draw(t, "users"),
	}
	if groups := rapid.MapOfN(name, rapid.SliceOfN(name, 1, 3), 0, 5).Draw(t, "groups"); len(groups) > 0 {
		doc.UnitGroups = groups
	}
	return doc
}

func drawUser(t *rapid.T) document.User {
	return document.User{
		HomeUnit:  rapid.StringMatching(`[a-z<>&]{0,50}`).Draw(t, "home"),
		Suspended: rapid.Bool().Draw(t, "suspended"),
	}
}

// TestEncodeInOnePiece: the text beside the index is the document, with a line for each member.
func TestEncodeInOnePiece(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := draw(t)
		encoded, err := publish.Encode(doc)
		if err != nil {
			t.Fatal(err)
		}
		data, err := encoded.Data("uid", 1, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		text := data[document.DocumentKey]
		if encoded.Bytes != len(text) {
			t.Errorf("it takes %d bytes, and says %d", len(text), encoded.Bytes)
		}
		read, err := document.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(read, doc) {
			t.Errorf("read back as\n%+v\nwant\n%+v", read, doc)
		}
		for id := range doc.Users {
			if !strings.Contains(text, "\n  "+strconv.Quote(id)+": ") {
				t.Errorf("user %s has no line in\n%s", id, text)
			}
		}
	})
}

// TestSpreadAndAssembled: what is spread is what readers get, whichever way it is spread.
func TestSpreadAndAssembled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := draw(t)
		encoded := spread(t, doc)
		if got := read(t, encoded); !reflect.DeepEqual(got, doc) {
			t.Errorf("read back as\n%+v\nwant\n%+v", got, doc)
		}
		total := 0
		for _, shard := range encoded.Shards {
			total += shard.Part.Bytes
			checkShard(t, shard)
		}
		if counts := doc.Counts(); encoded.Counts != counts {
			t.Errorf("counts are %+v, want %+v", encoded.Counts, counts)
		}
		if data, err := encoded.Data("uid", 1, time.Time{}); err != nil || len(data) != 1 {
			t.Errorf("beside the index there are %d keys, %v", len(data)-1, err)
		}
		if total != encoded.Bytes {
			t.Errorf("the shards have %d bytes, the document is said to have %d", total, encoded.Bytes)
		}
	})
}

// checkShard holds a shard to its section and its bound.
func checkShard(t rapid.TB, shard publish.Shard) {
	t.Helper()
	var keys map[string]json.RawMessage
	if err := json.Unmarshal([]byte(shard.Text()), &keys); err != nil {
		t.Fatal(err)
	}
	if want := "hospital-permissions-" + strings.TrimPrefix(document.Digest([]byte(shard.Text())), "sha256:")[:32]; shard.Part.ConfigMap != want {
		t.Errorf("the ConfigMap is %s, want %s", shard.Part.ConfigMap, want)
	}
	if shard.Section == "base" {
		for _, key := range []string{"units", "unitGroups", "roles", "users"} {
			if _, there := keys[key]; there {
				t.Errorf("the base has %s", key)
			}
		}
		return
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(keys[shard.Section], &members); err != nil || len(keys) != 1 {
		t.Fatalf("a shard of %s has %v: %v", shard.Section, slices.Collect(maps.Keys(keys)), err)
	}
	if len(members) == 0 || (len(members) > 1 && shard.Part.Bytes > shardBytes+lineBytes) {
		t.Errorf("a shard of %s has %d members and %d bytes", shard.Section, len(members), shard.Part.Bytes)
	}
}

// TestSameContentSameShards: shards are named and cut after what they hold, whatever was made before and in whichever order.
func TestSameContentSameShards(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := draw(t)
		again := *doc
		again.Users = map[string]document.User{}
		ids := slices.Sorted(maps.Keys(doc.Users))
		for _, id := range rapid.Permutation(ids).Draw(t, "order") {
			again.Users[id] = doc.Users[id]
		}
		if one, two := spread(t, doc), spread(t, &again); !reflect.DeepEqual(one, two) {
			t.Error("the same content gives other shards")
		}
	})
}

// written lists the shards that are new, by section, and their bytes.
func written(before, after *publish.Encoded) (sections map[string]int, bytes int) {
	there := map[string]bool{}
	for _, shard := range before.Shards {
		there[shard.Part.ConfigMap] = true
	}
	sections = map[string]int{}
	for _, shard := range after.Shards {
		if !there[shard.Part.ConfigMap] {
			sections[shard.Section]++
			bytes += shard.Part.Bytes
		}
	}
	return sections, bytes
}

// TestAChangeIsWrittenWhereItIs: a user who changes, comes or goes makes new shards of users only, which hold no more than
// fits one shard, beside that user. The same goes for roles and units.
func TestAChangeIsWrittenWhereItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := draw(t)
		before := spread(t, doc)
		name := rapid.OneOf(rapid.StringMatching(`[a-z]{1,6}`), rapid.SampledFrom(slices.Sorted(maps.Keys(doc.Users)))).Draw(t, "name")
		section := rapid.SampledFrom([]string{"users", "roles", "units"}).Draw(t, "section")
		switch {
		case section == "roles":
			doc.Roles[name] = document.Role{Permissions: map[string][]document.Alternative{"p": nil}}
		case section == "units":
			doc.Units[name] = document.Unit{Parent: "x"}
		case rapid.Bool().Draw(t, "goes"):
			delete(doc.Users, name)
		default:
			doc.Users[name] = rapid.Custom(drawUser).Draw(t, "user")
		}
		sections, bytes := written(before, spread(t, doc))
		delete(sections, section)
		// What is around the members of a shard takes some 20 bytes, and the change makes three at most of a full one.
		if len(sections) > 0 || bytes > shardBytes+2*lineBytes+10*20 {
			t.Errorf("a change of %s writes %d bytes, and other sections: %v", section, bytes, sections)
		}
	})
}

// TestOneUserOfManyWritesLittle: at the size that counts, with the bounds that count.
func TestOneUserOfManyWritesLittle(t *testing.T) {
	doc := small()
	for i := range 20_000 {
		doc.Users[fmt.Sprintf("user-%05d@hospital.example", i)] = document.User{Grants: []document.Grant{{
			Role: "reader", Scope: document.Scope{Units: []string{"main"}}, Source: fmt.Sprintf("UserAssignment/user-%d grants[reader]", i),
		}}}
	}
	before, err := publish.Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	if users := len(before.Shards) - 3; users < before.Bytes/publish.ShardBytes || users > 4*before.Bytes/publish.ShardBytes {
		t.Errorf("%d bytes lie in %d shards of users", before.Bytes, users)
	}
	doc.Users["user-00077@hospital.example"] = document.User{Suspended: true}
	after, err := publish.Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	if sections, bytes := written(before, after); sections["users"] != 1 || len(sections) != 1 || bytes > 256<<10 {
		t.Errorf("it writes %d bytes in %v", bytes, sections)
	}
}

// TestOneUnitOfManyWritesLittle: the shards of units depend on their names alone, as those of users do.
func TestOneUnitOfManyWritesLittle(t *testing.T) {
	doc := &document.Document{Schema: document.Schema, Organization: "o", Units: map[string]document.Unit{}}
	for i := range 300 {
		doc.Units["unit-"+strconv.Itoa(i)] = document.Unit{Parent: "root"}
	}
	before := spread(t, doc)
	doc.Units["added"] = document.Unit{Parent: "root"}
	sections, bytes := written(before, spread(t, doc))
	if sections["units"] > 3 || bytes > shardBytes+2*lineBytes+10*20 {
		t.Errorf("one unit more writes %v, of %d bytes", sections, bytes)
	}
}
