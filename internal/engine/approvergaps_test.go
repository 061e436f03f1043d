// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/engine/enginetest"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

func TestApprovalInputNamesItsUnitInOnePlace(t *testing.T) {
	doc := gaps()
	doc.Units = map[string]document.Unit{"root": {}, "north": {Parent: "root"}, "south": {Parent: "root"}}
	doc.Users["ann"] = document.User{Grants: []document.Grant{{Role: "r", Scope: document.Scope{Units: []string{"north"}}}}}
	chain := document.Chain{RequestType: "offer", Steps: []document.Step{{
		Name: "one", RequiredApprovals: 1, Approvers: []document.Approver{{Type: document.ApproverTypeRole, Role: &document.RoleApprover{Role: "r"}}},
	}}}
	doc.Chains["offers"] = chain
	x := enginetest.Index(t, doc, enginetest.Clock)
	for _, c := range []struct {
		unit      string
		attribute any
		want      int
	}{{"north", nil, 1}, {"south", nil, 0}, {"south", "north", 0}, {"north", "south", 1}, {"", "north", 0}, {"", nil, 0}} {
		input := &access.ApprovalInput{RequestType: "offer", Requester: "ben", Unit: c.unit, Attributes: map[string]any{"amount": 1.0}}
		if c.attribute != nil {
			input.Attributes["unit"] = c.attribute
		}
		plan, err := x.ApprovalPlan(&chain, input)
		if err != nil || len(plan.Steps[0].Approvers) != c.want {
			t.Errorf("unit %q, attribute %v: got %+v, %v", c.unit, c.attribute, plan, err)
		}
		if input.Attributes["unit"] != c.attribute || input.Attributes["amount"] != 1.0 {
			t.Errorf("unit %q: the attributes became %v", c.unit, input.Attributes)
		}
	}
}

// Conditions of a permission that a chain names are asked of the user, not of the requester, and of that permission.
func TestHasPermissionAsksAboutTheUser(t *testing.T) {
	doc := gaps()
	doc.Users["ben"] = doc.Users["ann"]
	doc.Qualifiers = map[string]document.Condition{
		"self": {Expression: "subject.id == 'ann' && action.name == 'a' && resource.type == 'offer' && resource.properties.amount == 1.0"},
	}
	doc.Roles["r"] = document.Role{Permissions: map[string][]document.Alternative{"a": {{Qualifiers: []string{"self"}}}}}
	x := enginetest.Index(t, doc, enginetest.Clock)
	for _, requester := range []string{"ann", "ben"} {
		input := &access.ApprovalInput{RequestType: "offer", Requester: requester, Attributes: map[string]any{"amount": 1.0}, Now: enginetest.Clock}
		if !x.HasPermission(input, "ann", "a") || x.HasPermission(input, "ben", "a") {
			t.Errorf("asked for by %s: ann %t, ben %t", requester, x.HasPermission(input, "ann", "a"), x.HasPermission(input, "ben", "a"))
		}
	}
}

func TestCoverageCombinesTheValuesOfDimensions(t *testing.T) {
	doc := gaps()
	doc.Dimensions = map[string][]string{"goods": nil, "shift": nil}
	for i := range 8 {
		doc.Dimensions["goods"] = append(doc.Dimensions["goods"], fmt.Sprintf("g%d", i))
		doc.Dimensions["shift"] = append(doc.Dimensions["shift"], fmt.Sprintf("s%d", i))
	}
	chain := document.Chain{RequestType: "offer", Steps: []document.Step{{
		Name: "one", RequiredApprovals: 1, Approvers: []document.Approver{{Type: document.ApproverTypeRole, Role: &document.RoleApprover{Role: "r"}}},
	}}}
	scope := func(goods, shift document.Values) document.Scope {
		return document.Scope{Everywhere: true, Dimensions: map[string]document.Values{"goods": goods, "shift": shift}}
	}
	all := document.Values{All: true}
	doc.Users["ann"] = document.User{Grants: []document.Grant{
		{Role: "r", Scope: scope(all, document.Values{Values: doc.Dimensions["shift"][:7]})},
		{Role: "r", Scope: scope(document.Values{Values: doc.Dimensions["goods"][1:]}, all)},
	}}
	step := enginetest.Index(t, doc, enginetest.Clock).Coverage(&chain)[0]
	defer func() {
		// Of more, only requests without values are looked at, and what is said is said of these.
		doc.Dimensions["goods"] = append(doc.Dimensions["goods"], "g8")
		if step := enginetest.Index(t, doc, enginetest.Clock).Coverage(&chain)[0]; len(step.Uncovered) != 1 || step.Uncovered[0].String() != "root, no goods, no shift" {
			t.Errorf("of 72 combinations %v are uncovered", step.Uncovered)
		}
	}()
	if step.Approvers != 1 || len(step.Uncovered) != 1 || step.Uncovered[0].Values["goods"] != "g0" || step.Uncovered[0].Values["shift"] != "s7" {
		t.Errorf("of 64 combinations %v are uncovered", step.Uncovered)
	}
	if len(step.Single) != 63 || step.Single[0].Only != "ann" || step.Single[0].Unit != "root" {
		t.Errorf("of 64 combinations %d have one approver", len(step.Single))
	}
}

