// SPDX-License-Identifier: Apache-2.0

package admission_test

import (
	"context"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/admission"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/snapshot"
)

// TestChangedCatalog judges a change of the catalog by what the new one says, not by what the former one says.
func TestChangedCatalog(t *testing.T) {
	catalog := func(name string, implies ...v1alpha1.PermissionName) *v1alpha1.PermissionCatalog {
		return &v1alpha1.PermissionCatalog{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.PermissionCatalogSpec{
			Sections:    []v1alpha1.Section{{Name: "money"}},
			Permissions: []v1alpha1.Permission{{Name: "buy", Section: "money", Implies: implies}, {Name: "pay", Section: "money"}},
		}}
	}
	refers := func(name string) *v1alpha1.Organization {
		return &v1alpha1.Organization{
			ObjectMeta: metav1.ObjectMeta{Namespace: "trade", Name: "shop"},
			Spec:       v1alpha1.OrganizationSpec{CatalogRef: v1alpha1.CatalogReference{Name: name}},
		}
	}
	operator := func(catalog string) v1alpha1.PlatformRole {
		role := v1alpha1.PlatformRole{ObjectMeta: metav1.ObjectMeta{Name: "operator-" + catalog}, Spec: v1alpha1.PlatformRoleSpec{
			CatalogRef: v1alpha1.CatalogReference{Name: catalog}, AssignableScope: v1alpha1.AssignableScopePlatform,
		}}
		role.Spec.AdministrationRules = []v1alpha1.AdministrationRule{{Name: "catalog", Subscription: []v1alpha1.SubscriptionPart{"Catalog"}}}
		return role
	}
	everywhere, ref := true, v1alpha1.OrganizationReference{Name: "shop"}
	meta := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: "trade", Name: name} }
	given := func(platformRole string) v1alpha1.PlatformGrant {
		return v1alpha1.PlatformGrant{
			Name: v1alpha1.EntryName(platformRole), RoleRef: v1alpha1.PlatformRoleReference{Name: platformRole},
			Organizations: &v1alpha1.OrganizationSelector{All: &everywhere},
		}
	}
	buyer := v1alpha1.Role{ObjectMeta: meta("buyer"), Spec: v1alpha1.RoleSpec{OrganizationRef: ref}}
	buyer.Spec.Rules = []v1alpha1.Rule{{Permissions: []v1alpha1.PermissionName{"buy"}}}
	members := &intake.Members{
		Organization: refers("first"), Catalog: catalog("first"),
		PlatformRoles: []v1alpha1.PlatformRole{operator("first"), operator("same"), operator("more")},
		PlatformAssignments: []v1alpha1.PlatformAssignment{{ObjectMeta: metav1.ObjectMeta{Name: "pat"}, Spec: v1alpha1.PlatformAssignmentSpec{
			User: "pat", Grants: []v1alpha1.PlatformGrant{given("operator-first"), given("operator-same"), given("operator-more")},
		}}},
		Roles: []v1alpha1.Role{buyer},
		Assignments: []*v1alpha1.UserAssignment{{ObjectMeta: meta("ben"), Spec: v1alpha1.UserAssignmentSpec{
			OrganizationRef: ref, User: "ben", Grants: []v1alpha1.Grant{{
				Name: "buyer", RoleRef: v1alpha1.RoleReference{Name: "buyer"}, Scope: &v1alpha1.Scope{Everywhere: &everywhere},
			}},
		}}},
	}
	for name, test := range map[string]struct {
		catalog *v1alpha1.PermissionCatalog
		because string
	}{
		"same":    {catalog("same"), ""},
		"more":    {catalog("more", "pay"), "pay"},
		"missing": {nil, `catalog "missing" of the organization does not exist`},
	} {
		key := snapshot.Key{Namespace: "trade", Name: "shop"}
		before, err := (*snapshot.Snapshot)(nil).View(context.Background(), key, members)
		if err != nil {
			t.Fatal(err)
		}
		write := &admission.Write{
			Actor: "pat", Kind: model.KindOrganization, Before: members.Organization, After: refers(name), Catalog: test.catalog,
		}
		answer, err := admission.Judge(context.Background(), before, write, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if answer.Allowed != (test.because == "") || !strings.Contains(answer.Message, test.because) {
			t.Errorf("%s: allowed: %t, %q; want %q", name, answer.Allowed, answer.Message, test.because)
		}
	}
}
