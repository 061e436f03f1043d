// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// shop is a document of few words, to which each test adds what it is about.
func shop() *document.Document {
	return &document.Document{
		Schema: document.Schema, Organization: "shop", Catalog: "c",
		Permissions: map[string]document.Permission{"sell": {}},
		Qualifiers:  map[string]document.Condition{"always": {Expression: "true"}},
		Units:       map[string]document.Unit{"shop": {}, "north": {Parent: "shop"}, "south": {Parent: "shop"}},
		Roles:       map[string]document.Role{"seller": {Permissions: map[string][]document.Alternative{"sell": {{}}}}},
		Users:       map[string]document.User{},
	}
}

// holds gives a user the role seller in a scope.
func holds(doc *document.Document, user string, scope document.Scope, entitlements ...string) {
	doc.Users[user] = document.User{Grants: []document.Grant{{Role: "seller", Scope: scope, Entitlements: entitlements}}}
}

// TestNameOfAUnitAndOfAGroup: a unit and a group of other units may have one name.
func TestNameOfAUnitAndOfAGroup(t *testing.T) {
	doc := shop()
	doc.UnitGroups = map[string][]string{"north": {"south"}}
	holds(doc, "ann", document.Scope{Units: []string{"north"}})
	holds(doc, "bob", document.Scope{UnitGroups: []string{"north"}})
	x := index(t, doc, clock)
	for _, test := range []struct {
		user, unit string
		want       bool
	}{{"ann", "north", true}, {"ann", "south", false}, {"bob", "north", false}, {"bob", "south", true}} {
		if got := x.Check(ask(test.user, "sell", "unit", test.unit)); got != test.want {
			t.Errorf("%s in %s: %v", test.user, test.unit, got)
		}
	}
}

// TestAllValuesAndNone: a grant for all values of a dimension is not the one that names none.
func TestAllValuesAndNone(t *testing.T) {
	doc := shop()
	doc.Dimensions = map[string][]string{"goods": {"food", "tools"}}
	holds(doc, "ann", document.Scope{Everywhere: true, Dimensions: map[string]document.Values{"goods": {All: true}}})
	holds(doc, "bob", document.Scope{Everywhere: true, Dimensions: map[string]document.Values{"goods": {}}})
	x := index(t, doc, clock)
	if !x.Check(ask("ann", "sell", "goods", "food")) || x.Check(ask("bob", "sell", "goods", "food")) || x.Check(ask("bob", "sell")) {
		t.Error("bob holds what ann holds, or ann does not")
	}
}

// TestMoreThan64Values: each value of a large dimension is covered by itself.
func TestMoreThan64Values(t *testing.T) {
	doc := shop()
	var values []string
	for i := range 200 {
		values = append(values, fmt.Sprintf("v%d", i))
	}
	doc.Dimensions = map[string][]string{"goods": values}
	some := []string{"v0", "v63", "v64", "v65", "v127", "v128", "v199"}
	holds(doc, "ann", document.Scope{Everywhere: true, Dimensions: map[string]document.Values{"goods": {Values: some}}})
	x := index(t, doc, clock)
	for _, value := range values {
		if got := x.Check(ask("ann", "sell", "goods", value)); got != slices.Contains(some, value) {
			t.Errorf("%s: %v", value, got)
		}
	}
}

// TestUnknownQualifier: an alternative with a qualifier that the document does not declare is never met.
func TestUnknownQualifier(t *testing.T) {
	doc := shop()
	doc.Roles["seller"].Permissions["sell"] = []document.Alternative{{Qualifiers: []string{"gone"}}}
	holds(doc, "ann", document.Scope{Everywhere: true})
	if index(t, doc, clock).Check(ask("ann", "sell")) {
		t.Error("an unknown qualifier counts as the first condition")
	}
}

// TestEveryEntitlementIsNeeded: a grant that carries one of two entitlements does not meet an alternative that asks for both.
func TestEveryEntitlementIsNeeded(t *testing.T) {
	doc := shop()
	doc.Roles["seller"].Permissions["sell"] = []document.Alternative{{RequiredEntitlements: []string{"e1", "e2"}}}
	holds(doc, "ann", document.Scope{Everywhere: true}, "e1")
	holds(doc, "bob", document.Scope{Everywhere: true}, "e2")
	holds(doc, "cem", document.Scope{Everywhere: true}, "e2", "e1")
	x := index(t, doc, clock)
	for user, want := range map[string]bool{"ann": false, "bob": false, "cem": true} {
		if got := x.Check(ask(user, "sell")); got != want {
			t.Errorf("%s: %v", user, got)
		}
	}
}

