// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// asking is a chain for offers, of one step with the approvers given.
func asking(name, when string, approvers ...model.Approver) model.Chain {
	return model.Chain{
		Object: object(model.KindChain, name), RequestType: "offer", When: when,
		Steps: []model.Step{{Name: "one", Approvers: approvers, Mode: model.ApprovalCount, RequiredApprovals: 1}},
	}
}

// found lists what is found of one reason.
func found(world *model.World, reason string) []string {
	return briefly(slices.DeleteFunc(resolved(world).Findings, func(f resolve.Finding) bool { return f.Reason != reason }))
}

// TestTiedChains: two chains for one type of request, at the same priority, cannot both govern. Where their conditions are the
// same, they always tie; where they differ, they may; and one with a condition wins over one without.
func TestTiedChains(t *testing.T) {
	const small, large = "resource.properties.amount < 10.0", "resource.properties.amount > 5.0"
	for name, c := range map[string]struct {
		one, two model.Chain
		want     []string
	}{
		"without conditions": {asking("a", ""), asking("b", ""), []string{
			"Error ApprovalChain/a spec.priority AmbiguousChains", "Error ApprovalChain/b spec.priority AmbiguousChains",
		}},
		"of one condition": {asking("a", small), asking("b", small), []string{
			"Error ApprovalChain/a spec.priority AmbiguousChains", "Error ApprovalChain/b spec.priority AmbiguousChains",
		}},
		"of different conditions": {asking("a", small), asking("b", large), []string{
			"Warning ApprovalChain/a spec.priority AmbiguousChains", "Warning ApprovalChain/b spec.priority AmbiguousChains",
		}},
		"one without condition": {asking("a", small), asking("b", ""), nil},
	} {
		world := shop()
		world.Chains = []model.Chain{c.one, c.two}
		same(t, name, found(world, resolve.ReasonAmbiguousChains), c.want)
		world.Chains[1].Priority = 1
		same(t, name+", of different priorities", found(world, resolve.ReasonAmbiguousChains), nil)
		world.Chains[1].Priority, world.Chains[1].RequestType = 0, "order"
		same(t, name+", of different types", found(world, resolve.ReasonAmbiguousChains), nil)
	}
}

// TestChainsThatTieWithAnyOther: each chain is compared with all others, not with one of them.
func TestChainsThatTieWithAnyOther(t *testing.T) {
	world := shop()
	other := asking("a", "")
	other.RequestType = "order"
	world.Chains = []model.Chain{other, asking("b", ""), asking("c", "")}
	same(t, "the second and the third", found(world, resolve.ReasonAmbiguousChains), []string{
		"Error ApprovalChain/b spec.priority AmbiguousChains", "Error ApprovalChain/c spec.priority AmbiguousChains",
	})
}

