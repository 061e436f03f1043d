// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"bytes"
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-logr/logr"
	authenticationv1 "k8s.io/api/authentication/v1"

	"github.com/rolewright/rolewright/internal/accessrequest"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/serve/auth"
	"github.com/rolewright/rolewright/internal/serve/metrics"
	"github.com/rolewright/rolewright/internal/serve/openapi/openapitest"
	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// described is a service with all that can be turned on, over shop/acme, which is the root too.
type described struct {
	t         *testing.T
	server    *Server
	http      *httptest.Server
	validator *openapitest.Validator
}

// acme is an organization in which ann buys in the east until a time, and ben decides about requests.
func acme() *document.Document {
	end := time.Date(2099, time.January, 1, 0, 0, 0, 0, time.UTC)
	return &document.Document{
		Schema: document.Schema, Namespace: "shop", Organization: "acme", Catalog: "c",
		Permissions: map[string]document.Permission{"buy": {}, "view": {}},
		Qualifiers:  map[string]document.Condition{"mfa": {Expression: "context.mfa == true"}},
		Units: map[string]document.Unit{
			"shop": {Kind: "company"}, "east": {Kind: "branch", Parent: "shop", Attributes: map[string]any{"open": true}}, "west": {Kind: "branch", Parent: "shop"},
		},
		Roles: map[string]document.Role{
			"buyer":  {Permissions: map[string][]document.Alternative{"buy": {{}}, "view": {{Qualifiers: []string{"mfa"}}}}},
			"viewer": {Permissions: map[string][]document.Alternative{"view": {{}}}},
		},
		Users: map[string]document.User{
			"ann": {Grants: []document.Grant{{
				Source: "a", Role: "buyer", Scope: document.Scope{Units: []string{"east"}}, Window: document.Window{EndTime: &end},
			}}},
			"ben": {Grants: []document.Grant{{Source: "b", Role: "viewer", Scope: document.Scope{Everywhere: true}}}},
		},
		Chains: map[string]document.Chain{"order": {RequestType: "order", Steps: []document.Step{{
			Name: "lead", ApprovalMode: document.ApprovalCount, RequiredApprovals: 1, RequiredDenials: 1,
			Approvers: []document.Approver{{Type: document.ApproverTypeUsers, Users: []string{"ben"}}},
		}}}},
	}
}

