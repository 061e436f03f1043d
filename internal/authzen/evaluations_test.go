// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rolewright/rolewright/internal/authzen"
)

// all is what the evaluations of the tests have in common.
const (
	adaSells = `"subject":{"type":"user","id":"ada"},"action":{"name":"sell"},"resource":{"type":"branch","id":"north"}`
	benSells = `"subject":{"type":"user","id":"ben"},"action":{"name":"sell"}`
	inNorth  = `"resource":{"type":"branch","id":"north"}`
	inSouth  = `"resource":{"type":"branch","id":"south"}`
	yes      = `{"decision":true}`
	no       = `{"decision":false}`
)

// lacks is the answer to an evaluation that cannot be decided.
func lacks(i int, message string) string {
	return fmt.Sprintf(`{"decision":false,"context":{"error":{"status":400,"message":"evaluations[%d]: %s"}}}`, i, message)
}

func answers(each ...string) string { return `{"evaluations":[` + strings.Join(each, ",") + `]}` }

func TestEvaluations(t *testing.T) {
	h := authzen.NewHandler(oneShop(t), authzen.Options{MaxEvaluations: 4})
	for name, test := range map[string]struct{ body, want string }{
		"defaults": {
			`{` + benSells + `,"evaluations":[{` + inNorth + `},{` + inSouth + `}]}`, answers(yes, no),
		},
		"evaluations before defaults": {
			`{"evaluations":[{` + inNorth + `},{` + inSouth + `}],` + benSells + `}`, answers(yes, no),
		},
		"everything given": {`{"evaluations":[{` + adaSells + `},{` + benSells + `,` + inSouth + `}]}`, answers(yes, no)},
		"all by default":   {`{` + adaSells + `,"evaluations":[{},{}]}`, answers(yes, yes)},
		"an entity is replaced whole": {
			`{"subject":{"type":"user","id":"ben"},"action":{"name":"refund"},"resource":{"type":"sale","id":"1","properties":{"unit":"north","amount":1}},
			"evaluations":[{},{"resource":{"type":"sale","id":"2","properties":{"unit":"north"}}},{"resource":{"type":"sale","id":"2"}}]}`,
			answers(yes, no, no),
		},
		"the context is replaced whole": {
			`{"subject":{"type":"user","id":"ada"},"action":{"name":"report"},"resource":{"type":"x","id":"1"},"context":{"mfa":true},
			"evaluations":[{},{"context":{}},{"context":{"mfa":true}},{"context":{"ip":"::1"}}]}`, answers(yes, no, yes, no),
		},
		"lacks a resource": {
			`{` + benSells + `,"evaluations":[{` + inNorth + `},{},{` + inNorth + `}]}`,
			answers(yes, lacks(1, "resource is missing: it must be an object"), yes),
		},
		"lacks an id": {
			`{` + adaSells + `,"evaluations":[{"subject":{"type":"user"}},{"action":{}},{"resource":{"id":"1"}}]}`,
			answers(lacks(0, "subject.id is missing: it must be a string"), lacks(1, "action.name is missing: it must be a string"),
				lacks(2, "resource.type is missing: it must be a string")),
		},
		"of the wrong type": {
			`{` + adaSells + `,"evaluations":[{"subject":"ada"},7,{"action":{"name":[]}},{"resource":{"type":"x","id":"1","properties":[]}}]}`,
			answers(lacks(0, "subject is a string: it must be an object"), lacks(1, "it is a number: it must be an object"),
				lacks(2, "action.name is an array: it must be a string"), lacks(3, "resource.properties is an array: it must be an object")),
		},
		"a default that every evaluation replaces": {
			`{"subject":{"type":"user","id":"ada"},"action":{"name":"sell"},"resource":{},"evaluations":[{` + inSouth + `},{` + inNorth + `}]}`, answers(yes, yes),
		},
		"unknown users, permissions, units and people": {
			`{` + adaSells + `,"evaluations":[{"subject":{"type":"user","id":"eve"}},{"action":{"name":"fly"}},{"resource":{"type":"branch","id":"east"}},
			{"resource":{"type":"user","id":"eve"}}]}`, answers(no, no, no, no),
		},
		"null is no default": {
			`{` + adaSells + `,"evaluations":[{"subject":null},{"context":null},null,{"resource":null}]}`,
			answers(lacks(0, "subject is null: it must be an object"), lacks(1, "context is null: it must be an object"),
				lacks(2, "it is null: it must be an object"), lacks(3, "resource is null: it must be an object")),
		},
		"an evaluation inside an evaluation": {`{` + adaSells + `,"evaluations":[{"evaluations":[{}],"options":7}]}`, answers(yes)},
		"none":                               {`{` + adaSells + `,"evaluations":[]}`, yes},
		"null":                               {`{` + adaSells + `,"evaluations":null,"options":null}`, yes},
		"execute all": {
			`{` + benSells + `,"options":{"evaluations_semantic":"execute_all","other":[1]},"evaluations":[{` + inSouth + `},{` + inNorth + `},{}]}`,
			answers(no, yes, lacks(2, "resource is missing: it must be an object")),
		},
		"deny on first deny": {
			`{` + benSells + `,"options":{"evaluations_semantic":"deny_on_first_deny"},"evaluations":[{` + inNorth + `},{` + inSouth + `},{` + inNorth + `}]}`,
			answers(yes, no),
		},
		"deny on first deny, where nothing is denied": {
			`{"options":{"evaluations_semantic":"deny_on_first_deny"},` + adaSells + `,"evaluations":[{},{},{}]}`, answers(yes, yes, yes),
		},
		"deny on first failure": {
			`{` + benSells + `,"options":{"evaluations_semantic":"deny_on_first_deny"},"evaluations":[{` + inNorth + `},{},{` + inNorth + `}]}`,
			answers(yes, lacks(1, "resource is missing: it must be an object")),
		},
		"permit on first permit": {
			`{` + benSells + `,"options":{"evaluations_semantic":"permit_on_first_permit"},"evaluations":[{` + inSouth + `},{},{` + inNorth + `},{` + inNorth + `}]}`,
			answers(no, lacks(1, "resource is missing: it must be an object"), yes),
		},
		"explained": {
			`{` + benSells + `,"options":{"explain":true,"evaluations_semantic":"deny_on_first_deny"},"evaluations":[{` + inNorth + `},{` + inSouth + `},{}]}`,
			answers(`{"decision":true,"context":{"reason":"Granted","message":"role seller gives sell to ben in north","revision":7}}`,
				`{"decision":false,"context":{"reason":"NotGranted","message":"nothing gives sell to ben in south",`+
					`"nearest":["would be allowed in north, by grant b of role seller"],"revision":7,"endedBy":"deny_on_first_deny"}}`),
		},
	} {
		t.Run(name, func(t *testing.T) { asks(t, h, evaluations, test.body, 200, test.want) })
	}
}