// TestApproversWhoAreNot: a chain that names what does not exist is found, wherever it names it.
func TestApproversWhoAreNot(t *testing.T) {
	near := func(kind string) model.Approver {
		return model.Approver{Type: model.ApproverTypeRole, Role: &model.RoleApprover{Role: role("buyer"), NearestUnitKind: kind}}
	}
	for name, c := range map[string]struct {
		approver model.Approver
		reason   string
		field    string
	}{
		"a kind that is":      {near("site"), resolve.ReasonUnknownUnit, ""},
		"no kind":             {near(""), resolve.ReasonUnknownUnit, ""},
		"a kind that is not":  {near("ward"), resolve.ReasonUnknownUnit, "role.nearestUnitKind"},
		"a role that is":      {near(""), resolve.ReasonUnknownRole, ""},
		"a role that is not":  {model.Approver{Type: model.ApproverTypeRole, Role: &model.RoleApprover{Role: role("chief")}}, resolve.ReasonUnknownRole, "role.roleRef"},
		"a manager's role":    {model.Approver{Type: model.ApproverTypeManagerWithRole, ManagerWithRole: &model.ManagerWithRoleApprover{LineOf: model.LineOfRequester, Role: role("chief")}}, resolve.ReasonUnknownRole, "managerWithRole.roleRef"},
		"a manager by level":  {model.Approver{Type: model.ApproverTypeManager, Manager: &model.ManagerApprover{LineOf: model.LineOfRequester, Level: 1}}, resolve.ReasonUnknownRole, ""},
		"a group that is":     {model.Approver{Type: model.ApproverTypeGroup, Group: "night"}, resolve.ReasonUnknownUserGroup, ""},
		"a group that is not": {model.Approver{Type: model.ApproverTypeGroup, Group: "day"}, resolve.ReasonUnknownUserGroup, "groupRef"},
		"users":               {model.Approver{Type: model.ApproverTypeUsers, Users: []string{"ann", "ben", "cem"}}, resolve.ReasonUnknownUser, ""},
		"a user who is not":   {model.Approver{Type: model.ApproverTypeUsers, Users: []string{"ann", "zoe"}}, resolve.ReasonUnknownUser, "users[1]"},
		"a type that is not":  {model.Approver{Type: "Everybody", Users: []string{"ann"}}, resolve.ReasonUnknownType, "type"},
		"a role of no type": {
			model.Approver{
				Type: "Everybody", Role: &model.RoleApprover{Role: role("buyer")}, Permission: "buy", Group: "night",
				Manager:         &model.ManagerApprover{LineOf: model.LineOfRequester, Level: 1},
				ManagerWithRole: &model.ManagerWithRoleApprover{LineOf: model.LineOfRequester, Role: role("buyer")},
			}, resolve.ReasonUnknownType, "type",
		},
		"a manager of no level":    {model.Approver{Type: model.ApproverTypeManager}, resolve.ReasonUnknownType, "type"},
		"a manager without a role": {model.Approver{Type: model.ApproverTypeManagerWithRole}, resolve.ReasonUnknownType, "type"},
		"no type":                  {model.Approver{Users: []string{"ann"}}, resolve.ReasonUnknownType, "type"},
		"a role without a name":    {model.Approver{Type: model.ApproverTypeRole, Group: "night"}, resolve.ReasonUnknownType, "type"},
		"a group without a name":   {model.Approver{Type: model.ApproverTypeGroup, Users: []string{"ann"}}, resolve.ReasonUnknownType, "type"},
		"a line of someone else": {
			model.Approver{Type: model.ApproverTypeManager, Manager: &model.ManagerApprover{LineOf: "Owner", Level: 1}},
			resolve.ReasonUnknownType, "manager.lineOf",
		},
		"another line": {
			model.Approver{Type: model.ApproverTypeManagerWithRole, ManagerWithRole: &model.ManagerWithRoleApprover{LineOf: "", Role: role("buyer")}},
			resolve.ReasonUnknownType, "managerWithRole.lineOf",
		},
		"a permission that is":      {model.Approver{Type: model.ApproverTypePermission, Permission: "buy"}, resolve.ReasonUnknownPermission, ""},
		"a permission that is not":  {model.Approver{Type: model.ApproverTypePermission, Permission: "bye"}, resolve.ReasonUnknownPermission, "permission.name"},
		"a permission without name": {model.Approver{Type: model.ApproverTypePermission, Users: []string{"ann"}}, resolve.ReasonUnknownType, "type"},
		"a user who is not last":    {model.Approver{Type: model.ApproverTypeUsers, Users: []string{"zoe", "ann"}}, resolve.ReasonUnknownUser, "users[0]"},
	} {
		world := shop()
		world.Structures[0].Units[0].Kind = "site"
		world.Groups = []model.Group{{Object: object(model.KindGroup, "night"), Members: []string{"cem"}}}
		sound := model.Approver{Type: model.ApproverTypeUsers, Users: []string{"ann"}}
		chain := asking("offers", "", sound, c.approver)
		chain.Steps = append(chain.Steps, model.Step{
			Name: "two", Mode: model.ApprovalAll, Approvers: []model.Approver{sound}, Fallback: []model.Approver{c.approver},
			Timeouts: []model.Timeout{{}, {Approvers: []model.Approver{sound, sound, c.approver}}},
		})
		world.Chains = []model.Chain{asking("fine", "true", sound), chain}
		var want []string
		for _, at := range []string{"steps[one].approvers[1]", "steps[two].fallback[0]", "steps[two].timeouts[1].approvers[2]"} {
			if c.field != "" {
				want = append(want, "Error ApprovalChain/offers spec."+at+"."+c.field+" "+c.reason)
			}
		}
		same(t, name, found(world, c.reason), want)
	}
}

// TestUnknownApprovalMode: a step of a mode that does not exist is found. It is published as it is, and never approved.
func TestUnknownApprovalMode(t *testing.T) {
	world := shop()
	odd := asking("offers", "", model.Approver{Type: model.ApproverTypeUsers, Users: []string{"ann"}})
	odd.Steps[0].Mode = "Most"
	world.Chains = []model.Chain{odd}
	same(t, "found", found(world, resolve.ReasonUnknownType), []string{"Error ApprovalChain/offers spec.steps[one].approvalMode UnknownType"})
	if got := resolved(world).Document.Chains["offers"].Steps[0].ApprovalMode; got != "Most" {
		t.Errorf("published is the mode %q", got)
	}
}

