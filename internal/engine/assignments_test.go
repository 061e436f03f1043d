// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/engine/enginetest"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// ward is a hospital in which a matron administers one ward until noon, and an owner everything.
func ward() *document.Document {
	noon := enginetest.Clock.Add(time.Hour)
	everywhere := document.Scope{Everywhere: true, Dimensions: map[string]document.Values{"shift": {All: true}}}
	gives := document.AdministrationRule{
		Name: "staff", UserActions: []string{document.ActionGiveRoles}, Qualifiers: []string{"others"},
		Roles: &document.RoleSelection{From: document.RolesUpTo, UpToRole: "senior"},
	}
	return &document.Document{
		Schema: document.Schema, Organization: "hospital", Catalog: "care",
		Dimensions: map[string][]string{"shift": {"day", "night"}},
		Qualifiers: map[string]document.Condition{"others": {Expression: "subject.id != resource.id"}},
		Units: map[string]document.Unit{
			"hospital": {}, "icu": {Parent: "hospital"}, "er": {Parent: "hospital"}, "er-2": {Parent: "er"},
		},
		Roles: map[string]document.Role{
			"nurse": {}, "senior": {Inherits: []string{"nurse"}, ConstrainedBy: []string{"few-seniors"}}, "surgeon": {},
			"matron": {AdministrationRules: []document.AdministrationRule{gives}},
			"owner": {AdministrationRules: []document.AdministrationRule{{
				Name: "all", UserActions: []string{document.ActionGiveRoles, document.ActionTakeRoles}, Roles: &document.RoleSelection{From: document.RolesAll},
			}}},
			"operator": {Platform: true},
		},
		Users: map[string]document.User{
			"ann": {Grants: []document.Grant{{
				Role: "matron", Scope: document.Scope{Units: []string{"er"}, Dimensions: map[string]document.Values{"shift": {Values: []string{"day"}}}},
				Window: document.Window{EndTime: &noon}, Source: "UserAssignment/ann grants[matron]",
			}}},
			"bob": {HomeUnit: "er-2"}, "cat": {HomeUnit: "icu"}, "dan": {HomeUnitUnknown: true}, "eve": {},
			"sam": {Suspended: true, Grants: []document.Grant{{Role: "owner", Scope: everywhere}}},
			"tia": {Grants: []document.Grant{{Role: "owner", Scope: everywhere}}},
			"wim": {Grants: []document.Grant{{Role: "nurse", Scope: everywhere}}},
		},
	}
}

func TestWhoMayAssign(t *testing.T) {
	x := enginetest.Index(t, ward(), enginetest.Clock)
	day := map[string]any{"unit": "er", "shift": "day"}
	for name, c := range map[string]struct {
		asked  access.AssignmentRequest
		reason access.AssignmentReason
		says   string
	}{
		"in a ward":      {access.AssignmentRequest{Actor: "ann", User: "bob", Role: "senior", Resource: day}, "Allowed", "by rule staff of role matron"},
		"without a home": {access.AssignmentRequest{Actor: "ann", User: "eve", Role: "nurse", Resource: day}, "Allowed", "give role nurse to eve in er, shift day"},
		"from elsewhere": {access.AssignmentRequest{Actor: "ann", User: "cat", Role: "nurse", Resource: day}, "NotAllowed", "the home unit of cat is icu, where the role is not held"},
		"of an unknown home": {
			access.AssignmentRequest{Actor: "ann", User: "dan", Role: "nurse", Resource: day}, "NotAllowed", "the home unit of dan is not known",
		},
		"another ward": {
			access.AssignmentRequest{Actor: "ann", User: "bob", Role: "nurse", Resource: map[string]any{"unit": "icu", "shift": "day"}},
			"NotAllowed", "rule staff of role matron comes nearest, but the role is not held in icu",
		},
		"everywhere":       {access.AssignmentRequest{Actor: "ann", User: "bob", Role: "nurse", Resource: map[string]any{"shift": "day"}}, "NotAllowed", "to bob everywhere, shift day"},
		"all shifts":       {access.AssignmentRequest{Actor: "ann", User: "bob", Role: "nurse", Resource: map[string]any{"unit": "er"}}, "NotAllowed", "dimension shift"},
		"another role":     {access.AssignmentRequest{Actor: "ann", User: "bob", Role: "surgeon", Resource: day}, "NotAllowed", "it covers roles up to senior, not surgeon"},
		"to oneself":       {access.AssignmentRequest{Actor: "ann", User: "ann", Role: "nurse", Resource: day}, "NotAllowed", "qualifier others is not true of ann"},
		"taking":           {access.AssignmentRequest{Actor: "ann", User: "bob", Role: "nurse", Revoke: true, Resource: day}, "NotAllowed", "it takes one with TakeRoles in userActions"},
		"taking, by owner": {access.AssignmentRequest{Actor: "tia", User: "bob", Role: "nurse", Revoke: true}, "Allowed", `"tia" may take role nurse from bob everywhere, by rule all`},
		"own authority":    {access.AssignmentRequest{Actor: "tia", User: "tia", Role: "matron"}, "Allowed", ""},
		"a platform role":  {access.AssignmentRequest{Actor: "tia", User: "bob", Role: "operator"}, "PlatformRole", "held over organizations"},
		"no rules":         {access.AssignmentRequest{Actor: "wim", User: "bob", Role: "nurse"}, "NoAdministrationRules", `no role that "wim" holds now`},
		"suspended":        {access.AssignmentRequest{Actor: "sam", User: "bob", Role: "nurse"}, "ActorSuspended", ""},
		"unknown actor":    {access.AssignmentRequest{Actor: "zoe", User: "bob", Role: "nurse"}, "UnknownActor", ""},
		"unknown user":     {access.AssignmentRequest{Actor: "tia", User: "zoe", Role: "nurse"}, "UnknownUser", ""},
		"unknown role":     {access.AssignmentRequest{Actor: "tia", User: "bob", Role: "nurses"}, "UnknownRole", ""},
		"unknown unit":     {access.AssignmentRequest{Actor: "tia", User: "bob", Role: "nurse", Resource: map[string]any{"unit": ""}}, "UnknownUnit", ""},
		"an odd unit":      {access.AssignmentRequest{Actor: "tia", User: "bob", Role: "nurse", Resource: map[string]any{"unit": 7}}, "UnknownUnit", "unit 7"},
		"unknown value":    {access.AssignmentRequest{Actor: "tia", User: "bob", Role: "nurse", Resource: map[string]any{"shift": "dusk"}}, "UnknownDimensionValue", `no value "dusk"`},
		"an odd value":     {access.AssignmentRequest{Actor: "tia", User: "bob", Role: "nurse", Resource: map[string]any{"shift": nil}}, "UnknownDimensionValue", ""},
	} {
		e := x.ExplainAssignment(&c.asked)
		if e.Reason != c.reason || !strings.Contains(e.Message, c.says) || e.Decision != (c.reason == "Allowed") || e.Decision != x.MayAssign(&c.asked) {
			t.Errorf("%s: %+v", name, e)
		}
		if e.Decision && (e.Rule == nil || e.Rule.Source == "" && e.Rule.Role == "matron") {
			t.Errorf("%s: the rule is %+v", name, e.Rule)
		}
	}
}