// TestNothingStays: what a request holds does not count for the next, which reuses its memory.
func TestNothingStays(t *testing.T) {
	h := authzen.NewHandler(oneShop(t), authzen.Options{})
	full := `{` + adaSells + `,"context":{"mfa":true},"options":{"explain":true,"evaluations_semantic":"permit_on_first_permit"},"evaluations":[{},{}]}`
	for range 50 {
		if got := post(h, evaluations, full); got.status != 200 || strings.Count(got.body, "Granted") != 1 {
			t.Fatalf("%d %s", got.status, got.body)
		}
		asks(t, h, evaluations, `{}`, 400, "subject is missing: it must be an object")
		asks(t, h, evaluations, `{"evaluations":[{}]}`, 200, answers(lacks(0, "subject is missing: it must be an object")))
		asks(t, h, evaluation, `{"subject":{"type":"user","id":"ada"},"action":{"name":"report"},"resource":{"type":"x","id":"1"}}`, 200, no)
	}
}

// TestEndedBy: the explanation of the last evaluation alone says that it ends the others.
func TestEndedBy(t *testing.T) {
	h := authzen.NewHandler(oneShop(t), authzen.Options{})
	for semantic, want := range map[string][]bool{"permit_on_first_permit": {false, true}, "deny_on_first_deny": {true}, "execute_all": {false, false, false}} {
		got := post(h, evaluations, `{`+benSells+`,"options":{"explain":true,"evaluations_semantic":"`+semantic+`"},"evaluations":[{`+
			inSouth+`},{`+inNorth+`},{`+inNorth+`}]}`)
		var all struct {
			Evaluations []struct {
				Context struct {
					EndedBy string `json:"endedBy"`
				} `json:"context"`
			} `json:"evaluations"`
		}
		if err := json.Unmarshal([]byte(got.body), &all); err != nil {
			t.Fatal(err)
		}
		var ended []bool
		for _, one := range all.Evaluations {
			ended = append(ended, one.Context.EndedBy == semantic)
		}
		if !slices.Equal(ended, want) {
			t.Errorf("%s: %v, want %v: %s", semantic, ended, want, got.body)
		}
	}
}

