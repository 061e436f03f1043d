// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/engine/enginetest"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// gaps is an organization in which ann holds the first permission of all.
func gaps() *document.Document {
	return &document.Document{
		Schema: document.Schema, Organization: "o", Catalog: "c",
		Permissions: map[string]document.Permission{"a": {}, "b": {}},
		Units:       map[string]document.Unit{"root": {}},
		Roles:       map[string]document.Role{"r": {Permissions: map[string][]document.Alternative{"a": {{}}}}},
		Users: map[string]document.User{
			"ann": {Grants: []document.Grant{{Role: "r", Scope: document.Scope{Everywhere: true}}}}, "ben": {},
		},
		Chains: map[string]document.Chain{"offers": {RequestType: "offer", Steps: []document.Step{{Name: "one"}}}},
	}
}

func TestHasPermissionOfWhatIsUnknown(t *testing.T) {
	x := enginetest.Index(t, gaps(), enginetest.Clock)
	input := &access.ApprovalInput{RequestType: "offer", Requester: "ben", Now: enginetest.Clock}
	for _, c := range []struct {
		user, permission string
		want             bool
	}{
		{"ann", "a", true}, {"ann", "b", false}, {"ann", "z", false}, {"ann", "", false}, {"zoe", "a", false}, {"zoe", "z", false}, {"ben", "a", false},
	} {
		if got := x.HasPermission(input, c.user, c.permission); got != c.want {
			t.Errorf("%s has %q: got %t, want %t", c.user, c.permission, got, c.want)
		}
	}
}

func TestSelectChainForAnUnknownRequester(t *testing.T) {
	x := enginetest.Index(t, gaps(), enginetest.Clock)
	if name, err := x.SelectChain(&access.ApprovalInput{RequestType: "offer", Requester: "ben"}); err != nil || name != "offers" {
		t.Fatalf("got %q, %v", name, err)
	}
	var missing *access.MissingError
	name, err := x.SelectChain(&access.ApprovalInput{RequestType: "offer", Requester: "zoe"})
	if !errors.As(err, &missing) || missing.What != access.MissingRequester || name != "" {
		t.Errorf("got %q, %v", name, err)
	}
}

func TestExplainNamesTheFirstProhibitionAndEveryQualifierThatFails(t *testing.T) {
	doc := gaps()
	doc.Permissions["b"] = document.Permission{Prohibitions: []string{"never", "first", "second"}}
	doc.Prohibitions = map[string]document.Condition{
		"never": {Expression: "false"}, "first": {Expression: "true"}, "second": {Expression: "true"},
	}
	doc.Qualifiers = map[string]document.Condition{
		"late": {Expression: "false"}, "near": {Expression: "false"}, "known": {Expression: "resource.properties.missing == 1"},
	}
	doc.Roles["r"] = document.Role{Permissions: map[string][]document.Alternative{"a": {{Qualifiers: []string{"known", "late", "near"}}}, "b": {{}}}}
	x := enginetest.Index(t, doc, enginetest.Clock)
	if got := x.Explain(enginetest.Ask("ann", "b")); got.Reason != access.ReasonRefused ||
		!strings.Contains(got.Message, "prohibition first") || strings.Contains(got.Message, "prohibition second") {
		t.Errorf("the refusal is explained by %q", got.Message)
	}
	got := x.Explain(enginetest.Ask("ann", "a")).String()
	for _, want := range []string{"if qualifier late were true", "if qualifier near were true", "if qualifier known could be evaluated"} {
		if !strings.Contains(got, want) {
			t.Errorf("the explanation lacks %q:\n%s", want, got)
		}
	}
}

