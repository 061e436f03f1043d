// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"fmt"
	"testing"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestWhatIsAlikeIsKeptOnce: many grants of one role in one scope have one effective role and one scope, and roles that hold
// permissions by the same alternatives one way.
func TestWhatIsAlikeIsKeptOnce(t *testing.T) {
	qualified := []document.Alternative{{Qualifiers: []string{"own"}}, {Qualifiers: []string{"own", "open"}}}
	doc := &document.Document{
		Schema:      document.Schema,
		Permissions: map[string]document.Permission{"read": {}, "write": {}},
		Qualifiers:  map[string]document.Condition{"own": {Expression: "true"}, "open": {Expression: "false"}},
		Units:       map[string]document.Unit{"company": {}},
		Roles: map[string]document.Role{
			"clerk":  {Permissions: map[string][]document.Alternative{"read": qualified, "write": {{Qualifiers: []string{"own"}}}}},
			"worker": {Permissions: map[string][]document.Alternative{"write": qualified}},
		},
		Users: map[string]document.User{},
	}
	for i := range 20 {
		scope := document.Scope{Units: []string{"company"}}
		doc.Users[fmt.Sprint(i)] = document.User{Grants: []document.Grant{{Role: "clerk", Scope: scope}, {Role: "worker", Scope: scope}}}
	}
	x, err := New(doc, WithClock(time.Now))
	if err != nil {
		t.Fatal(err)
	}
	if len(x.EffectiveRoles) != 2 || len(x.Scopes) != 1 || len(x.ways) != 2 {
		t.Errorf("there are %d effective roles, %d scopes and %d ways; 2, 1 and 2 are enough", len(x.EffectiveRoles), len(x.Scopes), len(x.ways))
	}
}
