// SPDX-License-Identifier: Apache-2.0

package publish_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

func small() *document.Document {
	return &document.Document{
		Schema: document.Schema, Namespace: "health", Organization: "hospital", Catalog: "care",
		Units: map[string]document.Unit{"main": {}},
		Roles: map[string]document.Role{"reader": {}},
		Users: map[string]document.User{"ann": {Grants: []document.Grant{{Role: "reader"}, {Role: "reader"}}}, "ben": {}},
	}
}

// TestRoundTrip: what is published is what readers get.
func TestRoundTrip(t *testing.T) {
	encoded, err := publish.Encode(small())
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, time.March, 1, 13, 0, 0, 999, time.FixedZone("east", 3600))
	data, err := encoded.Data("uid-1", 7, at)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) != 2 {
		t.Errorf("data has %d keys, want the index and the document", len(data))
	}
	publication, doc, err := document.ReadPublication(data)
	if err != nil {
		t.Fatal(err)
	}
	if publication.UID != "uid-1" || publication.Revision != 7 || publication.Namespace != "health" || publication.Organization != "hospital" {
		t.Errorf("publication is %+v", publication)
	}
	if want := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC); publication.PublishTime != want {
		t.Errorf("published at %v, want %v", publication.PublishTime, want)
	}
	if want := (document.Counts{Units: 1, Roles: 1, Users: 2, Grants: 2}); publication.Counts != want || encoded.Counts != want {
		t.Errorf("counts are %+v and %+v, want %+v", publication.Counts, encoded.Counts, want)
	}
	part := publication.Parts[0]
	if part.Digest != encoded.Digest || part.Bytes != encoded.Bytes || part.Bytes != len(data[document.DocumentKey]) {
		t.Errorf("the part is %+v, the encoded doc %+v", part, encoded)
	}
	again, err := publish.Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	if again.Digest != encoded.Digest {
		t.Error("a document that was read back has another digest")
	}
}

// TestSameDocumentSameDigest: the digest reports whether anything changed; revision and time are no part of it.
func TestSameDocumentSameDigest(t *testing.T) {
	first, err := publish.Encode(small())
	if err != nil {
		t.Fatal(err)
	}
	second, err := publish.Encode(small())
	if err != nil {
		t.Fatal(err)
	}
	changed := small()
	changed.Users["ann"] = document.User{Suspended: true}
	third, err := publish.Encode(changed)
	if err != nil {
		t.Fatal(err)
	}
	if first.Digest != second.Digest || first.Digest == third.Digest {
		t.Errorf("digests are %s, %s and, once changed, %s", first.Digest, second.Digest, third.Digest)
	}
}

// TestSizeBound: a document of exactly WholeBytes, or MaxBytes if that is asked for, lies beside the index; with one byte more it
// is spread.
func TestSizeBound(t *testing.T) {
	doc := small()
	sized := func(form publish.Form, length int) (*publish.Encoded, error) {
		doc.Users["ben"] = document.User{Attributes: map[string]any{"note": strings.Repeat("x", length)}}
		return publish.DefaultLimits().In(form, publish.Standing{}).Encode(doc)
	}
	for form, bound := range map[publish.Form]int{publish.Automatic: publish.WholeBytes, publish.OneConfigMap: publish.MaxBytes} {
		one, err := sized(form, 1)
		if err != nil {
			t.Fatal(err)
		}
		fits := bound - one.Bytes + 1
		if most, err := sized(form, fits); err != nil || most.Bytes != bound || len(most.Shards) != 0 {
			t.Errorf("%d bytes: %v", bound, err)
		}
		if more, err := sized(form, fits+1); err != nil || len(more.Shards) < 4 {
			t.Errorf("one byte more: %v", err)
		}
	}
	_, err := sized(publish.Automatic, publish.MaxBytes)
	var tooLarge *publish.TooLargeError
	if !errors.As(err, &tooLarge) || tooLarge.What != `user "ben"` || tooLarge.Bytes <= publish.MaxBytes {
		t.Fatalf("a user who fills a ConfigMap: error %v", err)
	}
	if want := `user "ben" takes 921655 bytes; one ConfigMap holds at most 921600`; err.Error() != want {
		t.Errorf("error is %q, want %q", err, want)
	}
}

