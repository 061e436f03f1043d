// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// everyApprover has an approver of each type.
func everyApprover(suffix string) []model.Approver {
	return []model.Approver{
		{Type: model.ApproverTypeRole, Role: &model.RoleApprover{Role: role("lead" + suffix), Exact: true, NearestUnitKind: "ward"}},
		{Type: model.ApproverTypeRole, Role: &model.RoleApprover{Role: model.RoleRef{Kind: model.KindPlatformRole, Name: "base"}}},
		{Type: model.ApproverTypePermission, Permission: "sign" + suffix},
		{Type: model.ApproverTypeGroup, Group: "board" + suffix},
		{Type: model.ApproverTypeUsers, Users: []string{"ann", "ben" + suffix}},
		{Type: model.ApproverTypeManager, Manager: &model.ManagerApprover{LineOf: model.LineOfBeneficiary, Level: 2}},
		{Type: model.ApproverTypeManagerWithRole, ManagerWithRole: &model.ManagerWithRoleApprover{
			LineOf: model.LineOfRequester, Role: role("chief"), Exact: true, AboveLevel: 1,
		}},
	}
}

// TestChainIsPublishedWhole: all that a chain says is in the document.
func TestChainIsPublishedWhole(t *testing.T) {
	upTo := role("lead")
	chain := model.Chain{
		RequestType: "offer", When: "true", Priority: 3, Parallel: true, Bypass: "skip", OnBehalf: "act", ApproveOwnSteps: true, DistinctApprovers: true,
		Requesters: []model.Requester{
			{Type: "Anybody"}, {Type: "Role", Role: &model.RoleApprover{Role: role("buyer"), Exact: true}}, {Type: "Permission", Permission: "ask"},
		},
		GrantPolicy: &model.GrantPolicy{
			Roles: model.RoleSelection{
				From: "UpTo", Roles: []model.RoleRef{role("a"), role("b")}, UpTo: &upTo, Except: []model.RoleRef{role("c"), role("d")},
			},
			Beneficiaries: []string{"Requester"}, WithoutDecision: []string{"Bypass"}, Max: time.Hour, Default: time.Minute,
			Justification: &model.JustificationPolicy{Requirement: "Required", Pattern: "T-", Hint: "a ticket"},
		},
		Steps: []model.Step{
			{
				Name: "one", When: "false", Approvers: everyApprover(""), Fallback: everyApprover("-2"), Mode: model.ApprovalCount,
				RequiredApprovals: 2, RequiredDenials: 3, RequiredPermission: "decide",
				Timeouts: []model.Timeout{
					{After: time.Minute, Action: model.Escalate, Approvers: everyApprover("-3")}, {After: time.Hour, Action: model.Expire},
				},
			},
			{Name: "two", Mode: model.ApprovalAll, RequiredDenials: 1},
		},
	}
	approvers := func(suffix string) string {
		return `[{"type":"Role","requiredPermission":"decide","role":{"role":"lead` + suffix + `","match":"Exact","nearestUnitKind":"ward"}},` +
			`{"type":"Role","requiredPermission":"decide","role":{"role":"PlatformRole/base"}},` +
			`{"type":"Permission","requiredPermission":"decide","permission":"sign` + suffix + `"},` +
			`{"type":"Group","requiredPermission":"decide","group":"board` + suffix + `"},` +
			`{"type":"Users","requiredPermission":"decide","users":["ann","ben` + suffix + `"]},` +
			`{"type":"Manager","requiredPermission":"decide","manager":{"lineOf":"Beneficiary","level":2}},` +
			`{"type":"ManagerWithRole","requiredPermission":"decide","managerWithRole":{"role":"chief","match":"Exact","aboveLevel":1}}]`
	}
	want := `{"requestType":"offer","when":"true","priority":3,"parallel":true,"steps":[` +
		`{"name":"one","when":"false","approvers":` + approvers("") + `,"fallback":` + approvers("-2") +
		`,"approvalMode":"Count","requiredApprovals":2,"requiredDenials":3,"timeouts":[` +
		`{"afterSeconds":60,"action":"Escalate","approvers":` + approvers("-3") + `},{"afterSeconds":3600,"action":"Expire"}]},` +
		`{"name":"two","approvers":null,"approvalMode":"All","requiredDenials":1}],` +
		`"bypassPermission":"skip","onBehalfPermission":"act","onSubmission":"ApproveOwnSteps","distinctApprovers":"AcrossSteps",` +
		`"requesters":[{"type":"Anybody"},{"type":"Role","role":{"role":"buyer","match":"Exact"}},{"type":"Permission","permission":"ask"}],` +
		`"grantPolicy":{"roles":{"from":"UpTo","roles":["a","b"],"upToRole":"lead","exceptRoles":["c","d"]},"beneficiaries":["Requester"],` +
		`"maxDurationSeconds":3600,"defaultDurationSeconds":60,"justification":{"requirement":"Required","pattern":"T-","hint":"a ticket"},` +
		`"withoutDecision":["Bypass"]}}`
	if got, err := json.Marshal(resolve.Chain(&chain)); err != nil || string(got) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
	if got, err := json.Marshal(resolve.Chain(&model.Chain{RequestType: "offer"})); err != nil || string(got) != `{"requestType":"offer","steps":[]}` {
		t.Errorf("%v\n%s", err, got)
	}
}

