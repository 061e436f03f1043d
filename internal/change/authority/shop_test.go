// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/change/authority"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
)

var (
	clock = time.Date(2030, time.June, 1, 12, 0, 0, 0, time.UTC)
	yes   = true
)

// everywhere is a scope, and in one of some units.
func everywhere() *v1alpha1.Scope { return &v1alpha1.Scope{Everywhere: &yes} }

func in(units ...v1alpha1.Name) *v1alpha1.Scope { return &v1alpha1.Scope{Units: units} }

func meta(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: "trade", Name: name} }

var shopRef = v1alpha1.OrganizationReference{Name: "shop"}

func roleRef(name string) v1alpha1.RoleReference { return v1alpha1.RoleReference{Name: name} }

func given(role string, scope *v1alpha1.Scope) v1alpha1.Grant {
	return v1alpha1.Grant{Name: v1alpha1.EntryName(role), RoleRef: roleRef(role), Scope: scope}
}

func user(id string, home v1alpha1.Name, manager v1alpha1.UserID, grants ...v1alpha1.Grant) *v1alpha1.UserAssignment {
	return &v1alpha1.UserAssignment{ObjectMeta: meta(id), Spec: v1alpha1.UserAssignmentSpec{
		OrganizationRef: shopRef, User: v1alpha1.UserID(id), Profile: v1alpha1.UserProfile{HomeUnit: home, Manager: manager}, Grants: grants,
	}}
}

func role(name string, permissions []v1alpha1.PermissionName, inherits []string, rules ...v1alpha1.AdministrationRule) v1alpha1.Role {
	r := v1alpha1.Role{ObjectMeta: meta(name), Spec: v1alpha1.RoleSpec{OrganizationRef: shopRef}}
	r.Spec.AdministrationRules = rules
	if len(permissions) > 0 {
		r.Spec.Rules = []v1alpha1.Rule{{Permissions: permissions}}
	}
	for _, parent := range inherits {
		r.Spec.Inherits = append(r.Spec.Inherits, v1alpha1.Inheritance{RoleRef: roleRef(parent)})
	}
	return r
}

var (
	allActions   = []v1alpha1.UserAction{"Add", "Suspend", "Remove", "GiveRoles", "TakeRoles", "WriteOverrides"}
	allResources = []v1alpha1.AdministeredResource{"UserGroups", "Roles", "Units", "ApprovalChains", "Constraints", "Settings"}
	allProfile   = &v1alpha1.AdministeredProfile{
		Fields: []v1alpha1.ProfileField{"Manager", "HomeUnit", "DisplayName"}, Attributes: []v1alpha1.AttributeSelector{"*"},
	}
)

func upTo(name string) *v1alpha1.AdministeredRoles {
	ref := roleRef(name)
	return &v1alpha1.AdministeredRoles{From: v1alpha1.AdministeredRolesUpTo, UpToRoleRef: &ref}
}

