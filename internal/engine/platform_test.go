// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"slices"
	"testing"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// town is a platform document: opal is an operator and ann a visitor.
func town() *document.Document {
	always, gated := []document.Alternative{{}}, []document.Alternative{{RequiredFeatures: []string{"audits"}}}
	grant := func(user, role string) document.Grant {
		return document.Grant{Role: role, Scope: document.Scope{Everywhere: true}, Source: "PlatformAssignment/" + user + " grants[" + role + "]"}
	}
	return &document.Document{
		Schema: document.Schema, Namespace: "system", Organization: document.PlatformOrganization("town"), Catalog: "town",
		Permissions: map[string]document.Permission{"create": {}, "audit": {}, "charge": {}, "visit": {}, "cure": {}, "sing": {}},
		Units:       map[string]document.Unit{"platform.town": {}},
		Roles: map[string]document.Role{
			"PlatformRole/operator": {Platform: true, Permissions: map[string][]document.Alternative{
				"create": always, "audit": gated, "charge": {{RequiredEntitlements: []string{"card"}}},
			}},
			"PlatformRole/visitor": {Platform: true, Permissions: map[string][]document.Alternative{"visit": always, "create": gated}},
			"PlatformRole/nurse":   {Permissions: map[string][]document.Alternative{"cure": always}},
		},
		Users: map[string]document.User{
			"opal": {Grants: []document.Grant{grant("opal", "PlatformRole/operator")}},
			"ann":  {Grants: []document.Grant{grant("ann", "PlatformRole/visitor")}},
		},
	}
}

// TestExplanationsOfThePlatform say what they are about, and advise nothing that takes an organization.
func TestExplanationsOfThePlatform(t *testing.T) {
	x := index(t, town(), clock)
	for _, test := range []struct {
		request          *access.Request
		message, nearest string
	}{
		{ask("zoe", "create"), `"zoe" is not a user of the platform`, ""},
		{ask("opal", "create", "unit", "hill"), `resource.properties.unit is "hill", which is not a unit of the platform`, ""},
		{ask("opal", "create"), "role PlatformRole/operator gives create to opal", ""},
		{ask("ann", "create"), "nothing gives create to ann in platform.town", "a PlatformAssignment over all organizations would have to give role PlatformRole/operator"},
		{ask("opal", "visit"), "nothing gives visit to opal in platform.town", "a PlatformAssignment over all organizations would have to give role PlatformRole/visitor"},
		{ask("opal", "audit"), "nothing gives audit to opal in platform.town", "each role that holds the permission requires a feature or an entitlement, and without an organization there is none"},
		{ask("ann", "charge"), "nothing gives charge to ann in platform.town", "each role that holds the permission requires a feature or an entitlement, and without an organization there is none"},
		{ask("opal", "cure"), "nothing gives cure to opal in platform.town", "no role that is assignable to the platform holds the permission"},
		{ask("opal", "sing"), "nothing gives sing to opal in platform.town", "no role that is assignable to the platform holds the permission"},
	} {
		e := x.Explain(test.request)
		var nearest []string
		if test.nearest != "" {
			nearest = []string{test.nearest}
		}
		if len(e.Message) < len(test.message) || e.Message[:len(test.message)] != test.message || !slices.Equal(e.Nearest, nearest) || len(e.Advice) > 0 {
			t.Errorf("of %s and %s it says %q, nearest %q, advice %v", test.request.Subject.ID, test.request.Action.Name, e.Message, e.Nearest, e.Advice)
		}
	}
	for _, asked := range []access.AssignmentRequest{{Actor: "zoe", Role: "PlatformRole/nurse", User: "opal"}, {Actor: "opal", Role: "PlatformRole/nurse", User: "zoe"}} {
		if e := x.ExplainAssignment(&asked); e.Decision || e.Message != `"zoe" is not a user of the platform` {
			t.Errorf("of %v it says %v %q", asked, e.Decision, e.Message)
		}
	}
}
