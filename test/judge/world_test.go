// SPDX-License-Identifier: Apache-2.0

package judge_test

import (
	"fmt"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"sigs.k8s.io/yaml"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

// Names of what is administered. The last of each does not exist at first.
var (
	admins    = []string{"ada", "bob", "cyd", "dan", "eva", "new"}
	posts     = []string{"r1", "r2", "r3", "r4", "r5"}
	places    = []v1alpha1.Name{"top", "a", "b", "c", "d"}
	rights    = []v1alpha1.PermissionName{"p", "q", "r"}
	isTrue    = true
	ofAdmins  = v1alpha1.OrganizationReference{Name: "org"}
	whole     = &v1alpha1.Scope{Everywhere: &isTrue, Dimensions: []v1alpha1.DimensionScope{{Name: "d", All: &isTrue}}}
	anyAction = []v1alpha1.UserAction{"Add", "Suspend", "Remove", "GiveRoles", "TakeRoles", "WriteOverrides"}
	anyThing  = []v1alpha1.AdministeredResource{"UserGroups", "Roles", "Units", "ApprovalChains", "Constraints", "Settings"}
	anyField  = &v1alpha1.AdministeredProfile{
		Fields: []v1alpha1.ProfileField{"Manager", "HomeUnit", "DisplayName"}, Attributes: []v1alpha1.AttributeSelector{"*"},
	}
)

func one[T any](t *rapid.T, list []T) T { return rapid.SampledFrom(list).Draw(t, "one") }

// sometimes is true once in so many times.
func sometimes(t *rapid.T, often int) bool { return rapid.IntRange(1, often).Draw(t, "sometimes") == 1 }

func named(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: "n", Name: name} }

func postRef(name string) v1alpha1.RoleReference { return v1alpha1.RoleReference{Name: name} }

func anyScope(t *rapid.T) *v1alpha1.Scope {
	if sometimes(t, 3) {
		return whole
	}
	scope := &v1alpha1.Scope{Dimensions: []v1alpha1.DimensionScope{{Name: "d", All: &isTrue}}}
	if sometimes(t, 2) {
		scope.Dimensions[0] = v1alpha1.DimensionScope{Name: "d", Values: []v1alpha1.DimensionValue{"x"}}
	}
	if sometimes(t, 4) {
		scope.UnitGroups = []v1alpha1.Name{"g"}
	} else {
		scope.Units = []v1alpha1.Name{one(t, places)}
	}
	return scope
}

func anyGrant(t *rapid.T, i int) v1alpha1.Grant {
	grant := v1alpha1.Grant{Name: v1alpha1.EntryName(fmt.Sprintf("g%d", i)), RoleRef: postRef(one(t, posts)), Scope: anyScope(t)}
	if sometimes(t, 6) {
		grant.EndTime = &metav1.Time{Time: clock.AddDate(0, 0, one(t, []int{-1, 1}))}
	}
	return grant
}

func anyOverride(t *rapid.T) v1alpha1.Override {
	return v1alpha1.Override{
		Name: "o", Permission: one(t, rights), Scope: anyScope(t), Effect: one(t, []v1alpha1.OverrideEffect{v1alpha1.EffectAllow, v1alpha1.EffectDeny}),
	}
}

// anyRule draws an administration rule, most of which let much be done.
func anyRule(t *rapid.T) v1alpha1.AdministrationRule {
	rule := v1alpha1.AdministrationRule{Name: "r"}
	for _, action := range anyAction {
		if !sometimes(t, 5) {
			rule.UserActions = append(rule.UserActions, action)
		}
	}
	for _, thing := range anyThing {
		if !sometimes(t, 3) {
			rule.Resources = append(rule.Resources, thing)
		}
	}
	if !sometimes(t, 3) {
		rule.Profile = anyField
	}
	if sometimes(t, 3) {
		rule.Qualifiers = []v1alpha1.Name{one(t, []v1alpha1.Name{"reports", "below", "team"})}
	}
	selection := &v1alpha1.AdministeredRoles{From: one(t, []v1alpha1.AdministeredRolesFrom{"Listed", "UpTo", "OwnRank", "All", "All"})}
	if selection.From == v1alpha1.AdministeredRolesListed {
		selection.RoleRefs = []v1alpha1.RoleReference{postRef(one(t, posts)), postRef(one(t, posts))}
	}
	if selection.From == v1alpha1.AdministeredRolesUpTo {
		ref := postRef(one(t, posts))
		selection.UpToRoleRef = &ref
	}
	if sometimes(t, 5) {
		selection.ExceptRoleRefs = []v1alpha1.RoleReference{postRef(one(t, posts))}
	}
	rule.Roles = selection
	return rule
}