// TestExpressionsOfChainsThatDoNotCompile: each is found where it is written.
func TestExpressionsOfChainsThatDoNotCompile(t *testing.T) {
	world := shop()
	chain := asking("offers", "resource.", model.Approver{Type: model.ApproverTypeUsers, Users: []string{"ann"}})
	chain.Steps[0].When = "now +"
	world.Chains = []model.Chain{chain}
	same(t, "found", found(world, resolve.ReasonInvalidExpression), []string{
		"Error ApprovalChain/offers spec.steps[one].when InvalidExpression", "Error ApprovalChain/offers spec.when InvalidExpression",
	})
}

// TestPlatformPermissionsImplyEachOther: a permission of level Platform may imply any, and who holds it holds them.
func TestPlatformPermissionsImplyEachOther(t *testing.T) {
	catalog := shop().Catalog
	catalog.Permissions = append(catalog.Permissions,
		model.Permission{Name: "drop", Section: "money", Platform: true, Implies: []string{"look", "buy"}},
		model.Permission{Name: "look", Section: "money", Platform: true},
		model.Permission{Name: "sell", Section: "money", Implies: []string{"look", "pay"}})
	resolved := resolve.Platform([]*model.Catalog{catalog}, []model.Role{shipped("high", true, "drop"), shipped("low", false, "sell")}, nil)
	same(t, "found", briefly(resolved.Findings), []string{"Error PermissionCatalog/trade spec.permissions[5].implies[0] LevelMismatch"})
	for name, want := range map[string]int{"high": 3, "low": 2} {
		if got := resolved.Roles[shippedRef(name).Key()].Permissions; len(got) != want {
			t.Errorf("role %s holds %v", name, got)
		}
	}
}

// TestFindingsNameFiveUsers: a message names five users, and says how many more there are.
func TestFindingsNameFiveUsers(t *testing.T) {
	for _, users := range [][]string{{"a", "b", "c", "d", "e"}, {"a", "b", "c", "d", "e", "f"}, {"a", "b", "c", "d", "e", "f", "g"}} {
		world := shop()
		bind(world, audit(apart(false, "buyer", "closer")))
		world.Assignments = nil
		for _, user := range users {
			world.Assignments = append(world.Assignments, holding(user, 1, given("buyer"), given("closer")))
		}
		want := "is broken by a, b, c, d, e" + map[int]string{5: ",", 6: " and 1 more,", 7: " and 2 more,"}[len(users)]
		messages := 0
		for _, f := range resolved(world).Findings {
			if strings.Contains(f.Message, want) {
				messages++
			}
		}
		if messages != 1 {
			t.Errorf("%d users: %d findings say %q", len(users), messages, want)
		}
	}
}

