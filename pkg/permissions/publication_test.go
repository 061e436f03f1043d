// SPDX-License-Identifier: Apache-2.0

package permissions_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/pkg/permissions"
)

// published is the data of a ConfigMap that publishes the hospital, with the index changed.
func published(t *testing.T, change func(p *permissions.Publication)) map[string]string {
	t.Helper()
	document := hospital(t)
	text, err := document.Encode()
	if err != nil {
		t.Fatal(err)
	}
	publication := permissions.Publication{
		Schema: permissions.PublicationSchemaV1, Namespace: "health", Organization: "hospital", UID: "1", Revision: 7, PublishedAt: clock,
		Counts: document.Counts(), Parts: []permissions.Part{{Name: permissions.DocumentKey, Digest: permissions.Digest(text), Bytes: len(text)}},
	}
	change(&publication)
	index, err := json.Marshal(publication)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{permissions.PublicationKey: string(index), permissions.DocumentKey: string(text)}
}

func TestReadPublication(t *testing.T) {
	publication, document, err := permissions.ReadPublication(published(t, func(*permissions.Publication) {}))
	if err != nil {
		t.Fatal(err)
	}
	if publication.Revision != 7 || !publication.PublishedAt.Equal(clock) || publication.Counts != document.Counts() {
		t.Errorf("publication is %+v", publication)
	}
	if want := (permissions.Counts{Units: 5, Roles: 4, Users: 8, Grants: 9}); document.Counts() != want {
		t.Errorf("counts are %+v, want %+v", document.Counts(), want)
	}
}

func TestReadPublicationRefuses(t *testing.T) {
	replaced := func(key, old, with string) map[string]string {
		data := published(t, func(*permissions.Publication) {})
		if !strings.Contains(data[key], old) {
			t.Fatalf("%s has no %s", key, old)
		}
		data[key] = strings.Replace(data[key], old, with, 1)
		return data
	}
	cut := func(key string) map[string]string {
		data := published(t, func(*permissions.Publication) {})
		data[key] = data[key][:len(data[key])/2]
		return data
	}
	without := func(key string) map[string]string {
		data := published(t, func(*permissions.Publication) {})
		delete(data, key)
		return data
	}
	for name, test := range map[string]struct {
		data map[string]string
		want string
	}{
		"nothing":               {nil, "key index.json is missing"},
		"no index":              {without("index.json"), "key index.json is missing"},
		"no document":           {without("document.json"), "key document.json is missing"},
		"an index cut short":    {cut("index.json"), "key index.json is not valid JSON"},
		"a document cut short":  {cut("document.json"), "key document.json has digest sha256:"},
		"a document altered":    {replaced("document.json", `"suspended":true`, `"suspended":null`), "key document.json has digest sha256:"},
		"white space added":     {replaced("document.json", "{", "{ "), "key document.json has digest sha256:"},
		"another schema":        {replaced("index.json", "publication/v1", "publication/v2"), `schema "rolewright.dev/publication/v2"; this reader knows "rolewright.dev/publication/v1"`},
		"no schema":             {map[string]string{"index.json": "{}"}, `schema ""`},
		"no parts":              {published(t, func(p *permissions.Publication) { p.Parts = nil }), "names 0 parts"},
		"more parts":            {published(t, func(p *permissions.Publication) { p.Parts = append(p.Parts, permissions.Part{Name: "users-0"}) }), "names 2 parts"},
		"another part":          {published(t, func(p *permissions.Publication) { p.Parts[0].Name = "users-0" }), `names the part "users-0"; this reader knows document.json`},
		"another organization":  {published(t, func(p *permissions.Publication) { p.Organization = "clinic" }), "the document is of organization health/hospital; index.json says health/clinic"},
		"another namespace":     {published(t, func(p *permissions.Publication) { p.Namespace = "other" }), "index.json says other/hospital"},
		"an odd digest":         {published(t, func(p *permissions.Publication) { p.Parts[0].Digest = "" }), "key document.json has digest sha256:"},
		"a ConfigMap of others": {map[string]string{"settings.yaml": "a: b"}, "key index.json is missing"},
	} {
		if _, _, err := permissions.ReadPublication(test.data); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", name, err, test.want)
		}
	}
	// A document of another schema under a digest that is right.
	data := published(t, func(*permissions.Publication) {})
	text := strings.Replace(data[permissions.DocumentKey], "permissions/v1", "permissions/v2", 1)
	other := published(t, func(p *permissions.Publication) { p.Parts[0].Digest = permissions.Digest([]byte(text)) })
	other[permissions.DocumentKey] = text
	if _, _, err := permissions.ReadPublication(other); err == nil || !strings.Contains(err.Error(), `schema is "rolewright.dev/permissions/v2"`) {
		t.Errorf("a document of another schema: error %v", err)
	}
}