func anyPost(t *rapid.T, i int) v1alpha1.Role {
	r := v1alpha1.Role{ObjectMeta: named(posts[i]), Spec: v1alpha1.RoleSpec{OrganizationRef: ofAdmins}}
	if !sometimes(t, 4) {
		r.Spec.Rules = []v1alpha1.Rule{anyPermissions(t)}
	}
	if i > 0 && sometimes(t, 2) {
		r.Spec.Inherits = []v1alpha1.Inheritance{{RoleRef: postRef(posts[rapid.IntRange(0, i-1).Draw(t, "parent")])}}
		if sometimes(t, 3) {
			r.Spec.Inherits[0].Except = &v1alpha1.PermissionSelector{Permissions: []v1alpha1.PermissionName{one(t, rights)}}
		}
	}
	if sometimes(t, 2) {
		r.Spec.AdministrationRules = []v1alpha1.AdministrationRule{anyRule(t)}
	}
	return r
}

func anyPermissions(t *rapid.T) v1alpha1.Rule {
	rule := v1alpha1.Rule{Permissions: []v1alpha1.PermissionName{one(t, rights)}}
	switch rapid.IntRange(0, 5).Draw(t, "gate") {
	case 0:
		rule.Qualifiers = []v1alpha1.Name{"own"}
	case 1:
		rule.RequiredFeatures = []v1alpha1.Name{"f"}
	}
	return rule
}

func anyUser(t *rapid.T, id string) *v1alpha1.UserAssignment {
	a := &v1alpha1.UserAssignment{ObjectMeta: named(id), Spec: v1alpha1.UserAssignmentSpec{OrganizationRef: ofAdmins, User: v1alpha1.UserID(id)}}
	changeProfile(t, &a.Spec)
	for i := range rapid.IntRange(0, 2).Draw(t, "grants") {
		a.Spec.Grants = append(a.Spec.Grants, anyGrant(t, i))
	}
	if sometimes(t, 6) {
		a.Spec.Overrides = []v1alpha1.Override{anyOverride(t)}
	}
	if sometimes(t, 8) {
		a.Spec.State = v1alpha1.UserSuspended
	}
	return a
}

func changeProfile(t *rapid.T, spec *v1alpha1.UserAssignmentSpec) {
	if !sometimes(t, 3) {
		spec.Profile.HomeUnit = one(t, append(places[:4:4], ""))
	}
	if !sometimes(t, 3) {
		spec.Profile.Manager = v1alpha1.UserID(one(t, admins))
	}
	if sometimes(t, 2) {
		spec.Profile.Attributes = v1alpha1.Attributes{"team": apiextensionsv1.JSON{Raw: []byte(one(t, []string{`"x"`, `"y"`}))}}
	}
}

// administered draws an organization in which the user ada administers.
func administered(t *rapid.T) *intake.Members {
	m := &intake.Members{
		Organization: &v1alpha1.Organization{ObjectMeta: named("org"), Spec: v1alpha1.OrganizationSpec{CatalogRef: v1alpha1.CatalogReference{Name: "c"}}},
		Catalog: &v1alpha1.PermissionCatalog{ObjectMeta: metav1.ObjectMeta{Name: "c"}, Spec: v1alpha1.PermissionCatalogSpec{
			Sections:    []v1alpha1.Section{{Name: "s"}},
			Permissions: []v1alpha1.Permission{{Name: "p", Section: "s"}, {Name: "q", Section: "s"}, {Name: "r", Section: "s"}},
			Features:    []v1alpha1.Feature{{Name: "f"}},
			Dimensions:  []v1alpha1.Dimension{{Name: "d", Values: []v1alpha1.DimensionValue{"x", "y"}}},
			Qualifiers: []v1alpha1.Qualifier{
				{Name: "own", Expression: "resource.properties.owner == subject.id"},
				{Name: "reports", Expression: "directory.isManager(subject.id, resource.id)"},
				{Name: "below", Expression: "directory.isAbove(subject.id, resource.id)"},
				{Name: "team", Expression: "subject.properties.team == resource.properties.team"},
			},
		}},
		Structures: []v1alpha1.OrganizationStructure{{ObjectMeta: named("tree"), Spec: v1alpha1.OrganizationStructureSpec{
			OrganizationRef: ofAdmins, Units: []v1alpha1.Unit{{Name: "top"}, {Name: "a", Parent: "top"}, {Name: "b", Parent: "a"}, {Name: "c", Parent: "top"}},
			UnitGroups: []v1alpha1.UnitGroup{{Name: "g", Units: []v1alpha1.UnitReference{"b"}}},
		}}},
		Groups: []v1alpha1.UserGroup{{ObjectMeta: named("team"), Spec: v1alpha1.UserGroupSpec{
			OrganizationRef: ofAdmins, Members: []v1alpha1.UserID{"dan"}, Grants: []v1alpha1.Grant{anyGrant(t, 0)},
		}}},
	}
	for i := range posts[:4] {
		m.Roles = append(m.Roles, anyPost(t, i))
	}
	admin := v1alpha1.Role{ObjectMeta: named("admin"), Spec: v1alpha1.RoleSpec{OrganizationRef: ofAdmins}}
	admin.Spec.AdministrationRules = []v1alpha1.AdministrationRule{anyRule(t), {Name: "s", Profile: anyField, Resources: anyThing}}
	m.Roles = append(m.Roles, admin)
	if sometimes(t, 2) {
		m.Chains = []v1alpha1.ApprovalChain{anyChain(t)}
	}
	for _, id := range admins[:5] {
		m.Assignments = append(m.Assignments, anyUser(t, id))
	}
	ada := &m.Assignments[0].Spec
	ada.State = ""
	ada.Grants = append(ada.Grants, v1alpha1.Grant{Name: "admin", RoleRef: postRef("admin"), Scope: one(t, []*v1alpha1.Scope{whole, anyScope(t)})})
	return m
}

