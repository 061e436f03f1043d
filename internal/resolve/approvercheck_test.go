// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

func users(ids ...string) model.Approver {
	return model.Approver{Type: model.ApproverTypeUsers, Users: ids}
}

func holders(permission string) model.Approver {
	return model.Approver{Type: model.ApproverTypePermission, Permission: permission}
}

// TestApproversLackPermission: anyone who is named and lacks the permission by which the step is decided is found, by name. Ann may
// buy and close; ben may pay in the south; cem may buy by an override; dan's right to buy is taken.
func TestApproversLackPermission(t *testing.T) {
	byRole := func(name string) model.Approver {
		return model.Approver{Type: model.ApproverTypeRole, Role: &model.RoleApprover{Role: role(name)}}
	}
	for name, c := range map[string]struct {
		required  string
		approvers []model.Approver
		// want is who is found, and where.
		want, at string
	}{
		"nothing is named":            {"", []model.Approver{users("ann", "ben")}, "", ""},
		"all hold it":                 {"buy", []model.Approver{users("ann", "cem")}, "", ""},
		"one of several lacks it":     {"buy", []model.Approver{users("ann"), users("cem", "ben")}, "ben may lack", "approvers[1]"},
		"all lack it":                 {"close", []model.Approver{users("cem", "ben")}, "ben, cem may lack", "approvers[0]"},
		"from one it is taken":        {"buy", []model.Approver{users("cem", "dan")}, "dan may lack", "approvers[0]"},
		"a group's member":            {"buy", []model.Approver{{Type: model.ApproverTypeGroup, Group: "night"}}, "ben may lack", "approvers[0]"},
		"a role with it":              {"buy", []model.Approver{byRole("buyer")}, "", ""},
		"a role without it":           {"buy", []model.Approver{byRole("payer")}, "holders of role payer may lack", "approvers[0]"},
		"a manager's role":            {"buy", []model.Approver{{Type: model.ApproverTypeManagerWithRole, ManagerWithRole: &model.ManagerWithRoleApprover{LineOf: model.LineOfRequester, Role: role("payer")}}}, "holders of role payer may lack", "approvers[0]"},
		"a manager":                   {"buy", []model.Approver{{Type: model.ApproverTypeManager, Manager: &model.ManagerApprover{LineOf: model.LineOfRequester, Level: 1}}}, "", ""},
		"the same permission":         {"buy", []model.Approver{holders("buy")}, "", ""},
		"another permission":          {"buy", []model.Approver{holders("pay")}, "holders of role payer may lack", "approvers[0]"},
		"beside a permission":         {"", []model.Approver{holders("pay"), users("ben", "ann")}, "ann may lack", "approvers[1]"},
		"beside two":                  {"", []model.Approver{holders("pay"), holders("buy"), users("ben", "ann")}, "", ""},
		"beside an unknown one":       {"", []model.Approver{holders("bye"), users("ann")}, "", ""},
		"an unknown one is required":  {"bye", []model.Approver{users("ann")}, "", ""},
		"a role without its name":     {"buy", []model.Approver{{Type: model.ApproverTypeRole}, {Type: model.ApproverTypeManagerWithRole}}, "", ""},
		"of another type than named":  {"buy", []model.Approver{{Type: "Everybody", Role: byRole("payer").Role, Permission: "pay", Group: "night", Users: []string{"ben"}}}, "", ""},
		"users who are not are found": {"buy", []model.Approver{users("zoe")}, "", ""},
	} {
		for _, at := range []string{"approvers", "fallback", "timeouts[0].approvers"} {
			world := shop()
			cem := holding("cem", 1)
			cem.Overrides = []model.Override{{Name: "buy", Permission: "buy", Scope: model.Scope{Everywhere: true}}}
			dan := holding("dan", 1)
			dan.Overrides = []model.Override{{Name: "buy", Permission: "buy", Deny: true, Scope: model.Scope{Everywhere: true}}}
			world.Assignments = append(world.Assignments, cem, dan)
			world.Groups = []model.Group{{Object: object(model.KindGroup, "night"), Members: []string{"ann", "ben"}}}
			chain := asking("a", "", c.approvers...)
			switch at {
			case "fallback":
				chain.Steps[0].Approvers, chain.Steps[0].Fallback = nil, c.approvers
			case "timeouts[0].approvers":
				chain.Steps[0].Approvers, chain.Steps[0].Timeouts = nil, []model.Timeout{{Approvers: c.approvers}}
			}
			chain.Steps[0].RequiredPermission = c.required
			world.Chains = []model.Chain{chain}
			var got []string
			for _, f := range resolved(world).Findings {
				if f.Reason == resolve.ReasonApproversLackPermission {
					got = append(got, f.Severity.String()+" "+f.Field)
					if !strings.Contains(f.Message, "which "+c.want+", so they") {
						t.Errorf("%s, in %s: found %q", name, at, f.Message)
					}
				}
			}
			var want []string
			if c.want != "" {
				want = []string{"Warning spec.steps[one]." + strings.Replace(c.at, "approvers", at, 1)}
			}
			same(t, name+", in "+at, got, want)
		}
	}
}

