// SPDX-License-Identifier: Apache-2.0

package readers

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/rolewright/rolewright/internal/authzen"
	"github.com/rolewright/rolewright/internal/engine/enginetest"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/schemas"
)

// assignmentSchema is that of questions who may give a role.
const assignmentSchema = "assignment.schema.json"

// evaluated matches the bodies of such questions on the page of the decision service.
var evaluated = regexp.MustCompile(`/access/v1/evaluation --json '(\{[^']*rolewright\.[^']*\})'`)

// TestAssignmentSchema: what the page shows is valid, and what is not valid is never a yes.
func TestAssignmentSchema(t *testing.T) {
	schema := schemas.Read(t, filepath.Join(schemaFolder, assignmentSchema))
	isValid := func(body string) bool { return schema.Validate(schemas.Value(t, []byte(body))) == nil }
	page, err := os.ReadFile("../../docs/decision-service.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := evaluated.FindAllSubmatch(page, -1)
	if len(shown) == 0 {
		t.Fatal("the page shows no question")
	}
	for _, found := range shown {
		if body := string(found[1]); !isValid(body) {
			t.Errorf("the schema refuses %s", body)
		}
	}

	x := enginetest.Index(t, &document.Document{
		Schema: document.Schema, Organization: "shop", Units: map[string]document.Unit{"shop": {}},
		Roles: map[string]document.Role{"clerk": {}, "head": {AdministrationRules: []document.AdministrationRule{{
			Name: "all", UserActions: []string{document.ActionGiveRoles, document.ActionTakeRoles}, Roles: &document.RoleSelection{From: document.RolesAll},
		}}}},
		Users: map[string]document.User{"ann": {Grants: []document.Grant{{Role: "head", Scope: document.Scope{Everywhere: true}}}}, "ben": {}},
	}, enginetest.Clock)
	const ann, ben = `{"type":"user","id":"ann"}`, `{"type":"user","id":"ben"}`
	for body, valid := range map[string]bool{
		`{"subject":` + ann + `,"action":{"name":"rolewright.assign","properties":{"role":"clerk"}},"resource":` + ben + `}`:                         true,
		`{"subject":` + ann + `,"action":{"name":"rolewright.revoke","properties":{"user":"ben"}},"resource":{"type":"role","id":"clerk"}}`:          true,
		`{"subject":` + ann + `,"action":{"name":"rolewright.assign","properties":{"role":"clerk","scope":null}},"resource":` + ben + `}`:            true,
		`{"subject":` + ann + `,"action":{"name":"rolewright.assign","properties":{"role":"clerk","scope":{"unit":"shop"}}},"resource":` + ben + `}`: true,
		`{"subject":` + ann + `,"action":{"name":"rolewright.assign","properties":{"role":["clerk"]}},"resource":` + ben + `}`:                       false,
		`{"subject":` + ann + `,"action":{"name":"rolewright.assign","properties":{"role":"clerk","scope":"shop"}},"resource":` + ben + `}`:          false,
		`{"subject":` + ann + `,"action":{"name":"rolewright.assign","properties":{"role":"clerk","scope":{"unit":7}}},"resource":` + ben + `}`:      false,
		`{"subject":` + ann + `,"action":{"name":"rolewright.assign","properties":{"user":"ben"}},"resource":` + ben + `}`:                           false,
		`{"subject":` + ann + `,"action":{"name":"rolewright.assign"},"resource":` + ben + `}`:                                                       false,
		`{"subject":` + ann + `,"action":{"name":"rolewright.assign","properties":{"role":"clerk"}},"resource":{"type":"unit","id":"ben"}}`:          false,
		`{"subject":{"type":"robot","id":"ann"},"action":{"name":"rolewright.assign","properties":{"role":"clerk"}},"resource":` + ben + `}`:         false,
		`{"subject":` + ann + `,"action":{"name":"rolewright.give","properties":{"role":"clerk"}},"resource":` + ben + `}`:                           false,
		`{"subject":` + ann + `,"action":{"name":"rolewright.assign","properties":{"role":"clerk"}},"resource":{"type":"role","id":"clerk"}}`:        false,
		`{"subject":` + ann + `,"action":{"name":"rolewright.assign","properties":{"role":"clerk"}},"resource":{"type":"user","id":""}}`:             false,
	} {
		if got := isValid(body); got != valid {
			t.Errorf("%s is valid: %t", body, got)
		}
		request, err := authzen.ParseRequest(authzen.Evaluation, []byte(body))
		yes := false
		if err == nil {
			e, is := authzen.ExplainAssignment(x, request)
			yes = is && e.Decision
		}
		if yes != valid {
			t.Errorf("%s is answered with yes: %t", body, yes)
		}
	}
}
