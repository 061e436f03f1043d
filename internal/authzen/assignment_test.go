// SPDX-License-Identifier: Apache-2.0

package authzen_test

import (
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// administered is the shop, in the north of which ben gives seller.
func administered(tb testing.TB) tenants {
	tb.Helper()
	doc := shop()
	doc.Roles["helper"] = document.Role{}
	doc.Roles["keeper"] = document.Role{AdministrationRules: []document.AdministrationRule{{
		Name: "staff", UserActions: []string{document.ActionGiveRoles},
		Roles: &document.RoleSelection{From: document.RolesListed, Roles: []string{"helper"}},
	}}}
	ben := doc.Users["ben"]
	ben.Grants = append(ben.Grants, document.Grant{Role: "keeper", Scope: document.Scope{Units: []string{"north"}}})
	doc.Users["ben"] = ben
	return tenants{{namespace: "trade", organization: "shop", index: index(tb, doc)}}
}

func TestAssignments(t *testing.T) {
	h := authzen.NewHandler(administered(t), authzen.Options{})
	ben, north := `"subject":{"type":"user","id":"ben"}`, `"scope":{"unit":"north"}`
	assign := func(properties string) string {
		return `"action":{"name":"rolewright.assign","properties":{` + properties + `}}`
	}
	for name, c := range map[string]struct{ path, body, want string }{
		"to a user":    {evaluation, `{` + ben + `,` + assign(`"role":"helper",`+north) + `,"resource":{"type":"user","id":"ada"}}`, `{"decision":true}`},
		"of a role":    {evaluation, `{` + ben + `,` + assign(`"user":"ada",`+north) + `,"resource":{"type":"role","id":"helper"}}`, `{"decision":true}`},
		"several":      {evaluations, `{` + ben + `,"resource":{"type":"user","id":"ada"},"evaluations":[{` + assign(`"role":"helper",`+north) + `},{` + assign(`"role":"helper"`) + `}]}`, `{"evaluations":[{"decision":true},{"decision":false}]}`},
		"who may":      {searchSubject, `{"subject":{"type":"user"},` + assign(`"role":"helper",`+north) + `,"resource":{"type":"user","id":"ada"}}`, `{"results":[{"type":"user","id":"ben"}]}`},
		"which roles":  {searchResource, `{` + ben + `,` + assign(`"user":"ada",`+north) + `,"resource":{"type":"role"}}`, `{"results":[{"type":"role","id":"helper"}]}`},
		"no such type": {searchResource, `{` + ben + `,` + assign(`"role":"helper",`+north) + `,"resource":{"type":"branch"}}`, `{"results":[]}`},
		"to whom": {
			searchResource, `{` + ben + `,` + assign(`"role":"helper",`+north) + `,"resource":{"type":"user"},"page":{"limit":1}}`,
			`"results":[{"type":"user","id":"ada"}]}`,
		},
	} {
		got := post(h, c.path, c.body)
		if !strings.HasSuffix(got.body, c.want) || got.status != 200 {
			t.Errorf("%s: POST %s %s\n%d %s\nwant %s", name, c.path, c.body, got.status, got.body, c.want)
		}
	}
	for name, c := range map[string]struct{ subject, action, resource, reason string }{
		"everywhere":        {ben, assign(`"role":"helper"`), `"type":"user","id":"ada"`, "NotAllowed"},
		"a role above":      {ben, assign(`"role":"lead",` + north), `"type":"user","id":"ada"`, "NotAllowed"},
		"taking":            {ben, strings.Replace(assign(`"role":"helper",`+north), "assign", "revoke", 1), `"type":"user","id":"ada"`, "NotAllowed"},
		"by no user":        {`"subject":{"type":"robot","id":"ben"}`, assign(`"role":"helper",` + north), `"type":"user","id":"ada"`, "UnknownSubjectType"},
		"by one unknown":    {`"subject":{"type":"user","id":"eve"}`, assign(`"role":"helper",` + north), `"type":"user","id":"ada"`, "UnknownActor"},
		"to no user":        {ben, assign(`"role":"helper",` + north), `"type":"branch","id":"north"`, "UnknownResourceType"},
		"to one unknown":    {ben, assign(`"role":"helper",` + north), `"type":"user","id":"eve"`, "UnknownUser"},
		"no role":           {ben, assign(north), `"type":"user","id":"ada"`, "UnknownRole"},
		"a list of roles":   {ben, assign(`"role":["helper"],` + north), `"type":"user","id":"ada"`, "UnknownRole"},
		"an unknown unit":   {ben, assign(`"role":"helper","scope":{"unit":"east"}`), `"type":"user","id":"ada"`, "UnknownUnit"},
		"an odd scope":      {ben, assign(`"role":"helper","scope":"north"`), `"type":"user","id":"ada"`, "UnknownUnit"},
		"without rules":     {`"subject":{"type":"user","id":"ada"}`, assign(`"role":"helper"`), `"type":"user","id":"ben"`, "NoAdministrationRules"},
		"without any scope": {ben, assign(`"role":"helper","scope":null`), `"type":"user","id":"ada"`, "NotAllowed"},
	} {
		body := `{"options":{"explain":true},` + c.subject + `,` + c.action + `,"resource":{` + c.resource + `}}`
		if got := post(h, evaluation, body); !strings.HasPrefix(got.body, `{"decision":false,"context":{"reason":"`+c.reason+`"`) {
			t.Errorf("%s: %s\nwant the reason %s", name, got.body, c.reason)
		}
	}
}
