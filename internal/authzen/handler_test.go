// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const wellKnown = "/.well-known/authzen-configuration"

func TestMetadata(t *testing.T) {
	one := oneShop(t)
	two := append(oneShop(t), &tenant{namespace: "trade", organization: "other.shop", index: one[0].index})
	https := authzen.Options{BaseURL: "https://pdp.example.com"}
	deep := authzen.Options{BaseURL: "https://example.com/authz"}
	for name, test := range map[string]struct {
		tenants          tenants
		options          authzen.Options
		authority, below string
		base             string
	}{
		"root":                      {one, authzen.Options{}, "https://pdp.example.com", "", "https://pdp.example.com"},
		"a port":                    {one, authzen.Options{}, "https://pdp.example.com:8443", "", "https://pdp.example.com:8443"},
		"without TLS":               {one, authzen.Options{}, "http://127.0.0.1:8420", "", "http://127.0.0.1:8420"},
		"below":                     {one, authzen.Options{}, "https://[::1]:1", "/trade/shop", "https://[::1]:1/trade/shop"},
		"one of two":                {two, authzen.Options{}, "https://pdp.example.com", "/trade/other.shop", "https://pdp.example.com/trade/other.shop"},
		"a name that is set":        {one, https, "http://10.0.0.1", "", "https://pdp.example.com"},
		"a path that is set":        {one, deep, "http://10.0.0.1", "/authz", "https://example.com/authz"},
		"a path that a proxy cut":   {one, deep, "http://10.0.0.1", "", "https://example.com/authz"},
		"a path, below":             {two, deep, "http://10.0.0.1", "/authz/trade/shop", "https://example.com/authz/trade/shop"},
		"a name that is set, below": {two, https, "http://10.0.0.1", "/trade/shop", "https://pdp.example.com/trade/shop"},
	} {
		t.Run(name, func(t *testing.T) {
			got := do(authzen.NewHandler(test.tenants, test.options),
				httptest.NewRequest(http.MethodGet, test.authority+wellKnown+test.below, http.NoBody))
			var metadata map[string]string
			if err := json.Unmarshal([]byte(got.body), &metadata); err != nil || got.header.Get("Content-Type") != "application/json" {
				t.Fatalf("%d %s: %v", got.status, got.body, err)
			}
			want := map[string]string{
				"policy_decision_point":       test.base,
				"access_evaluation_endpoint":  test.base + evaluation,
				"access_evaluations_endpoint": test.base + evaluations,
				"search_subject_endpoint":     test.base + searchSubject,
				"search_resource_endpoint":    test.base + searchResource,
				"search_action_endpoint":      test.base + searchAction,
			}
			if cached := got.header.Get("Cache-Control"); cached != "max-age=3600" {
				t.Errorf("metadata may be cached; it has Cache-Control %q", cached)
			}
			if !reflect.DeepEqual(metadata, want) {
				t.Errorf("%s\nwant\n%v", got.body, want)
			}
		})
	}
}

