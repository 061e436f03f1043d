// SPDX-License-Identifier: Apache-2.0

package engine_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/engine/enginetest"
	"github.com/rolewright/rolewright/pkg/permissions/access"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestAssignmentsOfWhatIsUnknown: of an actor, a user, a role or a place that is not there, no search finds anything.
func TestAssignmentsOfWhatIsUnknown(t *testing.T) {
	x := enginetest.Index(t, ward(), enginetest.Clock)
	for name, change := range map[string]func(r *access.AssignmentRequest) (asksRoles, asksUsers, asksActors bool){
		"nothing": func(*access.AssignmentRequest) (_, _, _ bool) { return true, true, true },
		"actor":   func(r *access.AssignmentRequest) (_, _, _ bool) { r.Actor = "zoe"; return false, false, true },
		"suspended actor": func(r *access.AssignmentRequest) (_, _, _ bool) {
			r.Actor = "sam"
			return false, false, true
		},
		"user": func(r *access.AssignmentRequest) (_, _, _ bool) { r.User = "zoe"; return false, true, false },
		"role": func(r *access.AssignmentRequest) (_, _, _ bool) { r.Role = "nurses"; return true, false, false },
		"unit": func(r *access.AssignmentRequest) (_, _, _ bool) {
			r.Resource["unit"] = "attic"
			return false, false, false
		},
		"value": func(r *access.AssignmentRequest) (_, _, _ bool) {
			r.Resource["shift"] = "dusk"
			return false, false, false
		},
	} {
		r := &access.AssignmentRequest{Actor: "tia", User: "bob", Role: "nurse", Resource: map[string]any{"unit": "er", "shift": "day"}}
		roles, users, actors := change(r)
		for what, found := range map[string]struct {
			list []string
			some bool
		}{
			"roles":  {slices.Collect(x.AssignableRoles(r, "")), roles},
			"users":  {slices.Collect(x.AssignableUsers(r, "")), users},
			"actors": {slices.Collect(x.WhoMayAssign(r, "")), actors},
		} {
			if len(found.list) > 0 != found.some {
				t.Errorf("%s unknown: %s are %v", name, what, found.list)
			}
		}
	}
}

// TestTakersDoNotReachWhomTheyGive: a user is out of reach who ranks above a role that the actor may give, though another rule lets
// the actor take that rank.
func TestTakersDoNotReachWhomTheyGive(t *testing.T) {
	doc := ward()
	rule := func(name, action, role string) document.AdministrationRule {
		return document.AdministrationRule{
			Name: name, UserActions: []string{action}, Roles: &document.RoleSelection{From: document.RolesListed, Roles: []string{role}},
		}
	}
	doc.Roles["keeper"] = document.Role{AdministrationRules: []document.AdministrationRule{
		rule("gives", document.ActionGiveRoles, "nurse"), rule("takes", document.ActionTakeRoles, "senior"),
	}}
	everywhere := doc.Users["tia"].Grants[0].Scope
	doc.Users["kim"] = document.User{Grants: []document.Grant{{Role: "keeper", Scope: everywhere}}}
	doc.Users["sue"] = document.User{Grants: []document.Grant{{Role: "senior", Scope: everywhere}}}
	x := enginetest.Index(t, doc, enginetest.Clock)
	for user, want := range map[string]bool{"bob": true, "sue": false} {
		r := &access.AssignmentRequest{Actor: "kim", User: user, Role: "nurse"}
		if e := x.ExplainAssignment(r); e.Decision != want || x.MayAssign(r) != want || !want && !strings.Contains(e.Message, "sue holds senior, which ranks above") {
			t.Errorf("to %s: %+v", user, e)
		}
	}
}

// sharing is a chain of two steps that different users must decide.
func sharing(mode string, steps ...document.Step) *document.Chain {
	chain := &document.Chain{RequestType: "offer", Parallel: true, DistinctApprovers: document.AcrossSteps}
	for i, name := range []string{"first", "second"} {
		step := document.Step{Name: name}
		if i < len(steps) {
			step = steps[i]
			step.Name = name
		}
		step.ApprovalMode, step.RequiredApprovals = mode, 1
		step.Approvers = []document.Approver{{Type: document.ApproverTypeRole, Role: &document.RoleApprover{Role: "r"}}}
		chain.Steps = append(chain.Steps, step)
	}
	return chain
}

