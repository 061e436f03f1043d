// SPDX-License-Identifier: Apache-2.0

package readers

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// oddRequests is how many of them a reader is asked.
const oddRequests = 2_000

// places is a document in which ann may do p1 in one unit, for one value of a dimension, and ben everywhere, to documents, sites and
// users, who are called persons too.
func places() *document.Document {
	doc := small()
	doc.Units = map[string]document.Unit{
		"u1": {Kind: "site"}, "u2": {Parent: "u1", Kind: "site", Attributes: map[string]any{"d1": "v1"}}, "u3": {Parent: "u1"},
	}
	doc.SubjectTypes = []string{"user", "person"}
	doc.Permissions = map[string]document.Permission{"p1": {ResourceTypes: []string{"doc", "site", "person"}}}
	doc.Schema = doc.RequiredSchema()
	doc.Dimensions = map[string][]string{"d1": {"v1", "v2"}}
	all := map[string]document.Values{"d1": {All: true}}
	doc.Users = map[string]document.User{
		"ann": {HomeUnit: "u2", Attributes: map[string]any{"d1": "v1"}, Grants: []document.Grant{
			{Role: "r1", Scope: document.Scope{Units: []string{"u2"}, Dimensions: map[string]document.Values{"d1": {Values: []string{"v1"}}}}},
		}},
		"ben": {Grants: []document.Grant{{Role: "r1", Scope: document.Scope{Everywhere: true, Dimensions: all}}}},
	}
	return doc
}

// allowed are requests that places allows: each member of them matters, or is one that no decision reads.
var allowed = []string{
	`{"subject":{"type":"user","id":"ann"},"action":{"name":"p1"},"resource":{"type":"doc","id":"1","properties":{"unit":"u2","d1":"v1","x":1,"y":{"z":[]}}},"context":{"a":1}}`,
	`{"subject":{"type":"user","id":"ann","properties":{"a":[1]}},"action":{"name":"p1","properties":{"a":1}},"resource":{"type":"site","id":"u2"}}`,
	`{"subject":{"type":"user","id":"ben"},"action":{"name":"p1"},"resource":{"type":"doc","id":"1","properties":{"a":1}},"context":{"a":{"b":null}}}`,
	`{"subject":{"type":"person","id":"ann"},"action":{"name":"p1"},"resource":{"type":"person","id":"ann","properties":{"unit":7,"d1":"v2"}}}`,
}

// oddValues stand in place of others.
var oddValues = []string{
	`null`, `true`, `false`, `0`, `1`, `-1.5`, `""`, `"user"`, `"person"`, `"ann"`, `"u2"`, `"v1"`, `"constructor"`, `"__proto__"`, `"length"`, `[]`, `[[]]`,
	`["u2"]`, `["ann"]`, `[null]`, `{}`, `{"u2":1}`, `{"id":"ann","type":"user"}`, `{"unit":"u2","d1":"v1"}`, `"ann\u0000"`, `"ANN"`, `"ä"`,
}

// oddTexts are values that programs read differently, or that are none.
var oddTexts = []string{
	`NaN`, `Infinity`, `1e999`, `9007199254740993`, `9007199254740992`, `1E2`, `01`, `.5`, `'ann'`, `undefined`, `"\ud800"`, `"\udc00\ud800"`,
	`"\ud83d\ude00"`, "\"\xff\"", "\"\xc0\xaf\"", "\"\n\"", `"\x41"`, `{"a":1,"a":1}`, `{"a":1,"\u0061":2}`, `[{"b":{"c":0,"c":0}}]`, `{"a":1,}`,
	`[1,]`, `/**/1`, `{"a":{"a":{"a":1}}}`, `["a","a"]`, `"\"},{\""`, `{"\\":1,"\\\\":2}`, `"a:b"`, `{"a":"a"}`,
	strings.Repeat("[", 28) + strings.Repeat("]", 28), strings.Repeat("[", 40) + strings.Repeat("]", 40),
	strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33), "123456789012345678901234567890", "-9007199254740993", "1e-999",
}