func TestCoverageLooksAtNoValuesWhereThereAreTooManyCombinations(t *testing.T) {
	doc := gaps()
	var many, few []string
	for i := range 65 {
		many = append(many, fmt.Sprintf("v%02d", i))
	}
	few = many[:64]
	doc.Users["ann"] = document.User{Grants: []document.Grant{{Role: "r", Scope: document.Scope{
		Everywhere: true, Dimensions: map[string]document.Values{"d": {All: true}},
	}}}}
	doc.Chains["offers"] = document.Chain{RequestType: "offer", Steps: []document.Step{{
		Name: "one", RequiredApprovals: 1, Approvers: []document.Approver{{Type: document.ApproverTypeRole, Role: &document.RoleApprover{Role: "r"}}},
	}}}
	covered := func() []access.Coverage {
		chain := doc.Chains["offers"]
		return enginetest.Index(t, doc, enginetest.Clock).Coverage(&chain)
	}
	for _, values := range [][]string{few, many} {
		doc.Dimensions = map[string][]string{"d": values}
		for _, step := range covered() {
			if len(step.Uncovered) != 0 {
				t.Errorf("with %d values: %v are not covered", len(values), step.Uncovered)
			}
		}
	}
	// Nobody approves for one value: where there are too many, no value is looked at, and a request without one is covered by all only.
	grant := doc.Users["ann"].Grants[0]
	grant.Dimensions = map[string]document.Values{"d": {Values: many[:63]}}
	doc.Users["ann"] = document.User{Grants: []document.Grant{grant}}
	doc.Dimensions = map[string][]string{"d": few}
	if got := covered(); len(got) != 1 || len(got[0].Uncovered) == 0 {
		t.Errorf("the value without approver is not found: %v", got)
	}
	doc.Dimensions = map[string][]string{"d": many}
	if got := covered(); len(got) != 1 || len(got[0].Uncovered) == 0 {
		t.Errorf("a request without a value is not found to be uncovered: %v", got)
	}
}

func TestConditionsSeeTheMomentOfTheDecision(t *testing.T) {
	doc := gaps()
	doc.Qualifiers = map[string]document.Condition{"since": {Expression: "now >= timestamp('2026-03-01T12:00:00Z')"}}
	doc.Roles["r"] = document.Role{Permissions: map[string][]document.Alternative{"a": {{Qualifiers: []string{"since"}}}}}
	if !enginetest.Index(t, doc, enginetest.Clock).Check(enginetest.Ask("ann", "a")) {
		t.Error("the condition is not true at its moment")
	}
	if enginetest.Index(t, doc, enginetest.Clock.Add(-time.Second)).Check(enginetest.Ask("ann", "a")) {
		t.Error("the condition is true before its moment")
	}
}

func TestExplainNamesEveryDimensionThatLimitsAGrant(t *testing.T) {
	doc := gaps()
	doc.Dimensions = map[string][]string{"goods": {"food", "tools"}, "shift": {"day", "night"}, "zone": {"east"}}
	doc.Users["ann"] = document.User{Grants: []document.Grant{{Role: "r", Scope: document.Scope{Everywhere: true, Dimensions: map[string]document.Values{
		"goods": {Values: []string{"food"}}, "shift": {Values: []string{"night"}}, "zone": {All: true},
	}}}}}
	got := enginetest.Index(t, doc, enginetest.Clock).Explain(enginetest.Ask("ann", "a", "goods", "food", "shift", "night"))
	if !got.Decision || !strings.Contains(got.Message, "for goods food for shift night") || strings.Contains(got.Message, "zone") {
		t.Errorf("the grant is explained by %q", got.Message)
	}
}