func TestAssignmentsAreSearched(t *testing.T) {
	x := enginetest.Index(t, ward(), enginetest.Clock)
	asked := access.AssignmentRequest{Actor: "ann", User: "bob", Role: "nurse", Resource: map[string]any{"unit": "er", "shift": "day"}}
	for what, c := range map[string]struct{ got, want []string }{
		"roles":            {slices.Collect(x.AssignableRoles(&asked, "")), []string{"nurse", "senior"}},
		"roles after":      {slices.Collect(x.AssignableRoles(&asked, "nurse")), []string{"senior"}},
		"users":            {slices.Collect(x.AssignableUsers(&asked, "")), []string{"bob", "eve", "sam", "tia", "wim"}},
		"users after":      {slices.Collect(x.AssignableUsers(&asked, "tia")), []string{"wim"}},
		"who may give":     {slices.Collect(x.WhoMayAssign(&asked, "")), []string{"ann", "tia"}},
		"who may after":    {slices.Collect(x.WhoMayAssign(&asked, "ann")), []string{"tia"}},
		"after the window": {slices.Collect(enginetest.Index(t, ward(), enginetest.Clock.Add(time.Hour)).AssignableRoles(&asked, "")), nil},
		"of nobody":        {slices.Collect(engine.Unavailable("not yet").AssignableRoles(&asked, "")), nil},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: got %v, want %v", what, c.got, c.want)
		}
	}
	if e := engine.Unavailable("not yet").ExplainAssignment(&asked); e.Decision || e.Message != "not yet" {
		t.Errorf("without a document: %+v", e)
	}
	rules := x.AdministrationRules("ann")
	if len(rules) != 1 || rules[0].Window.EndTime == nil || rules[0].Scope.Places() != "er" || rules[0].Name != "staff" {
		t.Errorf("ann administers %+v", rules)
	}
}

// TestNobodyWidensTheirOwnAuthority: of a role that one may give, one gives oneself only what one has.
func TestNobodyWidensTheirOwnAuthority(t *testing.T) {
	doc := ward()
	doc.Roles["clerk"] = document.Role{AdministrationRules: []document.AdministrationRule{{
		Name: "any", UserActions: []string{document.ActionGiveRoles}, Roles: &document.RoleSelection{From: document.RolesListed, Roles: []string{"owner"}},
	}}}
	doc.Users["kim"] = document.User{Grants: []document.Grant{{Role: "clerk", Scope: doc.Users["tia"].Grants[0].Scope}}}
	x := enginetest.Index(t, doc, enginetest.Clock)
	e := x.ExplainAssignment(&access.AssignmentRequest{Actor: "kim", User: "kim", Role: "owner"})
	if e.Reason != access.AssignmentOwnAuthority || !strings.Contains(e.Message, "by rule all of role owner") {
		t.Errorf("to oneself: %+v", e)
	}
	if !x.MayAssign(&access.AssignmentRequest{Actor: "kim", User: "bob", Role: "owner"}) {
		t.Error("to another one: refused")
	}
}
