// SPDX-License-Identifier: Apache-2.0

package approvers_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/engine/approvers"
	"github.com/rolewright/rolewright/internal/engine/assign"
	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/enginetest"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
	"github.com/rolewright/rolewright/test/property"
)

// TestAdministratorsAreWhoMayAssign: a step asks exactly those who may give the role without a request, but for those whose request it
// is, and those may revoke it who may take it. Everyone who may decide is one of those that coverage counts.
func TestAdministratorsAreWhoMayAssign(t *testing.T) {
	asked, took := 0, 0
	property.Check(t, func(t *rapid.T) {
		doc := enginetest.DrawDocument(t)
		for name, unit := range doc.Units {
			// What a unit sets for a dimension is nothing that a request asks for.
			unit.Attributes, unit.UnknownAttributes = nil, nil
			doc.Units[name] = unit
		}
		if rapid.Bool().Draw(t, "has a simple rule") {
			role := doc.Roles["r1"]
			role.AdministrationRules = []document.AdministrationRule{{
				Name: "simple", UserActions: []string{document.ActionGiveRoles, document.ActionTakeRoles},
				Roles: &document.RoleSelection{From: document.RolesAll},
			}}
			doc.Roles["r1"] = role
		}
		x, err := compiled.New(doc, compiled.WithClock(enginetest.Now))
		if err != nil {
			t.Fatal(err)
		}
		users := slices.Sorted(maps.Keys(doc.Users))
		input := &access.ApprovalInput{
			RequestType: "access", Requester: rapid.SampledFrom(users).Draw(t, "requester"),
			Beneficiary: rapid.SampledFrom(users).Draw(t, "beneficiary"), Unit: rapid.SampledFrom(slices.Sorted(maps.Keys(doc.Units))).Draw(t, "unit"),
			Attributes: map[string]any{}, Now: enginetest.Clock,
			Grant: &access.ApprovalGrant{Role: rapid.SampledFrom(slices.Sorted(maps.Keys(doc.Roles))).Draw(t, "role"), DurationSeconds: 60},
		}
		resource := map[string]any{access.PropertyUnit: input.Unit}
		for _, dimension := range slices.Sorted(maps.Keys(doc.Dimensions)) {
			if rapid.Bool().Draw(t, "has "+dimension) {
				value := rapid.SampledFrom(doc.Dimensions[dimension]).Draw(t, dimension)
				input.Attributes[dimension], resource[dimension] = value, value
			}
		}
		administrators := []document.Approver{{Type: document.ApproverTypeAdministrator}}
		chain := &document.Chain{
			RequestType: "access",
			Steps:       []document.Step{{Name: "one", ApprovalMode: document.ApprovalCount, RequiredApprovals: 1, Approvers: administrators}},
			GrantPolicy: &document.GrantPolicy{
				Roles: document.RoleSelection{From: document.RolesAll}, MaxDurationSeconds: 60,
				Beneficiaries: []string{document.GrantToRequester, document.GrantToMembers},
			},
		}
		plan, err := approvers.Plan(x, chain, input)
		if err != nil {
			return
		}
		direct := access.AssignmentRequest{User: input.Beneficiary, Role: input.Grant.Role, Resource: resource}
		var want []string
		for _, user := range users {
			direct.Actor = user
			may := assign.MayAssign(x, &direct) && user != input.Requester && user != input.Beneficiary
			if may {
				want = append(want, user)
			}
			if got := approvers.MayDecide(x, administrators, input, user); got != may {
				t.Errorf("%s may decide: %t, want %t", user, got, may)
			}
			takes := direct
			takes.Revoke = true
			mayTake := assign.MayAssign(x, &takes)
			if got := approvers.MayTake(x, input, user); got != mayTake {
				t.Errorf("%s may take: %t", user, got)
			}
			if mayTake {
				took++
			}
		}
		if got := plan.Steps[0].Approvers; !slices.Equal(got, want) {
			t.Errorf("the step asks %v, want %v", got, want)
		}
		if still := approvers.FilterEligible(x, administrators, input, users); !slices.Equal(still, want) {
			t.Errorf("those may decide: %v, want %v", still, want)
		}
		anybody := &access.ApprovalInput{Unit: input.Unit, Attributes: input.Attributes, Grant: input.Grant, Now: input.Now}
		pool := approvers.Pool(x, &chain.Steps[0], anybody)
		for _, user := range want {
			if !slices.Contains(pool, user) {
				t.Errorf("coverage counts %v, without %s", pool, user)
			}
		}
		if len(want) > 0 {
			asked++
		}
	}, func() string {
		if asked < 5 || took < 5 {
			return fmt.Sprintf("a user is asked %d times, and may take the role %d times", asked, took)
		}
		return ""
	})
}
