// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/status"
)

func clusterScoped(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Generation: 1}
}

func platformGrant(role string, organizations *v1alpha1.OrganizationSelector) v1alpha1.PlatformGrant {
	return v1alpha1.PlatformGrant{Name: v1alpha1.EntryName(role), RoleRef: v1alpha1.PlatformRoleReference{Name: role}, Organizations: organizations}
}

func where(tier string) *v1alpha1.OrganizationSelector {
	return &v1alpha1.OrganizationSelector{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"tier": tier}}}
}

// platform is a catalog with a role of each level, a catalog without, and three organizations.
func platform(grants ...v1alpha1.PlatformGrant) *status.PlatformObjects {
	shipped := func(name, catalog string, scope v1alpha1.AssignableScope, picked ...v1alpha1.PermissionName) v1alpha1.PlatformRole {
		return v1alpha1.PlatformRole{ObjectMeta: clusterScoped(name), Spec: v1alpha1.PlatformRoleSpec{
			CatalogRef: v1alpha1.CatalogReference{Name: catalog}, AssignableScope: scope,
			RoleDefinition: v1alpha1.RoleDefinition{Rules: []v1alpha1.Rule{{Permissions: picked}}},
		}}
	}
	organization := func(name, catalog, tier string) v1alpha1.Organization {
		meta := named(name, 1)
		meta.Labels = map[string]string{"tier": tier}
		return v1alpha1.Organization{ObjectMeta: meta, Spec: v1alpha1.OrganizationSpec{CatalogRef: v1alpha1.CatalogReference{Name: catalog}}}
	}
	orders := objects().Catalog
	orders.Spec.Permissions = append(orders.Spec.Permissions, v1alpha1.Permission{Name: "audit", Section: "orders", Level: v1alpha1.LevelPlatform})
	return &status.PlatformObjects{
		Catalogs: []v1alpha1.PermissionCatalog{*orders, {ObjectMeta: clusterScoped("other")}},
		Roles: []v1alpha1.PlatformRole{
			shipped("nurse", "orders", v1alpha1.AssignableScopeOrganization, "approve", "view"),
			shipped("auditor", "orders", v1alpha1.AssignableScopePlatform, "audit", "view"),
			shipped("lost", "nowhere", v1alpha1.AssignableScopeOrganization, "view"),
		},
		Assignments: []v1alpha1.PlatformAssignment{{
			ObjectMeta: clusterScoped("petra"), Spec: v1alpha1.PlatformAssignmentSpec{User: "petra", Grants: grants},
		}},
		Organizations: []v1alpha1.Organization{
			organization("gold", "orders", "gold"), organization("tin", "orders", "tin"), organization("foreign", "other", "gold"),
		},
	}
}

func TestPlatformRole(t *testing.T) {
	o := platform()
	view := status.NewPlatformView(o, first)
	for i, test := range []struct {
		permissions   string
		organizations int
		ready         string
	}{
		{"view approve", 2, "True Resolved@1 08:00"},
		{"view audit", 2, "True Resolved@1 08:00"},
		{"", 0, "False UnknownCatalog@1 08:00"},
	} {
		role := &o.Roles[i]
		role.Status = view.Role(role)
		var names []string
		for _, permission := range role.Status.Permissions {
			names = append(names, string(permission.Name))
		}
		if got := strings.Join(names, " "); got != test.permissions || int(*role.Status.OrganizationCount) != test.organizations {
			t.Errorf("%s holds %q in %d organizations, want %q in %d", role.Name, got, *role.Status.OrganizationCount, test.permissions, test.organizations)
		}
		if got := condition(role.Status.Conditions, v1alpha1.ConditionReady); got != test.ready {
			t.Errorf("%s is %s, want %s", role.Name, got, test.ready)
		}
		if again := status.NewPlatformView(o, later).Role(role); !equality.Semantic.DeepEqual(role.Status, again) {
			t.Errorf("with nothing changed %s is\n%v\nand was\n%v", role.Name, again, role.Status)
		}
	}
}

