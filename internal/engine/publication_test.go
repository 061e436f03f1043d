// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// published is the data of a ConfigMap that publishes the hospital, with the index changed.
func published(t *testing.T, change func(p *document.Publication)) map[string]string {
	t.Helper()
	doc := hospital(t)
	text, err := publish.Text(doc)
	if err != nil {
		t.Fatal(err)
	}
	publication := document.Publication{
		Schema: document.PublicationSchema, Namespace: "health", Organization: "hospital", UID: "1", Revision: 7, PublishTime: clock,
		Counts: doc.Counts(), Parts: []document.Part{{Name: document.DocumentKey, Digest: document.Digest(text), Bytes: len(text)}},
	}
	change(&publication)
	index, err := json.Marshal(publication)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{document.PublicationKey: string(index), document.DocumentKey: string(text)}
}

func TestReadPublication(t *testing.T) {
	publication, doc, err := document.ReadPublication(published(t, func(*document.Publication) {}))
	if err != nil {
		t.Fatal(err)
	}
	if publication.Revision != 7 || !publication.PublishTime.Equal(clock) || publication.Counts != doc.Counts() {
		t.Errorf("publication is %+v", publication)
	}
	if want := (document.Counts{Units: 5, Roles: 4, Users: 8, Grants: 9}); doc.Counts() != want {
		t.Errorf("counts are %+v, want %+v", doc.Counts(), want)
	}
}

func TestParsePublicationRefuses(t *testing.T) {
	digest := document.Digest(nil)
	for want, change := range map[string]func(p *document.Publication){
		"names no part":                               func(p *document.Publication) { p.Parts = nil },
		"names no organization":                       func(p *document.Publication) { p.Organization = "" },
		"revision 0; revisions are 1 to":              func(p *document.Publication) { p.Revision = 0 },
		"revision -7;":                                func(p *document.Publication) { p.Revision = -7 },
		"revision 9007199254740993;":                  func(p *document.Publication) { p.Revision = 1<<53 + 1 },
		`parts[0]: name "" is no key`:                 func(p *document.Publication) { p.Parts[0].Name = "" },
		`name "a/b" is no key`:                        func(p *document.Publication) { p.Parts[0].Name = "a/b" },
		`name "..data" is no key`:                     func(p *document.Publication) { p.Parts[0].Name = "..data" },
		`name "index.json" is that of the index`:      func(p *document.Publication) { p.Parts[0].Name = "index.json" },
		`configMap ".." is no name`:                   func(p *document.Publication) { p.Parts[0].ConfigMap = ".." },
		`configMap "a/b" is no name`:                  func(p *document.Publication) { p.Parts[0].ConfigMap = "a/b" },
		`digest "" of key document.json is not`:       func(p *document.Publication) { p.Parts[0].Digest = "" },
		`digest "md5:00" of key`:                      func(p *document.Publication) { p.Parts[0].Digest = "md5:00" },
		"is not sha256: with 64 lower-case":           func(p *document.Publication) { p.Parts[0].Digest = strings.ToUpper(digest) },
		"key document.json has 0 bytes; a part has 1": func(p *document.Publication) { p.Parts[0].Bytes = 0 },
		"key document.json has 1048577 bytes":         func(p *document.Publication) { p.Parts[0].Bytes = 1<<20 + 1 },
		"parts[1]: key document.json is named twice":  func(p *document.Publication) { p.Parts = append(p.Parts, p.Parts[0]) },
		"index.json has 2":                            func(p *document.Publication) { p.UID = strings.Repeat("x", 2<<20) },
	} {
		index := published(t, change)[document.PublicationKey]
		if _, err := document.ParsePublication([]byte(index)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// TestDigestOfTheWhole: it is that of the only part, else that of all digests, in their order.
func TestDigestOfTheWhole(t *testing.T) {
	one, two := document.Part{Digest: document.Digest([]byte("1"))}, document.Part{Digest: document.Digest([]byte("2"))}
	for _, test := range []struct {
		parts []document.Part
		want  string
	}{
		{[]document.Part{one}, one.Digest},
		{[]document.Part{one, two}, document.Digest([]byte(one.Digest + "\n" + two.Digest + "\n"))},
		{[]document.Part{two, one}, document.Digest([]byte(two.Digest + "\n" + one.Digest + "\n"))},
	} {
		if got := (&document.Publication{Parts: test.parts}).Digest(); got != test.want {
			t.Errorf("digest is %s, want %s", got, test.want)
		}
	}
}

func TestReadPublicationRefuses(t *testing.T) {
	replaced := func(key, old, with string) map[string]string {
		data := published(t, func(*document.Publication) {})
		if !strings.Contains(data[key], old) {
			t.Fatalf("%s has no %s", key, old)
		}
		data[key] = strings.Replace(data[key], old, with, 1)
		return data
	}
	cut := func(key string) map[string]string {
		data := published(t, func(*document.Publication) {})
		data[key] = data[key][:len(data[key])/2]
		return data
	}
	without := func(key string) map[string]string {
		data := published(t, func(*document.Publication) {})
		delete(data, key)
		return data
	}
	size := len(published(t, func(*document.Publication) {})["document.json"])
	for name, test := range map[string]struct {
		data map[string]string
		want string
	}{
		"nothing":               {nil, "key index.json is missing"},
		"no index":              {without("index.json"), "key index.json is missing"},
		"no document":           {without("document.json"), "reading key document.json, which index.json names: it is missing"},
		"an index cut short":    {cut("index.json"), "index.json is not valid JSON"},
		"a document cut short":  {cut("document.json"), fmt.Sprintf("key document.json has %d bytes; index.json says %d", size/2, size)},
		"a document altered":    {replaced("document.json", `"suspended":true`, `"suspended":null`), "key document.json has digest sha256:"},
		"white space added":     {replaced("document.json", "{", "{ "), fmt.Sprintf("key document.json has %d bytes; index.json says %d", size+1, size)},
		"another schema":        {replaced("index.json", "publication/v2", "publication/v3"), `schema "rolewright.dev/publication/v3"; this reader knows "rolewright.dev/publication/v2"`},
		"no schema":             {map[string]string{"index.json": "{}"}, `schema ""`},
		"another part":          {published(t, func(p *document.Publication) { p.Parts[0].Name = "users-0" }), "reading key users-0, which index.json names: it is missing"},
		"another organization":  {published(t, func(p *document.Publication) { p.Organization = "clinic" }), "the document is of organization health/hospital; index.json says health/clinic"},
		"another namespace":     {published(t, func(p *document.Publication) { p.Namespace = "other" }), "index.json says other/hospital"},
		"a part elsewhere":      {published(t, func(p *document.Publication) { p.Parts[0].ConfigMap = "x" }), "reading key document.json of ConfigMap x, which index.json names: it lies in another ConfigMap"},
		"a ConfigMap of others": {map[string]string{"settings.yaml": "a: b"}, "key index.json is missing"},
	} {
		if _, _, err := document.ReadPublication(test.data); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", name, err, test.want)
		}
	}
	// A document of another schema under a digest that is right.
	data := published(t, func(*document.Publication) {})
	text := strings.Replace(data[document.DocumentKey], "permissions/v2", "permissions/v4", 1)
	other := published(t, func(p *document.Publication) { p.Parts[0].Digest = document.Digest([]byte(text)) })
	other[document.DocumentKey] = text
	if _, _, err := document.ReadPublication(other); err == nil || !strings.Contains(err.Error(), `schema is "rolewright.dev/permissions/v4"`) {
		t.Errorf("a document of another schema: error %v", err)
	}
}
