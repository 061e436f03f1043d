// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// shop is a small organization: ada leads it, ben sells in the north, cyd is suspended.
func shop() *document.Document {
	always := []document.Alternative{{}}
	return &document.Document{
		Schema: document.Schema, Namespace: "trade", Organization: "shop", Catalog: "retail",
		Permissions: map[string]document.Permission{"sell": {}, "refund": {}, "report": {}},
		Qualifiers: map[string]document.Condition{
			"small":  {Expression: "resource.properties.amount <= 100.0"},
			"strong": {Expression: "context.mfa == true"},
			"gently": {Expression: "action.properties.soft == true"},
		},
		Units: map[string]document.Unit{
			"all":   {Kind: "company"},
			"north": {Kind: "branch", Parent: "all", Attributes: map[string]any{"open": true, "name": "the \"north\" & <more>"}},
			"south": {Kind: "branch", Parent: "all"},
			"west":  {Kind: "branch", Parent: "all"},
		},
		Roles: map[string]document.Role{
			"seller": {Permissions: map[string][]document.Alternative{
				"sell": always, "refund": {{Qualifiers: []string{"small"}}, {Qualifiers: []string{"gently"}}},
			}},
			"lead": {Permissions: map[string][]document.Alternative{
				"sell": always, "refund": always, "report": {{Qualifiers: []string{"strong"}}},
			}},
		},
		Users: map[string]document.User{
			"ada": {Grants: []document.Grant{{Source: "a", Role: "lead", Scope: document.Scope{Everywhere: true}}}},
			"ben": {Grants: []document.Grant{{Source: "b", Role: "seller", Scope: document.Scope{Units: []string{"north"}}}}},
			"cyd": {Suspended: true, Grants: []document.Grant{{Source: "c", Role: "lead", Scope: document.Scope{Everywhere: true}}}},
			"dé":  {Grants: []document.Grant{{Source: "d", Role: "seller", Scope: document.Scope{Units: []string{"north", "west"}}}}},
		},
	}
}

func index(tb testing.TB, doc *document.Document) *engine.Index {
	tb.Helper()
	x, err := engine.NewIndex(doc)
	if err != nil {
		tb.Fatal(err)
	}
	return x
}

// tenant is an organization that never changes.
type tenant struct {
	namespace, organization string
	index                   *engine.Index
	unready                 error
}

func (t *tenant) Name() (namespace, organization string) { return t.namespace, t.organization }
func (t *tenant) Index() *engine.Index                   { return t.index }
func (t *tenant) Revision() int64                        { return 7 }
func (t *tenant) Ready() error                           { return t.unready }

// tenants are several organizations.
type tenants []*tenant

func (t tenants) Root() (namespace, organization string, root authzen.Tenant) {
	if len(t) != 1 {
		return "", "", nil
	}
	return t[0].namespace, t[0].organization, t[0]
}

func (t tenants) Tenant(namespace, organization string) (authzen.Tenant, bool) {
	for _, one := range t {
		if one.namespace == namespace && one.organization == organization {
			return one, true
		}
	}
	return nil, false
}

func oneShop(tb testing.TB) tenants {
	tb.Helper()
	return tenants{{namespace: "trade", organization: "shop", index: index(tb, shop())}}
}

// reply is an answer that was read.
type reply struct {
	status int
	header http.Header
	body   string
}

// post asks a handler.
func post(handler http.Handler, path, body string, headers ...string) reply {
	r := httptest.NewRequest(http.MethodPost, "https://pdp.example.com"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return do(handler, r)
}

func do(handler http.Handler, r *http.Request) reply {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, r)
	got := reply{recorder.Code, recorder.Header(), strings.TrimSuffix(recorder.Body.String(), "\n")}
	checkDescribed(r, &got)
	return got
}

// asks expects an answer to a question.
func asks(t *testing.T, handler http.Handler, path, body string, status int, want string) {
	t.Helper()
	if got := post(handler, path, body); got.status != status || got.body != want {
		t.Errorf("POST %s %s\n%d %s\nwant\n%d %s", path, body, got.status, got.body, status, want)
	}
}
