// SPDX-License-Identifier: Apache-2.0

package approval_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/approval"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

func TestRequesters(t *testing.T) {
	byRole := func(name string, match v1alpha1.RoleMatch) v1alpha1.RequesterSelector {
		return v1alpha1.RequesterSelector{Type: v1alpha1.RequesterTypeRole, Role: &v1alpha1.RoleRequesters{RoleRef: v1alpha1.RoleReference{Name: name}, Match: match}}
	}
	byPermission := func(name v1alpha1.PermissionName) v1alpha1.RequesterSelector {
		return v1alpha1.RequesterSelector{Type: v1alpha1.RequesterTypePermission, Permission: &v1alpha1.PermissionHolders{Name: name}}
	}
	for name, c := range map[string]struct {
		requester  v1alpha1.UserID
		unit       v1alpha1.Name
		requesters []v1alpha1.RequesterSelector
		want       v1alpha1.RequestState
	}{
		"nobody is named":              {"ann", "east", nil, pending},
		"anybody":                      {"ann", "east", []v1alpha1.RequesterSelector{{Type: v1alpha1.RequesterTypeAnybody}}, pending},
		"an unknown type":              {"ben", "east", []v1alpha1.RequesterSelector{{Type: "Everybody"}}, denied},
		"an unknown type, with a role": {"ben", "east", []v1alpha1.RequesterSelector{{Type: "Holder", Role: byRole("approver", "").Role}}, denied},
		"a role":                       {"bea", "east", []v1alpha1.RequesterSelector{byRole("approver", "")}, pending},
		"a role above":                 {"vic", "east", []v1alpha1.RequesterSelector{byRole("approver", "")}, pending},
		"a role above, exactly":        {"vic", "east", []v1alpha1.RequesterSelector{byRole("approver", v1alpha1.RoleMatchExact)}, denied},
		"a role, by an unknown match":  {"vic", "east", []v1alpha1.RequesterSelector{byRole("approver", "Near")}, denied},
		"a role elsewhere":             {"cem", "west", []v1alpha1.RequesterSelector{byRole("approver", "")}, denied},
		"no role":                      {"ann", "east", []v1alpha1.RequesterSelector{byRole("approver", "")}, denied},
		"a role that is none":          {"ben", "east", []v1alpha1.RequesterSelector{byRole("nothing", "")}, pending},
		"a role that is none, or held": {"bea", "east", []v1alpha1.RequesterSelector{byRole("nothing", ""), byRole("approver", "")}, pending},
		"a permission":                 {"bob", "east", []v1alpha1.RequesterSelector{byPermission("bypass")}, pending},
		"no permission":                {"ann", "east", []v1alpha1.RequesterSelector{byPermission("bypass")}, denied},
		"a permission that is none":    {"bob", "east", []v1alpha1.RequesterSelector{byPermission("nothing")}, pending},
		"a role without a name":        {"bob", "east", []v1alpha1.RequesterSelector{{Type: v1alpha1.RequesterTypeRole}}, denied},
		"one of several":               {"bob", "east", []v1alpha1.RequesterSelector{byRole("approver", ""), byPermission("bypass")}, pending},
	} {
		t.Run(name, func(t *testing.T) {
			limited := chain(step("location", users("max")))
			limited.Requesters = c.requesters
			s := newStory(t, limited)
			s.state.Request.Spec.Requester, s.state.Request.Spec.Unit = c.requester, c.unit
			s.pass(0).is(c.want)
		})
	}
	// Requests wait for the role or permission, and are opened only for its holders.
	for reason, later := range map[string]v1alpha1.RequesterSelector{
		approval.ReasonUnknownRole: byRole("later", ""), approval.ReasonUnknownPermission: byPermission("later"),
	} {
		waiting := chain(step("location", users("max")))
		waiting.Requesters = []v1alpha1.RequesterSelector{byRole("approver", ""), later, byPermission("bypass")}
		for holds, want := range map[bool]v1alpha1.RequestState{true: pending, false: denied} {
			s := newStory(t, waiting)
			s.pass(0).is(pending)
			ready(s, metav1.ConditionFalse, reason)
			if s.last.Status.Chain != nil {
				t.Error("a request was opened before that exists whose holders may make it")
			}
			s.document.Permissions["later"] = document.Permission{}
			s.document.Roles["later"] = document.Role{Permissions: map[string][]document.Alternative{"later": {{}}}}
			if holds {
				s.user("ann", func(u *document.User) {
					u.Grants = append(u.Grants, document.Grant{Role: "later", Scope: document.Scope{Everywhere: true}})
				})
			}
			s.index()
			s.pass(5).is(want)
		}
	}
	limited := chain(step("location", users("max")))
	limited.Requesters = []v1alpha1.RequesterSelector{byRole("approver", ""), byPermission("bypass")}
	newStory(t, limited).pass(0).is(denied).says(`ApprovalChain "chain-0" lets only holders of role approver, holders of permission bypass ` +
		`make requests about unit "east", and "ann" is none of them`)
}
