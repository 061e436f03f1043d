// SPDX-License-Identifier: Apache-2.0

package approval

import (
	"errors"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

const namespace, organization = "town", "office"

func named(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: namespace, Name: name, UID: types.UID("uid-of-" + name), Generation: 1}
}

var office = v1alpha1.OrganizationReference{Name: organization}

// members are an organization in which nobody is approver and auditor at once, and ann is an auditor.
func members() *intake.Members {
	everywhere := true
	role := func(name string) v1alpha1.Role {
		return v1alpha1.Role{ObjectMeta: named(name), Spec: v1alpha1.RoleSpec{OrganizationRef: office}}
	}
	duty := func(name string) v1alpha1.Duty {
		return v1alpha1.Duty{Name: v1alpha1.Name(name), Roles: []v1alpha1.RoleReference{{Name: name}}}
	}
	one := int32(1)
	return &intake.Members{
		Organization: &v1alpha1.Organization{ObjectMeta: named(organization), Spec: v1alpha1.OrganizationSpec{
			Units: []v1alpha1.Unit{{Name: "site"}, {Name: "east", Parent: "site"}},
			Constraints: []v1alpha1.Constraint{{
				Name: "apart", Enforcement: v1alpha1.Enforce,
				SeparationOfDuties: &v1alpha1.SeparationOfDuties{AtMost: one, Duties: []v1alpha1.Duty{duty("approver"), duty("auditor")}},
			}},
		}},
		Catalog: &v1alpha1.PermissionCatalog{},
		Roles:   []v1alpha1.Role{role("approver"), role("auditor")},
		Assignments: []*v1alpha1.UserAssignment{
			{ObjectMeta: named("ann"), Spec: v1alpha1.UserAssignmentSpec{OrganizationRef: office, User: "ann", Grants: []v1alpha1.Grant{
				{RoleRef: v1alpha1.RoleReference{Name: "auditor"}, Scope: &v1alpha1.Scope{Everywhere: &everywhere}},
			}}},
			{ObjectMeta: named("bob"), Spec: v1alpha1.UserAssignmentSpec{OrganizationRef: office, User: "bob"}},
		},
	}
}

func asking(user, role, unit string) *v1alpha1.ApprovalRequest {
	return &v1alpha1.ApprovalRequest{ObjectMeta: named("req"), Spec: v1alpha1.ApprovalRequestSpec{
		OrganizationRef: office, Type: "access", Requester: v1alpha1.UserID(user), Unit: v1alpha1.Name(unit),
		Grant: &v1alpha1.RequestedGrant{RoleRef: v1alpha1.RoleReference{Name: role}, DurationSeconds: 60},
	}}
}

func during() v1alpha1.Window {
	from := metav1.NewTime(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	until := metav1.NewTime(from.Add(time.Minute))
	return v1alpha1.Window{NotBefore: &from, NotAfter: &until}
}

func TestWhyARoleWouldNotBeHeld(t *testing.T) {
	for _, c := range []struct{ user, role, unit, why string }{
		{"bob", "approver", "east", ""},
		{"bob", "auditor", "", ""},
		{"ann", "auditor", "east", ""},
		{"ann", "approver", "east", "apart"},
		{"bob", "nothing", "east", "nothing"},
		{"bob", "approver", "moon", "moon"},
	} {
		t.Run(c.user+" "+c.role+" "+c.unit, func(t *testing.T) {
			objects := members()
			asked := whatIf{request: asking(c.user, c.role, c.unit), objects: func() (*intake.Members, error) { return objects, nil }}
			why := asked.forbids(during())
			if (why == "") != (c.why == "") || !strings.Contains(why, c.why) || asked.err != nil {
				t.Errorf("it says %q, not %q (%v)", why, c.why, asked.err)
			}
			if len(objects.Requests) != 0 {
				t.Error("the question has changed the objects")
			}
		})
	}
}

func TestWhatCannotBeAskedIsNoAnswer(t *testing.T) {
	broken := errors.New("the cache has stopped")
	asked := whatIf{request: asking("bob", "approver", "east"), objects: func() (*intake.Members, error) { return nil, broken }}
	if why := asked.forbids(during()); why == "" || !errors.Is(asked.err, broken) {
		t.Errorf("it says %q, and the error is %v", why, asked.err)
	}
}