// TestUnavailable: an index of no document answers every question, with no.
func TestUnavailable(t *testing.T) {
	x := engine.Unavailable("nothing was published")
	request, input := enginetest.Ask("ann", "a"), &access.ApprovalInput{RequestType: "offer", Requester: "ann"}
	selector := []document.Approver{{Type: document.ApproverTypeUsers, Users: []string{"ann"}}}
	if x.Check(request) || !strings.Contains(x.Explain(request).Message, "nothing was published") {
		t.Errorf("the explanation is %q", x.Explain(request).Message)
	}
	for question, found := range map[string]int{
		"who": len(slices.Collect(x.WhoCan(request, ""))), "what": len(slices.Collect(x.WhatCan(request, ""))),
		"units": len(slices.Collect(x.ResourcesCan(request, ""))), "where": len(x.Where(request)),
		"users who decide": len(x.FilterEligible(selector, input, []string{"ann"})), "times": len(x.Transitions(input, []string{"ann"})),
	} {
		if found != 0 {
			t.Errorf("%s: %d are found", question, found)
		}
	}
	if _, err := x.SelectChain(input); err == nil {
		t.Error("a chain is found")
	}
}

// TestAsManyDimensionsAsAreAllowed, and not one more.
func TestAsManyDimensionsAsAreAllowed(t *testing.T) {
	doc := gaps()
	doc.Dimensions = map[string][]string{}
	for i := range 8 {
		doc.Dimensions[fmt.Sprint("d", i)] = []string{"v"}
	}
	late := func() time.Time { return enginetest.Clock.Add(time.Hour) }
	all := map[string]document.Values{}
	for name := range doc.Dimensions {
		all[name] = document.Values{All: true}
	}
	soon := enginetest.Clock.Add(time.Minute)
	doc.Users["ann"] = document.User{Grants: []document.Grant{
		{Role: "r", Scope: document.Scope{Everywhere: true, Dimensions: all}, Window: document.Window{EndTime: &soon}},
	}}
	if x, err := engine.NewIndex(doc, engine.WithClock(late), engine.WithClock(enginetest.Now)); err != nil || !x.Check(enginetest.Ask("ann", "a")) {
		t.Errorf("the last clock does not count: %v", err)
	}
	doc.Dimensions["d8"] = []string{"v"}
	if _, err := engine.NewIndex(doc); err == nil || !strings.Contains(err.Error(), "9 dimensions") {
		t.Errorf("got %v", err)
	}
}

// TestRoleThatIsNotThere: a grant of it makes nobody an approver who is chosen by that role.
func TestRoleThatIsNotThere(t *testing.T) {
	doc := gaps()
	doc.Users["ann"] = document.User{Grants: []document.Grant{{Role: "ghost", Scope: document.Scope{Everywhere: true}}}}
	x := enginetest.Index(t, doc, enginetest.Clock)
	selector := []document.Approver{{Type: document.ApproverTypeRole, Role: &document.RoleApprover{Role: "ghost"}}}
	if x.MayDecide(selector, &access.ApprovalInput{RequestType: "offer", Requester: "ben", Now: enginetest.Clock}, "ann") {
		t.Error("ann decides")
	}
}

// TestWhereKnowsKindsByName: a type that is as long as a kind of unit is no kind, so that its resources lie in units.
func TestWhereKnowsKindsByName(t *testing.T) {
	doc := gaps()
	doc.Units["ward"] = document.Unit{Parent: "root", Kind: "room", Attributes: map[string]any{"open": true}, UnknownAttributes: []string{"size"}}
	doc.Qualifiers = map[string]document.Condition{"open": {Expression: "resource.unit.open"}}
	doc.Roles["r"] = document.Role{Permissions: map[string][]document.Alternative{"a": {{Qualifiers: []string{"open"}}}}}
	x := enginetest.Index(t, doc, enginetest.Clock)
	request := enginetest.Ask("ann", "a")
	for kind, want := range map[string]string{"file": "ward", "room": ""} {
		request.Resource.Type = kind
		if got := placesText(x.Where(request)); got != want {
			t.Errorf("a %s: %s, want %s", kind, got, want)
		}
	}
	if unit, _ := x.Unit("ward"); !slices.Equal(unit.UnknownAttributes, []string{"size"}) {
		t.Errorf("the ward is %+v", unit)
	}
}

