// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// TestValuesAreReadAsEncodingJSONReadsThem: what a request sends is what conditions and the decision log see.
func TestValuesAreReadAsEncodingJSONReadsThem(t *testing.T) {
	var seen access.Request
	h := authzen.NewHandler(oneShop(t), authzen.Options{OnDecision: func(_ context.Context, d authzen.Decision) { seen = d.Request }})
	for _, text := range []string{
		`null`, `true`, `false`, `""`, `"a\"b\\c\u00e9"`, `0`, `-1.5e3`, `1234567890123456`, `[]`, `[null,[1,"x"],{"a":[true]}]`,
		`{"":{"b\n":[{}]},"c":false}`,
	} {
		var want any
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		asks(t, h, evaluation, `{`+adaSells+`,"context":{"value":`+text+`}}`, http.StatusOK, yes)
		if got, present := seen.Context["value"]; !present || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is read as %#v, want %#v", text, got, want)
		}
	}
}

// TestSearchesNeedAllButWhatTheyLookFor, and pass over that.
func TestSearchesNeedAllButWhatTheyLookFor(t *testing.T) {
	h := authzen.NewHandler(oneShop(t), authzen.Options{})
	body := func(without string) string {
		entity := func(name, first, second string) string {
			members := []string{}
			for member, value := range map[string]string{first: "x", second: "y"} {
				if member != "" && name+"."+member != without {
					members = append(members, fmt.Sprintf("%q: %q", member, value))
				}
			}
			return fmt.Sprintf("%q: {%s}", name, strings.Join(members, ","))
		}
		var entities []string
		for _, e := range [][3]string{{"subject", "type", "id"}, {"action", "name", ""}, {"resource", "type", "id"}} {
			if e[0] != without {
				entities = append(entities, entity(e[0], e[1], e[2]))
			}
		}
		return "{" + strings.Join(entities, ",") + "}"
	}
	needed := map[string]string{
		"subject": "an object", "subject.type": "a string", "subject.id": "a string", "action": "an object", "action.name": "a string",
		"resource": "an object", "resource.type": "a string", "resource.id": "a string",
	}
	for path, ignored := range map[string][]string{
		evaluation: nil, searchSubject: {"subject.id"}, searchResource: {"resource.id"}, searchAction: {"action", "action.name"},
	} {
		for field, wanted := range needed {
			status, want := http.StatusBadRequest, field+" is missing: it must be "+wanted
			for _, name := range ignored {
				if field == name {
					status, want = http.StatusOK, `{"results":[]}`
				}
			}
			asks(t, h, path, body(field), status, want)
		}
	}
	const odd = `{"subject":{"type":"user","id":%s},"action":{"name":%s},"resource":{"type":"branch","id":%s}}`
	for path, text := range map[string]string{
		searchSubject: fmt.Sprintf(odd, "7", `"fly"`, `"north"`), searchAction: fmt.Sprintf(odd, `"zoe"`, "7", `"north"`),
		searchResource: fmt.Sprintf(odd, `"zoe"`, `"sell"`, "7"),
	} {
		asks(t, h, path, text, http.StatusOK, `{"results":[]}`)
	}
}

// TestDefaultsOfEvaluationsAreWhole: an entity that stands for all evaluations names all that it must.
func TestDefaultsOfEvaluationsAreWhole(t *testing.T) {
	h := authzen.NewHandler(oneShop(t), authzen.Options{})
	for defaults, missing := range map[string]string{
		`"subject":{"type":"user"}`: "subject.id", `"action":{}`: "action.name", `"resource":{"type":"branch"}`: "resource.id",
		adaSells + `,"context":{}`: "",
	} {
		status, want := http.StatusBadRequest, missing+" is missing: it must be a string"
		if missing == "" {
			status, want = http.StatusOK, answers(yes)
		}
		asks(t, h, evaluations, `{`+defaults+`,"evaluations":[{}]}`, status, want)
	}
}

// TestUnknownMembersArePassedOver, wherever they stand and whatever they hold.
func TestUnknownMembersArePassedOver(t *testing.T) {
	h := authzen.NewHandler(oneShop(t), authzen.Options{})
	const extra = `"extra":{"limit":"x","token":[1,{"a":2}]}`
	named := `{"subject":{"type":"user","id":"ada","name":"ben",` + extra + `},"action":{"name":"sell","id":"x","type":7},` +
		`"resource":{"type":"branch","id":"north","name":{}},"options":{` + extra + `,"evaluations_semantic":7}`
	asks(t, h, evaluation, named+`,`+extra+`,"page":7}`, http.StatusOK, yes)
	asks(t, h, evaluations, `{`+adaSells+`,`+extra+`,"evaluations":[{`+extra+`},{"context":{}}],"context":null}`, http.StatusOK, answers(yes, yes))
	asks(t, h, searchAction, `{`+adaSells+`,`+extra+`,"page":{`+extra+`}}`, http.StatusOK,
		`{"page":{"next_token":"","count":2},"results":[{"name":"refund"},{"name":"sell"}]}`)
}

