// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// FuzzBodies sends any bytes to every endpoint. Nothing panics, every status is 200 or 400, what is answered is JSON, and a
// decision is what the index decides on the request as encoding/json reads it.
func FuzzBodies(f *testing.F) {
	x := index(f, shop())
	h := authzen.NewHandler(tenants{{namespace: "trade", organization: "shop", index: x}}, authzen.Options{MaxDepth: 8, MaxEvaluations: 4, MaxPage: 2})
	for _, body := range []string{
		``, `{}`, `[]`, `null`, `{` + adaSells + `}`, `{` + adaSells + `}{`, `{"subject":{"type":"user","id":"d\u00e9"},"action":{"name":"sell"},` + inNorth + `}`,
		`{` + benSells + `,"evaluations":[{` + inNorth + `},{` + inSouth + `},{}],"options":{"evaluations_semantic":"deny_on_first_deny","explain":true}}`,
		`{` + benSells + `,"resource":{"type":"branch"},"page":{"limit":1,"token":"x"}}`, `{` + adaSells + `,"context":{"mfa":true,"a":[1e3,-0.5,null,{"b":"\ud83d\ude00"}]}}`,
		`{"subject":{"type":"user","id":"ben","id":"ada"},"action":{"name":"refund","properties":{"soft":true}},` + inNorth + `}`,
		`{` + adaSells + `,"x":9007199254740993}`, `{` + adaSells + `,"x":1e999}`, "{\"subject\":\"\xff\"}", `{"x":[[[[[[[[[]]]]]]]]]}`, `{"x":"\ud800"}`,
		`{"Subject":{},"SUBJECT":null,` + adaSells + `}`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for _, path := range []string{evaluation, evaluations, searchSubject, searchResource, searchAction} {
			got := post(h, path, body)
			if got.status != http.StatusOK {
				if got.status != http.StatusBadRequest || got.body == "" {
					t.Fatalf("%s: %d %q", path, got.status, got.body)
				}
				continue
			}
			var answer map[string]any
			if err := json.Unmarshal([]byte(got.body), &answer); err != nil {
				t.Fatalf("%s: %q: %v", path, got.body, err)
			}
			agrees(t, x, path, body, answer)
		}
	})
}

// agrees compares an answer with what the index says to the body as encoding/json reads it.
func agrees(t *testing.T, x *engine.Index, path, body string, answer map[string]any) {
	t.Helper()
	var asked map[string]any
	if err := json.Unmarshal([]byte(body), &asked); err != nil {
		t.Fatalf("%s: what encoding/json does not read is answered: %v", path, err)
	}
	if path == evaluations {
		if each, _ := asked["evaluations"].([]any); len(each) > 0 {
			agreesEach(t, x, asked, each, answer)
			return
		}
	}
	if decision, is := answer["decision"]; is && decision != x.Check(requestOf(asked, nil)) {
		t.Fatalf("%s %s: the decision is %v", path, body, decision)
	}
	if _, is := answer["decision"]; !is && (path == evaluation || path == evaluations) {
		t.Fatalf("%s %s: %v", path, body, answer)
	}
}

// agreesEach compares the decisions of several evaluations.
func agreesEach(t *testing.T, x *engine.Index, asked map[string]any, each []any, answer map[string]any) {
	t.Helper()
	decisions, _ := answer["evaluations"].([]any)
	if len(decisions) == 0 || len(decisions) > len(each) {
		t.Fatalf("%d evaluations are answered with %v", len(each), answer)
	}
	for i := range decisions {
		got, _ := decisions[i].(map[string]any)
		said, _ := got["context"].(map[string]any)
		if said["error"] != nil {
			if decision, is := got["decision"].(bool); !is || decision {
				t.Fatalf("what cannot be decided is answered with %v", got)
			}
			continue
		}
		one, _ := each[i].(map[string]any)
		if got["decision"] != x.Check(requestOf(asked, one)) {
			t.Fatalf("%v, of %v: the decision is %v", one, asked, got)
		}
	}
}

// requestOf makes a request of the members of an object and, before them, of another.
func requestOf(all, first map[string]any) *access.Request {
	member := func(name string) map[string]any {
		value, is := first[name]
		if !is {
			value = all[name]
		}
		object, _ := value.(map[string]any)
		return object
	}
	text := func(object map[string]any, name string) string {
		value, _ := object[name].(string)
		return value
	}
	properties := func(object map[string]any) map[string]any {
		value, _ := object["properties"].(map[string]any)
		return value
	}
	subject, action, resource := member("subject"), member("action"), member("resource")
	return &access.Request{
		Subject:  access.Subject{Type: text(subject, "type"), ID: text(subject, "id"), Properties: properties(subject)},
		Action:   access.Action{Name: text(action, "name"), Properties: properties(action)},
		Resource: access.Resource{Type: text(resource, "type"), ID: text(resource, "id"), Properties: properties(resource)},
		Context:  member("context"),
	}
}