// TestRequestersThatNameNobody: what a chain says of requesters and does not exist is found.
func TestRequestersThatNameNobody(t *testing.T) {
	for name, c := range map[string]struct {
		requester model.Requester
		want      []string
	}{
		"anybody":               {model.Requester{Type: "Anybody"}, nil},
		"a role":                {model.Requester{Type: "Role", Role: &model.RoleApprover{Role: role("buyer")}}, nil},
		"a permission":          {model.Requester{Type: "Permission", Permission: "buy"}, nil},
		"no such role":          {model.Requester{Type: "Role", Role: &model.RoleApprover{Role: role("chief")}}, []string{".role.roleRef UnknownRole"}},
		"no role":               {model.Requester{Type: "Role"}, []string{".type UnknownType"}},
		"no such permission":    {model.Requester{Type: "Permission", Permission: "fly"}, []string{".permission.name UnknownPermission"}},
		"no permission":         {model.Requester{Type: "Permission"}, []string{".type UnknownType"}},
		"a role that is beside": {model.Requester{Type: "Everyone", Role: &model.RoleApprover{Role: role("buyer")}}, []string{".type UnknownType"}},
	} {
		world := shop()
		chain := asking("a", "", model.Approver{Type: model.ApproverTypeUsers, Users: []string{"ann"}})
		chain.Requesters = []model.Requester{{Type: "Anybody"}, c.requester}
		chain.OnBehalf, chain.Manage, chain.Bypass = "buy", "pay", "close"
		world.Chains = []model.Chain{chain}
		var want []string
		for _, line := range c.want {
			want = append(want, "Error ApprovalChain/a spec.requesters[1]"+line)
		}
		same(t, name, chainFindings(world), want)
	}
	world := shop()
	chain := asking("a", "", model.Approver{Type: model.ApproverTypeUsers, Users: []string{"ann"}})
	chain.OnBehalf, chain.Manage, chain.Bypass, chain.Steps[0].RequiredPermission = "fly", "fly", "fly", "fly"
	world.Chains = []model.Chain{chain}
	same(t, "permissions", chainFindings(world), []string{
		"Error ApprovalChain/a spec.bypassPermission UnknownPermission", "Error ApprovalChain/a spec.managePermission UnknownPermission",
		"Error ApprovalChain/a spec.onBehalfPermission UnknownPermission", "Error ApprovalChain/a spec.steps[one].requiredPermission UnknownPermission",
	})
}

// chainFindings are those about chains.
func chainFindings(world *model.World) []string {
	var about []resolve.Finding
	for _, f := range resolved(world).Findings {
		if f.Object.Kind == model.KindChain {
			about = append(about, f)
		}
	}
	return briefly(about)
}
