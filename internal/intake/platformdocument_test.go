// SPDX-License-Identifier: Apache-2.0

package intake_test

import (
	"reflect"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

// TestWhatCoversThePlatformItself: a grant over all organizations does, and none over those that a selector picks, even if it picks those
// that lack a label, as one that does not exist does.
func TestWhatCoversThePlatformItself(t *testing.T) {
	missing := []metav1.LabelSelectorRequirement{{Key: "tier", Operator: metav1.LabelSelectorOpDoesNotExist}}
	no := false
	for name, test := range map[string]struct {
		organizations     *v1alpha1.OrganizationSelector
		kept, covers, bad bool
	}{
		"all":                       {&v1alpha1.OrganizationSelector{All: new(true)}, true, true, false},
		"all, and a selector":       {&v1alpha1.OrganizationSelector{All: new(true), Selector: &metav1.LabelSelector{MatchExpressions: missing}}, true, true, false},
		"those without a label":     {&v1alpha1.OrganizationSelector{Selector: &metav1.LabelSelector{MatchExpressions: missing}}, false, false, false},
		"those with a label":        {&v1alpha1.OrganizationSelector{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"tier": "gold"}}}, false, false, false},
		"not all":                   {&v1alpha1.OrganizationSelector{All: &no}, true, false, true},
		"an empty selector":         {&v1alpha1.OrganizationSelector{Selector: &metav1.LabelSelector{}}, true, false, true},
		"an unknown operator":       {&v1alpha1.OrganizationSelector{Selector: &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "a", Operator: "Is"}}}}, true, false, true},
		"what is not said to cover": {nil, true, false, true},
	} {
		written := v1alpha1.PlatformAssignment{Spec: v1alpha1.PlatformAssignmentSpec{User: "ann", Grants: []v1alpha1.PlatformGrant{
			{Name: "one", RoleRef: v1alpha1.PlatformRoleReference{Name: "operator"}, Organizations: test.organizations},
		}}}
		before := written.DeepCopy()
		members := intake.PlatformMembers("system", &v1alpha1.PermissionCatalog{}, nil, []v1alpha1.PlatformAssignment{written})
		world := intake.World("system", "platform.", members)
		grants := world.PlatformAssignments[0].Grants
		switch {
		case len(grants) != 0 != test.kept:
			t.Errorf("%s: the grants are %v", name, grants)
		case test.kept && (grants[0].Picks != test.covers || grants[0].Unselected != test.bad):
			t.Errorf("%s: the grant is %+v", name, grants[0])
		}
		if !reflect.DeepEqual(&written, before) {
			t.Errorf("%s: the assignment was changed to %v", name, written)
		}
	}
}

// TestPlatformWorlds: one for each catalog, with its own roles, and nothing that only organizations have.
func TestPlatformWorlds(t *testing.T) {
	role := func(name, catalog string) v1alpha1.PlatformRole {
		return v1alpha1.PlatformRole{
			ObjectMeta: metav1.ObjectMeta{Name: name},
			Spec: v1alpha1.PlatformRoleSpec{
				CatalogRef: v1alpha1.CatalogReference{Name: catalog}, AssignableScope: v1alpha1.AssignableScopePlatform,
				RoleDefinition: v1alpha1.RoleDefinition{AdministrationRules: []v1alpha1.AdministrationRule{{Name: "all"}}},
			},
		}
	}
	objects := &intake.Objects{
		Catalogs: []v1alpha1.PermissionCatalog{
			{ObjectMeta: metav1.ObjectMeta{Name: "town", UID: "2", Generation: 7}}, {ObjectMeta: metav1.ObjectMeta{Name: "bank", UID: "1"}},
		},
		PlatformRoles: []v1alpha1.PlatformRole{role("banker", "bank"), role("mayor", "town")},
		Organizations: []v1alpha1.Organization{{ObjectMeta: metav1.ObjectMeta{Namespace: "acme", Name: "acme"}}},
	}
	worlds := intake.PlatformWorlds(objects, "system")
	if len(worlds) != 2 || worlds[0].Name != "platform.bank" || worlds[1].Name != "platform.town" || worlds[1].Namespace != "system" {
		t.Fatalf("the worlds are %v", worlds)
	}
	town := worlds[1]
	if o := town.Organization; o.Catalog != "town" || o.UID != "2" || o.Generation != 7 || o.Name != "platform.town" || o.Namespace != "system" {
		t.Errorf("the organization is %+v", o)
	}
	if roles := town.PlatformRoles; len(roles) != 1 || roles[0].Name != "mayor" || len(roles[0].AdministrationRules) > 0 || !roles[0].Platform {
		t.Errorf("the roles are %+v", roles)
	}
	if len(objects.PlatformRoles[1].Spec.AdministrationRules) != 1 {
		t.Error("the role has lost its administration rules")
	}
}