// newDescribed starts the service, with options that functions change.
func newDescribed(t *testing.T, change ...func(*Options)) *described {
	t.Helper()
	index, err := engine.NewIndex(acme())
	if err != nil {
		t.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := accessrequest.ParseKeys(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	if err != nil {
		t.Fatal(err)
	}
	organization := tenants.Key{Namespace: "shop", Organization: "acme"}
	r := &reviewer{allowed: func(*authenticationv1.UserInfo) bool { return true }}
	cached := auth.CacheOptions{TTL: time.Minute, Log: logr.Discard()}
	options := Options{
		Registry: tenants.NewRegistry(), Log: logr.Discard(), TLS: &tls.Config{ClientCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12},
		Authenticator: auth.NewAuthenticator(r, cached), Authorizer: auth.NewAuthorizer(r, cached),
		AccessRequests: &accessrequest.Options{Keys: accessrequest.NewKeyring(keys)},
	}
	options.API.BaseURL = "https://pdp.example.com"
	options.Registry.Put(tenants.NewStatic(organization, index, time.Now()))
	options.Registry.FixRoot(organization)
	options.Metrics = metrics.New(options.Registry)
	for _, with := range change {
		with(&options)
	}
	d := &described{t: t, server: New(options)}
	d.http = httptest.NewServer(d.server.handler)
	t.Cleanup(d.http.Close)
	status, header, text := d.send(httptest.NewRequest(http.MethodGet, "/openapi.json", http.NoBody))
	if status != http.StatusOK || header.Get("Content-Type") != "application/json" || header.Get("Cache-Control") != "max-age=3600" {
		t.Fatalf("the document is answered with %d, %v", status, header)
	}
	if d.validator, err = openapitest.New(text); err != nil {
		t.Fatal(err)
	}
	return d
}

// send sends a request to the service.
func (d *described) send(r *http.Request) (status int, header http.Header, body []byte) {
	d.t.Helper()
	target := *r.URL
	sent, err := http.NewRequestWithContext(d.t.Context(), r.Method, d.http.URL+target.RequestURI(), r.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	sent.Header = r.Header
	response, err := d.http.Client().Do(sent)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if body, err = io.ReadAll(response.Body); err != nil {
		d.t.Fatal(err)
	}
	return response.StatusCode, response.Header, body
}

func asked(method, path, body string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer good")
	r.Header.Set("X-Request-ID", "r1")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// TestServiceIsDescribed: what the service has is described and nothing else, and it answers there by these methods alone.
func TestServiceIsDescribed(t *testing.T) {
	d := newDescribed(t)
	routes := d.server.routes()
	paths := d.validator.Document.Paths
	if paths.Len() != len(routes) {
		t.Errorf("%d paths are described, of %d", paths.Len(), len(routes))
	}
	for _, route := range routes {
		item := paths.Value(route.Path)
		if item == nil {
			t.Errorf("%s is not described", route.Path)
			continue
		}
		path := strings.NewReplacer("{namespace}", "shop", "{organization}", "acme", "{task}", "x", "{chain}", "x").Replace(route.Path)
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			if operation := item.GetOperation(method); operation != nil {
				d.isServed(method, path, operation)
			} else if status, header, _ := d.send(asked(method, path, "")); status != http.StatusMethodNotAllowed || header.Get("Allow") == "" {
				t.Errorf("%s %s is not described, and is answered with %d", method, path, status)
			}
		}
	}
}

// isServed checks that an operation which is described is served, without a token if it says that none is needed.
func (d *described) isServed(method, path string, operation *openapi3.Operation) {
	d.t.Helper()
	status, header, body := d.send(asked(method, path, ""))
	if status == http.StatusMethodNotAllowed || bytes.Contains(body, []byte("there is nothing at")) {
		d.t.Errorf("%s %s is described, and is answered with %d %s", method, path, status, body)
	}
	if err := d.validator.Answer(asked(method, path, ""), status, header, body); err != nil {
		d.t.Error(err)
	}
	open := operation.Security != nil && len(*operation.Security) == 0
	anonymous := asked(method, path, "")
	anonymous.Header.Del("Authorization")
	if status, _, _ := d.send(anonymous); open == (status == http.StatusUnauthorized) {
		d.t.Errorf("%s %s needs no token: %v; without one it is answered with %d", method, path, open, status)
	}
}

const (
	annBuys  = `"subject":{"type":"user","id":"ann"},"action":{"name":"buy"},"resource":{"type":"order","id":"7","properties":{"unit":"east"}}`
	annViews = `"subject":{"type":"user","id":"ann"},"action":{"name":"view"},"resource":{"type":"branch","id":"east"}`
	explain  = `,"options":{"explain":true,"validity":true}`
)

// TestAnswersAreDescribed: requests and answers are as the document says, and an answer that is changed is not.
func TestAnswersAreDescribed(t *testing.T) {
	d := newDescribed(t)
	for name, c := range map[string]struct {
		method, path, body string
		status             int    // 0 for 200
		want               string // a part of the answer
	}{
		"yes":              {path: "access/v1/evaluation", body: annBuys, want: `{"decision":true}`},
		"no":               {path: "access/v1/evaluation", body: strings.Replace(annBuys, "east", "west", 1), want: `{"decision":false}`},
		"why yes":          {path: "access/v1/evaluation", body: annBuys + explain, want: `"reason":"Granted"`},
		"until when":       {path: "access/v1/evaluation", body: annBuys + explain, want: `"until":"2099-01-01T00:00:00Z"`},
		"why no":           {path: "access/v1/evaluation", body: annViews + explain, want: `"nearest"`},
		"may assign":       {path: "access/v1/evaluation", body: strings.Replace(annBuys, `"buy"`, `"rolewright.assign"`, 1) + explain, want: `"UnknownResourceType"`},
		"several":          {path: "access/v1/evaluations", body: annBuys + `,"evaluations":[{},{"action":{"name":"view"}}]`, want: `"evaluations"`},
		"several, why":     {path: "access/v1/evaluations", body: annBuys + `,"evaluations":[{}],"options":{"explain":true,"evaluations_semantic":"permit_on_first_permit"}`, want: "endedBy"},
		"one of several":   {path: "access/v1/evaluations", body: annBuys, want: `{"decision":true}`},
		"incomplete":       {path: "access/v1/evaluations", body: `"evaluations":[{` + annBuys + `},{}]`, want: `"error":{"status":400`},
		"who may":          {path: "access/v1/search/subject", body: strings.Replace(annBuys, `,"id":"ann"`, "", 1), want: `"id":"ann"`},
		"who may, why":     {path: "access/v1/search/subject", body: strings.Replace(annViews, `,"id":"ann"`, "", 1) + explain, want: `"unmet"`},
		"a page":           {path: "access/v1/search/subject", body: strings.Replace(annBuys, `,"id":"ann"`, "", 1) + `,"page":{"limit":1}`, want: `"next_token":""`},
		"where":            {path: "access/v1/search/resource", body: `"subject":{"type":"user","id":"ann"},"action":{"name":"buy"},"resource":{"type":"branch"},"options":{"properties":true}`, want: `"open":true`},
		"what":             {path: "access/v1/search/action", body: `"subject":{"type":"user","id":"ann"},"resource":{"type":"branch","id":"east"}`, want: `"name":"buy"`},
		"who approves":     {path: "approvals/v1/route", body: `"requestType":"order","requester":"ann","unit":"east"`, want: `"disposition":"Asked"`},
		"nobody approves":  {path: "approvals/v1/route", body: `"requestType":"gift","requester":"ann"`, want: `"waiting"`},
		"metadata":         {method: http.MethodGet, path: ".well-known/authzen-configuration", want: `"capabilities"`},
		"this document":    {method: http.MethodGet, path: "openapi.json", want: `"openapi":"3.1.0"`},
		"keys":             {method: http.MethodGet, path: "access/v1/jwks", want: `"kty":"EC"`},
		"health":           {method: http.MethodGet, path: "healthz", want: "ok"},
		"readiness":        {method: http.MethodGet, path: "readyz", status: http.StatusServiceUnavailable, want: "not all organizations"},
		"no subject":       {path: "access/v1/evaluation", body: `"action":{"name":"buy"},"resource":{"type":"order","id":"7"}`, status: http.StatusBadRequest},
		"an odd id":        {path: "access/v1/evaluation", body: strings.Replace(annBuys, `"ann"`, "7", 1), status: http.StatusBadRequest},
		"an odd resource":  {path: "access/v1/evaluation", body: strings.Replace(annBuys, `{"type":"order"`, `{"type":null`, 1), status: http.StatusBadRequest},
		"an odd context":   {path: "access/v1/evaluation", body: annBuys + `,"context":[]`, status: http.StatusBadRequest},
		"an odd semantic":  {path: "access/v1/evaluations", body: annBuys + `,"options":{"evaluations_semantic":"some"}`, status: http.StatusBadRequest},
		"odd evaluations":  {path: "access/v1/evaluations", body: annBuys + `,"evaluations":{}`, status: http.StatusBadRequest},
		"nothing at all":   {path: "access/v1/evaluations", body: `"evaluations":[]`, status: http.StatusBadRequest},
		"an odd page":      {path: "access/v1/search/subject", body: annBuys + `,"page":{"limit":-1}`, status: http.StatusBadRequest},
		"no requester":     {path: "approvals/v1/route", body: `"requestType":"order"`, status: http.StatusBadRequest},
		"an odd grant":     {path: "approvals/v1/route", body: `"requestType":"order","requester":"ann","grant":{}`, status: http.StatusBadRequest},
		"no denial":        {path: "access/v1/requests", body: annBuys, status: http.StatusBadRequest, want: "invalid_denial_binding"},
		"no such task":     {method: http.MethodGet, path: "access/v1/requests/x", status: http.StatusNotFound, want: "unknown_task"},
		"no organization":  {path: "shop/other/access/v1/evaluation", body: annBuys, status: http.StatusNotFound},
		"its organization": {path: "shop/acme/access/v1/evaluation", body: annBuys, want: `{"decision":true}`},
	} {
		t.Run(name, func(t *testing.T) {
			if c.body != "" {
				c.body = "{" + c.body + "}"
			}
			r := func() *http.Request { return asked(cmp.Or(c.method, http.MethodPost), "/"+c.path, c.body) }
			status, header, body := d.send(r())
			if status != cmp.Or(c.status, http.StatusOK) || !strings.Contains(string(body), c.want) {
				t.Fatalf("answered %d %s", status, body)
			}
			if err := d.validator.Answer(r(), status, header, body); err != nil {
				t.Error(err)
			}
			err := d.validator.Request(r(), []byte(c.body))
			if refused := status == http.StatusBadRequest; (err != nil) != refused {
				t.Errorf("the request is refused: %v; by the document it is: %v", refused, err)
			}
			d.alter(t, r, status, header, body)
		})
	}
}

// alter changes an answer, and expects that the document does not describe it any more.
func (d *described) alter(t *testing.T, r func() *http.Request, status int, header http.Header, body []byte) {
	t.Helper()
	found := func(what string, status int, header http.Header, body []byte) {
		t.Helper()
		if d.validator.Answer(r(), status, header, body) == nil {
			t.Errorf("%s, and nothing is found: %s", what, body)
		}
	}
	found("the status is another", http.StatusTeapot, header, body)
	odd := header.Clone()
	odd.Set("Content-Type", "text/html")
	found("the media type is another", status, odd, body)
	var answer map[string]any
	if json.Unmarshal(body, &answer) != nil || strings.HasSuffix(r().URL.Path, "openapi.json") {
		return
	}
	for name, value := range answer {
		for what, changed := range map[string]any{name + " is an odd value": []any{7}, name + " is null": nil} {
			answer[name] = changed
			text, err := json.Marshal(answer)
			if err != nil {
				t.Fatal(err)
			}
			found(what, status, header, text)
		}
		answer[name] = value
	}
	answer["more"] = true
	text, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	found("a member is added", status, header, text)
}

// TestErrorsAreDescribed: so are errors that are about the caller, or about how a body is sent.
func TestErrorsAreDescribed(t *testing.T) {
	d := newDescribed(t)
	for name, c := range map[string]struct {
		change func(*http.Request)
		status int
	}{
		"no token":        {func(r *http.Request) { r.Header.Del("Authorization") }, http.StatusUnauthorized},
		"a bad token":     {func(r *http.Request) { r.Header.Set("Authorization", "Bearer bad") }, http.StatusUnauthorized},
		"compressed":      {func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }, http.StatusUnsupportedMediaType},
		"of another type": {func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, http.StatusBadRequest},
		"too large": {func(r *http.Request) {
			r.Body = io.NopCloser(strings.NewReader(`{"more":"` + strings.Repeat("x", 1<<20) + `"}`))
		}, http.StatusRequestEntityTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			r := asked(http.MethodPost, "/access/v1/evaluation", "{"+annBuys+"}")
			c.change(r)
			status, header, body := d.send(r)
			if status != c.status || header.Get("X-Request-ID") != "r1" {
				t.Fatalf("answered %d %v %s", status, header, body)
			}
			if err := d.validator.Answer(r, status, header, body); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestDocumentRepeatsNothing: what another puts into a request for the document is not in it.
func TestDocumentRepeatsNothing(t *testing.T) {
	d := newDescribed(t)
	for _, baseURL := range []string{"", "https://pdp.example.com/authz"} {
		options := d.server.options
		options.API.BaseURL = baseURL
		handler := New(options).handler
		for _, path := range []string{"/openapi.json", "/authz/openapi.json"} {
			r := httptest.NewRequest(http.MethodGet, "https://evil.example.com"+path, http.NoBody)
			r.Header.Set("Forwarded", "host=evil.example.com")
			r.Header.Set("X-Forwarded-Host", "evil.example.com")
			recorder := httptest.NewRecorder()
			handler.ServeHTTP(recorder, r)
			if want := http.StatusOK; recorder.Code != want && (path == "/openapi.json" || baseURL != "") {
				t.Errorf("%s is answered with %d", path, recorder.Code)
			}
			if strings.Contains(recorder.Body.String(), "evil") && recorder.Code == http.StatusOK {
				t.Errorf("%s repeats the host of the request", path)
			}
		}
	}
}
