// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// permission selects the holders of a permission.
func permission(name v1alpha1.PermissionName) v1alpha1.ApproverSelector {
	return v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypePermission, Permission: &v1alpha1.PermissionHolders{Name: name}}
}

// requiring returns a step of which the approvers must hold a permission.
func requiring(name v1alpha1.PermissionName, step v1alpha1.ApprovalStep) v1alpha1.ApprovalStep {
	step.RequiredPermission = name
	return step
}

// withDecide adds a permission to the office: approvers hold it, for orders that ann has not made herself; eve by an override in
// the east; bea's is taken from her in the west; kim holds it through her group, as a grant of hers.
func withDecide(s *story) {
	s.document.Permissions["decide"] = document.Permission{}
	for _, name := range []string{"approver", "vice"} {
		s.document.Roles[name] = document.Role{
			Inherits: s.document.Roles[name].Inherits, Permissions: map[string][]document.Alternative{"decide": {{}}},
		}
	}
	override := func(id string, deny bool, unit string) {
		s.user(id, func(u *document.User) {
			u.Overrides = []document.Override{{Permission: "decide", Deny: deny, Scope: document.Scope{Units: []string{unit}}}}
		})
	}
	override("eve", false, "east")
	override("bea", true, "west")
	s.user("kim", func(u *document.User) {
		u.Grants = []document.Grant{{Role: "approver", Scope: document.Scope{Units: []string{"west"}}}}
	})
	s.index()
}

// TestApproversByPermission: a chain asks exactly those whom a decision would allow, in each unit.
func TestApproversByPermission(t *testing.T) {
	for name, c := range map[string]struct {
		unit  v1alpha1.Name
		step  v1alpha1.ApprovalStep
		waits string
	}{
		"in the east":             {"east", step("location", permission("decide")), "location: bea, ben, cem, eve and 3 more"},
		"in the west":             {"west", step("location", permission("decide")), "location: ben, kim, mia, vic"},
		"a permission of nobody":  {"east", step("location", permission("nothing")), "location: nobody"},
		"a group's members":       {"west", requiring("decide", step("location", group("clerks"))), "location: kim"},
		"a group, elsewhere":      {"east", requiring("decide", step("location", group("clerks"))), "location: nobody"},
		"users":                   {"west", requiring("decide", step("location", users("eve", "bea", "ben"))), "location: ben"},
		"holders of a role":       {"west", requiring("decide", step("location", role("approver"))), "location: ben, kim, mia, vic"},
		"a manager":               {"west", requiring("decide", step("location", manager(1))), "location: nobody"},
		"a manager who holds it":  {"west", requiring("decide", step("location", manager(2))), "location: mia"},
		"none but another one":    {"west", requiring("bypass", step("location", permission("decide"))), "location: nobody"},
		"required, and not known": {"west", requiring("nothing", step("location", users("ben"))), "location: nobody"},
		"a fallback": {
			"west", requiring("decide", v1alpha1.ApprovalStep{Name: "location", Approvers: []v1alpha1.ApproverSelector{users("eve")}, Fallback: []v1alpha1.ApproverSelector{users("bea", "cem", "vic")}}),
			"location: vic",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t, chain(c.step))
			withDecide(s)
			s.state.Request.Spec.Unit = c.unit
			s.pass(0).is(pending).waitsFor(c.waits)
		})
	}
}

// TestRequiredPermissionIsKept: a vote of someone who lost the permission, or never had it, does not count, escalated or not.
func TestRequiredPermissionIsKept(t *testing.T) {
	escalating := requiring("decide", step("location", users("ben", "bea")))
	escalating.Timeouts = []v1alpha1.ApprovalTimeout{{
		AfterSeconds: 10, Action: v1alpha1.TimeoutEscalate, Approvers: []v1alpha1.ApproverSelector{users("eve", "jon")},
	}}
	s := newStory(t, chain(escalating))
	withDecide(s)
	s.pass(0).waitsFor("location: ben, bea")
	s.fork().approves(20, "jon", "location").pass(20).is(pending).counts("jon", approval.ReasonNotApprover)
	s.fork().approves(20, "eve", "location").pass(20).is(approved)
	lost := s.fork()
	lost.user("ben", func(u *document.User) {
		u.Overrides = []document.Override{{Permission: "decide", Deny: true, Scope: document.Scope{Everywhere: true}}}
	})
	lost.index()
	lost.approves(5, "ben", "location").pass(5).is(pending).counts("ben", approval.ReasonNotEligible)
}

// TestPermissionForAWhile: a permission that ends ends the right to decide, on the second.
func TestPermissionForAWhile(t *testing.T) {
	s := newStory(t, chain(step("location", permission("decide"))))
	withDecide(s)
	end := moment(50)
	s.user("eve", func(u *document.User) { u.Overrides[0].EndTime = &end })
	s.index()
	if next := s.pass(0).last.Next; next.After(moment(50)) {
		t.Errorf("the next pass is %s", next.Sub(moment(0)).Round(time.Second))
	}
	s.fork().approves(49, "eve", "location").pass(49).is(approved)
	s.approves(50, "eve", "location").pass(50).is(pending).counts("eve", approval.ReasonNotEligible)
}