func TestCheckBaseURL(t *testing.T) {
	for _, good := range []string{"https://pdp.example.com", "https://pdp.example.com:8443", "https://[::1]:8443",
		"https://pdp.example.com/pdp", "https://pdp.example.com/a/b/c"} {
		if err := authzen.CheckBaseURL(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", "pdp.example.com", "http://pdp.example.com", "https://", "https://pdp.example.com/", "https://pdp.example.com/pdp/", "https://pdp.example.com/a/b",
		"https://pdp.example.com//pdp", "https://pdp.example.com/a/../b", "https://a@b", "https:",
		"https://pdp.example.com?x", "https://pdp.example.com#x", "https://pdp .example.com", "%",
	} {
		if authzen.CheckBaseURL(bad) == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// TestRequestID: every answer repeats the identifier that the client sent, whatever the answer is.
func TestRequestID(t *testing.T) {
	h := authzen.NewHandler(oneShop(t), authzen.Options{})
	id := "bfe9eb29-ab87 \"4ca3\" \xe9" + strings.Repeat("i", 20_000)
	for path, status := range map[string]int{evaluation: 200, evaluations: 200, searchSubject: 200, "/nothing": 404, wellKnown: 405, "/a/b" + evaluation: 404} {
		got := post(h, path, `{`+adaSells+`}`, "X-Request-ID", id)
		if got.status != status || !reflect.DeepEqual(got.header["X-Request-Id"], []string{id}) {
			t.Errorf("%s: %d %v", path, got.status, got.header)
		}
		if got := post(h, path, `{`+adaSells+`}`); got.header["X-Request-Id"] != nil {
			t.Errorf("%s: an identifier nobody sent: %v", path, got.header)
		}
	}
}

// TestBasePath: questions are answered below the path of the base URL, and without it, where a proxy leaves it out.
func TestBasePath(t *testing.T) {
	h := authzen.NewHandler(oneShop(t), authzen.Options{BaseURL: "https://example.com/authz"})
	for path, want := range map[string]int{
		evaluation: 200, "/authz" + evaluation: 200, "/authz/trade/shop" + evaluation: 200, "/trade/shop" + evaluation: 200,
		"/authz/authz" + evaluation: 404, "/authzen" + evaluation: 404, "/authz/trade/other" + evaluation: 404, "/authz": 404,
	} {
		if got := post(h, path, `{`+adaSells+`}`); got.status != want {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

// TestForgedHost: metadata does not give back the name of a host that is not the service's.
func TestForgedHost(t *testing.T) {
	h := authzen.NewHandler(oneShop(t), authzen.Options{IsOwnHost: func(r *http.Request) bool { return r.Host == "pdp.example.com" }})
	for host, want := range map[string]int{"pdp.example.com": 200, "evil.example.com": 421} {
		got := do(h, httptest.NewRequest(http.MethodGet, "https://"+host+wellKnown, http.NoBody))
		if got.status != want || strings.Contains(got.body, "https://"+host) != (want == 200) {
			t.Errorf("%s: %d %s", host, got.status, got.body)
		}
	}
	r := httptest.NewRequest(http.MethodGet, "https://pdp.example.com"+wellKnown, http.NoBody)
	for _, name := range []string{"X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "Forwarded", "X-Original-Url"} {
		r.Header.Set(name, "host=evil.example.com")
	}
	if got := do(h, r); got.status != http.StatusOK || strings.Contains(got.body, "evil") || !strings.Contains(got.body, `"https://pdp.example.com"`) {
		t.Errorf("headers of a proxy: %d %s", got.status, got.body)
	}
}

// TestMetadataNeedsNoToken: it needs none, and tells nobody which organizations there are.
func TestMetadataNeedsNoToken(t *testing.T) {
	refused := authzen.Options{BaseURL: "https://pdp.example.com", Authorize: func(*http.Request, authzen.Target) (string, *authzen.StatusError) {
		return "", &authzen.StatusError{Status: 401, Message: "who are you?"}
	}}
	h := authzen.NewHandler(oneShop(t), refused)
	known := do(h, httptest.NewRequest(http.MethodGet, wellKnown+"/trade/shop", http.NoBody))
	unknown := do(h, httptest.NewRequest(http.MethodGet, wellKnown+"/trade/shxp", http.NoBody))
	if known.status != 200 || unknown.status != 200 || strings.ReplaceAll(unknown.body, "shxp", "shop") != known.body {
		t.Errorf("%d %s\n%d %s", known.status, known.body, unknown.status, unknown.body)
	}
	if got := post(h, "/trade/shop"+evaluation, `{`+adaSells+`}`); got.status != 401 {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// TestMetadataBelowTheTenant: it is below the path of an organization too, where client libraries look, with and without that of the base URL.
func TestMetadataBelowTheTenant(t *testing.T) {
	h := authzen.NewHandler(oneShop(t), authzen.Options{BaseURL: "https://example.com/authz"})
	get := func(path string) reply {
		return do(h, httptest.NewRequest(http.MethodGet, "https://example.com"+path, http.NoBody))
	}
	standard := get(wellKnown + "/authz/trade/shop")
	if standard.status != http.StatusOK || !strings.Contains(standard.body, `"https://example.com/authz/trade/shop"`) {
		t.Fatalf("%d %s", standard.status, standard.body)
	}
	for _, path := range []string{"/trade/shop" + wellKnown, "/authz/trade/shop" + wellKnown, wellKnown + "/trade/shop"} {
		if got := get(path); got.status != http.StatusOK || got.body != standard.body || got.header.Get("Cache-Control") != "max-age=3600" {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	for _, path := range []string{"/trade/other" + wellKnown, "/trade" + wellKnown, wellKnown + "/trade", "/trade/shop" + wellKnown + "/trade/shop"} {
		if got := get(path); got.status != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
}

// TestNotReady: while the index may not be relied on nothing is decided, and the metadata stays.
func TestNotReady(t *testing.T) {
	one := oneShop(t)
	one[0].unready = errors.New("its publication is 3h old")
	h := authzen.NewHandler(one, authzen.Options{})
	for _, path := range []string{evaluation, evaluations, searchSubject, searchResource, searchAction} {
		asks(t, h, path, `{`+adaSells+`}`, 503, "organization trade/shop cannot be served now: its publication is 3h old")
	}
	if got := do(h, httptest.NewRequest(http.MethodGet, "https://pdp.example.com"+wellKnown, http.NoBody)); got.status != 200 {
		t.Errorf("%d %s", got.status, got.body)
	}
}

// TestAdmit: nobody is answered who is not admitted, and nobody else learns which organizations there are.
func TestAdmit(t *testing.T) {
	var asked []authzen.Target
	h := authzen.NewHandler(oneShop(t), authzen.Options{Authorize: func(r *http.Request, target authzen.Target) (string, *authzen.StatusError) {
		asked = append(asked, target)
		if r.Header.Get("Authorization") == "" {
			return "", &authzen.StatusError{Status: 401, Message: "who are you?", Header: http.Header{"WWW-Authenticate": {"Bearer"}}}
		}
		return "backend", nil
	}})
	for _, path := range []string{evaluation, "/trade/shop" + searchAction, "/a/b" + evaluation} {
		got := post(h, path, `{`+adaSells+`}`)
		if got.status != 401 || got.body != "who are you?" || got.header.Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	if got := post(h, evaluation, `{`+adaSells+`}`, "Authorization", "Bearer x"); got.body != yes {
		t.Errorf("%d %s", got.status, got.body)
	}
	want := []authzen.Target{
		{Endpoint: authzen.Evaluation, Namespace: "trade", Organization: "shop"},
		{Endpoint: authzen.SearchAction, Namespace: "trade", Organization: "shop"},
		{Endpoint: authzen.Evaluation, Namespace: "a", Organization: "b"},
		{Endpoint: authzen.Evaluation, Namespace: "trade", Organization: "shop"},
	}
	if !reflect.DeepEqual(asked, want) {
		t.Errorf("asked of\n%+v\nwant\n%+v", asked, want)
	}
}

// TestCallbacks: OnDecision is called for each decision and OnResponse for each answer.
func TestCallbacks(t *testing.T) {
	var decisions []authzen.Decision
	var exchanges []authzen.Response
	h := authzen.NewHandler(oneShop(t), authzen.Options{
		Authorize:  func(*http.Request, authzen.Target) (string, *authzen.StatusError) { return "till", nil },
		OnDecision: func(_ context.Context, d authzen.Decision) { decisions = append(decisions, d) },
		OnResponse: func(_ context.Context, e authzen.Response) { exchanges = append(exchanges, e) },
	})
	post(h, evaluation, `{`+adaSells+`}`, "X-Request-ID", "1")
	post(h, evaluations, `{`+benSells+`,"options":{"explain":true},"evaluations":[{},{`+inSouth+`}]}`)
	post(h, searchSubject, `{"subject":{"type":"user","id":"x"},"action":{"name":"sell"},`+inNorth+`}`)
	post(h, searchSubject, `{"subject":{"type":"user"},"action":{"name":"fly"},`+inNorth+`}`)
	post(h, evaluation, `{}`)
	post(h, "/", `{}`)

	target := func(endpoint authzen.Endpoint) authzen.Target {
		return authzen.Target{Endpoint: endpoint, Namespace: "trade", Organization: "shop"}
	}
	request := func(user, unit string) access.Request {
		r := access.Request{Subject: access.Subject{Type: "user", ID: user}, Action: access.Action{Name: "sell"}}
		if unit != "" {
			r.Resource = access.Resource{Type: "branch", ID: unit}
		}
		return r
	}
	want := []authzen.Decision{
		{Target: target(authzen.Evaluation), RequestID: "1", Request: request("ada", "north"), Decision: true},
		{Target: target(authzen.Evaluations), Request: request("ben", ""), Problem: "resource is missing: it must be an object"},
		{Target: target(authzen.Evaluations), Request: request("ben", "south"), Reason: access.ReasonNotGranted},
		{Target: target(authzen.SearchSubject), Request: request("", "north"), Decision: true, Results: 3},
		{Target: target(authzen.SearchSubject), Request: request("", "north")},
	}
	want[len(want)-1].Request.Action.Name = "fly"
	for i := range want {
		want[i].Revision, want[i].Caller = 7, "till"
	}
	if !reflect.DeepEqual(decisions, want) {
		t.Errorf("told of\n%+v\nwant\n%+v", decisions, want)
	}
	wanted := []authzen.Response{
		{Target: target(authzen.Evaluation), Status: 200}, {Target: target(authzen.Evaluations), Status: 200},
		{Target: target(authzen.SearchSubject), Status: 200}, {Target: target(authzen.SearchSubject), Status: 200}, {Target: target(authzen.Evaluation), Status: 400}, {Status: 404},
	}
	for i := range exchanges {
		if exchanges[i].Method != http.MethodPost || !exchanges[i].AtRoot {
			t.Errorf("told of %+v", exchanges[i])
		}
		exchanges[i].Duration, exchanges[i].Method, exchanges[i].AtRoot = 0, "", false
	}
	if !reflect.DeepEqual(exchanges, wanted) {
		t.Errorf("told of\n%+v\nwant\n%+v", exchanges, wanted)
	}
}

// moving is an organization whose index and revision change between any two looks.
type moving struct {
	tenant

	looks   int
	indexes []*engine.Index
}

func (m *moving) Revision() int64 {
	m.looks++
	return int64(min(m.looks/2, len(m.indexes)-1))
}

func (m *moving) Index() *engine.Index { return m.indexes[m.Revision()] }

func (m *moving) Root() (string, string, authzen.Tenant)       { return "a", "b", m }
func (m *moving) Tenant(string, string) (authzen.Tenant, bool) { return m, true }

// TestOneState: the revision that an answer names is that of the index which decided.
func TestOneState(t *testing.T) {
	m := &moving{}
	for i := range 6 {
		doc := shop()
		if i%2 == 1 {
			doc.Users["ada"] = document.User{}
		}
		m.indexes = append(m.indexes, index(t, doc))
	}
	got := post(authzen.NewHandler(m, authzen.Options{}), evaluation, `{`+adaSells+`,"options":{"explain":true}}`)
	var answer struct {
		Decision bool                     `json:"decision"`
		Context  struct{ Revision int64 } `json:"context"`
	}
	if err := json.Unmarshal([]byte(got.body), &answer); err != nil || answer.Decision != (answer.Context.Revision%2 == 0) {
		t.Errorf("%s: %v", got.body, err)
	}
}