func TestPlatformAssignment(t *testing.T) {
	everywhere := &v1alpha1.OrganizationSelector{All: &yes}
	for _, test := range []struct {
		grants        []v1alpha1.PlatformGrant
		organizations int
		summary       string
		ready         string
	}{
		{nil, 0, "no grants", "True Resolved@1 08:00"},
		{[]v1alpha1.PlatformGrant{platformGrant("auditor", everywhere)}, 2, "auditor in all organizations", "True Resolved@1 08:00"},
		{[]v1alpha1.PlatformGrant{platformGrant("auditor", where("gold"))}, 1, "auditor where tier=gold", "True Resolved@1 08:00"},
		{[]v1alpha1.PlatformGrant{platformGrant("auditor", where("gold")), platformGrant("auditor", where("gold"))}, 1,
			"auditor where tier=gold; auditor where tier=gold", "True Resolved@1 08:00"},
		{[]v1alpha1.PlatformGrant{platformGrant("auditor", &v1alpha1.OrganizationSelector{Selector: &metav1.LabelSelector{}})}, 0,
			"auditor in no organization", "False EmptyScope@1 08:00"},
		{[]v1alpha1.PlatformGrant{platformGrant("auditor", nil)}, 0, "auditor in no organization", "False EmptyScope@1 08:00"},
		{[]v1alpha1.PlatformGrant{platformGrant("nurse", everywhere)}, 0, "nurse in all organizations", "False LevelMismatch@1 08:00"},
		{[]v1alpha1.PlatformGrant{platformGrant("nobody", everywhere)}, 0, "nobody in all organizations", "False UnknownRole@1 08:00"},
	} {
		o := platform(test.grants...)
		got := status.NewPlatformView(o, first).Assignment(&o.Assignments[0])
		if int(*got.OrganizationCount) != test.organizations || got.Summary != test.summary {
			t.Errorf("%q over %d organizations, want %q over %d", got.Summary, *got.OrganizationCount, test.summary, test.organizations)
		}
		if ready := condition(got.Conditions, v1alpha1.ConditionReady); ready != test.ready {
			t.Errorf("%s is %s, want %s", test.summary, ready, test.ready)
		}
	}
}

func TestPlatformStatusesStayWithinTheBounds(t *testing.T) {
	o := platform()
	for i := range 600 {
		name := v1alpha1.PermissionName(fmt.Sprintf("p%d", i))
		o.Catalogs[0].Spec.Permissions = append(o.Catalogs[0].Spec.Permissions, v1alpha1.Permission{Name: name, Section: "orders"})
		o.Roles[0].Spec.Rules[0].Permissions = append(o.Roles[0].Spec.Rules[0].Permissions, name)
	}
	for i := range 64 {
		o.Assignments[0].Spec.Grants = append(o.Assignments[0].Spec.Grants, platformGrant(strings.Repeat("n", 200)+fmt.Sprint(i), where("gold")))
	}
	o.Assignments[0].Spec.State = v1alpha1.UserSuspended
	view := status.NewPlatformView(o, first)
	role, assignment := view.Role(&o.Roles[0]), view.Assignment(&o.Assignments[0])
	if len(role.Permissions) != 256 || *role.PermissionCount != 602 || *role.OmittedPermissionCount != 602-256 {
		t.Errorf("%d of %d permissions, %d left out", len(role.Permissions), *role.PermissionCount, *role.OmittedPermissionCount)
	}
	if n := utf8.RuneCountInString(assignment.Summary); n > 256 || !strings.HasPrefix(assignment.Summary, "suspended: ") {
		t.Errorf("the summary has %d characters: %s", n, assignment.Summary)
	}
	if !slices.ContainsFunc(assignment.Conditions, func(c metav1.Condition) bool { return strings.HasSuffix(c.Message, "and 59 more") }) {
		t.Errorf("%v", assignment.Conditions)
	}
}

// TestPlatformState: a user who is suspended by one PlatformAssignment is so in the status of each.
func TestPlatformState(t *testing.T) {
	o := platform(platformGrant("auditor", &v1alpha1.OrganizationSelector{All: new(true)}))
	other := o.Assignments[0].DeepCopy()
	other.Name, other.Spec.State = "other", v1alpha1.UserSuspended
	stranger := o.Assignments[0].DeepCopy()
	stranger.Name, stranger.Spec.User = "stranger", "stranger"
	o.Assignments = append(o.Assignments, *other, *stranger)
	view := status.NewPlatformView(o, first)
	for i, want := range []v1alpha1.UserState{v1alpha1.UserSuspended, v1alpha1.UserSuspended, v1alpha1.UserActive} {
		if got := view.Assignment(&o.Assignments[i]).State; got != want {
			t.Errorf("%s is %s, want %s", o.Assignments[i].Name, got, want)
		}
	}
}