// TestTooLarge: what cannot be parted any further is named.
func TestTooLarge(t *testing.T) {
	long := strings.Repeat("x", 2000)
	many := small()
	for i := range 30 {
		many.Users[fmt.Sprintf("user-%d", i)] = document.User{HomeUnit: long[:100]}
	}
	for want, change := range map[string]func(d *document.Document){
		"what is said of the catalog takes 2": func(d *document.Document) {
			d.Qualifiers = map[string]document.Condition{"long": {Expression: long}}
		},
		`unit "main" takes 2`:      func(d *document.Document) { d.Units["main"] = document.Unit{Kind: long} },
		`unit group "all" takes 2`: func(d *document.Document) { d.UnitGroups = map[string][]string{"all": {long}} },
		`role "reader" takes 2`: func(d *document.Document) {
			d.Roles["reader"] = document.Role{Permissions: map[string][]document.Alternative{long: nil}}
		},
		`user "ann" takes 2`:             func(d *document.Document) { d.Users["ann"] = document.User{Manager: long} },
		"the index of 35 shards takes 8": func(d *document.Document) { d.Users = many.Users },
	} {
		doc := small()
		change(doc)
		_, err := publish.Limits{Whole: 0, ConfigMap: 1500, Shard: 10}.Encode(doc)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasSuffix(err.Error(), "holds at most 1500") {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestEncodeWhatIsNotJSON(t *testing.T) {
	odd := map[string]any{"level": math.NaN()}
	for who, change := range map[string]func(doc *document.Document){
		`"ben"`: func(doc *document.Document) { doc.Users["ben"] = document.User{Attributes: odd} },
		`"den"`: func(doc *document.Document) { doc.Units["den"] = document.Unit{Parent: "main", Attributes: odd} },
	} {
		doc := small()
		change(doc)
		if _, err := publish.Encode(doc); err == nil || !strings.Contains(err.Error(), who+" cannot be written as JSON") {
			t.Errorf("%s is published: %v", who, err)
		}
		if text, err := publish.Text(doc); err == nil || text != nil {
			t.Errorf("%s is written as %q", who, text)
		}
	}
}

// TestEachMemberHasALine: people read what is published, and compare it line by line.
func TestEachMemberHasALine(t *testing.T) {
	doc := &document.Document{
		Schema: document.Schema, Namespace: "n", Organization: "o", Catalog: "c", Features: []string{"a", "b"},
		Permissions: map[string]document.Permission{"read": {}, "write": {Prohibitions: []string{"p"}, RequiredFeatures: []string{"a"}}},
		Prohibitions: map[string]document.Condition{
			"p": {Description: `a "quoted\" {text}, <b> & [c]: d\`, Expression: "true"},
		},
		Units:      map[string]document.Unit{"root": {Attributes: map[string]any{"a": []any{map[string]any{"b": 1.0}}}}, "den": {Parent: "root"}},
		UnitGroups: map[string][]string{"g": {"den", "root"}},
		Users:      map[string]document.User{"zoe": {}, "ann": {Manager: "zoe"}},
	}
	const want = `{
 "schema": "rolewright.dev/permissions/v2",
 "namespace": "n",
 "organization": "o",
 "catalog": "c",
 "features": ["a","b"],
 "permissions": {
  "read": {},
  "write": {"requiredFeatures":["a"],"prohibitions":["p"]}
 },
 "prohibitions": {
  "p": {"description":"a \"quoted\\\" {text}, <b> & [c]: d\\","expression":"true"}
 },
 "units": {
  "den": {"parent":"root"},
  "root": {"attributes":{"a":[{"b":1}]}}
 },
 "unitGroups": {
  "g": ["den","root"]
 },
 "users": {
  "ann": {"manager":"zoe"},
  "zoe": {}
 }
}
`
	text, err := publish.Text(doc)
	if err != nil || string(text) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, text, want)
	}
}

// TestUnitsAreWrittenWhereThereAreNone: readers look for the units, whether there are any or not.
func TestUnitsAreWrittenWhereThereAreNone(t *testing.T) {
	encoded, err := publish.Encode(&document.Document{Schema: document.Schema, Organization: "hospital"})
	if err != nil {
		t.Fatal(err)
	}
	data, err := encoded.Data("uid-1", 1, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if text := data[document.DocumentKey]; !strings.Contains(text, `"units": {`) || strings.Contains(text, `"roles"`) {
		t.Errorf("the document is\n%s", text)
	}
}

// TestCountsOfAShard: a shard counts the grants of all its users, and a document those of all its shards.
func TestCountsOfAShard(t *testing.T) {
	doc := small()
	doc.Users["ben"] = document.User{Grants: []document.Grant{{Role: "reader"}}}
	for _, shard := range []int{1 << 20, 1} {
		encoded, err := publish.Limits{ConfigMap: 1 << 20, Shard: shard}.Encode(doc)
		if err != nil {
			t.Fatal(err)
		}
		if want := (document.Counts{Units: 1, Roles: 1, Users: 2, Grants: 3}); encoded.Counts != want {
			t.Errorf("counts are %+v, want %+v", encoded.Counts, want)
		}
	}
}

// TestQuotedTextKeepsItsLine: an escaped quote does not end a text, so no line is broken in it.
func TestQuotedTextKeepsItsLine(t *testing.T) {
	doc := small()
	doc.Qualifiers = map[string]document.Condition{"own": {Expression: `resource.id in ["a,{b", "c}"]`}}
	encoded, err := publish.Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	data, err := encoded.Data("uid-1", 1, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, read, err := document.ReadPublication(data); err != nil || read.Qualifiers["own"] != doc.Qualifiers["own"] {
		t.Errorf("read %+v, %v", read, err)
	}
}