// TestGrantPolicyFindings: what is wrong with a policy is found, and what it gives without asking much is shown.
func TestGrantPolicyFindings(t *testing.T) {
	policy := func(change func(*model.GrantPolicy)) *model.GrantPolicy {
		p := &model.GrantPolicy{Roles: model.RoleSelection{From: "Listed", Roles: []model.RoleRef{role("buyer")}}, Beneficiaries: []string{"Requester", "Members"}, Max: 1}
		change(p)
		return p
	}
	payers := model.Approver{Type: model.ApproverTypeRole, Role: &model.RoleApprover{Role: role("payer")}}
	buyers := model.Approver{Type: model.ApproverTypeRole, Role: &model.RoleApprover{Role: role("buyer")}}
	const field = "ApprovalChain/a spec.grantPolicy"
	outranked := []string{"Warning " + field + ".roles ApproversOutranked"}
	for name, c := range map[string]struct {
		approvers []model.Approver
		change    func(*model.GrantPolicy)
		want      []string
	}{
		"in order":           {[]model.Approver{buyers}, func(*model.GrantPolicy) {}, nil},
		"unknown words":      {[]model.Approver{buyers}, func(p *model.GrantPolicy) { p.Roles.From, p.Beneficiaries = "OwnRank", []string{"Everybody"} }, []string{"Error " + field + ".beneficiaries[0] UnknownType", "Error " + field + ".roles.from UnknownType"}},
		"unknown exceptions": {[]model.Approver{buyers}, func(p *model.GrantPolicy) { p.Roles.Except = []model.RoleRef{role("chief")} }, []string{"Error " + field + ".roles.exceptRoleRefs[0] UnknownRole"}},
		"unknown roles":      {[]model.Approver{buyers}, func(p *model.GrantPolicy) { p.Roles.Roles = append(p.Roles.Roles, role("chief")) }, []string{"Error " + field + ".roles.roleRefs[1] UnknownRole"}},
		"an unknown highest": {[]model.Approver{buyers}, func(p *model.GrantPolicy) {
			p.Roles.UpTo, p.Roles.From = &model.RoleRef{Kind: model.KindRole, Name: "chief"}, "UpTo"
		}, []string{"Error " + field + ".roles.upToRoleRef UnknownRole"}},
		"a bad reason": {[]model.Approver{buyers}, func(p *model.GrantPolicy) {
			p.Justification = &model.JustificationPolicy{Requirement: "Maybe", Pattern: "("}
		}, []string{"Error " + field + ".justification.pattern InvalidPattern", "Error " + field + ".justification.requirement UnknownType"}},
		"without decision": {[]model.Approver{buyers}, func(p *model.GrantPolicy) { p.WithoutDecision = []string{"Bypass", "Always"} }, []string{"Error " + field + ".withoutDecision[1] UnknownType", "Warning " + field + ".withoutDecision WithoutDecision"}},
		"by authority":     {[]model.Approver{buyers}, func(p *model.GrantPolicy) { p.WithoutDecision = []string{"Authority"} }, []string{"Warning " + field + ".withoutDecision WithoutDecision"}},
		"outranked":        {[]model.Approver{payers}, func(*model.GrantPolicy) {}, []string{"Warning " + field + ".roles ApproversOutranked"}},
		"one of them is":   {[]model.Approver{buyers, payers}, func(*model.GrantPolicy) {}, []string{"Warning " + field + ".roles ApproversOutranked"}},
		"all roles":        {[]model.Approver{buyers}, func(p *model.GrantPolicy) { p.Roles.From = "All" }, []string{"Warning " + field + ".roles ApproversOutranked"}},
		"but exceptions": {[]model.Approver{buyers}, func(p *model.GrantPolicy) {
			p.Roles.From, p.Roles.Except = "All", []model.RoleRef{role("payer"), role("closer")}
		}, nil},
		"a user who holds it":     {[]model.Approver{users("ann")}, func(*model.GrantPolicy) {}, nil},
		"a user who does not":     {[]model.Approver{users("ann", "ben")}, func(*model.GrantPolicy) {}, outranked},
		"a group that holds it":   {[]model.Approver{{Type: model.ApproverTypeGroup, Group: "day"}}, func(*model.GrantPolicy) {}, nil},
		"a group that does not":   {[]model.Approver{{Type: model.ApproverTypeGroup, Group: "night"}}, func(*model.GrantPolicy) {}, outranked},
		"by a permission of all":  {[]model.Approver{{Type: model.ApproverTypePermission, Permission: "buy"}}, func(*model.GrantPolicy) {}, nil},
		"by another permission":   {[]model.Approver{{Type: model.ApproverTypePermission, Permission: "pay"}}, func(*model.GrantPolicy) {}, outranked},
		"a manager of some level": {[]model.Approver{{Type: model.ApproverTypeManager, Manager: &model.ManagerApprover{LineOf: model.LineOfRequester, Level: 1}}}, func(*model.GrantPolicy) {}, outranked},
		"a manager with the role": {[]model.Approver{{Type: model.ApproverTypeManagerWithRole, ManagerWithRole: &model.ManagerWithRoleApprover{LineOf: model.LineOfRequester, Role: role("buyer")}}}, func(*model.GrantPolicy) {}, nil},
		"an administrator":        {[]model.Approver{{Type: model.ApproverTypeAdministrator}}, func(*model.GrantPolicy) {}, nil},
		"of no known type":        {[]model.Approver{{Type: "Everybody", Role: payers.Role, Permission: "pay"}}, func(*model.GrantPolicy) {}, nil},
		"without what it names":   {[]model.Approver{{Type: model.ApproverTypeRole}, {Type: model.ApproverTypeManagerWithRole}}, func(*model.GrantPolicy) {}, nil},
		"a manager with another":  {[]model.Approver{{Type: model.ApproverTypeManagerWithRole, ManagerWithRole: &model.ManagerWithRoleApprover{LineOf: model.LineOfRequester, Role: role("payer")}}}, func(*model.GrantPolicy) {}, outranked},
	} {
		world := shop()
		world.Chains = []model.Chain{asking("a", "", c.approvers...)}
		world.Chains[0].GrantPolicy = policy(c.change)
		world.Groups = []model.Group{
			{Object: object(model.KindGroup, "day"), Members: []string{"ann", "cem"}, Grants: []model.Grant{given("buyer", "north")}},
			{Object: object(model.KindGroup, "night"), Members: []string{"ann", "ben"}},
		}
		var got []string
		for _, line := range briefly(resolved(world).Findings) {
			if strings.Contains(line, field) {
				got = append(got, line)
			}
		}
		same(t, name, got, c.want)
	}
}
