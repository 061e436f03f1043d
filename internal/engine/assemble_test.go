// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// spread is a document that is published in parts, each in a ConfigMap of its own.
type spread struct {
	publication document.Publication
	texts       map[document.Part]string
}

// spreadHospital publishes the hospital in four parts: all but units, roles and users; these; and the users in two.
func spreadHospital(t *testing.T) *spread {
	t.Helper()
	whole := hospital(t)
	base := *whole
	base.Units, base.Roles, base.Users = nil, nil, nil
	odd, even := map[string]document.User{}, map[string]document.User{}
	for id, user := range whole.Users {
		if len(id)%2 == 0 {
			even[id] = user
		} else {
			odd[id] = user
		}
	}
	s := &spread{
		publication: document.Publication{
			Schema: document.PublicationSchema, Namespace: "health", Organization: "hospital", UID: "1", Revision: 7,
			PublishTime: clock, Counts: whole.Counts(),
		},
		texts: map[document.Part]string{},
	}
	for _, fragment := range []any{
		base, map[string]any{"units": whole.Units, "roles": whole.Roles}, map[string]any{"users": odd}, map[string]any{"users": even},
	} {
		text, err := json.Marshal(fragment)
		if err != nil {
			t.Fatal(err)
		}
		s.add(string(text))
	}
	return s
}

// add publishes one more part.
func (s *spread) add(text string) {
	s.publication.Parts = append(s.publication.Parts, document.Part{})
	s.set(len(s.publication.Parts)-1, text)
}

// set makes a part say something else, under a digest that is right.
func (s *spread) set(i int, text string) {
	part := document.Part{
		ConfigMap: fmt.Sprintf("hospital-permissions-%d", i), Name: document.PartKey,
		Digest: document.Digest([]byte(text)), Bytes: len(text),
	}
	delete(s.texts, s.publication.Parts[i])
	s.publication.Parts[i], s.texts[part] = part, text
}

func (s *spread) assemble() (*document.Document, error) {
	return s.publication.Assemble(func(part document.Part) ([]byte, error) {
		text, there := s.texts[part]
		if !there {
			return nil, errors.New("it is not there")
		}
		return []byte(text), nil
	})
}

func TestAssemble(t *testing.T) {
	doc, err := spreadHospital(t).assemble()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(doc, hospital(t)) {
		t.Error("the document is another than the one that was spread")
	}
}

// TestAssembleLaterParts: what a later release adds is passed over, in parts of its own too.
func TestAssembleLaterParts(t *testing.T) {
	s := spreadHospital(t)
	s.add(`{"tomorrow":{"a":{}}}`)
	if doc, err := s.assemble(); err != nil || !reflect.DeepEqual(doc, hospital(t)) {
		t.Errorf("error %v", err)
	}
}

func TestAssembleRefuses(t *testing.T) {
	first := func(s *spread, change func(text string) string) {
		s.texts[s.publication.Parts[0]] = change(s.texts[s.publication.Parts[0]])
	}
	for want, change := range map[string]func(s *spread){
		"reading key part.json of ConfigMap hospital-permissions-1, which index.json names: it is not there": func(s *spread) {
			delete(s.texts, s.publication.Parts[1])
		},
		"key part.json of ConfigMap hospital-permissions-0 has 0 bytes": func(s *spread) { first(s, func(string) string { return "" }) },
		"key part.json of ConfigMap hospital-permissions-0 has digest sha256:": func(s *spread) {
			first(s, strings.ToUpper)
		},
		"it is damaged, or of another revision": func(s *spread) { first(s, func(text string) string { return text + " " }) },
		"hospital-permissions-2 has ": func(s *spread) {
			a, b := s.publication.Parts[2], s.publication.Parts[3]
			s.texts[a], s.texts[b] = s.texts[b], s.texts[a]
		},
		"hospital-permissions-3 is not a JSON object":                                    func(s *spread) { s.set(3, `null`) },
		"hospital-permissions-2 is not a JSON object":                                    func(s *spread) { s.set(2, `[{"users":{}}]`) },
		"hospital-permissions-2 is not valid JSON of schema":                             func(s *spread) { s.set(2, `{"users":{}`) },
		"hospital-permissions-3 is not valid JSON of schema":                             func(s *spread) { s.set(3, `{"users":{}} {}`) },
		"is not valid JSON of schema rolewright.dev/permissions/v2: json: cannot":        func(s *spread) { s.set(2, `{"users":[]}`) },
		`hospital-permissions-4: users["ann"] is said by another part too`:               func(s *spread) { s.add(`{"users":{"ann":{}}}`) },
		`hospital-permissions-4: units["er"] is said by another part too`:                func(s *spread) { s.add(`{"units":{"er":{}}}`) },
		`hospital-permissions-4: permissions["chart.read"] is said by another part too`:  func(s *spread) { s.add(`{"permissions":{"chart.read":{}}}`) },
		"4: schema is said by another part too":                                          func(s *spread) { s.add(`{"schema":"s","organization":"hospital"}`) },
		"hospital-permissions-4: features is said by another part too":                   func(s *spread) { s.add(`{"features":["x"]}`) },
		`the document's schema is ""; this reader knows "rolewright.dev/permissions/v2"`: func(s *spread) { s.set(0, `{"organization":"hospital"}`) },
		`hospital-permissions-0: the document's schema is "rolewright.dev/permissions/v1"; this reader knows`: func(s *spread) {
			s.set(0, `{"schema":"rolewright.dev/permissions/v1","organization":"hospital","qualifiers":["own"]}`)
		},
		`the document's schema is "v2"`:                                            func(s *spread) { s.set(0, `{"schema":"v2","organization":"hospital"}`) },
		"the document is of organization /clinic; index.json says health/hospital": func(s *spread) { s.set(0, `{"schema":"rolewright.dev/permissions/v2","organization":"clinic"}`) },
	} {
		s := spreadHospital(t)
		change(s)
		if doc, err := s.assemble(); doc != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