// The coverage of a chain counts who may decide now: neither suspended users nor grants that have not begun or that cover nothing.
func TestCoverageCountsWhoMayDecideNow(t *testing.T) {
	from, until := enginetest.Clock.Add(time.Second), enginetest.Clock
	everywhere := document.Scope{Everywhere: true, Dimensions: map[string]document.Values{"d": {All: true}}}
	for name, c := range map[string]struct {
		user document.User
		want int
	}{
		"live":       {document.User{Grants: []document.Grant{{Role: "r", Scope: everywhere}}}, 1},
		"suspended":  {document.User{Suspended: true, Grants: []document.Grant{{Role: "r", Scope: everywhere}}}, 0},
		"not begun":  {document.User{Grants: []document.Grant{{Role: "r", Scope: everywhere, Window: document.Window{StartTime: &from}}}}, 0},
		"ended":      {document.User{Grants: []document.Grant{{Role: "r", Scope: everywhere, Window: document.Window{EndTime: &until}}}}, 0},
		"other role": {document.User{Grants: []document.Grant{{Role: "s", Scope: everywhere}}}, 0},
		"no value": {document.User{Grants: []document.Grant{{Role: "r", Scope: document.Scope{
			Everywhere: true, Dimensions: map[string]document.Values{"d": {}},
		}}}}, 0},
		"one of two": {document.User{Grants: []document.Grant{
			{Role: "r", Scope: everywhere, Window: document.Window{EndTime: &until}}, {Role: "r", Scope: everywhere},
		}}, 1},
	} {
		doc := gaps()
		doc.Dimensions = map[string][]string{"d": {"v"}}
		doc.Roles["s"] = document.Role{}
		doc.Users["ann"] = c.user
		for kind, approver := range map[string]document.Approver{
			"role": {Type: document.ApproverTypeRole, Role: &document.RoleApprover{Role: "r"}}, "role near": {Type: document.ApproverTypeRole, Role: &document.RoleApprover{Role: "r", NearestUnitKind: "site"}},
		} {
			want := c.want
			if kind == "role near" {
				want = 0 // There is no unit of that kind.
			}
			chain := document.Chain{RequestType: "offer", Steps: []document.Step{{Name: "one", RequiredApprovals: 1, Approvers: []document.Approver{approver}}}}
			if got := enginetest.Index(t, doc, enginetest.Clock).Coverage(&chain)[0]; got.Approvers != want {
				t.Errorf("%s, %s: %d approvers, not %d", name, kind, got.Approvers, want)
			}
		}
	}
}

func TestNobodyDecidesOnTheirOwnRequest(t *testing.T) {
	doc := gaps()
	doc.Users["cem"], doc.Users["sue"] = document.User{}, document.User{Suspended: true}
	x := enginetest.Index(t, doc, enginetest.Clock)
	named := []document.Approver{{Type: document.ApproverTypeUsers, Users: []string{"ann", "ben", "cem", "sue", "zoe"}}}
	input := &access.ApprovalInput{RequestType: "offer", Requester: "ann", Beneficiary: "ben"}
	if got := x.FilterEligible(named, input, []string{"zoe", "sue", "cem", "ben", "ann"}); len(got) != 1 || got[0] != "cem" {
		t.Errorf("%v may decide", got)
	}
	for id, want := range map[string]bool{"ann": false, "ben": false, "cem": true, "sue": false, "zoe": false} {
		if got := x.MayDecide(named, input, id); got != want {
			t.Errorf("%s may decide: %t", id, got)
		}
	}
	for _, unknown := range []*access.ApprovalInput{{RequestType: "offer", Requester: "zoe"}, {RequestType: "offer", Requester: "ann", Beneficiary: "zoe"}, {RequestType: "offer", Requester: "sue"}} {
		if x.MayDecide(named, unknown, "cem") || len(x.FilterEligible(named, unknown, []string{"cem"})) > 0 {
			t.Errorf("cem may decide what %+v asks", unknown)
		}
	}
}

