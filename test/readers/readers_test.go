// SPDX-License-Identifier: Apache-2.0

package readers

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/engine/enginetest"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/validation"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/bench"
	"github.com/rolewright/rolewright/test/property"
)

// samples are the folders of config/samples: the five systems, and one of our own.
var samples = []string{"staffing", "contracts", "homehealth", "workorders", "performance", "quickstart"}

// tally counts what was compared, so that a test can tell that it compared something.
type tally struct{ all, certain, yes int }

// compare puts requests to a reader and to an index. Where no condition is involved both must say the same; elsewhere a
// reader may say no where the index says yes, never the other way round.
func compare(t fataler, r *reader, doc *document.Document, asked *question, counted *tally) {
	t.Helper()
	index, err := engine.NewIndex(doc, engine.WithClock(func() time.Time { return clock }))
	if err != nil {
		t.Fatalf("index: %v", err)
	}
	asked.Organization, asked.Now = doc.Organization, clock
	said := r.ask(t, asked)
	if said.Refused != "" || said.Revision != revision || len(said.Answers) != len(asked.Requests) {
		t.Fatalf("the reader says %+v, to %d requests of revision %d", said, len(asked.Requests), revision)
	}
	for i, request := range asked.Requests {
		want, got, certain := index.Check(request), said.Answers[i], !conditional(doc, request)
		counted.all++
		if certain {
			counted.certain++
		}
		if got {
			counted.yes++
		}
		if got != want && (got || certain) {
			t.Fatalf("the reader says %v, check %v, to\n%s\nin\n%s\n%s", got, want, marshal(t, request), marshal(t, doc), index.Explain(request))
		}
	}
}

// conditional reports whether a prohibition or a qualifier may decide.
func conditional(doc *document.Document, request *access.Request) bool {
	if len(doc.Permissions[request.Action.Name].Prohibitions) > 0 {
		return true
	}
	user := doc.Users[request.Subject.ID]
	for grant := range doc.GrantsOf(&user) {
		for _, alternative := range doc.Roles[grant.Role].Permissions[request.Action.Name] {
			if len(alternative.Qualifiers) > 0 {
				return true
			}
		}
	}
	return false
}

// TestRandom reads random documents in each form in which they are published.
func TestRandom(t *testing.T) {
	for _, language := range languages {
		t.Run(language.name, func(t *testing.T) {
			r := language.start(t)
			var counted tally
			property.Check(t, func(rt *rapid.T) {
				doc := enginetest.DrawDocument(rt)
				asked := &question{Requests: rapid.SliceOfN(rapid.Custom(enginetest.DrawRequest), 60, 60).Draw(rt, "requests")}
				p := published(rt, doc)
				if rapid.Bool().Draw(rt, "spread") {
					count := rapid.IntRange(1, 4).Draw(rt, "parts")
					p = spread(rt, doc, count, func(_, _ string) int { return rapid.IntRange(0, count-1).Draw(rt, "part") })
				}
				if rapid.Bool().Draw(rt, "in a list") {
					asked.List = p.list(rt)
				} else {
					asked.Folder = t.TempDir()
					p.write(rt, asked.Folder)
				}
				compare(rt, r, doc, asked, &counted)
			}, func() string {
				if counted.yes < counted.all/30 || counted.certain < counted.all/3 {
					return fmt.Sprintf("%+v", counted)
				}
				return ""
			})
		})
	}
}

// TestSamples reads what the samples are published as, and asks what their systems prescribe, and a little of everything.
func TestSamples(t *testing.T) {
	for _, language := range languages {
		t.Run(language.name, func(t *testing.T) {
			r := language.start(t)
			for _, name := range samples {
				prescribed := prescriptions(t, name)
				var counted tally
				for _, doc := range documents(t, name) {
					folder := t.TempDir()
					published(t, doc).write(t, folder)
					compare(t, r, doc, &question{Folder: folder, Requests: slices.Concat(prescribed, everything(doc))}, &counted)
				}
				t.Logf("%s: %+v", name, counted)
				if counted.yes == 0 {
					t.Errorf("%s: every answer is no", name)
				}
			}
		})
	}
}

// TestLarge reads a document that is too large for one ConfigMap, both ways.
func TestLarge(t *testing.T) {
	world := bench.World(4_000)
	doc := resolve.Organization(world).Document
	p := published(t, doc)
	if len(p.configMaps) < 3 {
		t.Fatalf("the document lies in %d ConfigMaps: it is not large", len(p.configMaps))
	}
	folder := t.TempDir()
	p.write(t, folder)
	questions := bench.Questions(world, doc, 200, false)
	requests := make([]*access.Request, len(questions))
	for i := range questions {
		requests[i] = &questions[i]
	}
	for _, language := range languages {
		t.Run(language.name, func(t *testing.T) {
			r := language.start(t)
			var counted tally
			compare(t, r, doc, &question{Folder: folder, Requests: requests}, &counted)
			compare(t, r, doc, &question{List: p.list(t), Requests: requests}, &counted)
			if counted.yes < counted.all/3 {
				t.Errorf("%+v: about half of the answers should be yes", counted)
			}
		})
	}
}

// documents are what a sample is published as.
func documents(t *testing.T, sample string) []*document.Document {
	t.Helper()
	set, err := (&manifests.Reader{}).Read("../../config/samples/" + sample)
	if err != nil {
		t.Fatal(err)
	}
	input, err := validation.FromManifests(set)
	if err != nil {
		t.Fatal(err)
	}
	worlds := input.Worlds()
	all := make([]*document.Document, 0, len(worlds))
	for i := range worlds {
		all = append(all, resolve.Organization(&worlds[i]).Document)
	}
	return all
}

// prescriptions are the requests that a system prescribes decisions for.
func prescriptions(t *testing.T, name string) []*access.Request {
	t.Helper()
	files, err := filepath.Glob("../acceptance/testdata/" + name + "/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("%s prescribes no decisions (%v)", name, err)
	}
	var requests []*access.Request
	for _, path := range files {
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		for lines := bufio.NewScanner(file); lines.Scan(); {
			var line struct {
				Request access.Request `json:"request"`
			}
			if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			requests = append(requests, &line.Request)
		}
		_ = file.Close()
	}
	return requests
}

// everything asks for each user and permission, in each unit in turn.
func everything(doc *document.Document) []*access.Request {
	units := slices.Sorted(maps.Keys(doc.Units))
	var requests []*access.Request
	for _, user := range slices.Sorted(maps.Keys(doc.Users)) {
		for _, permission := range slices.Sorted(maps.Keys(doc.Permissions)) {
			requests = append(requests, &access.Request{
				Subject: access.Subject{Type: access.SubjectTypeUser, ID: user}, Action: access.Action{Name: permission},
				Resource: access.Resource{Type: "record", ID: "1", Properties: map[string]any{access.PropertyUnit: units[len(requests)%len(units)]}},
			})
		}
	}
	return requests
}