// TestNullContextAfterEvaluations: in an evaluation null could mean two things, in the request itself it means none.
func TestNullContextAfterEvaluations(t *testing.T) {
	h := authzen.NewHandler(oneShop(t), authzen.Options{})
	asks(t, h, evaluations, `{`+adaSells+`,"evaluations":[{}],"context":null}`, 200, answers(yes))
	asks(t, h, evaluations, `{"context":null,`+adaSells+`,"evaluations":[{}]}`, 200, answers(yes))
}

// TestAtOnce: requests that are answered at the same time do not share what they reuse.
func TestAtOnce(t *testing.T) {
	h := authzen.NewHandler(oneShop(t), authzen.Options{MaxPage: 1})
	shapes := []struct {
		path, body string
		status     int
		want       string
	}{
		{evaluation, `{` + adaSells + `}`, 200, yes},
		{evaluation, `{` + benSells + `,` + inSouth + `}`, 200, no},
		{evaluation, `{` + benSells + `}`, 400, "resource is missing: it must be an object"},
		{evaluations, `{` + benSells + `,"evaluations":[{` + inNorth + `},{` + inSouth + `},{}]}`, 200, answers(yes, no, lacks(2, "resource is missing: it must be an object"))},
		{searchSubject, `{"subject":{"type":"user"},"action":{"name":"sell"},` + inSouth + `}`, 200, `{"results":[{"type":"user","id":"ada"}]}`},
		{searchAction, `{"subject":{"type":"user","id":"ben"},` + inNorth + `}`, 200, `{"results":[{"name":"sell"}]}`},
	}
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 200 {
				shape := &shapes[(worker+i)%len(shapes)]
				if got := post(h, shape.path, shape.body); got.status != shape.status || got.body != shape.want {
					t.Errorf("%s %s: %d %s", shape.path, shape.body, got.status, got.body)
				}
			}
		})
	}
	group.Wait()
}

// TestFirstProblemIsReported: of several problems in an evaluation, or in a request, the first one is reported.
func TestFirstProblemIsReported(t *testing.T) {
	handler := authzen.NewHandler(oneShop(t), authzen.Options{})
	for problems, want := range map[string]string{
		`{"subject":7,"action":"sell","resource":[]}`:                                         "subject is a number: it must be an object",
		`{"action":"sell","subject":7,"resource":[]}`:                                         "action is a string: it must be an object",
		`{"resource":{"type":true,"id":[]},"action":7,"subject":null}`:                        "resource.type is a boolean: it must be a string",
		`{"subject":{"type":"user","id":1,"properties":2},"context":false}`:                   "subject.id is a number: it must be a string",
		`{"context":[],"action":{"name":null}}`:                                               "context is an array: it must be an object",
		`{"subject":{"type":"user"},"action":{},"resource":{"id":"north"}}`:                   "subject.id is missing: it must be a string",
		`{"subject":{"type":"user","id":"ada"},"action":{},"resource":{"id":"north"}}`:        "action.name is missing: it must be a string",
		`{"subject":{"type":"user","id":"ada"},"action":{"name":"sell"},"resource":{}}`:       "resource.type is missing: it must be a string",
		`{"subject":{"type":"user","id":"ada"},"action":{"name":"sell"},"resource":{"id":1}}`: "resource.id is a number: it must be a string",
	} {
		asks(t, handler, evaluation, problems, http.StatusBadRequest, want)
		asks(t, handler, evaluations, `{"evaluations":[`+problems+`]}`, http.StatusOK,
			`{"evaluations":[{"decision":false,"context":{"error":{"status":400,"message":"evaluations[0]: `+want+`"}}}]}`)
	}
}
