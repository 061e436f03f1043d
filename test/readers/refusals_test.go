// SPDX-License-Identifier: Apache-2.0

package readers

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// small is a document with a user who may do something.
func small() *document.Document {
	return &document.Document{
		Schema: document.Schema, Namespace: "default", Organization: "acme", Catalog: "things",
		Permissions: map[string]document.Permission{"p1": {}}, Units: map[string]document.Unit{"u1": {}},
		Roles: map[string]document.Role{"r1": {Permissions: map[string][]document.Alternative{"p1": {{}}}}},
		Users: map[string]document.User{
			"ann": {Grants: []document.Grant{{Role: "r1", Scope: document.Scope{Everywhere: true}}}}, "ben": {},
		},
	}
}

// inParts is small, a part for each section.
func inParts(t fataler) *publication {
	t.Helper()
	return spread(t, small(), 3, func(section, _ string) int { return slices.Index([]string{"units", "roles", "users"}, section) })
}

// users returns the name of the ConfigMap with the users.
func (p *publication) users() string {
	for name, data := range p.configMaps {
		if strings.Contains(data[document.PartKey], "ann") {
			return name
		}
	}
	return "none"
}

func setField(field string, value any) func(*testing.T, *publication) {
	return func(t *testing.T, p *publication) {
		t.Helper()
		index := p.index(t)
		index[field] = value
		p.setIndex(t, index)
	}
}

func setPart(field string, value any) func(*testing.T, *publication) {
	return func(t *testing.T, p *publication) {
		t.Helper()
		index := p.index(t)
		index["parts"].([]any)[0].(map[string]any)[field] = value
		p.setIndex(t, index)
	}
}

// refusals are publications that no reader may take, and a word that its message must have.
var refusals = []struct {
	name, word string
	damage     func(*testing.T, *publication)
}{
	{"another schema", "publication/v3", setField("schema", "rolewright.dev/publication/v3")},
	{"an earlier schema", "publication/v1", setField("schema", "rolewright.dev/publication/v1")},
	{"no schema", "schema", setField("schema", nil)},
	{"no revision", "revision", setField("revision", 0)},
	{"revision that is a text", "", setField("revision", "one")},
	{"no part", "part", setField("parts", []any{})},
	{"parts that are none", "", setField("parts", nil)},
	{"another organization", "another", setField("organization", "globex")},
	{"another namespace", "another", setField("namespace", "elsewhere")},
	{"digest of other bytes", "damaged", setPart("digest", document.Digest([]byte("{}")))},
	{"other size", "damaged", setPart("bytes", 1)},
	{"path in a name", "names", setPart("name", "../part.json")},
	{"path for a ConfigMap", "names", setPart("configMap", "..")},
	{"missing part", "", setPart("name", "no.json")},
	{"index missing", "", func(_ *testing.T, p *publication) { delete(p.configMaps[""], document.PublicationKey) }},
	{"index truncated", "", func(_ *testing.T, p *publication) {
		p.configMaps[""][document.PublicationKey] = p.configMaps[""][document.PublicationKey][:40]
	}},
	{"ConfigMap missing", "", func(_ *testing.T, p *publication) { delete(p.configMaps, p.users()) }},
	{"part truncated", "damaged", func(_ *testing.T, p *publication) {
		data := p.configMaps[p.users()]
		data[document.PartKey] = data[document.PartKey][:10]
	}},
	{"part with one byte changed", "damaged", func(_ *testing.T, p *publication) {
		data := p.configMaps[p.users()]
		data[document.PartKey] = strings.Replace(data[document.PartKey], "ben", "bea", 1)
	}},
	{"parts swapped", "damaged", func(_ *testing.T, p *publication) {
		names := slices.Sorted(maps.Keys(p.configMaps))
		a, b := p.configMaps[names[1]], p.configMaps[names[2]]
		a[document.PartKey], b[document.PartKey] = b[document.PartKey], a[document.PartKey]
	}},
	{"user said twice", "twice", func(t *testing.T, p *publication) {
		t.Helper()
		p.add(t, `{"users":{"ann":{"suspended":true}}}`)
	}},
	{"schema said twice", "twice", func(t *testing.T, p *publication) {
		t.Helper()
		p.add(t, `{"schema":"rolewright.dev/permissions/v2"}`)
	}},
	{"users that are a list", "twice", func(t *testing.T, p *publication) {
		t.Helper()
		p.add(t, `{"users":["ann"]}`)
	}},
	{"part that is no JSON", "", func(t *testing.T, p *publication) {
		t.Helper()
		p.add(t, `users`)
	}},
	{"part that is no object", "", func(t *testing.T, p *publication) {
		t.Helper()
		p.add(t, `null`)
	}},
}

// TestRefusals damages what was read before. A reader says why it refuses it, both out of a folder and out of a list.
func TestRefusals(t *testing.T) {
	for _, language := range languages {
		t.Run(language.name, func(t *testing.T) {
			r := language.start(t)
			for _, test := range refusals {
				t.Run(test.name, func(t *testing.T) {
					p := inParts(t)
					if said := r.ask(t, p.question(t, false)); said.Refused != "" || !said.Answers[0] {
						t.Fatalf("%+v, to a sound publication", said)
					}
					test.damage(t, p)
					for _, list := range []bool{false, true} {
						if said := r.ask(t, p.question(t, list)); said.Refused == "" || !strings.Contains(said.Refused, test.word) {
							t.Errorf("the reader says %+v; it should refuse, and its message hold %q", said, test.word)
						}
					}
				})
			}
		})
	}
}

// question asks whether ann may do what her role holds.
func (p *publication) question(t *testing.T, list bool) *question {
	t.Helper()
	asked := &question{Organization: "acme", Now: clock, Requests: []*access.Request{{
		Subject: access.Subject{Type: access.SubjectTypeUser, ID: "ann"}, Action: access.Action{Name: "p1"},
	}}}
	if list {
		asked.List = p.list(t)
		return asked
	}
	asked.Folder = t.TempDir()
	p.write(t, asked.Folder)
	return asked
}

// TestOtherSchema: what a later format means is not known.
func TestOtherSchema(t *testing.T) {
	doc := small()
	doc.Schema = "rolewright.dev/permissions/v4"
	p := published(t, doc)
	for _, language := range languages {
		t.Run(language.name, func(t *testing.T) {
			r := language.start(t)
			if said := r.ask(t, p.question(t, false)); !strings.Contains(said.Refused, "permissions/v4") {
				t.Errorf("the reader says %+v; it should refuse, and name the schema", said)
			}
		})
	}
}