// TestWhereKeepsWhatSharesAQualifier: alternatives that share a qualifier are both left to the application.
func TestWhereKeepsWhatSharesAQualifier(t *testing.T) {
	doc := shop()
	for _, name := range []string{"a", "b", "c"} {
		doc.Qualifiers[name] = document.Condition{Expression: "resource.properties." + name}
	}
	doc.Roles["seller"].Permissions["sell"] = []document.Alternative{{Qualifiers: []string{"a", "b"}}, {Qualifiers: []string{"a", "c"}}}
	holds(doc, "ann", document.Scope{Units: []string{"north"}})
	places := index(t, doc, clock).Where(ask("ann", "sell"))
	if got := placesText(places); got != "north[a+b][a+c]" {
		t.Errorf("got %s", got)
	}
}

// TestApprovalInputWithAnUnknownValue: nothing is said of an input whose attribute is not a value of its dimension.
func TestApprovalInputWithAnUnknownValue(t *testing.T) {
	doc := shop()
	doc.Dimensions = map[string][]string{"goods": {"food", "tools"}}
	doc.Chains = map[string]document.Chain{"orders": {RequestType: "order", Steps: []document.Step{{
		Name: "one", Approvers: []document.Approver{{Type: document.ApproverTypeRole, Role: &document.RoleApprover{Role: "seller"}}},
	}}}}
	holds(doc, "ann", document.Scope{Everywhere: true, Dimensions: map[string]document.Values{"goods": {Values: []string{"food"}}}})
	doc.Users["bob"] = document.User{}
	x := index(t, doc, clock)
	chain := doc.Chains["orders"]
	for value, want := range map[string]bool{"food": true, "tools": false, "zzz": false} {
		input := &access.ApprovalInput{RequestType: "order", Requester: "bob", Attributes: map[string]any{"goods": value}}
		if got := x.MayDecide(chain.Steps[0].Approvers, input, "ann"); got != want {
			t.Errorf("%s: ann may decide: %v", value, got)
		}
		_, err := x.SelectChain(input)
		if unknown := value == "zzz"; (err != nil) != unknown || (x.ValidateInput(input) != nil) != unknown {
			t.Errorf("%s: error %v", value, err)
		}
		plan, err := x.ApprovalPlan(&chain, input)
		if got := err == nil && slices.Equal(plan.Steps[0].Approvers, []string{"ann"}); got != want {
			t.Errorf("%s: plan %v, error %v", value, plan, err)
		}
	}
}

// TestTransitionsAboveTheBeneficiary: what the managers above the beneficiary hold begins and ends too.
func TestTransitionsAboveTheBeneficiary(t *testing.T) {
	doc := shop()
	ends, begins := clock.Add(time.Hour), clock.Add(-time.Hour)
	doc.Users["boss"] = document.User{Grants: []document.Grant{{
		Role: "seller", Scope: document.Scope{Everywhere: true}, Window: document.Window{StartTime: &begins, EndTime: &ends},
	}}}
	doc.Users["jon"], doc.Users["cem"] = document.User{Manager: "boss"}, document.User{}
	x := index(t, doc, clock)
	got := x.Transitions(&access.ApprovalInput{RequestType: "order", Requester: "cem", Beneficiary: "jon"}, nil)
	if !slices.EqualFunc(got, []time.Time{begins, ends}, time.Time.Equal) {
		t.Errorf("got %v", got)
	}
	if got := x.Transitions(&access.ApprovalInput{RequestType: "order", Requester: "cem"}, nil); len(got) != 0 {
		t.Errorf("of cem: %v", got)
	}
}

// TestWhoAsksForWhom: a request is its requester's own and its beneficiary's, who is the requester unless another is named.
func TestWhoAsksForWhom(t *testing.T) {
	doc := shop()
	doc.Users["ann"], doc.Users["bob"], doc.Users["cem"] = document.User{}, document.User{}, document.User{}
	chain := document.Chain{RequestType: "order", Steps: []document.Step{{
		Name: "one", Approvers: []document.Approver{{Type: document.ApproverTypeUsers, Users: []string{"ann", "bob", "cem"}}},
	}}}
	x := index(t, doc, clock)
	for beneficiary, want := range map[string]string{"": "bob cem", "ann": "bob cem", "bob": "cem"} {
		plan, err := x.ApprovalPlan(&chain, &access.ApprovalInput{RequestType: "order", Requester: "ann", Beneficiary: beneficiary})
		if err != nil || strings.Join(plan.Steps[0].Approvers, " ") != want {
			t.Errorf("for %q: %v, error %v; want %s", beneficiary, plan, err, want)
		}
	}
}
