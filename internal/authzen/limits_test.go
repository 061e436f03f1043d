// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// everyTenant answers for any organization, also for one without a name.
type everyTenant struct{ tenants }

func (e everyTenant) Tenant(string, string) (authzen.Tenant, bool) { return e.tenants[0], true }

func TestPathsThatNameNoOrganization(t *testing.T) {
	handler := authzen.NewHandler(everyTenant{oneShop(t)}, authzen.Options{})
	const metadata = "/.well-known/authzen-configuration"
	for path, want := range map[string]int{
		metadata: http.StatusOK, metadata + "/trade/shop": http.StatusOK,
		metadata + "/": http.StatusNotFound, metadata + "//shop": http.StatusNotFound, metadata + "/trade": http.StatusNotFound,
		metadata + "/trade/": http.StatusNotFound, metadata + "trade/shop": http.StatusNotFound,
		metadata + "/trade/shop/more": http.StatusNotFound, "/trade/shop" + metadata: http.StatusOK, "//shop" + metadata: http.StatusNotFound,
	} {
		r := httptest.NewRequest(http.MethodGet, "https://pdp.example.com"+path, http.NoBody)
		if got := do(handler, r); got.status != want {
			t.Errorf("GET %s: got %d, want %d", path, got.status, want)
		}
	}
	const question = `{"subject":{"type":"user","id":"ada"},"action":{"name":"sell"},"resource":{"type":"item","id":"1"}}`
	for path, want := range map[string]int{
		"/access/v1/evaluation": http.StatusOK, "/trade/shop/access/v1/evaluation": http.StatusOK,
		"//shop/access/v1/evaluation": http.StatusNotFound, "/trade//access/v1/evaluation": http.StatusNotFound,
		"///access/v1/evaluation": http.StatusNotFound, "/trade/shop/more/access/v1/evaluation": http.StatusNotFound,
	} {
		if got := post(handler, path, question); got.status != want {
			t.Errorf("POST %s: got %d, want %d", path, got.status, want)
		}
	}
}

// TestUnknownPathNamesTheEndpoints: the answer at another path says where to ask.
func TestUnknownPathNamesTheEndpoints(t *testing.T) {
	got := post(authzen.NewHandler(oneShop(t), authzen.Options{}), "/trade/shop/evaluate", `{}`)
	for _, endpoint := range []string{evaluation, evaluations, searchSubject, searchResource, searchAction, approvers} {
		if !strings.Contains(got.body, strings.TrimPrefix(endpoint, "/")) {
			t.Errorf("%d %s does not name %s", got.status, got.body, endpoint)
		}
	}
}

// TestRootOfNoOrganization: where the root answers for none, each organization has a path of its own.
func TestRootOfNoOrganization(t *testing.T) {
	shops := tenants{
		{namespace: "trade", organization: "shop", index: index(t, shop())}, {namespace: "trade", organization: "other", index: index(t, shop())},
	}
	handler := authzen.NewHandler(shops, authzen.Options{})
	asks(t, handler, evaluation, `{`+adaSells+`}`, http.StatusNotFound,
		"the root answers for no organization: ask /<namespace>/<organization>/"+string(authzen.Evaluation)+
			", or name the organization with -O at the start")
	asks(t, handler, "/trade/shop"+evaluation, `{`+adaSells+`}`, http.StatusOK, yes)
}

func TestLongTextsAreShortenedInMessages(t *testing.T) {
	handler := authzen.NewHandler(oneShop(t), authzen.Options{})
	long := strings.Repeat("x", 300)
	for body, want := range map[string]string{
		`{"context":{"` + long + `":{"a":tru}}}`:                       strings.Repeat("x", 150),
		`{"context":{"n":` + strings.Repeat("9", 50) + `1}}`:           "the number " + strings.Repeat("9", 40) + "…",
		`{"context":{"n":9007199254740993}}`:                           "the number 9007199254740993 exactly",
		`{"context":{"` + long + `":` + strings.Repeat("9", 50) + `}}`: "…",
	} {
		got := post(handler, "/access/v1/evaluation", body)
		if got.status != http.StatusBadRequest || !strings.Contains(got.body, want) {
			t.Errorf("%.40s…: got %d %s, want %q in it", body, got.status, got.body, want)
		}
		if len(got.body) > 600 {
			t.Errorf("%.40s…: the message has %d bytes", body, len(got.body))
		}
	}
}

func TestPropertiesOfUnitsAreNotThoseOfUsersOrActions(t *testing.T) {
	doc := shop()
	// One name is that of a unit with attributes, of a user and of a permission.
	doc.Users["north"] = doc.Users["ada"]
	doc.Permissions["north"] = document.Permission{}
	lead := doc.Roles["lead"]
	lead.Permissions["north"] = []document.Alternative{{}}
	handler := authzen.NewHandler(tenants{{namespace: "trade", organization: "shop", index: index(t, doc)}}, authzen.Options{})
	for path, body := range map[string]string{
		searchSubject: `{"subject":{"type":"user"},"action":{"name":"north"},"resource":{"type":"item","id":"1"}}`,
		searchAction:  `{"subject":{"type":"user","id":"ada"},"resource":{"type":"item","id":"1"}}`,
	} {
		got := post(handler, path, body)
		if got.status != http.StatusOK || !strings.Contains(got.body, `"north"`) || strings.Contains(got.body, "properties") {
			t.Errorf("%s: got %d %s", path, got.status, got.body)
		}
	}
}

func TestWhatIsPassedOverMustBeSoundAndNotTooDeep(t *testing.T) {
	handler := authzen.NewHandler(oneShop(t), authzen.Options{MaxDepth: 6})
	deep := strings.Repeat("[", 9) + strings.Repeat("]", 9)
	for _, c := range []struct{ path, body, want string }{
		{"/access/v1/evaluations", `{"evaluations":[` + deep + `]}`, "more than 6 deep"},
		{"/access/v1/evaluations", `{"options":` + deep + `,"evaluations":[]}`, "more than 6 deep"},
		{"/access/v1/evaluations", `{"options":nul,"evaluations":[]}`, "not JSON"},
		{"/access/v1/evaluations", `{"evaluations":[[tru]]}`, "not JSON"},
		{approvers, `tru`, "not JSON"},
		{approvers, deep, "more than 6 deep"},
		{approvers, `[]`, "it must be an object"},
	} {
		if got := post(handler, c.path, c.body); got.status != http.StatusBadRequest || !strings.Contains(got.body, c.want) {
			t.Errorf("POST %s %s: got %d %s, want %q in it", c.path, c.body, got.status, got.body, c.want)
		}
	}
}
