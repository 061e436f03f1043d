// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

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
