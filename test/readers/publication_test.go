// SPDX-License-Identifier: Apache-2.0

package readers

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const revision = 7

// clock is the moment at which decisions of these tests are made.
var clock = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// publication is what lies in an organization's ConfigMaps, by name; the one with the empty name holds the index.
type publication struct {
	organization string
	configMaps   map[string]map[string]string
}

// published is a document as the operator publishes it.
func published(t fataler, doc *document.Document) *publication {
	t.Helper()
	encoded, err := publish.Encode(doc)
	if err != nil {
		t.Fatalf("encode: %v", err)
	}
	data, err := encoded.Data("uid", revision, clock)
	if err != nil {
		t.Fatalf("index: %v", err)
	}
	p := &publication{organization: doc.Organization, configMaps: map[string]map[string]string{"": data}}
	for _, shard := range encoded.Shards {
		p.configMaps[shard.Part.ConfigMap] = map[string]string{shard.Part.Name: shard.Text()}
	}
	return p
}

// spread is a document in several parts, however small it is: which says in which part a member of a section lies.
func spread(t fataler, doc *document.Document, count int, which func(section, name string) int) *publication {
	t.Helper()
	base := map[string]any{}
	if err := json.Unmarshal([]byte(marshal(t, doc)), &base); err != nil {
		t.Fatalf("base: %v", err)
	}
	for _, section := range []string{"units", "unitGroups", "roles", "groups", "users"} {
		delete(base, section)
	}
	fragments := make([]map[string]map[string]any, count)
	for i := range fragments {
		fragments[i] = map[string]map[string]any{}
	}
	put := func(section, name string, member any) {
		fragment := fragments[which(section, name)]
		if fragment[section] == nil {
			fragment[section] = map[string]any{}
		}
		fragment[section][name] = member
	}
	putAll(doc.Units, "units", put)
	putAll(doc.UnitGroups, "unitGroups", put)
	putAll(doc.Roles, "roles", put)
	putAll(doc.Groups, "groups", put)
	putAll(doc.Users, "users", put)
	texts := []string{marshal(t, base)}
	for _, fragment := range fragments {
		if len(fragment) > 0 {
			texts = append(texts, marshal(t, fragment))
		}
	}
	index := document.Publication{
		Schema: document.PublicationSchema, Namespace: doc.Namespace, Organization: doc.Organization,
		Revision: revision, PublishTime: clock, Counts: doc.Counts(),
	}
	p := &publication{organization: doc.Organization, configMaps: map[string]map[string]string{}}
	for _, text := range texts {
		name, digest := publish.ShardName(doc.Organization, document.Digest([]byte(text))), document.Digest([]byte(text))
		p.configMaps[name] = map[string]string{document.PartKey: text}
		index.Parts = append(index.Parts, document.Part{ConfigMap: name, Name: document.PartKey, Digest: digest, Bytes: len(text)})
	}
	p.configMaps[""] = map[string]string{document.PublicationKey: marshal(t, index)}
	return p
}

// putAll goes through the members in order, so that the same draws give the same parts.
func putAll[V any](members map[string]V, section string, put func(section, name string, member any)) {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		put(section, name, members[name])
	}
}

func marshal(t fataler, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatalf("marshal: %v", err)
	}
	return string(text)
}

// write writes the publication as it is mounted.
func (p *publication) write(t fataler, folder string) {
	t.Helper()
	for configMap, data := range p.configMaps {
		for key, text := range data {
			path := filepath.Join(folder, configMap, key)
			if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
				t.Fatalf("%v", err)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatalf("%v", err)
			}
		}
	}
}

// list is what kubectl prints of the ConfigMaps.
func (p *publication) list(t fataler) string {
	t.Helper()
	var items []any
	for name, data := range p.configMaps {
		if name == "" {
			name = p.organization + document.ConfigMapSuffix
		}
		items = append(items, map[string]any{"kind": "ConfigMap", "metadata": map[string]any{"name": name}, "data": data})
	}
	return marshal(t, map[string]any{"kind": "List", "apiVersion": "v1", "items": items})
}

// index returns the index, to be damaged.
func (p *publication) index(t fataler) map[string]any {
	t.Helper()
	var index map[string]any
	if err := json.Unmarshal([]byte(p.configMaps[""][document.PublicationKey]), &index); err != nil {
		t.Fatalf("%v", err)
	}
	return index
}

func (p *publication) setIndex(t fataler, index map[string]any) {
	t.Helper()
	p.configMaps[""][document.PublicationKey] = marshal(t, index)
}

// add adds a part with a text of its own, digest and all.
func (p *publication) add(t fataler, text string) {
	t.Helper()
	index := p.index(t)
	name := fmt.Sprintf("more-%d.json", len(p.configMaps[""]))
	p.configMaps[""][name] = text
	parts, _ := index["parts"].([]any)
	index["parts"] = append(parts, map[string]any{"name": name, "digest": document.Digest([]byte(text)), "bytes": len(text)})
	p.setIndex(t, index)
}
