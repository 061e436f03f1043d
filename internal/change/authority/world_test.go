// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

func nothing(*intake.Members) {}

// all does several things.
func all(steps ...func(*intake.Members)) func(*intake.Members) {
	return func(m *intake.Members) {
		for _, step := range steps {
			step(m)
		}
	}
}

// give adds a grant to what a user holds.
func give(id, role string, scope *v1alpha1.Scope) func(*intake.Members) {
	return func(m *intake.Members) {
		grant := given(role, scope)
		grant.Name += "-more"
		of(m, id).Grants = append(of(m, id).Grants, grant)
	}
}

func addRoles(roles ...v1alpha1.Role) func(*intake.Members) {
	return func(m *intake.Members) { m.Roles = append(m.Roles, roles...) }
}

func addUser(id string, home v1alpha1.Name, manager v1alpha1.UserID, grants ...v1alpha1.Grant) func(*intake.Members) {
	return func(m *intake.Members) { m.Assignments = append(m.Assignments, user(id, home, manager, grants...)) }
}

func removeRole(name string) func(*intake.Members) {
	return func(m *intake.Members) {
		var left []v1alpha1.Role
		for i := range m.Roles {
			if m.Roles[i].Name != name {
				left = append(left, m.Roles[i])
			}
		}
		m.Roles = left
	}
}

func moveUnit(name, parent v1alpha1.Name) func(*intake.Members) {
	return func(m *intake.Members) {
		for i := range m.Structures[0].Spec.Units {
			if unit := &m.Structures[0].Spec.Units[i]; unit.Name == name {
				unit.Parent = parent
			}
		}
	}
}

// chainGives lets the one chain of the shop give some roles, decided by some approvers, and by others after an hour.
func chainGives(roles v1alpha1.GrantableRoles, approver, later v1alpha1.ApproverSelector) func(*intake.Members) {
	return func(m *intake.Members) {
		chain := &m.Chains[0].Spec
		chain.GrantPolicy.Roles = roles
		chain.Steps[0].Approvers = []v1alpha1.ApproverSelector{approver}
		chain.Steps[0].Timeouts = []v1alpha1.ApprovalTimeout{{
			AfterSeconds: 3600, Action: v1alpha1.TimeoutEscalate, Approvers: []v1alpha1.ApproverSelector{later},
		}}
	}
}

func listed(names ...string) v1alpha1.GrantableRoles {
	roles := v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesListed}
	for _, name := range names {
		roles.RoleRefs = append(roles.RoleRefs, roleRef(name))
	}
	return roles
}

var (
	byCat   = v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeUsers, Users: []v1alpha1.UserReference{"cat"}}
	byGroup = v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeGroup, GroupRef: &v1alpha1.UserGroupReference{Name: "southerners"}}
	byBoss  = v1alpha1.ApproverSelector{Type: v1alpha1.ApproverTypeManager, Manager: &v1alpha1.ManagerApprover{Level: 1}}
)

func withoutRules(m *intake.Members) {
	for i := range m.Roles {
		m.Roles[i].Spec.AdministrationRules = nil
	}
}

func noOrganization(m *intake.Members) { m.Organization, m.Catalog = nil, nil }

func noCatalog(m *intake.Members) { m.Catalog = nil }

// registrar keeps the profiles of everyone.
func registrar() v1alpha1.Role {
	return role("registrar", nil, nil, v1alpha1.AdministrationRule{Name: "profiles", Profile: allProfile})
}

// deputy is a role that inherits warden, and leaves permissions out.
func deputy() v1alpha1.Role {
	heir := role("deputy", nil, []string{"warden", "lead"})
	for i := range heir.Spec.Inherits {
		heir.Spec.Inherits[i].Except = &v1alpha1.PermissionSelector{Permissions: []v1alpha1.PermissionName{"pay"}}
	}
	return heir
}

// recruiter is a role that adds users.
func recruiter() v1alpha1.Role {
	return role("recruiter", nil, nil, v1alpha1.AdministrationRule{Name: "newcomers", UserActions: []v1alpha1.UserAction{"Add"}})
}

// operated is a shop over which pat holds a role of the platform with a rule, and quinn one that pays wherever the region is east.
func operated(rule v1alpha1.AdministrationRule) func(*intake.Members) {
	platformRole := func(name string) v1alpha1.PlatformRole {
		return v1alpha1.PlatformRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.PlatformRoleSpec{
			CatalogRef: v1alpha1.CatalogReference{Name: "trading"}, AssignableScope: v1alpha1.AssignableScopePlatform,
		}}
	}
	return func(m *intake.Members) {
		operator, payer := platformRole("operator"), platformRole("payer")
		operator.Spec.AdministrationRules = []v1alpha1.AdministrationRule{rule}
		payer.Spec.Rules = []v1alpha1.Rule{{Permissions: []v1alpha1.PermissionName{"pay"}}}
		m.PlatformRoles = []v1alpha1.PlatformRole{operator, payer}
		assignment := func(user v1alpha1.UserID, role string, where *v1alpha1.OrganizationSelector) v1alpha1.PlatformAssignment {
			return v1alpha1.PlatformAssignment{ObjectMeta: metav1.ObjectMeta{Name: string(user)}, Spec: v1alpha1.PlatformAssignmentSpec{
				User: user, Grants: []v1alpha1.PlatformGrant{{Name: "it", RoleRef: v1alpha1.PlatformRoleReference{Name: role}, Organizations: where}},
			}}
		}
		east := &metav1.LabelSelector{MatchLabels: map[string]string{"region": "east"}}
		m.PlatformAssignments = []v1alpha1.PlatformAssignment{
			assignment("pat", "operator", &v1alpha1.OrganizationSelector{All: &yes}), assignment("quinn", "payer", &v1alpha1.OrganizationSelector{Selector: east}),
		}
	}
}