// TestNearestNamesWhatIsMissing: the ways that lack the least, three at most and each once, with all that each lacks.
func TestNearestNamesWhatIsMissing(t *testing.T) {
	doc := gaps()
	doc.Dimensions = map[string][]string{"color": {"red", "blue"}, "size": {"s", "l"}}
	doc.Features, doc.Permissions["a"] = []string{"on"}, document.Permission{}
	doc.Qualifiers = map[string]document.Condition{"gone": {Expression: "resource.properties.gone"}}
	doc.Roles["r"] = document.Role{Permissions: map[string][]document.Alternative{"a": {{
		RequiredFeatures: []string{"on", "f", "g"}, RequiredEntitlements: []string{"card", "key", "pin"}, Qualifiers: []string{"gone"},
	}}}}
	red := map[string]document.Values{"color": {Values: []string{"red"}}, "size": {Values: []string{"s"}}}
	soon, late := enginetest.Clock, enginetest.Clock.Add(time.Hour)
	grant := document.Grant{Role: "r", Scope: document.Scope{Everywhere: true, Dimensions: red}, Entitlements: []string{"pin"}, Source: "s"}
	override := func(name string, dimensions map[string]document.Values, deny bool, window document.Window) document.Override {
		return document.Override{Permission: "a", Deny: deny, Scope: document.Scope{Units: []string{"root"}, Dimensions: dimensions}, Window: window, Source: name}
	}
	both := map[string]document.Values{"color": {All: true}, "size": {Values: []string{"l"}}}
	request := enginetest.Ask("ann", "a", "color", "blue", "size", "s")
	nearest := func(overrides ...document.Override) []string {
		doc.Users["ann"] = document.User{Grants: []document.Grant{grant}, Overrides: overrides}
		return enginetest.Index(t, doc, enginetest.Clock).Explain(request).Nearest
	}
	same := func(what string, got []string, want ...string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	same("a grant", nearest(), "would be allowed with feature f and with feature g and with entitlement card and with entitlement key "+
		"and if qualifier gone could be evaluated and were true and for color red, by grant s of role r")
	const large = "would be allowed for size l, by override "
	same("several, of which one is there twice", nearest(
		override("narrow", red, false, document.Window{StartTime: &late}), override("x", both, false, document.Window{}),
		override("x", both, false, document.Window{}), override("y", both, false, document.Window{}), override("deny", red, true, document.Window{}),
		override("z", both, false, document.Window{}), override("more", both, false, document.Window{}),
	), large+"x", large+"y", large+"z")
	all := map[string]document.Values{"color": {All: true}, "size": {All: true}}
	same("over now", nearest(override("over", all, false, document.Window{EndTime: &soon})), "would be allowed before 2026-03-01T12:00:00Z, by override over")
	if got := nearest(override("begun", all, false, document.Window{StartTime: &soon})); got != nil {
		t.Errorf("what begins now is to come: %v", got)
	}
	doc.Users["ann"] = document.User{}
	for i := range 7 {
		doc.Roles[fmt.Sprint("role", i)] = doc.Roles["r"]
	}
	const needed = "would be allowed with a grant of one of the roles r, role0, role1, role2, role3, role4, role5, role6"
	const where = " in root for color blue for size s and with feature f and with feature g and with entitlement card and with entitlement key " +
		"and with entitlement pin and if qualifier gone could be evaluated and were true"
	same("eight roles", enginetest.Index(t, doc, enginetest.Clock).Explain(request).Nearest, needed+where)
	doc.Roles["role7"] = doc.Roles["r"]
	same("nine roles", enginetest.Index(t, doc, enginetest.Clock).Explain(request).Nearest, needed+" and 1 more"+where)
	doc.Qualifiers = nil
	same("a qualifier that there is not", enginetest.Index(t, doc, enginetest.Clock).Explain(request).Nearest,
		"each role that holds the permission does so under conditions that can never be true")
}

// TestExplanationsOfOddRequests: they say what was sent, also where that is no JSON.
func TestExplanationsOfOddRequests(t *testing.T) {
	doc := gaps()
	x := enginetest.Index(t, doc, enginetest.Clock)
	if got := x.Explain(enginetest.Ask("ann", "a", "unit", math.Inf(1))).Message; got != "resource.properties.unit is +Inf, which is not a unit of the organization" {
		t.Errorf("got %q", got)
	}
	doc.Roles["r"].Permissions["a"] = []document.Alternative{{Qualifiers: []string{"ghost"}}}
	doc.Units = nil
	if got := enginetest.Index(t, doc, enginetest.Clock).Explain(enginetest.Ask("ann", "a")).Message; got != "the organization has no units, so the resource is nowhere" {
		t.Errorf("got %q", got)
	}
	doc.Units = map[string]document.Unit{"root": {}}
	got := enginetest.Index(t, doc, enginetest.Clock).Explain(enginetest.Ask("ann", "a")).Grants[0].Alternatives[0]
	if len(got.Qualifiers) != 1 || got.Qualifiers[0].Name != "ghost" || got.Qualifiers[0].Error != "the document does not declare it" {
		t.Errorf("got %+v", got)
	}
}

// TestConditionsAreRememberedOneByOne: of more than 64, none is taken for another.
func TestConditionsAreRememberedOneByOne(t *testing.T) {
	doc := gaps()
	doc.Qualifiers = map[string]document.Condition{}
	for i := range 66 {
		doc.Qualifiers[fmt.Sprintf("q%02d", i)] = document.Condition{Expression: fmt.Sprint(i != 0 && i != 65)}
	}
	for names, want := range map[string]bool{
		"q64": true, "q00": false, "q64 q00": false, "q00|q64": true, "q65|q01": true, "q01 q65": false, "q64|q00": true, "q65|q65": false,
	} {
		var alternatives []document.Alternative
		for alternative := range strings.SplitSeq(names, "|") {
			alternatives = append(alternatives, document.Alternative{Qualifiers: strings.Fields(alternative)})
		}
		doc.Roles["r"] = document.Role{Permissions: map[string][]document.Alternative{"a": alternatives}}
		if got := enginetest.Index(t, doc, enginetest.Clock).Check(enginetest.Ask("ann", "a")); got != want {
			t.Errorf("%s: %t", names, got)
		}
	}
}

// TestOverridesThatCount: the one that covers decides, wherever it stands, and a denial needs no feature.
func TestOverridesThatCount(t *testing.T) {
	doc := gaps()
	doc.Units["den"] = document.Unit{Parent: "root"}
	held := doc.Users["ann"]
	held.Overrides = []document.Override{
		{Permission: "a", Deny: true, Scope: document.Scope{Units: []string{"den"}}, Source: "one"},
		{Permission: "a", Deny: true, Scope: document.Scope{Everywhere: true}, RequiredFeatures: []string{"none"}, Source: "two"},
	}
	doc.Users["ann"] = held
	x := enginetest.Index(t, doc, enginetest.Clock)
	got := x.Explain(enginetest.Ask("ann", "a"))
	if x.Check(enginetest.Ask("ann", "a")) || got.Decision || got.Message != "override two denies a to ann" {
		t.Errorf("got %s", got)
	}
}

// TestConditionsSeeWhatIsSent of a user that the directory does not know.
func TestConditionsSeeWhatIsSent(t *testing.T) {
	doc := gaps()
	doc.Qualifiers = map[string]document.Condition{"mfa": {Expression: "subject.properties.mfa"}}
	doc.Roles["r"] = document.Role{Permissions: map[string][]document.Alternative{"a": {{Qualifiers: []string{"mfa"}}}}}
	x := enginetest.Index(t, doc, enginetest.Clock)
	for _, mfa := range []bool{true, false} {
		request := enginetest.Ask("ann", "a")
		request.Subject.Properties = map[string]any{"mfa": mfa}
		if x.Check(request) != mfa {
			t.Errorf("mfa %t: %s", mfa, x.Explain(request))
		}
	}
}
