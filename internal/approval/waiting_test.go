// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// A request waits if the role would not be held for nothing but what something is missing, and is denied if there is anything else.
// Once it is open, it is denied for both: what was decided on does not exist any more.
func TestRoleThatWouldNotBeHeldYet(t *testing.T) {
	missing := resolve.Finding{Reason: resolve.ReasonUnknownDimensionValue, Message: `dimension "goods" has no value "coal": add it`}
	broken := resolve.Finding{Reason: resolve.ReasonSeparationOfDuties, Message: "it breaks a constraint"}
	for name, c := range map[string]struct {
		refusals []resolve.Finding
		open     bool
		is       v1alpha1.RequestState
		says     string
	}{
		"missing":                  {[]resolve.Finding{missing}, false, pending, missing.Message + ", or withdraw the request"},
		"missing, and broken":      {[]resolve.Finding{missing, broken}, false, denied, "the role cannot be given: " + broken.Message},
		"broken, and missing":      {[]resolve.Finding{broken, missing}, false, denied, "the role cannot be given: " + broken.Message},
		"no reason":                {[]resolve.Finding{{Message: "it would not"}}, false, denied, "the role cannot be given: it would not"},
		"missing, at the approval": {[]resolve.Finding{missing}, true, denied, "the role cannot be given: " + missing.Message},
		"nothing":                  {nil, false, pending, "waits for location: ben"},
	} {
		s := newStory(t, chain(step("location", users("ben"))))
		s.asksForRole()
		if c.open {
			s.pass(0).approves(1, "ben", "location")
			s.state.Now = moment(1)
		}
		state := s.state
		_, check := approval.Decide(&state)
		state.CheckedGrants = []approval.CheckedGrant{approval.AnswerCheck(check, c.refusals)}
		outcome, _ := approval.Decide(&state)
		if outcome.Status.State != c.is || outcome.Status.Message != c.says {
			t.Errorf("%s: it is %s: %s", name, outcome.Status.State, outcome.Status.Message)
		}
	}
}

// A request for a role waits for what is not there yet, and is not denied for good because something comes later.
func TestRequestForARoleWaits(t *testing.T) {
	later := v1alpha1.RoleReference{Name: "later"}
	addRole := func(s *story) { s.document.Roles["later"] = document.Role{} }
	for name, c := range map[string]struct {
		policy v1alpha1.GrantableRoles
		role   string
		scope  *v1alpha1.Scope
		reason string
		come   func(*story)
	}{
		"for a role that is listed": {policy: v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesListed, RoleRefs: []v1alpha1.RoleReference{later}}, role: "later", reason: approval.ReasonUnknownRole, come: addRole},
		"for any role":              {policy: v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesAll}, role: "later", reason: approval.ReasonUnknownRole, come: addRole},
		"for an excepted role":      {policy: v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesAll, ExceptRoleRefs: []v1alpha1.RoleReference{later}}, role: "approver", reason: approval.ReasonUnknownRole, come: addRole},
		"for the highest role":      {policy: v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesUpTo, UpToRoleRef: &later}, role: "approver", reason: approval.ReasonUnknownRole, come: func(s *story) { s.document.Roles["later"] = document.Role{Inherits: []string{"approver"}} }},
		"for a role below the highest": {policy: v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesUpTo, UpToRoleRef: &v1alpha1.RoleReference{Name: "vice"}}, role: "later", reason: approval.ReasonUnknownRole, come: func(s *story) {
			s.document.Roles["later"] = document.Role{}
			s.document.Roles["vice"] = document.Role{Inherits: []string{"approver", "later"}}
		}},
		"for a unit of the scope":       {policy: v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesAll}, role: "approver", scope: &v1alpha1.Scope{Units: []v1alpha1.Name{"room"}}, reason: approval.ReasonUnknownUnit, come: func(s *story) { s.document.Units["room"] = document.Unit{Parent: "east"} }},
		"for a unit group of the scope": {policy: v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesAll}, role: "approver", scope: &v1alpha1.Scope{UnitGroups: []v1alpha1.Name{"some"}}, reason: approval.ReasonUnknownUnitGroup, come: func(s *story) { s.document.UnitGroups = map[string][]string{"some": {"east"}} }},
	} {
		t.Run(name, func(t *testing.T) {
			spec := chain(step("location", users("ben")))
			spec.GrantPolicy = giving()
			spec.GrantPolicy.Roles = c.policy
			s := newStory(t, spec)
			s.asksForRole()
			s.state.Request.Spec.Grant.RoleRef.Name, s.state.Request.Spec.Grant.Scope = c.role, c.scope
			s.pass(0).is(pending)
			ready(s, metav1.ConditionFalse, c.reason)
			c.come(s)
			s.index()
			s.pass(5).is(pending).waitsFor("location: ben")
		})
	}
	// A role that the chain never gives is refused, whether or not it exists.
	s := newStory(t, chain(step("location", users("ben"))))
	s.asksForRole()
	s.state.Request.Spec.Grant.RoleRef.Name = "later"
	s.pass(0).is(denied)
}
