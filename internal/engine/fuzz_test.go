// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// mostAsked bounds the users and permissions of a fuzzed document that are asked about.
const mostAsked = 4

// FuzzParseDocument reads any bytes as a document. What can be read is written the same way twice, and decides without
// panic, with Check and Explain of one mind.
func FuzzParseDocument(f *testing.F) {
	for _, path := range []string{"enginetest/hospital.json", "testdata/odd.golden.json", "../../pkg/permissions/testdata/quickstart/document.json"} {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, text := range []string{
		`{"schema":"rolewright.dev/permissions/v2"}`,
		`{"schema":"rolewright.dev/permissions/v2","units":{"":{}},"permissions":{"p":{}},"users":{"":{"manager":""},"a":{}}}`,
		`{"schema":"rolewright.dev/permissions/v2","units":{"a":{"parent":"b"},"b":{"parent":"a"},"c":{}},"unitGroups":{"g":["a","c","x"]},
			"permissions":{"p":{"prohibitions":["i"]},"":{}},"roles":{"r":{"permissions":{"p":[{}],"":null}}},
			"users":{"u":{"grants":[{"role":"r","unitGroups":["g"],"startTime":"0001-01-01T00:00:00Z","endTime":"9999-12-31T23:59:59-23:59"}]}}}`,
		`{"schema":"rolewright.dev/permissions/v2","dimensions":{"unit":["a"],"d":null,"e":["",""]},"permissions":{"p":{}},"units":{"a":{"kind":"a"}},
			"users":{"u":{"attributes":{"a":[[[[1e300]]]]},"overrides":[{"permission":"p","deny":true,"dimensions":{"d":{}}},{"permission":"p"}]}}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		doc, err := document.Parse(text)
		if err != nil {
			return
		}
		checkWritten(t, doc)
		x := index(t, doc, clock)
		for _, user := range first(doc.Users) {
			for _, permission := range first(doc.Permissions) {
				for _, unit := range first(doc.Units) {
					checkDecided(t, x, ask(user, permission, "unit", unit, "owner", user))
				}
				checkDecided(t, x, ask(user, permission))
			}
			x.IsAbove(user, user)
		}
	})
}

// checkWritten writes a document, reads it and writes it again.
func checkWritten(t *testing.T, doc *document.Document) {
	t.Helper()
	written, err := publish.Text(doc)
	if err != nil {
		t.Fatalf("a document that was read cannot be written: %v", err)
	}
	again, err := document.Parse(written)
	if err != nil {
		t.Fatalf("a document that was written cannot be read: %v\n%s", err, written)
	}
	rewritten, err := publish.Text(again)
	if err != nil || !bytes.Equal(written, rewritten) {
		t.Fatalf("written as\n%s\nand then as\n%s\n%v", written, rewritten, err)
	}
}

// checkDecided asks both ways.
func checkDecided(t *testing.T, x *engine.Index, request *access.Request) {
	t.Helper()
	explanation := x.Explain(request)
	if got := x.Check(request); got != explanation.Decision {
		t.Fatalf("check says %v, explain\n%s", got, explanation)
	}
	if explanation.Message == "" || explanation.Reason == "" {
		t.Fatalf("the answer is not explained: %+v", explanation)
	}
	if _, err := json.Marshal(explanation); err != nil {
		t.Fatalf("the explanation cannot be written: %v", err)
	}
}

func first[V any](named map[string]V) []string {
	names := slices.Sorted(maps.Keys(named))
	return names[:min(mostAsked, len(names))]
}

// FuzzDecideRequest decides any request that can be read, over the hospital.
func FuzzDecideRequest(f *testing.F) {
	x := index(f, hospital(f), clock)
	for _, test := range explained {
		text, err := json.Marshal(test.request)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, text := range []string{
		`{}`, `null`, `{"subject":null,"action":{"name":"chart.read"},"resource":{"properties":{"unit":[],"shift":{}}}}`,
		`{"subject":{"type":"user","id":"ann","properties":{"level":1e308}},"action":{"name":"order.enter"},"resource":{"type":"ward","id":"icu"}}`,
		`{"subject":{"type":"user","id":"cem"},"action":{"name":"chart.write"},"resource":{"type":"chart","properties":{"owner":{"a":[null]}}}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var request access.Request
		if err := json.Unmarshal(text, &request); err != nil {
			return
		}
		checkDecided(t, x, &request)
	})
}

// FuzzAssemble reads any bytes as an index and as two parts. A document comes out only if the parts are those that the
// index names; then its parts add up, and it can be written and compiled.
func FuzzAssemble(f *testing.F) {
	part := func(name, text string) string {
		return fmt.Sprintf(`{"configMap":%q,"name":"part.json","digest":%q,"bytes":%d}`, name, document.Digest([]byte(text)), len(text))
	}
	const head = `{"schema":"rolewright.dev/publication/v2","organization":"o","revision":1,"parts":[`
	for _, texts := range [][2]string{
		{`{"schema":"rolewright.dev/permissions/v2","organization":"o","units":{"a":{}}}`, `{"users":{"u":{}}}`},
		{`{"schema":"rolewright.dev/permissions/v2","organization":"o","users":{"u":{}}}`, `{"users":{"u":{}}}`},
		{`{"schema":"rolewright.dev/permissions/v2","organization":"o"}`, `null`},
		{`{`, ``},
	} {
		f.Add([]byte(head+part("a", texts[0])+","+part("b", texts[1])+"]}"), []byte(texts[0]), []byte(texts[1]))
	}
	f.Add([]byte(`{"parts":[{"name":"../x"}]}`), []byte(nil), []byte(nil))
	f.Fuzz(func(t *testing.T, index, one, two []byte) {
		publication, err := document.ParsePublication(index)
		if err != nil {
			return
		}
		next := [][]byte{one, two}
		doc, err := publication.Assemble(func(document.Part) ([]byte, error) {
			if len(next) == 0 {
				return nil, errors.New("there are no more")
			}
			text := next[0]
			next = next[1:]
			return text, nil
		})
		if err != nil {
			return
		}
		if doc.Schema != document.Schema || doc.Organization != publication.Organization {
			t.Errorf("it took a document of schema %q and organization %q", doc.Schema, doc.Organization)
		}
		if len(next) == 0 && publication.Parts[1].Digest != document.Digest(two) {
			t.Error("it took a part of another digest")
		}
		checkWritten(t, doc)
	})
}