// An override gives its permission only where the organization has every feature that it and the permission ask for.
func TestOverrideNeedsEveryFeature(t *testing.T) {
	everywhere := document.Scope{Everywhere: true}
	for name, c := range map[string]struct {
		features []string
		required []string
		want     bool
	}{
		"none": {nil, nil, true}, "one": {[]string{"on"}, nil, true}, "both": {[]string{"on", "too"}, []string{"on"}, true},
		"not the second": {[]string{"on", "off"}, nil, false}, "not the first": {[]string{"off", "on"}, nil, false},
		"not the permission's": {[]string{"on"}, []string{"off"}, false}, "not the permission's alone": {nil, []string{"off"}, false},
		"both of the permission's": {nil, []string{"on", "too"}, true}, "not the permission's second": {nil, []string{"on", "off"}, false},
		"not the permission's first": {nil, []string{"off", "on"}, false},
	} {
		doc := gaps()
		doc.Features = []string{"on", "too"}
		doc.Permissions["b"] = document.Permission{RequiredFeatures: c.required}
		doc.Users["ben"] = document.User{Overrides: []document.Override{{Permission: "b", Scope: everywhere, RequiredFeatures: c.features}}}
		if got := enginetest.Index(t, doc, enginetest.Clock).Check(enginetest.Ask("ben", "b")); got != c.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}

func TestWhereConditionsSeeTheTypeOfTheResource(t *testing.T) {
	doc := gaps()
	doc.Qualifiers = map[string]document.Condition{"chart": {Expression: "resource.type == 'chart'"}}
	doc.Roles["r"] = document.Role{Permissions: map[string][]document.Alternative{"a": {{Qualifiers: []string{"chart"}}}}}
	x := enginetest.Index(t, doc, enginetest.Clock)
	request := enginetest.Ask("ann", "a")
	if got := x.Where(request); len(got) != 1 || got[0].Unit != "root" || len(got[0].Alternatives) != 0 {
		t.Errorf("charts: %v", got)
	}
	request.Resource.Type = "order"
	if got := x.Where(request); len(got) != 0 {
		t.Errorf("orders: %v", got)
	}
}

// Of two grants that give the same, one under more conditions, the one under fewer is left, whichever is first.
func TestWhereKeepsTheShorterAlternative(t *testing.T) {
	doc := gaps()
	doc.Qualifiers = map[string]document.Condition{
		"own": {Expression: "resource.properties.owner == subject.id"}, "alive": {Expression: "resource.properties.alive == true"},
	}
	doc.Roles = map[string]document.Role{
		"more": {Permissions: map[string][]document.Alternative{"a": {{Qualifiers: []string{"alive", "own"}}}}},
		"less": {Permissions: map[string][]document.Alternative{"a": {{Qualifiers: []string{"own"}}}}},
	}
	for _, roles := range [][]string{{"more", "less"}, {"less", "more"}} {
		everywhere := document.Scope{Everywhere: true}
		doc.Users["ann"] = document.User{Grants: []document.Grant{{Role: roles[0], Scope: everywhere}, {Role: roles[1], Scope: everywhere}}}
		got := enginetest.Index(t, doc, enginetest.Clock).Where(enginetest.Ask("ann", "a"))
		if len(got) != 1 || len(got[0].Alternatives) != 1 || len(got[0].Alternatives[0]) != 1 || got[0].Alternatives[0][0] != "own" {
			t.Errorf("%v: %v", roles, got)
		}
	}
}

// Managers who manage each other are asked once each, and what follows a circle ends.
func TestManagersInACircle(t *testing.T) {
	end := enginetest.Clock.Add(time.Hour)
	doc := gaps()
	doc.Users = map[string]document.User{
		"ann": {Manager: "ben"}, "cem": {Manager: "ben"},
		"ben": {Manager: "cem", Grants: []document.Grant{{Role: "r", Scope: document.Scope{Everywhere: true}, Window: document.Window{EndTime: &end}}}},
	}
	chain := document.Chain{RequestType: "offer", Steps: []document.Step{{
		Name: "one", RequiredApprovals: 1, Approvers: []document.Approver{{Type: document.ApproverTypeManager, Manager: &document.ManagerApprover{Level: 3}}},
	}}}
	doc.Chains["offers"] = chain
	x := enginetest.Index(t, doc, enginetest.Clock)
	input := &access.ApprovalInput{RequestType: "offer", Requester: "ann", Now: enginetest.Clock}
	if plan, err := x.ApprovalPlan(&chain, input); err != nil || len(plan.Steps[0].Approvers) != 0 {
		t.Errorf("the third manager above ann: %+v, %v", plan, err)
	}
	if got := x.Transitions(input, nil); len(got) != 1 || !got[0].Equal(end) {
		t.Errorf("what depends on the managers changes at %v: want %v alone", got, end)
	}
}

// An input that cannot be asked about gives nobody a permission.
func TestHasPermissionOfAnInputInNoUnit(t *testing.T) {
	x := enginetest.Index(t, gaps(), enginetest.Clock)
	if x.HasPermission(&access.ApprovalInput{RequestType: "offer", Requester: "ben", Unit: "nowhere", Now: enginetest.Clock}, "ann", "a") {
		t.Error("ann has a permission in a unit that does not exist")
	}
}

// Scopes that differ in their second dimension alone are two scopes.
func TestScopesThatDifferInOneOfTwoDimensions(t *testing.T) {
	doc := gaps()
	doc.Dimensions = map[string][]string{"goods": {"food"}, "shift": {"day", "night"}}
	in := func(shift string) []document.Grant {
		return []document.Grant{{Role: "r", Scope: document.Scope{Everywhere: true, Dimensions: map[string]document.Values{
			"goods": {All: true}, "shift": {Values: []string{shift}},
		}}}}
	}
	doc.Users["ann"], doc.Users["ben"] = document.User{Grants: in("day")}, document.User{Grants: in("night")}
	x := enginetest.Index(t, doc, enginetest.Clock)
	for user, works := range map[string]string{"ann": "day", "ben": "night"} {
		for _, shift := range doc.Dimensions["shift"] {
			request := enginetest.Ask(user, "a")
			request.Resource.Properties = map[string]any{"shift": shift}
			if got := x.Check(request); got != (shift == works) {
				t.Errorf("%s by %s: %t", user, shift, got)
			}
		}
	}
}

// A scope covers all its units, however far they lie apart.
func TestScopeOfUnitsApart(t *testing.T) {
	doc := gaps()
	doc.Units = map[string]document.Unit{"root": {}}
	var units []string
	for i := range 7 {
		unit := fmt.Sprintf("u%d", i)
		doc.Units[unit] = document.Unit{Parent: "root"}
		if i%2 == 0 {
			units = append(units, unit)
		}
	}
	doc.Users["ann"] = document.User{Grants: []document.Grant{{Role: "r", Scope: document.Scope{Units: units}}}}
	x := enginetest.Index(t, doc, enginetest.Clock)
	for i := range 7 {
		request := enginetest.Ask("ann", "a")
		request.Resource.Properties = map[string]any{"unit": fmt.Sprintf("u%d", i)}
		if got := x.Check(request); got != (i%2 == 0) {
			t.Errorf("in u%d: %t", i, got)
		}
		if got := slices.Collect(x.WhoCan(request, "")); slices.Equal(got, []string{"ann"}) != (i%2 == 0) {
			t.Errorf("in u%d may %v", i, got)
		}
	}
}

// A permission that the catalog does not have is not another one.
func TestRoleWithAnUnknownPermission(t *testing.T) {
	doc := gaps()
	doc.Roles["r"] = document.Role{Permissions: map[string][]document.Alternative{"zz": {{}}}}
	x := enginetest.Index(t, doc, enginetest.Clock)
	for permission := range doc.Permissions {
		if x.Check(enginetest.Ask("ann", permission)) {
			t.Errorf("ann has %s", permission)
		}
	}
}

// An override that takes a permission takes it for every value of each dimension that it does not name.
func TestRevocationThatNamesNoDimension(t *testing.T) {
	doc := gaps()
	doc.Dimensions = map[string][]string{"goods": {"food"}, "shift": {"day"}}
	all := map[string]document.Values{"goods": {All: true}, "shift": {All: true}}
	doc.Users["ann"] = document.User{
		Grants:    []document.Grant{{Role: "r", Scope: document.Scope{Everywhere: true, Dimensions: all}}},
		Overrides: []document.Override{{Permission: "a", Deny: true, Scope: document.Scope{Everywhere: true}}},
	}
	x := enginetest.Index(t, doc, enginetest.Clock)
	for _, properties := range []map[string]any{nil, {"goods": "food"}, {"shift": "day"}, {"goods": "food", "shift": "day"}} {
		request := enginetest.Ask("ann", "a")
		request.Resource.Properties = properties
		if x.Check(request) {
			t.Errorf("ann has the permission for %v", properties)
		}
	}
}

// A qualifier that does not compile is never true, also for searches, which ask what it depends on.
func TestSearchWithAQualifierThatDoesNotCompile(t *testing.T) {
	doc := gaps()
	doc.Qualifiers = map[string]document.Condition{"broken": {Expression: "resource."}}
	doc.Roles["r"] = document.Role{Permissions: map[string][]document.Alternative{"a": {{Qualifiers: []string{"broken"}}}}}
	x := enginetest.Index(t, doc, enginetest.Clock)
	request := enginetest.Ask("ann", "a")
	if users, units := slices.Collect(x.WhoCan(request, "")), slices.Collect(x.ResourcesCan(request, "")); len(users)+len(units) > 0 {
		t.Errorf("found the users %v and the units %v", users, units)
	}
	if where := x.Where(request); len(where) > 0 {
		t.Errorf("found %+v", where)
	}
}

// A number beyond the last word of a set is not in it.
func TestSixtyFourPermissions(t *testing.T) {
	doc := gaps()
	for i := range 62 {
		doc.Permissions[fmt.Sprintf("p%02d", i)] = document.Permission{}
	}
	x := enginetest.Index(t, doc, enginetest.Clock)
	if got := slices.Collect(x.WhatCan(enginetest.Ask("ann", ""), "")); !slices.Equal(got, []string{"a"}) {
		t.Errorf("of 64 permissions ann has %v", got)
	}
	doc.Permissions["z"] = document.Permission{}
	doc.Roles["r"].Permissions["z"] = []document.Alternative{{}}
	x = enginetest.Index(t, doc, enginetest.Clock)
	if got := slices.Collect(x.WhatCan(enginetest.Ask("ann", ""), "")); !slices.Equal(got, []string{"a", "z"}) {
		t.Errorf("of 65 permissions ann has %v", got)
	}
}

// An explanation names all that is missing, and of a request's values those alone that no dimension has.
func TestExplanationNamesAllThatIsMissing(t *testing.T) {
	doc := gaps()
	doc.Dimensions = map[string][]string{"goods": {"food"}, "shift": {"day"}}
	doc.Roles["r"] = document.Role{Permissions: map[string][]document.Alternative{"a": {{RequiredFeatures: []string{"f1", "f2"}, RequiredEntitlements: []string{"e1"}}}}}
	doc.Users["ann"] = document.User{Grants: []document.Grant{{Role: "r", Scope: document.Scope{
		Everywhere: true, Dimensions: map[string]document.Values{"goods": {All: true}, "shift": {All: true}},
	}}}}
	x := enginetest.Index(t, doc, enginetest.Clock)
	nearest := strings.Join(x.Explain(enginetest.Ask("ann", "a")).Nearest, "\n")
	for _, missing := range []string{"feature f1", "feature f2", "entitlement e1"} {
		if !strings.Contains(nearest, missing) {
			t.Errorf("%q does not name %s", nearest, missing)
		}
	}
	request := enginetest.Ask("ann", "a")
	request.Resource.Properties = map[string]any{"goods": "food", "shift": "dusk"}
	if got := x.Explain(request).Message; !strings.Contains(got, "shift") || strings.Contains(got, "goods") {
		t.Errorf("%q names another dimension than shift", got)
	}
	request.Resource.Properties = map[string]any{"goods": 7.0}
	if got := x.Explain(request).Message; !strings.Contains(got, "goods is 7") || strings.Contains(got, "shift") {
		t.Errorf("%q names another dimension than goods", got)
	}
}
