// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/engine/enginetest"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// selected is an organization in which each user is one whom another kind of selector names: ann holds the role, ben its
// permission alone, cem is in the group, dan is named, and eve manages fay, below gus, who holds the role.
func selected(t *testing.T) (*document.Document, *engine.Index) {
	t.Helper()
	doc := gaps()
	holds := func(role string) []document.Grant {
		return []document.Grant{{Role: role, Scope: document.Scope{Everywhere: true}}}
	}
	doc.Roles["other"] = document.Role{Permissions: map[string][]document.Alternative{"b": {{}}}}
	doc.Users = map[string]document.User{
		"ann": {Grants: holds("r")}, "ben": {Grants: holds("other")}, "cem": {}, "dan": {}, "eve": {Manager: "gus"}, "fay": {Manager: "eve"},
		"gus": {Grants: holds("r")},
	}
	doc.Groups = map[string]document.Group{"board": {Members: []string{"cem"}}}
	doc.Roles["head"] = document.Role{AdministrationRules: []document.AdministrationRule{{
		Name: "staff", UserActions: []string{document.ActionGiveRoles}, Roles: &document.RoleSelection{From: document.RolesListed, Roles: []string{"other"}},
	}}}
	doc.Users["hal"] = document.User{Grants: holds("head")}
	return doc, enginetest.Index(t, doc, enginetest.Clock)
}

// TestSelectorsSayWhatTheirTypeSays, whatever else is filled in; and without the field of its type a selector names nobody.
func TestSelectorsSayWhatTheirTypeSays(t *testing.T) {
	doc, x := selected(t)
	users := []string{"ann", "ben", "cem", "dan", "eve", "fay", "gus", "hal"}
	full := document.Approver{
		Role: &document.RoleApprover{Role: "r"}, Permission: "b", Group: "board", Users: []string{"dan"},
		Manager: &document.ManagerApprover{Level: 1}, ManagerWithRole: &document.ManagerWithRoleApprover{Role: "r"},
	}
	input := &access.ApprovalInput{
		RequestType: "offer", Requester: "fay", Now: enginetest.Clock, Grant: &access.ApprovalGrant{Role: "other", DurationSeconds: 1},
	}
	for kind, c := range map[string]struct {
		want    []string
		without func(a *document.Approver)
	}{
		document.ApproverTypeRole:            {[]string{"ann", "gus"}, func(a *document.Approver) { a.Role = nil }},
		document.ApproverTypePermission:      {[]string{"ben"}, func(a *document.Approver) { a.Permission = "" }},
		document.ApproverTypeGroup:           {[]string{"cem"}, func(a *document.Approver) { a.Group = "" }},
		document.ApproverTypeUsers:           {[]string{"dan"}, func(a *document.Approver) { a.Users = nil }},
		document.ApproverTypeManager:         {[]string{"eve"}, func(a *document.Approver) { a.Manager = nil }},
		document.ApproverTypeManagerWithRole: {[]string{"gus"}, func(a *document.Approver) { a.ManagerWithRole = nil }},
		document.ApproverTypeAdministrator:   {[]string{"hal"}, func(a *document.Approver) { a.Type = "administrator" }},
		"Everybody":                          {nil, func(*document.Approver) {}},
	} {
		with := full
		with.Type = kind
		without := with
		c.without(&without)
		for want, a := range map[*[]string]document.Approver{&c.want: with, {}: without} {
			if got := x.FilterEligible([]document.Approver{a}, input, users); !slices.Equal(got, *want) {
				t.Errorf("%s names %v, want %v", kind, got, *want)
			}
			for _, user := range users {
				if got := x.MayDecide([]document.Approver{a}, input, user); got != slices.Contains(*want, user) {
					t.Errorf("%s: %s decides: %t", kind, user, got)
				}
			}
			chain := doc.Chains["offers"]
			chain.GrantPolicy = &document.GrantPolicy{
				Roles: document.RoleSelection{From: document.RolesListed, Roles: []string{"other"}}, Beneficiaries: []string{"Requester"}, MaxDurationSeconds: 1,
			}
			chain.Steps = []document.Step{{Name: "one", Approvers: []document.Approver{a}, ApprovalMode: "Count", RequiredApprovals: 1, RequiredDenials: 1}}
			if plan, err := x.ApprovalPlan(&chain, input); err != nil || !slices.Equal(plan.Steps[0].Approvers, *want) {
				t.Errorf("%s: the plan is %+v, %v", kind, plan, err)
			}
			isManager := len(*want) > 0 && (kind == document.ApproverTypeManager || kind == document.ApproverTypeManagerWithRole)
			covered := access.Coverage{Step: "one", ManagerBased: isManager}
			if !isManager {
				switch covered.Approvers = len(*want); covered.Approvers {
				case 0:
					covered.Uncovered = []access.Gap{{Unit: "root"}}
				case 1:
					covered.Single = []access.Gap{{Unit: "root", Only: (*want)[0]}}
				}
			}
			if got := x.Coverage(&chain); !reflect.DeepEqual(got, []access.Coverage{covered}) {
				t.Errorf("%s is covered by %+v, want %+v", kind, got, covered)
			}
		}
	}
}

// TestRequestersAreWhomTheirTypeNames, whatever else is filled in.
func TestRequestersAreWhomTheirTypeNames(t *testing.T) {
	doc, x := selected(t)
	role := &document.RoleApprover{Role: "r"}
	const lets, nobodyElse = "lets only ", ` make requests about unit "root", and "ben" is none of them`
	for _, c := range []struct {
		requester document.Requester
		who       string
		refused   string
	}{
		{document.Requester{Type: document.RequesterTypeAnybody, Role: role, Permission: "a"}, "ben", ""},
		{document.Requester{Type: document.RequesterTypeRole, Role: role, Permission: "b"}, "ben", lets + "holders of role r" + nobodyElse},
		{document.Requester{Type: document.RequesterTypeRole, Role: role, Permission: "b"}, "ann", ""},
		{document.Requester{Type: document.RequesterTypeRole, Permission: "b"}, "ben", lets + "nobody" + nobodyElse},
		{document.Requester{Type: document.RequesterTypePermission, Role: role, Permission: "b"}, "ben", ""},
		{document.Requester{Type: document.RequesterTypePermission, Role: role, Permission: "a"}, "ben", lets + "holders of permission a" + nobodyElse},
		{document.Requester{Type: document.RequesterTypePermission, Role: &document.RoleApprover{Role: "other"}}, "ben", lets + "holders of permission " + nobodyElse},
		{document.Requester{Type: "Everybody", Role: &document.RoleApprover{Role: "other"}, Permission: "b"}, "ben", lets + "nobody" + nobodyElse},
	} {
		chain := doc.Chains["offers"]
		chain.Requesters = []document.Requester{c.requester}
		_, err := x.ApprovalPlan(&chain, &access.ApprovalInput{RequestType: "offer", Requester: c.who, Now: enginetest.Clock})
		refused, _ := errors.AsType[*access.RefusedError](err)
		if (refused != nil) != (c.refused != "") || refused != nil && refused.Predicate != c.refused {
			t.Errorf("%+v: got %v, want %q", c.requester, err, c.refused)
		}
	}
}