// TestRequestersWhoAreNot: a chain that lets nobody ask, because of a name that does not exist or a word that is unknown, is found.
func TestRequestersWhoAreNot(t *testing.T) {
	for name, c := range map[string]struct {
		requester     model.Requester
		field, reason string
	}{
		"anybody":                   {model.Requester{Type: "Anybody"}, "", ""},
		"a role":                    {model.Requester{Type: "Role", Role: &model.RoleApprover{Role: role("buyer")}}, "", ""},
		"a permission":              {model.Requester{Type: "Permission", Permission: "buy"}, "", ""},
		"a role that is not":        {model.Requester{Type: "Role", Role: &model.RoleApprover{Role: role("chief")}}, "role.roleRef", "UnknownRole"},
		"a permission that is not":  {model.Requester{Type: "Permission", Permission: "bye"}, "permission.name", "UnknownPermission"},
		"a type that is not":        {model.Requester{Type: "Everybody"}, "type", "UnknownType"},
		"no type":                   {model.Requester{Permission: "buy"}, "type", "UnknownType"},
		"a role without a name":     {model.Requester{Type: "Role", Permission: "buy"}, "type", "UnknownType"},
		"a permission without name": {model.Requester{Type: "Permission", Role: &model.RoleApprover{Role: role("buyer")}}, "type", "UnknownType"},
	} {
		world := shop()
		chain := asking("a", "", users("ann"))
		chain.Requesters = []model.Requester{{Type: "Anybody"}, c.requester}
		world.Chains = []model.Chain{chain}
		var got, want []string
		for _, line := range briefly(resolved(world).Findings) {
			if strings.Contains(line, "spec.requesters") {
				got = append(got, line)
			}
		}
		if c.field != "" {
			want = []string{"Error ApprovalChain/a spec.requesters[1]." + c.field + " " + c.reason}
		}
		same(t, name, got, want)
	}
}

// TestMisspeltContext: a condition that reads a field which no request has is found when it is written, and lets nothing pass.
func TestMisspeltContext(t *testing.T) {
	world := shop()
	chain := asking("a", "has(context.grnt)", users("ann"))
	chain.Steps[0].When = "context.grant.roles == 'buyer'"
	world.Chains = []model.Chain{chain}
	same(t, "found", found(world, resolve.ReasonInvalidExpression), []string{
		"Error ApprovalChain/a spec.steps[one].when InvalidExpression", "Error ApprovalChain/a spec.when InvalidExpression",
	})
	if refused := resolved(world).Document.Chains["a"].Refused; refused == "" {
		t.Error("the chain is not refused")
	}
}