// oddRequest makes a request odd in one place or two. What it says is still JSON unless asText is set.
func oddRequest(random *rand.Rand, asText bool) string {
	var request any
	if err := json.Unmarshal([]byte(allowed[random.IntN(len(allowed))]), &request); err != nil {
		panic(err)
	}
	if !asText {
		for range 1 + random.IntN(4)/3 {
			request = mutated(random, request, oddValues)
		}
		return string(encoded(request))
	}
	text := string(encoded(mutated(random, request, []string{`"ODD"`})))
	text = strings.Replace(text, `"ODD"`, oddTexts[random.IntN(len(oddTexts))], 1)
	switch random.IntN(12) {
	case 0:
		return text[:random.IntN(len(text))]
	case 1:
		return text + `{}`
	case 2:
		return "\ufeff" + text
	case 3:
		return strings.Replace(text, `{"`, `{"subject":{"type":"user","id":"ben"},"`, 1)
	case 4:
		return " \t\r\n" + strings.ReplaceAll(text, `":`, "\" :\n") + "\n"
	}
	return text
}

// mutated replaces, removes, renames or wraps one value in a value.
func mutated(random *rand.Rand, in any, values []string) any {
	if object, is := in.(map[string]any); is && len(object) > 0 && random.IntN(8) > 0 {
		names := slices.Sorted(maps.Keys(object))
		name := names[random.IntN(len(names))]
		switch random.IntN(12) {
		case 0:
			delete(object, name)
		case 1:
			object[strings.ToUpper(name[:1])+name[1:]] = object[name]
			delete(object, name)
		case 2:
			object[name] = []any{object[name]}
		default:
			object[name] = mutated(random, object[name], values)
		}
		return object
	}
	return json.RawMessage(values[random.IntN(len(values))])
}

func encoded(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}

// commanded is what the command answers to a request in JSON: yes, no or refused.
func commanded(index *engine.Index, text []byte) string {
	request, err := authzen.ParseRequest(authzen.Evaluation, text)
	switch {
	case err != nil:
		return "refused"
	case index.Check(request):
		return "yes"
	}
	return "no"
}

// TestOddRequests: where the command refuses a request, a reader that parses it does too, and one that is given what the language's own
// parser makes of it never says yes.
func TestOddRequests(t *testing.T) {
	doc := places()
	index, err := engine.NewIndex(doc, engine.WithClock(func() time.Time { return clock }))
	if err != nil {
		t.Fatal(err)
	}
	random, asked := rand.New(rand.NewPCG(1, 2)), &question{Organization: "acme", Now: clock, Folder: t.TempDir()}
	published(t, doc).write(t, asked.Folder)
	for i := range oddRequests {
		asked.Texts = append(asked.Texts, []byte(oddRequest(random, i%2 == 1)))
	}
	for _, text := range allowed {
		asked.Texts = append(asked.Texts, []byte(text))
	}
	for _, language := range languages {
		t.Run(language.name, func(t *testing.T) {
			said := language.start(t).ask(t, asked)
			if said.Refused != "" || len(said.Read) != len(asked.Texts) || len(said.Plain) != len(asked.Texts) {
				t.Fatalf("the reader says %.300q, to %d texts", fmt.Sprint(said), len(asked.Texts))
			}
			counted := map[string]int{}
			for i, text := range asked.Texts {
				want := commanded(index, text)
				counted[want]++
				if said.Read[i] != want {
					t.Errorf("the reader says %s, the command %s, to\n%q", said.Read[i], want, text)
				}
				isText := i < oddRequests && i%2 == 1
				if said.Plain[i] == "yes" && want != "yes" && !isText {
					t.Errorf("the reader says yes, the command %s, to what was parsed of\n%s", want, text)
				}
			}
			for _, answer := range []string{"yes", "no", "refused"} {
				if counted[answer] < oddRequests/20 {
					t.Errorf("too few of the requests tell the answer %s from others: %v", answer, counted)
				}
			}
		})
	}
}
