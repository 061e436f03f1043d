// SPDX-License-Identifier: Apache-2.0

package approvers_test

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/engine/approvers"
	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/enginetest"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestCoverageOfUnknownPermissions: nobody holds a permission that the catalog does not have, whether or not it has others.
func TestCoverageOfUnknownPermissions(t *testing.T) {
	role := &document.RoleApprover{Role: "Role/clerk"}
	for _, a := range []document.Approver{
		{Type: document.ApproverTypeRole, Role: role, RequiredPermission: "orders.veiw"},
		{Type: document.ApproverTypePermission, Permission: "orders.veiw"},
	} {
		for _, held := range []map[string][]document.Alternative{nil, {"orders.view": {{}}}} {
			doc := &document.Document{
				Schema: document.Schema, Units: map[string]document.Unit{"shop": {}}, Permissions: map[string]document.Permission{},
				Roles: map[string]document.Role{"Role/clerk": {Permissions: held}},
				Users: map[string]document.User{"ann": {Grants: []document.Grant{{Role: "Role/clerk", Scope: document.Scope{Everywhere: true}}}}},
			}
			for name := range held {
				doc.Permissions[name] = document.Permission{}
			}
			x, err := compiled.New(doc)
			if err != nil {
				t.Fatal(err)
			}
			step := document.Step{Name: "one", ApprovalMode: document.ApprovalCount, RequiredApprovals: 1, Approvers: []document.Approver{a}}
			got := approvers.Cover(x, &document.Chain{Steps: []document.Step{step}})
			if len(got) != 1 || got[0].Approvers != 0 || len(got[0].Uncovered) != 1 {
				t.Errorf("%+v in a catalog with %d permissions: got %+v", a, len(held), got)
			}
		}
	}
}

// TestUnitsAlike: what is found of a unit at which no scope begins is what is found of it if every unit is looked at.
func TestUnitsAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := enginetest.DrawDocument(t)
		roles, permissions := slices.Sorted(maps.Keys(doc.Roles)), slices.Sorted(maps.Keys(doc.Permissions))
		kinds := []string{""}
		for _, unit := range doc.Units {
			kinds = append(kinds, unit.Kind)
		}
		slices.Sort(kinds)
		approver := func() document.Approver {
			a := document.Approver{Type: document.ApproverTypePermission, Permission: rapid.SampledFrom(permissions).Draw(t, "permission")}
			if rapid.Bool().Draw(t, "by role") {
				a = document.Approver{Type: document.ApproverTypeRole, Role: &document.RoleApprover{
					Role: rapid.SampledFrom(roles).Draw(t, "role"), NearestUnitKind: rapid.SampledFrom(kinds).Draw(t, "nearest"),
				}}
			}
			if rapid.IntRange(0, 2).Draw(t, "by authority") == 0 {
				a = document.Approver{Type: document.ApproverTypeAdministrator}
			}
			if rapid.Bool().Draw(t, "required") {
				a.RequiredPermission = rapid.SampledFrom(permissions).Draw(t, "required permission")
			}
			return a
		}
		policy := &document.GrantPolicy{Roles: document.RoleSelection{From: document.RolesAll}}
		chain := &document.Chain{GrantPolicy: policy, DistinctApprovers: rapid.SampledFrom([]string{"", "AcrossSteps"}).Draw(t, "distinct")}
		for _, name := range []string{"first", "second"} {
			chain.Steps = append(chain.Steps, document.Step{
				Name: name, ApprovalMode: document.ApprovalCount, RequiredApprovals: rapid.IntRange(1, 2).Draw(t, "needs"),
				Approvers: []document.Approver{approver()}, Fallback: []document.Approver{approver()},
			})
		}
		x, err := compiled.New(doc)
		if err != nil {
			t.Fatal(err)
		}
		got := approvers.Cover(x, chain)
		begins := x.ReverseIndex().Begins
		for unit := range begins {
			begins[unit] = true
		}
		if want := approvers.Cover(x, chain); !reflect.DeepEqual(got, want) {
			t.Fatalf("got\n%v\nlooking at every unit\n%v", got, want)
		}
	})
}