// TestSharedApprovers: the step that is left without approvers is the first that cannot be decided after those before it, and it may
// depend on the condition of either.
func TestSharedApprovers(t *testing.T) {
	for mode, users := range map[string][]string{document.ApprovalCount: {"ann"}, document.ApprovalAll: {"ann", "ben"}} {
		doc := gaps()
		for _, user := range users {
			doc.Users[user] = doc.Users["ann"]
		}
		x := enginetest.Index(t, doc, enginetest.Clock)
		for name, c := range map[string]struct {
			chain       *document.Chain
			conditional bool
		}{
			"always":             {sharing(mode), false},
			"first on condition": {sharing(mode, document.Step{When: "true"}), true},
			"last on condition":  {sharing(mode, document.Step{}, document.Step{When: "true"}), true},
			"both on condition":  {sharing(mode, document.Step{When: "true"}, document.Step{When: "true"}), true},
		} {
			covered := x.Coverage(c.chain)
			if len(covered[0].Shared) > 0 || len(covered[1].Shared) != 1 || covered[1].SharedConditional != c.conditional {
				t.Errorf("%s, %s: %+v", mode, name, covered)
			}
		}
	}
}

// TestPool: those who may decide a step at all are its approvers, or without any its fallback, whatever its conditions say.
func TestPool(t *testing.T) {
	doc := gaps()
	doc.Users["ben"] = document.User{Manager: "ann"}
	x := enginetest.Index(t, doc, enginetest.Clock)
	users := func(ids ...string) []document.Approver {
		return []document.Approver{{Type: document.ApproverTypeUsers, Users: ids}}
	}
	for name, c := range map[string]struct {
		step  document.Step
		input access.ApprovalInput
		want  []string
	}{
		"approvers":         {document.Step{Approvers: users("ann", "ben"), Fallback: users("ann")}, access.ApprovalInput{}, []string{"ann", "ben"}},
		"fallback":          {document.Step{Approvers: users("zoe"), Fallback: users("ben")}, access.ApprovalInput{}, []string{"ben"}},
		"nobody":            {document.Step{}, access.ApprovalInput{}, nil},
		"on condition":      {document.Step{Approvers: users("ann"), When: "false"}, access.ApprovalInput{}, []string{"ann"}},
		"in a unit":         {document.Step{Approvers: users("ann")}, access.ApprovalInput{Unit: "root"}, []string{"ann"}},
		"in no unit":        {document.Step{Approvers: users("ann")}, access.ApprovalInput{Unit: "attic"}, nil},
		"manager":           {document.Step{Approvers: managers()}, access.ApprovalInput{Requester: "ben"}, []string{"ann"}},
		"manager of nobody": {document.Step{Approvers: managers()}, access.ApprovalInput{}, nil},
	} {
		if got := x.Pool(&c.step, &c.input); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func managers() []document.Approver {
	return []document.Approver{{Type: document.ApproverTypeManager, Manager: &document.ManagerApprover{Level: 1}}}
}

// TestAdministratorsWhoGiveNothing: a chain that asks who may give a role is uncovered if it gives no role, if a rule lets it be taken
// alone, and if the rule is held nowhere.
func TestAdministratorsWhoGiveNothing(t *testing.T) {
	everywhere := ward().Users["tia"].Grants[0].Scope
	gives := []string{document.ActionGiveRoles}
	policy := &document.GrantPolicy{Roles: document.RoleSelection{From: document.RolesListed, Roles: []string{"surgeon"}}}
	for name, c := range map[string]struct {
		policy  *document.GrantPolicy
		actions []string
		scope   document.Scope
		covered bool
	}{
		"gives it":    {policy, gives, everywhere, true},
		"no policy":   {nil, gives, everywhere, false},
		"takes it":    {policy, []string{document.ActionTakeRoles}, everywhere, false},
		"is nowhere":  {policy, gives, document.Scope{Dimensions: everywhere.Dimensions}, false},
		"in no shift": {policy, gives, document.Scope{Everywhere: true}, false},
	} {
		doc := ward()
		doc.Roles["chief"] = document.Role{AdministrationRules: []document.AdministrationRule{{
			Name: "surgeons", UserActions: c.actions, Roles: &document.RoleSelection{From: document.RolesListed, Roles: []string{"surgeon"}},
		}}}
		doc.Users = map[string]document.User{
			"kim": {Grants: []document.Grant{{Role: "chief", Scope: c.scope}}}, "lou": {Grants: []document.Grant{{Role: "chief", Scope: c.scope}}},
		}
		x := enginetest.Index(t, doc, enginetest.Clock)
		chain := &document.Chain{RequestType: "access", GrantPolicy: c.policy, Steps: []document.Step{{
			Name: "one", RequiredApprovals: 1, Approvers: []document.Approver{{Type: document.ApproverTypeAdministrator}},
		}}}
		if step := x.Coverage(chain)[0]; len(step.Uncovered) == 0 != c.covered {
			t.Errorf("%s: %+v", name, step)
		}
	}
}