// shop is an organization with units shop > north > (pier, mill), shop > south. Clerks buy, leads pay as well, chiefs close. Of
// those who administer, a boss may do everything everywhere, a warden everything to users up to lead in some units, a keeper
// writes every object and gives clerk alone, everywhere, and a mentor gives clerk to those who report to them. Clerks keep notes.
func shop() *intake.Members {
	return &intake.Members{
		Organization: &v1alpha1.Organization{
			ObjectMeta: metav1.ObjectMeta{Namespace: "trade", Name: "shop", Labels: map[string]string{"region": "west"}},
			Spec:       v1alpha1.OrganizationSpec{CatalogRef: v1alpha1.CatalogReference{Name: "trading"}, Plan: "small"},
		},
		Catalog: &v1alpha1.PermissionCatalog{ObjectMeta: metav1.ObjectMeta{Name: "trading"}, Spec: v1alpha1.PermissionCatalogSpec{
			Sections: []v1alpha1.Section{{Name: "money"}},
			Permissions: []v1alpha1.Permission{
				{Name: "buy", Section: "money"}, {Name: "pay", Section: "money"}, {Name: "close", Section: "money"}, {Name: "audit", Section: "money"},
				{Name: "export", Section: "money", RequiredFeatures: []v1alpha1.Name{"exports"}},
			},
			Features: []v1alpha1.Feature{{Name: "exports"}}, Entitlements: []v1alpha1.Entitlement{{Name: "card"}},
			Plans:      []v1alpha1.Plan{{Name: "small"}, {Name: "large", Features: []v1alpha1.Name{"exports"}}},
			Qualifiers: []v1alpha1.Qualifier{{Name: "reports", Expression: "directory.isManager(subject.id, resource.id)"}},
			Constraints: []v1alpha1.Constraint{{
				Name: "few-chiefs", Type: v1alpha1.ConstraintHolders,
				Holders: &v1alpha1.Holders{RoleRef: roleRef("chief"), AtMost: new(int32(1))}, Enforcement: v1alpha1.Enforce,
			}},
		}},
		Structures: []v1alpha1.OrganizationStructure{{ObjectMeta: meta("places"), Spec: v1alpha1.OrganizationStructureSpec{
			OrganizationRef: shopRef,
			Units:           []v1alpha1.Unit{{Name: "shop"}, {Name: "north", Parent: "shop"}, {Name: "pier", Parent: "north"}, {Name: "mill", Parent: "north"}, {Name: "south", Parent: "shop"}},
			UnitGroups:      []v1alpha1.UnitGroup{{Name: "water", Units: []v1alpha1.UnitReference{"pier"}}},
			Constraints: []v1alpha1.Constraint{{
				Name: "buy-or-pay", Type: v1alpha1.ConstraintHolders,
				Holders: &v1alpha1.Holders{RoleRef: roleRef("auditor"), AtMost: new(int32(1))}, Enforcement: v1alpha1.Enforce,
			}},
		}}},
		Roles: []v1alpha1.Role{
			role("clerk", []v1alpha1.PermissionName{"buy"}, nil, v1alpha1.AdministrationRule{
				Name: "notes", Profile: &v1alpha1.AdministeredProfile{Attributes: []v1alpha1.AttributeSelector{"note"}},
			}),
			role("lead", []v1alpha1.PermissionName{"pay"}, []string{"clerk"}),
			role("chief", []v1alpha1.PermissionName{"close"}, []string{"lead"}),
			role("auditor", []v1alpha1.PermissionName{"audit"}, nil),
			role("boss", nil, nil, v1alpha1.AdministrationRule{Name: "everything", UserActions: allActions,
				Roles: &v1alpha1.AdministeredRoles{From: v1alpha1.AdministeredRolesAll}, Profile: allProfile, Resources: allResources}),
			role("warden", nil, nil, v1alpha1.AdministrationRule{Name: "people", UserActions: allActions, Roles: upTo("lead"), Profile: allProfile,
				Resources: []v1alpha1.AdministeredResource{"Units"}}),
			role("keeper", nil, nil, v1alpha1.AdministrationRule{Name: "objects", UserActions: []v1alpha1.UserAction{"GiveRoles", "TakeRoles"},
				Roles: upTo("clerk"), Resources: allResources}),
			role("mentor", nil, nil, v1alpha1.AdministrationRule{Name: "reports", Qualifiers: []v1alpha1.Name{"reports"},
				UserActions: []v1alpha1.UserAction{"GiveRoles"}, Roles: upTo("clerk"), Profile: &v1alpha1.AdministeredProfile{Fields: []v1alpha1.ProfileField{"HomeUnit"}}}),
		},
		Groups: []v1alpha1.UserGroup{{ObjectMeta: meta("southerners"), Spec: v1alpha1.UserGroupSpec{
			OrganizationRef: shopRef, Members: []v1alpha1.UserID{"sue"}, Grants: []v1alpha1.Grant{given("lead", in("south"))},
		}}},
		Chains: []v1alpha1.ApprovalChain{{ObjectMeta: meta("stand-in"), Spec: v1alpha1.ApprovalChainSpec{
			OrganizationRef: shopRef, RequestType: "stand-in",
			Steps: []v1alpha1.ApprovalStep{{Name: "chief", Approvers: []v1alpha1.ApproverSelector{{Type: v1alpha1.ApproverTypeUsers, Users: []v1alpha1.UserReference{"cat"}}}}},
			GrantPolicy: &v1alpha1.GrantPolicy{
				Roles:         v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesListed, RoleRefs: []v1alpha1.RoleReference{roleRef("clerk")}},
				Beneficiaries: []v1alpha1.GrantBeneficiary{v1alpha1.GrantToRequester},
			},
		}}},
		Assignments: []*v1alpha1.UserAssignment{
			user("ben", "shop", "", given("boss", everywhere())),
			user("wes", "north", "ben", given("warden", in("north"))),
			user("kay", "shop", "ben", given("keeper", everywhere())),
			user("max", "shop", "ben", given("mentor", everywhere())),
			user("cat", "north", "ben", given("chief", everywhere())),
			user("nan", "north", "max", given("clerk", in("north"))),
			user("pia", "pier", "wes", given("lead", in("pier"))),
			user("sue", "south", "ben", given("clerk", in("south"))),
			user("tom", "north", "ben"),
		},
	}
}

func stateOf(m *intake.Members) *authority.State {
	world := intake.World("trade", "shop", m)
	return &authority.State{Members: m, Resolution: resolve.Organization(&world)}
}

// judged judges a change of the shop.
func judged(t *testing.T, actor string, change func(*intake.Members)) *authority.Verdict {
	t.Helper()
	is := shop()
	change(is)
	verdict, err := authority.Judge(actor, stateOf(shop()), stateOf(is), clock)
	if err != nil {
		t.Fatal(err)
	}
	return verdict
}

// of returns the assignment of a user.
func of(m *intake.Members, id string) *v1alpha1.UserAssignmentSpec {
	for _, a := range m.Assignments {
		if string(a.Spec.User) == id {
			return &a.Spec
		}
	}
	panic("no assignment of " + id)
}

func roleOf(m *intake.Members, name string) *v1alpha1.RoleSpec {
	for i := range m.Roles {
		if m.Roles[i].Name == name {
			return &m.Roles[i].Spec
		}
	}
	panic("no role " + name)
}
