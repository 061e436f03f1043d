// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const (
	searchSubject  = "/access/v1/search/subject"
	searchResource = "/access/v1/search/resource"
	searchAction   = "/access/v1/search/action"
)

func TestSearch(t *testing.T) {
	h := authzen.NewHandler(oneShop(t), authzen.Options{})
	north := `{"type":"branch","id":"north","properties":{"name":"the \"north\" \u0026 \u003cmore\u003e","open":true}}`
	for name, test := range map[string]struct{ path, body, want string }{
		"who sells in the north": {
			searchSubject, `{"subject":{"type":"user"},"action":{"name":"sell"},` + inNorth + `}`,
			`{"results":[{"type":"user","id":"ada"},{"type":"user","id":"ben"},{"type":"user","id":"dé"}]}`,
		},
		"an id that is ignored": {
			searchSubject, `{"subject":{"type":"user","id":"ben"},"action":{"name":"sell"},` + inSouth + `}`,
			`{"results":[{"type":"user","id":"ada"}]}`,
		},
		"an odd id that is ignored": {
			searchSubject, `{"subject":{"type":"user","id":[1]},"action":{"name":"sell"},` + inSouth + `,"page":null}`,
			`{"results":[{"type":"user","id":"ada"}]}`,
		},
		"with the context": {
			searchSubject, `{"subject":{"type":"user"},"action":{"name":"report"},` + inSouth + `,"context":{"mfa":true}}`,
			`{"results":[{"type":"user","id":"ada"}]}`,
		},
		"without it":              {searchSubject, `{"subject":{"type":"user"},"action":{"name":"report"},` + inSouth + `}`, `{"results":[]}`},
		"subjects of other types": {searchSubject, `{"subject":{"type":"spaceship"},"action":{"name":"sell"},` + inNorth + `}`, `{"results":[]}`},
		"an unknown permission":   {searchSubject, `{"subject":{"type":"user"},"action":{"name":"fly"},` + inNorth + `}`, `{"results":[]}`},
		"an unknown unit": {
			searchSubject, `{"subject":{"type":"user"},"action":{"name":"sell"},"resource":{"type":"sale","id":"1","properties":{"unit":"east"}}}`,
			`{"results":[]}`,
		},
		"a unit that is unknown":       {searchSubject, `{"subject":{"type":"user"},"action":{"name":"sell"},"resource":{"type":"branch","id":"east"}}`, `{"results":[]}`},
		"a person who is unknown":      {searchSubject, `{"subject":{"type":"user"},"action":{"name":"sell"},"resource":{"type":"user","id":"eve"}}`, `{"results":[]}`},
		"units of an unknown right":    {searchResource, `{"subject":{"type":"user","id":"ada"},"action":{"name":"fly"},"resource":{"type":"branch"}}`, `{"results":[]}`},
		"what ada does in no unit":     {searchAction, `{"subject":{"type":"user","id":"ada"},"resource":{"type":"branch","id":"east"}}`, `{"results":[]}`},
		"what ada does within no unit": {searchAction, `{"subject":{"type":"user","id":"ada"},"resource":{"type":"sale","id":"1","properties":{"unit":"east"}}}`, `{"results":[]}`},
		"what ada does to nobody":      {searchAction, `{"subject":{"type":"user","id":"ada"},"resource":{"type":"user","id":"eve"}}`, `{"results":[]}`},
		"options of another kind": {
			searchResource, `{` + benSells + `,"resource":{"type":"branch"},"options":7}`, `{"results":[{"type":"branch","id":"north"}]}`,
		},
		"options that are ignored": {
			searchSubject, `{"subject":{"type":"user"},"action":{"name":"sell"},` + inSouth + `,"options":{"evaluations_semantic":7,"properties":"yes","explain":1}}`,
			`{"results":[{"type":"user","id":"ada"}]}`,
		},
		"where ben sells": {
			searchResource, `{` + benSells + `,"resource":{"type":"branch"}}`, `{"results":[{"type":"branch","id":"north"}]}`,
		},
		"where ben sells, with properties": {
			searchResource, `{` + benSells + `,"resource":{"type":"branch"},"options":{"properties":true}}`, `{"results":[` + north + `]}`,
		},
		"a unit's id that is ignored": {
			searchResource, `{` + benSells + `,"resource":{"type":"branch","id":"south"}}`, `{"results":[{"type":"branch","id":"north"}]}`,
		},
		"units with the properties that are sent": {
			searchResource, `{"subject":{"type":"user","id":"dé"},"action":{"name":"refund"},"resource":{"type":"branch","properties":{"amount":5}},"options":{"properties":true}}`,
			`{"results":[` + north + `,{"type":"branch","id":"west"}]}`,
		},
		"units of another kind":     {searchResource, `{` + benSells + `,"resource":{"type":"company"}}`, `{"results":[]}`},
		"units of an unknown kind":  {searchResource, `{` + benSells + `,"resource":{"type":"planet"}}`, `{"results":[]}`},
		"units of no kind":          {searchResource, `{` + benSells + `,"resource":{"type":""}}`, `{"results":[]}`},
		"units of an unknown user":  {searchResource, `{"subject":{"type":"user","id":"eve"},"action":{"name":"sell"},"resource":{"type":"branch"}}`, `{"results":[]}`},
		"what ada does in the west": {searchAction, `{"subject":{"type":"user","id":"ada"},"resource":{"type":"branch","id":"west"}}`, `{"results":[{"name":"refund"},{"name":"sell"}]}`},
		"what ben does":             {searchAction, `{"subject":{"type":"user","id":"ben"},` + inNorth + `}`, `{"results":[{"name":"sell"}]}`},
		"what ben does gently": {
			searchAction, `{"subject":{"type":"user","id":"ben"},"action":{"name":7,"properties":{"soft":true}},` + inNorth + `}`,
			`{"results":[{"name":"refund"},{"name":"sell"}]}`,
		},
		"what a suspended user does": {searchAction, `{"subject":{"type":"user","id":"cyd"},` + inNorth + `}`, `{"results":[]}`},
		"what an unknown user does":  {searchAction, `{"subject":{"type":"user","id":"eve"},` + inNorth + `}`, `{"results":[]}`},
		"with the revision": {
			searchAction, `{"subject":{"type":"user","id":"ben"},` + inNorth + `,"options":{"explain":true}}`,
			`{"context":{"revision":7},"results":[{"name":"sell"}]}`,
		},
		"a page that holds all": {
			searchAction, `{"subject":{"type":"user","id":"ben"},` + inNorth + `,"page":{"limit":1,"properties":{"sort":1}},"options":{"explain":true}}`,
			`{"page":{"next_token":"","count":1},"context":{"revision":7},"results":[{"name":"sell"}]}`,
		},
		"a page without limit": {
			searchAction, `{"subject":{"type":"user","id":"ben"},` + inNorth + `,"page":{"token":"","limit":null}}`,
			`{"page":{"next_token":"","count":1},"results":[{"name":"sell"}]}`,
		},
		"an empty page": {
			searchAction, `{"subject":{"type":"user","id":"eve"},` + inNorth + `,"page":{"limit":0}}`,
			`{"page":{"next_token":"","count":0},"results":[]}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			asks(t, h, test.path, test.body, 200, test.want)
			asks(t, h, "/trade/shop"+test.path, test.body, 200, test.want)
		})
	}
}

// found is an answer to a search.
type found struct {
	Page *struct {
		NextToken *string `json:"next_token"`
		Count     int     `json:"count"`
	} `json:"page"`
	Results []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"results"`
}

func searched(t *testing.T, got reply) found {
	t.Helper()
	var answer found
	if err := json.Unmarshal([]byte(got.body), &answer); err != nil || got.status != 200 {
		t.Fatalf("%d %s: %v", got.status, got.body, err)
	}
	if answer.Page != nil && (answer.Page.NextToken == nil || answer.Page.Count != len(answer.Results)) {
		t.Fatalf("an odd page: %s", got.body)
	}
	return answer
}

// manyUsers is an organization in which many may sell.
func manyUsers(t *testing.T, users int) tenants {
	t.Helper()
	doc := shop()
	for i := range users {
		doc.Users[fmt.Sprintf("u%04d", i)] = document.User{Grants: []document.Grant{
			{Source: "s", Role: "seller", Scope: document.Scope{Units: []string{"west"}}},
		}}
	}
	return tenants{
		{namespace: "trade", organization: "shop", index: index(t, doc)},
		{namespace: "trade", organization: "other", index: index(t, doc)},
	}
}

// TestPages: pages of any size hold what one answer holds, each once, in the same order.
func TestPages(t *testing.T) {
	const users, query = 1234, `{"subject":{"type":"user"},"action":{"name":"sell"},"resource":{"type":"branch","id":"west"}%s}`
	h := authzen.NewHandler(manyUsers(t, users), authzen.Options{})
	const path = "/trade/shop" + searchSubject
	for limit, pages := range map[string]int{"": 2, `"limit":1000,`: 2, `"limit":618,`: 2, `"limit":617,`: 3, `"limit":100,`: 13, `"limit":1e30,`: 2} {
		var ids []string
		token, asked := "", 0
		for {
			page := ""
			if asked > 0 || limit != "" {
				page = `,"page":{` + limit + `"token":"` + token + `"}`
			}
			answer := searched(t, post(h, path, fmt.Sprintf(query, page)))
			for _, result := range answer.Results {
				ids = append(ids, result.ID)
			}
			asked++
			if answer.Page == nil {
				t.Fatalf("limit %s: what is not all is not said to be a page", limit)
			}
			if token = *answer.Page.NextToken; token == "" {
				break
			}
			if asked == 2 && limit != "" {
				// The standard's example repeats no limit.
				limit, answer.Page = "", nil
			}
		}
		if asked != pages || len(ids) != users+2 || ids[0] != "ada" || ids[1] != "dé" || ids[users+1] != "u1233" {
			t.Errorf("limit %q: %d pages with %d users, not %d with %d", limit, asked, len(ids), pages, users+2)
		}
		for i := 1; i < len(ids); i++ {
			if ids[i-1] >= ids[i] {
				t.Fatalf("limit %q: %s comes before %s", limit, ids[i-1], ids[i])
			}
		}
	}
}

// TestProbe: limit 0 asks whether there is any result. The token leads to the results, and never to the same page.
func TestProbe(t *testing.T) {
	h := authzen.NewHandler(oneShop(t), authzen.Options{MaxPage: 1})
	query := `{"subject":{"type":"user","id":"dé"},"action":{"name":"refund"},"resource":{"type":"branch","properties":{"amount":5}},"page":{%s"token":"%s"}}`
	first := searched(t, post(h, searchResource, fmt.Sprintf(query, `"limit":0,`, "")))
	token := *first.Page.NextToken
	if len(first.Results) > 0 || token == "" {
		t.Fatalf("limit 0: %+v", first)
	}
	asks(t, h, searchResource, fmt.Sprintf(query, `"limit":0,`, token), 400,
		"page.limit is 0, with which no page has a result: leave it out to get those that page.token leads to")
	var found []string
	for pages := 0; token != "" && pages < 5; pages++ {
		page := searched(t, post(h, searchResource, fmt.Sprintf(query, "", token)))
		for _, result := range page.Results {
			found = append(found, result.ID)
		}
		token = *page.Page.NextToken
	}
	if got := strings.Join(found, " "); got != "north west" || token != "" {
		t.Errorf("after limit 0: %s, and token %q", got, token)
	}
}

// TestTokens: a token goes on with the request that it was given for, and with no other.
func TestTokens(t *testing.T) {
	h := authzen.NewHandler(manyUsers(t, 9), authzen.Options{})
	const path = "/trade/shop" + searchSubject
	ask := func(body, page string) string {
		return `{"subject":{"type":"user","properties":{"a":1,"b":2}},"action":{"name":"sell"},"resource":{"type":"branch","id":"west"}` + body + `,"page":{` + page + `}}`
	}
	token := *searched(t, post(h, path, ask("", `"limit":3`))).Page.NextToken
	goOn := func(token string) string { return `"token":"` + token + `"` }
	fourth := searched(t, post(h, path, ask("", goOn(token)))).Results[0].ID
	for name, body := range map[string]string{
		"with its limit":        ask("", `"limit":3,`+goOn(token)),
		"in another order":      `{"page":{` + goOn(token) + `},"resource":{"id":"west","type":"branch"},"action":{"name":"sell"},"subject":{"properties":{"b":2,"a":1},"type":"user"}}`,
		"with another id":       strings.Replace(ask("", goOn(token)), `"type":"user"`, `"type":"user","id":"x"`, 1),
		"with an empty context": ask(`,"context":{}`, goOn(token)),
		"with other options":    ask(`,"options":{"explain":true}`, goOn(token)),
	} {
		if answer := searched(t, post(h, path, body)); len(answer.Results) != 3 || answer.Results[0].ID != fourth {
			t.Errorf("%s: %+v", name, answer)
		}
	}
	cut := token[:len(token)-4]
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		raw[i] ^= 1
		asks(t, h, path, ask("", goOn(base64.RawURLEncoding.EncodeToString(raw))), 400, noToken)
		raw[i] ^= 1
	}
	for name, test := range map[string]struct{ path, body, want string }{
		"cut":             {path, ask("", goOn(cut)), noToken},
		"lengthened":      {path, ask("", goOn(token+"AAAA")), noToken},
		"made up":         {path, ask("", goOn("a3M9NDU2O3N6PTI=")), noToken},
		"padded":          {path, ask("", goOn(token+"==")), noToken},
		"not base64":      {path, ask("", goOn("ä")), noToken},
		"another subject": {path, strings.Replace(ask("", goOn(token)), `"a":1`, `"a":2`, 1), otherRequest},
		"another action":  {path, strings.Replace(ask("", goOn(token)), "sell", "refund", 1), otherRequest},
		"another unit":    {path, strings.Replace(ask("", goOn(token)), "west", "north", 1), otherRequest},
		"a context":       {path, ask(`,"context":{"mfa":true}`, goOn(token)), otherRequest},
		"another tenant":  {"/trade/other" + searchSubject, ask("", goOn(token)), otherRequest},
		"another search":  {"/trade/shop" + searchAction, strings.Replace(ask("", goOn(token)), `"type":"user"`, `"type":"user","id":"ada"`, 1), otherRequest},
		"another limit": {
			path, ask("", `"limit":4,`+goOn(token)),
			"page.limit is 4: leave it out, or let it be as in the request that page.token continues",
		},
		"no more than a sum": {path, ask("", goOn(base64.RawURLEncoding.EncodeToString(raw[:20]))), noToken},
		"one byte":           {path, ask("", goOn("AA")), noToken},
		"a limit of nothing": {
			path, ask("", `"limit":0,`+goOn(token)),
			"page.limit is 0, with which no page has a result: leave it out to get those that page.token leads to",
		},
		"a limit where there was none": {
			path, ask("", `"limit":3,`+goOn(tokenWithoutLimit(t, path, ask("", "")))),
			"page.limit is 3: leave it out, or let it be as in the request that page.token continues",
		},
	} {
		t.Run(name, func(t *testing.T) { asks(t, h, test.path, test.body, 400, test.want) })
	}
}

const (
	noToken      = "page.token is not a next_token of this service: send one as it was given, or none to start again"
	otherRequest = "page.token was given for another request: subject, action, resource and context must be as they were"
)

// tokenWithoutLimit comes from a service whose pages are small: another replica may go on.
func tokenWithoutLimit(t *testing.T, path, body string) string {
	t.Helper()
	h := authzen.NewHandler(manyUsers(t, 9), authzen.Options{MaxPage: 2})
	return *searched(t, post(h, path, body)).Page.NextToken
}

// TestSearchesAgree: what a search finds is what an evaluation says yes to, and all of it.
func TestSearchesAgree(t *testing.T) {
	h := authzen.NewHandler(oneShop(t), authzen.Options{})
	const rest = `"resource":{"type":"branch","id":%q,"properties":{"amount":50}},"context":{"mfa":true}}`
	doc := shop()
	contains := func(path, body, name string) bool {
		for _, result := range searched(t, post(h, path, body)).Results {
			if result.ID+result.Name == name {
				return true
			}
		}
		return false
	}
	found := 0
	for user := range doc.Users {
		for permission := range doc.Permissions {
			for unit := range doc.Units {
				body := fmt.Sprintf(`{"subject":{"type":"user","id":%q},"action":{"name":%q},`+rest, user, permission, unit)
				want := post(h, evaluation, body).body == yes
				kind := doc.Units[unit].Kind == "branch"
				if contains(searchSubject, body, user) != want || contains(searchAction, body, permission) != want ||
					contains(searchResource, body, unit) != (want && kind) {
					t.Errorf("%s: evaluation says %v", body, want)
				}
				if want && kind {
					found++
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("%d results are found: too few to tell anything", found)
	}
}

// TestAttributesThatJSONCannotExpress: what no published document holds is an error of the service, not half an answer.
func TestAttributesThatJSONCannotExpress(t *testing.T) {
	doc := shop()
	doc.Units["north"] = document.Unit{Kind: "branch", Parent: doc.Units["north"].Parent, Attributes: map[string]any{"size": math.Inf(1)}}
	h := authzen.NewHandler(tenants{{namespace: "trade", organization: "shop", index: index(t, doc)}}, authzen.Options{})
	got := post(h, searchResource, `{`+benSells+`,"resource":{"type":"branch"},"options":{"properties":true}}`)
	if got.status != http.StatusInternalServerError || !strings.Contains(got.body, "the answer cannot be written") {
		t.Errorf("%d %s", got.status, got.body)
	}
}
