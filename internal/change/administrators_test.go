// SPDX-License-Identifier: Apache-2.0

package change_test

import (
	"fmt"
	"testing"

	"github.com/rolewright/rolewright/internal/change"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestApproversByAuthority: of a step that asks those who may give the requested role, it is told for which role someone does no longer.
func TestApproversByAuthority(t *testing.T) {
	world := func(gives ...string) *model.World {
		w := clinic()
		selection := model.RoleSelection{From: document.RolesListed}
		for _, role := range gives {
			selection.Roles = append(selection.Roles, roleRef(role))
		}
		w.Roles[2].AdministrationRules = []model.AdministrationRule{{
			Name: "staff", UserActions: []string{document.ActionGiveRoles}, Roles: &selection,
		}}
		w.Chains = []model.Chain{{
			Object: object(model.KindChain, "acting"), RequestType: "acting",
			GrantPolicy: &model.GrantPolicy{Roles: model.RoleSelection{From: document.RolesAll}, Beneficiaries: []string{"Members"}, Max: 1},
			Steps: []model.Step{{
				Name: "one", Mode: model.ApprovalCount, RequiredApprovals: 1, RequiredDenials: 1,
				Approvers: []model.Approver{{Type: model.ApproverTypeAdministrator}},
			}},
		}}
		return w
	}
	difference := between(t, world("nurse", "doctor"), world("nurse"), change.Options{At: clock})
	var got []string
	for i := range difference.Approvers {
		a := &difference.Approvers[i]
		got = append(got, fmt.Sprint(a.Chain, a.Step, a.Role, a.Lost, a.Gained, a.Left))
	}
	if want := []string{"actingonedoctor[dia] [] []"}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