// TestNothingStaysOfABodyThatWasNotReadToItsEnd, though its memory is used again.
func TestNothingStaysOfABodyThatWasNotReadToItsEnd(t *testing.T) {
	h := authzen.NewHandler(oneShop(t), authzen.Options{})
	for range 50 {
		if got := post(h, evaluation, `{"context":[`+strings.Repeat("1,", 1000)+`}`); got.status != http.StatusBadRequest {
			t.Fatalf("%d %s", got.status, got.body)
		}
		asks(t, h, evaluation, `{`+adaSells+`}`, http.StatusOK, yes)
	}
}

// TestMethodsAndPaths: what is not served says how to ask, as plain text, and an empty identifier is none.
func TestMethodsAndPaths(t *testing.T) {
	var target authzen.Target
	h := authzen.NewHandler(append(oneShop(t), oneShop(t)...), authzen.Options{OnResponse: func(_ context.Context, r authzen.Response) {
		if target = r.Target; r.Duration <= 0 {
			t.Errorf("the answer took %v", r.Duration)
		}
	}})
	shop := authzen.Target{Namespace: "trade", Organization: "shop"}
	at := func(endpoint authzen.Endpoint, of authzen.Target) authzen.Target {
		of.Endpoint = endpoint
		return of
	}
	for _, c := range []struct {
		method, path  string
		status        int
		allow, within string
		target        authzen.Target
	}{
		{http.MethodGet, "/trade/shop" + evaluation, http.StatusMethodNotAllowed, "POST", "use POST", at(authzen.Evaluation, shop)},
		{http.MethodHead, "/trade/shop" + evaluation, http.StatusMethodNotAllowed, "POST", "", at(authzen.Evaluation, shop)},
		{http.MethodPost, wellKnown + "/trade/shop", http.StatusMethodNotAllowed, "GET, HEAD", "use GET, HEAD", at(authzen.Metadata, shop)},
		{http.MethodDelete, wellKnown, http.StatusMethodNotAllowed, "GET, HEAD", "method DELETE", at(authzen.Metadata, authzen.Target{})},
		{http.MethodHead, wellKnown + "/trade/shop", http.StatusOK, "", "", at(authzen.Metadata, shop)},
		{http.MethodPost, evaluation, http.StatusNotFound, "", "the root answers for no organization", at(authzen.Evaluation, authzen.Target{})},
		{
			http.MethodPost, "/trade/other" + evaluation, http.StatusNotFound, "", `there is no organization "other" in namespace "trade" here`,
			at(authzen.Evaluation, authzen.Target{Namespace: "trade", Organization: "other"}),
		},
		{http.MethodPost, "/trade/shop/evaluate", http.StatusNotFound, "", "there is nothing at", authzen.Target{}},
		{http.MethodPost, strings.TrimPrefix(evaluation, "/"), http.StatusNotFound, "", "there is nothing at", authzen.Target{}},
		{http.MethodPost, "", http.StatusNotFound, "", "there is nothing at", authzen.Target{}},
	} {
		r := httptest.NewRequest(c.method, "https://pdp.example.com/", strings.NewReader(`{}`))
		r.URL.Path = c.path
		r.Header.Set("X-Request-Id", "")
		got := do(h, r)
		if got.status != c.status || got.header.Get("Allow") != c.allow || !strings.Contains(got.body, c.within) || target != c.target {
			t.Errorf("%s %s: %d %s\n%v, of %+v", c.method, c.path, got.status, got.body, got.header, target)
		}
		if kind := got.header.Get("Content-Type"); got.status != http.StatusOK &&
			(kind != "text/plain; charset=utf-8" || got.header.Get("X-Content-Type-Options") != "nosniff") {
			t.Errorf("%s %s is of type %q", c.method, c.path, kind)
		}
		if _, repeated := got.header["X-Request-Id"]; repeated {
			t.Errorf("%s %s repeats an empty identifier", c.method, c.path)
		}
	}
}

// TestPathsInMessagesAreShort: a long one is cut.
func TestPathsInMessagesAreShort(t *testing.T) {
	h := authzen.NewHandler(oneShop(t), authzen.Options{})
	for length, want := range map[int]string{191: "at /context/%s", 192: `at "/context/%.191s…"`} {
		name := strings.Repeat("n", length)
		got := post(h, evaluation, `{"context":{"`+name+`":1e999}}`)
		if want = fmt.Sprintf(want, name); !strings.HasSuffix(strings.ReplaceAll(got.body, `"…`, `…"`), want) {
			t.Errorf("got %s, want %s", got.body, want)
		}
	}
}
