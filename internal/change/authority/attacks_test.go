// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
)

// TestShopIsSound makes sure that what is refused below is refused for what it does.
func TestShopIsSound(t *testing.T) {
	for _, f := range stateOf(shop()).Resolution.Findings {
		if f.Severity == 0 {
			t.Error(f)
		}
	}
}

type attack struct {
	actor  string
	change func(*intake.Members)
	// reason is part of what a refusal says; empty if the change is allowed.
	reason string
}

// TestWhoMayChangeWhat tries what changes can do, by those who may and those who may not.
func TestWhoMayChangeWhat(t *testing.T) {
	give := func(id, role string, scope *v1alpha1.Scope) func(*intake.Members) {
		return func(m *intake.Members) {
			of(m, id).Grants = append(of(m, id).Grants, v1alpha1.Grant{Name: "more", RoleRef: roleRef(role), Scope: scope})
		}
	}
	units := func(m *intake.Members) *v1alpha1.OrganizationStructureSpec { return &m.Structures[0].Spec }
	move := func(name, parent v1alpha1.Name) func(*intake.Members) {
		return func(m *intake.Members) {
			for i := range units(m).Units {
				if units(m).Units[i].Name == name {
					units(m).Units[i].Parent = parent
				}
			}
		}
	}
	add := func(a *v1alpha1.UserAssignment) func(*intake.Members) {
		return func(m *intake.Members) { m.Assignments = append(m.Assignments, a) }
	}
	second := func(id string, grants ...v1alpha1.Grant) *v1alpha1.UserAssignment {
		a := user(id, "", "", grants...)
		a.Name += "-2"
		return a
	}
	for name, c := range map[string]attack{
		"a role, in one's units":                      {"wes", give("nan", "lead", in("pier")), ""},
		"a role above one's reach":                    {"wes", give("nan", "chief", in("pier")), "not chief"},
		"a role beyond one's units":                   {"wes", give("nan", "clerk", in("south")), "not held in south"},
		"a role everywhere":                           {"wes", give("nan", "clerk", everywhere()), "not held everywhere"},
		"a role for a user elsewhere":                 {"wes", give("sue", "clerk", in("north")), "home unit of sue is south"},
		"a role for a superior":                       {"wes", give("cat", "clerk", in("north")), "ranks above"},
		"a role in a unit that is to come":            {"wes", give("nan", "clerk", in("dock")), "not held in dock"},
		"a role that is to come":                      {"wes", give("nan", "captain", in("north")), "not captain"},
		"a role for a group of units that is to come": {"wes", give("nan", "clerk", &v1alpha1.Scope{UnitGroups: []v1alpha1.Name{"dry"}}), "no unit group dry"},
		"a role for oneself":                          {"wes", give("wes", "lead", in("north")), ""},
		"one's own role elsewhere":                    {"wes", give("wes", "warden", in("south")), "not warden"},
		"one's own role for another":                  {"wes", give("nan", "warden", in("north")), "not warden"},
		"a boss gives what they have":                 {"ben", give("nan", "boss", everywhere()), ""},
		"a mentor gives to who reports to them":       {"max", give("nan", "clerk", everywhere()), ""},
		"and to nobody else":                          {"max", give("tom", "clerk", everywhere()), "qualifier reports is not true of tom"},
		"a manager and a role at once":                {"max", func(m *intake.Members) { of(m, "tom").Profile.Manager = "max"; give("tom", "clerk", everywhere())(m) }, "Manager in profile.fields"},
		"a user drawn below oneself":                  {"wes", func(m *intake.Members) { of(m, "tom").Profile.Manager = "wes" }, ""},
		"a second assignment":                         {"max", add(second("tom", given("clerk", everywhere()))), "qualifier reports is not true of tom"},
		"a second assignment that says nothing":       {"max", add(second("tom")), "Add in userActions"},
		"a newcomer":                                  {"wes", add(user("new", "pier", "", given("clerk", in("pier")))), ""},
		"a newcomer elsewhere":                        {"wes", add(user("new", "south", "", given("clerk", in("pier")))), "home unit of new is south"},
		"a newcomer, by who adds nobody":              {"kay", add(user("new", "pier", "", given("clerk", in("pier")))), "Add in userActions"},
		"a shorter life":                              {"kay", func(m *intake.Members) { of(m, "pia").Grants[0].EndTime = &metav1.Time{Time: clock.Add(time.Hour)} }, "ranks above"},
		"an entitlement":                              {"kay", func(m *intake.Members) { of(m, "pia").Grants[0].Entitlements = []v1alpha1.Name{"card"} }, "ranks above"},
		"an entitlement, by who may give the role":    {"wes", func(m *intake.Members) { of(m, "pia").Grants[0].Entitlements = []v1alpha1.Name{"card"} }, ""},
		"a role taken":                                {"wes", func(m *intake.Members) { of(m, "pia").Grants = nil }, ""},
		"a role taken by who may not":                 {"kay", func(m *intake.Members) { of(m, "pia").Grants = nil }, "ranks above"},
		"a role taken elsewhere":                      {"wes", func(m *intake.Members) { of(m, "sue").Grants = nil }, "home unit of sue is south"},
		"a suspension":                                {"wes", func(m *intake.Members) { of(m, "nan").State = v1alpha1.UserSuspended }, ""},
		"a suspension of a superior":                  {"wes", func(m *intake.Members) { of(m, "cat").State = v1alpha1.UserSuspended }, "beyond what"},
		"a suspension without authority":              {"kay", func(m *intake.Members) { of(m, "nan").State = v1alpha1.UserSuspended }, "Suspend in userActions"},
		"a state that is unknown":                     {"kay", func(m *intake.Members) { of(m, "nan").State = "Resting" }, "Suspend in userActions"},
		"a removal":                                   {"wes", func(m *intake.Members) { m.Assignments = m.Assignments[:8] }, ""},
		"a removal without authority":                 {"kay", func(m *intake.Members) { m.Assignments = m.Assignments[:8] }, "Remove in userActions"},
		"a permission that one may give": {"wes", func(m *intake.Members) {
			of(m, "nan").Overrides = []v1alpha1.Override{{Name: "a", Permission: "pay", Effect: v1alpha1.EffectAllow, Scope: in("pier")}}
		}, ""},
		"a permission that one may not give": {"wes", func(m *intake.Members) {
			of(m, "nan").Overrides = []v1alpha1.Override{{Name: "a", Permission: "close", Effect: v1alpha1.EffectAllow, Scope: in("pier")}}
		}, "none of which holds close"},
		"a permission that is to come": {"wes", func(m *intake.Members) {
			of(m, "nan").Overrides = []v1alpha1.Override{{Name: "a", Permission: "fly", Effect: v1alpha1.EffectAllow, Scope: in("pier")}}
		}, "none of which holds fly"},
		"a permission denied everywhere": {"wes", func(m *intake.Members) {
			of(m, "nan").Overrides = []v1alpha1.Override{{Name: "a", Permission: "pay", Effect: v1alpha1.EffectDeny}}
		}, "not held everywhere"},
		"a home unit moved out":               {"wes", func(m *intake.Members) { of(m, "nan").Profile.HomeUnit = "south" }, "not held in south"},
		"a home unit moved in":                {"wes", func(m *intake.Members) { of(m, "sue").Profile.HomeUnit = "north" }, "home unit of sue is south"},
		"a home unit, by a mentor":            {"max", func(m *intake.Members) { of(m, "nan").Profile.HomeUnit = "south" }, ""},
		"an attribute":                        {"wes", func(m *intake.Members) { of(m, "nan").Profile.DisplayName = "Nan" }, ""},
		"a name of a superior":                {"wes", func(m *intake.Members) { of(m, "cat").Profile.DisplayName = "Cat" }, "beyond what"},
		"a group":                             {"wes", func(m *intake.Members) { m.Groups[0].Spec.Members = append(m.Groups[0].Spec.Members, "nan") }, "UserGroups in resources"},
		"a group that gives what one may not": {"kay", func(m *intake.Members) { m.Groups[0].Spec.Members = append(m.Groups[0].Spec.Members, "nan") }, "not lead"},
		"a group that takes what one may not": {"kay", func(m *intake.Members) { m.Groups[0].Spec.Members = []v1alpha1.UserID{"ben"} }, "not lead"},
		"a group's grant":                     {"kay", func(m *intake.Members) { m.Groups[0].Spec.Grants[0].RoleRef = roleRef("chief") }, "ranks above"},
		"a role raised": {"kay", func(m *intake.Members) {
			roleOf(m, "clerk").Rules[0].Permissions = []v1alpha1.PermissionName{"buy", "close"}
		}, "none of which holds close"},
		"a role that inherits": {"kay", func(m *intake.Members) {
			roleOf(m, "clerk").Inherits = []v1alpha1.Inheritance{{RoleRef: roleRef("auditor")}}
		}, "none of which holds audit"},
		"a role built": {"kay", func(m *intake.Members) {
			m.Roles = append(m.Roles, role("payer", []v1alpha1.PermissionName{"pay"}, nil))
		}, "none of which holds pay"},
		"a role built of what one gives": {"kay", func(m *intake.Members) {
			m.Roles = append(m.Roles, role("buyer", []v1alpha1.PermissionName{"buy"}, nil))
		}, ""},
		"a role lowered": {"kay", func(m *intake.Members) { roleOf(m, "lead").Rules = nil }, "loses pay"},
		"a role built and given": {"ben", func(m *intake.Members) {
			m.Roles = append(m.Roles, role("payer", []v1alpha1.PermissionName{"pay"}, nil))
			give("nan", "payer", in("north"))(m)
		}, ""},
		"one's own rule widened":       {"kay", func(m *intake.Members) { roleOf(m, "keeper").AdministrationRules[0].Roles = upTo("chief") }, "has no rule that reaches as far"},
		"one's own rule, more words":   {"kay", func(m *intake.Members) { roleOf(m, "keeper").AdministrationRules[0].UserActions = allActions }, "has no rule that reaches as far"},
		"a rule of another":            {"kay", func(m *intake.Members) { roleOf(m, "mentor").AdministrationRules[0].UserActions = allActions }, "has no rule that reaches as far"},
		"a rule without its qualifier": {"kay", func(m *intake.Members) { roleOf(m, "mentor").AdministrationRules[0].Qualifiers = nil }, "has no rule that reaches as far"},
		"a rule of no role that is held": {"kay", func(m *intake.Members) {
			roleOf(m, "auditor").AdministrationRules = roleOf(shop(), "warden").AdministrationRules
		}, "has no rule that reaches as far"},
		"a unit added below": {"wes", func(m *intake.Members) {
			units(m).Units = append(units(m).Units, v1alpha1.Unit{Name: "dock", Parent: "pier"})
		}, "none of which holds close"},
		"a unit added below, by a boss": {"ben", func(m *intake.Members) {
			units(m).Units = append(units(m).Units, v1alpha1.Unit{Name: "dock", Parent: "pier"})
		}, ""},
		"a unit added elsewhere": {"wes", func(m *intake.Members) {
			units(m).Units = append(units(m).Units, v1alpha1.Unit{Name: "dock", Parent: "south"})
		}, "not held above unit dock"},
		"a unit pulled in":                        {"wes", move("south", "north"), "not held above unit south"},
		"a unit pushed out":                       {"wes", move("pier", "south"), "not held above unit pier"},
		"a unit moved by a boss":                  {"ben", move("pier", "south"), ""},
		"a unit moved below what others hold":     {"kay", move("pier", "south"), "pay"},
		"a group of units widened":                {"wes", func(m *intake.Members) { units(m).UnitGroups[0].Units = []v1alpha1.UnitReference{"pier", "south"} }, "not held everywhere"},
		"a constraint loosened":                   {"wes", func(m *intake.Members) { units(m).Constraints = nil }, "Constraints in resources"},
		"a constraint loosened by who keeps them": {"kay", func(m *intake.Members) { units(m).Constraints = nil }, ""},
		"a chain that gives more": {"kay", func(m *intake.Members) {
			m.Chains[0].Spec.GrantPolicy.Roles = v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesAll}
		}, "let requests ask for role auditor"},
		"a chain with other approvers": {"kay", func(m *intake.Members) {
			m.Chains[0].Spec.Steps[0].Approvers[0].Users = []v1alpha1.UserReference{"kay"}
		}, ""},
		"a chain, by who keeps none": {"wes", func(m *intake.Members) {
			m.Chains[0].Spec.Steps[0].Approvers[0].Users = []v1alpha1.UserReference{"wes"}
		}, "ApprovalChains in resources"},
		"a plan":    {"ben", func(m *intake.Members) { m.Organization.Spec.Plan = "large" }, "Plan in subscription"},
		"a feature": {"ben", func(m *intake.Members) { m.Organization.Spec.Features = []v1alpha1.Name{"exports"} }, "Features in subscription"},
		"a label":   {"ben", func(m *intake.Members) { m.Organization.Labels["region"] = "east" }, "Labels in subscription"},
		"a waiver of the catalog's": {"ben", func(m *intake.Members) {
			m.Organization.Spec.Waivers = []v1alpha1.Waiver{{Name: "a", ConstraintRef: v1alpha1.ConstraintReference{Name: "few-chiefs"}, Users: []v1alpha1.UserReference{"ben"}}}
		}, "CatalogWaivers in subscription"},
		"another catalog": {"ben", func(m *intake.Members) { m.Organization.Spec.CatalogRef.Name = "other" }, "Catalog in subscription"},
		"default grants": {"kay", func(m *intake.Members) {
			m.Organization.Spec.DefaultGrants = []v1alpha1.Grant{given("lead", everywhere())}
		}, "not lead"},
		"default grants of what one gives": {"kay", func(m *intake.Members) {
			m.Organization.Spec.DefaultGrants = []v1alpha1.Grant{given("clerk", everywhere())}
		}, "nobody widens their own authority"},
		"a default grant that administers": {"kay", func(m *intake.Members) {
			m.Organization.Spec.DefaultGrants = []v1alpha1.Grant{given("warden", everywhere())}
		}, "not warden"},
		"the organization deleted": {"ben", func(m *intake.Members) { m.Organization = nil }, "administration rules do not reach it"},
		"the catalog":              {"ben", func(m *intake.Members) { m.Catalog.Spec.Permissions = m.Catalog.Spec.Permissions[1:] }, "administration rules do not reach it"},
		"a role of the platform": {"ben", func(m *intake.Members) {
			m.PlatformRoles = []v1alpha1.PlatformRole{{ObjectMeta: metav1.ObjectMeta{Name: "p"}}}
		}, "administration rules do not reach it"},
		"one refused act among others": {"wes", func(m *intake.Members) { give("nan", "lead", in("pier"))(m); give("tom", "chief", in("pier"))(m) }, "not chief"},
		"two that are one": {"kay", func(m *intake.Members) {
			m.Roles = append(m.Roles, role("buyer", []v1alpha1.PermissionName{"buy"}, []string{"lead"}))
			give("nan", "buyer", in("north"))(m)
		}, "none of which holds pay"},
		"nothing at all, by nobody":            {"eve", func(*intake.Members) {}, ""},
		"anything, by a stranger":              {"eve", give("nan", "clerk", in("north")), "not a user of organization"},
		"anything, by who administers nothing": {"nan", give("nan", "lead", in("north")), "GiveRoles in userActions"},
		"anything, by who has no rule":         {"tom", give("nan", "clerk", in("north")), "has administrationRules"},
	} {
		verdict := judged(t, c.actor, c.change)
		var reasons []string
		for _, act := range verdict.Refused() {
			reasons = append(reasons, act.String())
		}
		switch said := strings.Join(reasons, "\n"); {
		case c.reason == "" && !verdict.Allowed():
			t.Errorf("%s: refused\n%s", name, said)
		case c.reason != "" && verdict.Allowed():
			t.Errorf("%s: allowed", name)
		case !strings.Contains(said, c.reason):
			t.Errorf("%s: refused, and nothing is said of %q\n%s", name, c.reason, said)
		}
	}
}