// alter draws a change of an organization, which is not the one that was drawn first but a copy.
func alter(t *rapid.T, m *intake.Members) {
	target := &m.Assignments[rapid.IntRange(0, len(m.Assignments)-1).Draw(t, "target")].Spec
	post := &m.Roles[rapid.IntRange(0, len(m.Roles)-1).Draw(t, "post")].Spec
	tree, group := &m.Structures[0].Spec, &m.Groups[0].Spec
	switch rapid.IntRange(0, 25).Draw(t, "what") {
	case 0, 1:
		target.Grants = append(target.Grants, anyGrant(t, 7))
	case 2:
		target.Grants = nil
	case 3:
		if len(target.Grants) > 0 {
			target.Grants[0] = anyGrant(t, 0)
		}
	case 4, 5, 18, 19, 20:
		changeProfile(t, target)
	case 6:
		group.Members = []v1alpha1.UserID{"dan", v1alpha1.UserID(one(t, admins))}
	case 7:
		group.Grants = []v1alpha1.Grant{anyGrant(t, 0)}
	case 8:
		post.Rules = append(post.Rules, anyPermissions(t))
	case 9:
		post.Inherits = []v1alpha1.Inheritance{{RoleRef: postRef(one(t, posts))}}
	case 10:
		post.Inherits = nil
	case 11, 21, 22:
		post.AdministrationRules = []v1alpha1.AdministrationRule{anyRule(t)}
	case 12:
		tree.Units[rapid.IntRange(1, 3).Draw(t, "unit")].Parent = one(t, places[:4])
	case 13:
		tree.UnitGroups[0].Units = []v1alpha1.UnitReference{v1alpha1.UnitReference(one(t, places)), v1alpha1.UnitReference(one(t, places))}
	case 14:
		target.Overrides = []v1alpha1.Override{anyOverride(t)}
	case 15:
		target.State = one(t, []v1alpha1.UserState{"", v1alpha1.UserSuspended})
	case 16:
		if sometimes(t, 2) {
			m.Assignments = append(m.Assignments, anyUser(t, "new"))
		} else {
			m.Assignments = m.Assignments[:4]
		}
	case 17:
		if sometimes(t, 2) {
			m.Organization.Spec.DefaultGrants = []v1alpha1.Grant{anyGrant(t, 0)}
		} else {
			m.Roles = append(m.Roles, anyPost(t, 4))
		}
	case 23, 24, 25:
		m.Chains = []v1alpha1.ApprovalChain{anyChain(t)}
	}
}

// copied returns a copy of an organization.
func copied(m *intake.Members) *intake.Members {
	c := &intake.Members{Organization: m.Organization.DeepCopy(), Catalog: m.Catalog}
	for i := range m.Structures {
		c.Structures = append(c.Structures, *m.Structures[i].DeepCopy())
	}
	for i := range m.Roles {
		c.Roles = append(c.Roles, *m.Roles[i].DeepCopy())
	}
	for i := range m.Groups {
		c.Groups = append(c.Groups, *m.Groups[i].DeepCopy())
	}
	for i := range m.Chains {
		c.Chains = append(c.Chains, *m.Chains[i].DeepCopy())
	}
	for _, a := range m.Assignments {
		c.Assignments = append(c.Assignments, a.DeepCopy())
	}
	return c
}

// asYAML shows an organization as YAML.
func asYAML(m *intake.Members) string {
	text, err := yaml.Marshal(map[string]any{
		"roles": m.Roles, "users": m.Assignments, "groups": m.Groups, "tree": m.Structures, "chains": m.Chains, "organization": m.Organization.Spec,
	})
	if err != nil {
		return err.Error()
	}
	return string(text)
}

var clock = time.Date(2030, time.June, 1, 12, 0, 0, 0, time.UTC)
