// SPDX-License-Identifier: Apache-2.0

package authority_test

import (
	"strings"
	"testing"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/change/authority"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/resolve"
)

// hidden is a change whose effect is not in what it writes.
type hidden struct {
	actor string
	// from makes the state before the change out of the shop.
	from, change func(*intake.Members)
	// reason is part of what a refusal says; empty if the change is allowed.
	reason string
}

func check(t *testing.T, rows map[string]hidden) {
	t.Helper()
	for name, c := range rows {
		was, is := shop(), shop()
		c.from(was)
		all(c.from, c.change)(is)
		verdict, err := authority.Judge(c.actor, stateOf(was), stateOf(is), clock)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
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

// TestWhatCannotBeResolved judges changes of organizations that do not exist, or whose catalog does not.
func TestWhatCannotBeResolved(t *testing.T) {
	const missing = "the organization does not exist"
	create := func(m *intake.Members) { m.Organization, m.Catalog = shop().Organization, shop().Catalog }
	uid := func(uid types.UID) func(*intake.Members) {
		return func(m *intake.Members) {
			m.Organization = m.Organization.DeepCopy()
			m.Organization.UID = uid
		}
	}
	catalogs := operated(v1alpha1.AdministrationRule{Name: "all", Subscription: []v1alpha1.SubscriptionPart{"Catalog"}})
	check(t, map[string]hidden{
		"nothing, without organization":              {"ben", noOrganization, nothing, ""},
		"a user put in place beforehand":             {"ben", noOrganization, addUser("eve", "shop", "", given("boss", everywhere())), missing},
		"a grant put in place beforehand":            {"ben", noOrganization, give("nan", "boss", everywhere()), missing},
		"a role put in place beforehand":             {"ben", noOrganization, addRoles(role("r", []v1alpha1.PermissionName{"pay"}, nil)), missing},
		"a unit put in place beforehand":             {"ben", noOrganization, moveUnit("pier", "south"), missing},
		"a group put in place beforehand":            {"ben", noOrganization, func(m *intake.Members) { m.Groups[0].Spec.Members = []v1alpha1.UserID{"eve"} }, missing},
		"a chain put in place beforehand":            {"ben", noOrganization, func(m *intake.Members) { m.Chains[0].Spec.GrantPolicy.Roles = listed("boss") }, missing},
		"a user removed beforehand":                  {"ben", noOrganization, func(m *intake.Members) { m.Assignments = m.Assignments[1:] }, missing},
		"the organization created":                   {"ben", noOrganization, create, missing},
		"the organization created, with a user":      {"ben", noOrganization, all(create, addUser("eve", "shop", "")), "UserAssignment/eve: create it"},
		"the organization deleted":                   {"ben", nothing, noOrganization, "administration rules do not reach it"},
		"the organization deleted, and a user added": {"ben", nothing, all(noOrganization, addUser("eve", "shop", "")), "administration rules do not reach it"},
		"the organization deleted and created":       {"ben", uid("a"), uid("b"), "create another one of its name"},
		"a user, without catalog":                    {"ben", noCatalog, addUser("eve", "shop", "", given("boss", everywhere())), `catalog "trading" of the organization does not exist`},
		"the catalog, with a user":                   {"ben", noCatalog, all(create, addUser("eve", "shop", "")), "does not exist, so nobody has authority in it"},
		"the catalog deleted, and a role written":    {"ben", nothing, all(noCatalog, addRoles(role("r", nil, nil))), "nobody can say what anyone gains"},
		"a catalog that is to come":                  {"pat", catalogs, func(m *intake.Members) { m.Organization.Spec.CatalogRef.Name = "next"; m.Catalog = nil }, `catalog "next"`},
		"a user owned by what is deleted": {"ben", nothing, func(m *intake.Members) {
			m.Assignments[1].OwnerReferences = []metav1.OwnerReference{{Kind: "ConfigMap", Name: "gone", UID: "1"}}
		}, "let it be deleted with ConfigMap gone"},
		"a user who cannot be deleted": {"wes", nothing, func(m *intake.Members) { of(m, "wes"); m.Assignments[1].Finalizers = []string{"example.org/keep"} }, "finalizer example.org/keep"},
		"a finalizer taken out":        {"eve", func(m *intake.Members) { m.Assignments[1].Finalizers = []string{"example.org/keep"} }, func(m *intake.Members) { m.Assignments[1].Finalizers = nil }, ""},
		"one name twice": {"wes", nothing, func(m *intake.Members) {
			m.Assignments = append([]*v1alpha1.UserAssignment{user("nan", "north", "max", given("boss", everywhere()))}, m.Assignments...)
		}, "not boss"},
	})
	was, is := stateOf(shop()), stateOf(shop())
	is.Members.Roles = is.Members.Roles[1:]
	for name, states := range map[string][2]*authority.State{
		"before": {{Members: was.Members, Resolution: &resolve.Resolution{GivenUp: true}}, is},
		"after":  {was, {Members: is.Members, Resolution: &resolve.Resolution{GivenUp: true}}},
	} {
		verdict, err := authority.Judge("ben", states[0], states[1], clock)
		if err != nil || verdict.Allowed() || !strings.Contains(verdict.Acts[0].Reason, "too much work") {
			t.Errorf("too much work %s: %v %v", name, verdict, err)
		}
	}
}

// TestWithoutRules judges changes of organizations in which no role administers, and such that make one of it.
func TestWithoutRules(t *testing.T) {
	check(t, map[string]hidden{
		"anything is left to RBAC": {"eve", withoutRules, give("nan", "chief", everywhere()), ""},
		"the first rule": {"eve", withoutRules, func(m *intake.Members) {
			roleOf(m, "boss").AdministrationRules = roleOf(shop(), "boss").AdministrationRules
		}, ""},
		"the last rule":                {"ben", nothing, withoutRules, "anyone who may write in the namespace could change anything"},
		"the last rule, with its role": {"ben", all(withoutRules, restore("boss")), removeRole("boss"), "anyone who may write in the namespace could change anything"},
		"a rule that counts for nothing": {"eve", all(withoutRules, func(m *intake.Members) {
			roleOf(m, "boss").AdministrationRules = []v1alpha1.AdministrationRule{{Name: "r", Qualifiers: []v1alpha1.Name{"unknown"}, Profile: allProfile}}
		}), give("nan", "chief", everywhere()), "not a user of organization"},
		"a rule of the platform":          {"eve", all(withoutRules, operated(v1alpha1.AdministrationRule{Name: "r", Profile: allProfile})), give("nan", "chief", everywhere()), "not a user of organization"},
		"the rules of another":            {"kay", nothing, func(m *intake.Members) { roleOf(m, "boss").AdministrationRules = nil }, " from the role: "},
		"the rules of another, in part":   {"kay", nothing, func(m *intake.Members) { roleOf(m, "warden").AdministrationRules[0].Profile = nil }, " from the role: "},
		"the role of another":             {"kay", nothing, removeRole("warden"), "wes loses authority"},
		"rules of others, by a boss":      {"ben", nothing, func(m *intake.Members) { roleOf(m, "warden").AdministrationRules[0].Profile = nil }, ""},
		"a warden who reaches further":    {"wes", addUser("una", "pier", "", given("warden", in("north", "south"))), func(m *intake.Members) { of(m, "una").State = v1alpha1.UserSuspended }, "una loses authority"},
		"a warden who reaches no further": {"wes", addUser("una", "pier", "", given("warden", in("north"))), func(m *intake.Members) { of(m, "una").State = v1alpha1.UserSuspended }, ""},
	})
	verdict, err := authority.Judge("eve", stateOf(from(withoutRules)), stateOf(from(withoutRules)), clock)
	if err != nil || !verdict.LeftToRBAC {
		t.Errorf("it is not said that RBAC decides: %v %v", verdict, err)
	}
}

func restore(name string) func(*intake.Members) {
	return func(m *intake.Members) {
		roleOf(m, name).AdministrationRules = roleOf(shop(), name).AdministrationRules
	}
}

func from(change func(*intake.Members)) *intake.Members {
	m := shop()
	change(m)
	return m
}

// TestChains judges what makes approvers, and what chains give.
func TestChains(t *testing.T) {
	const widens = "nobody widens their own authority"
	join := func(m *intake.Members) {
		m.Groups[0].Spec.Grants, m.Groups[0].Spec.Members = nil, []v1alpha1.UserID{"sue", "kay"}
	}
	bare := func(m *intake.Members) { m.Groups[0].Spec.Grants = nil }
	policy := func(change func(*v1alpha1.GrantPolicy)) func(*intake.Members) {
		return func(m *intake.Members) { change(m.Chains[0].Spec.GrantPolicy) }
	}
	keeps := func(m *intake.Members) {
		rule := &roleOf(m, "keeper").AdministrationRules[0]
		rule.Roles = &v1alpha1.AdministeredRoles{From: v1alpha1.AdministeredRolesAll, ExceptRoleRefs: []v1alpha1.RoleReference{roleRef("chief")}}
	}
	except := func(names ...string) v1alpha1.GrantableRoles {
		roles := listed(names...)
		return v1alpha1.GrantableRoles{From: v1alpha1.GrantableRolesAll, ExceptRoleRefs: roles.RoleRefs}
	}
	gives := func(roles v1alpha1.GrantableRoles) func(*intake.Members) { return chainGives(roles, byCat, byCat) }
	check(t, map[string]hidden{
		"an approver after a time":                   {"kay", gives(listed("clerk")), chainGives(listed("clerk"), byCat, byBoss), ""},
		"an approver after a time, of more":          {"kay", gives(listed("lead")), chainGives(listed("lead"), byCat, byBoss), "let requests ask for role lead"},
		"a group that is asked":                      {"kay", all(bare, chainGives(listed("chief"), byGroup, byCat)), join, widens},
		"a group that is asked after a time":         {"kay", all(bare, chainGives(listed("chief"), byCat, byGroup)), join, widens},
		"a group that is asked for what one gives":   {"kay", all(bare, chainGives(listed("clerk"), byGroup, byCat)), join, ""},
		"a group that is asked, by a boss":           {"ben", all(bare, chainGives(listed("chief"), byGroup, byCat)), func(m *intake.Members) { m.Groups[0].Spec.Members = []v1alpha1.UserID{"sue", "ben"} }, ""},
		"a manager who is asked":                     {"wes", chainGives(listed("chief"), byBoss, byCat), func(m *intake.Members) { of(m, "tom").Profile.Manager = "wes" }, widens},
		"a manager who is asked after a time":        {"wes", chainGives(listed("chief"), byCat, byBoss), func(m *intake.Members) { of(m, "tom").Profile.Manager = "wes" }, widens},
		"more time":                                  {"kay", gives(listed("lead")), policy(func(p *v1alpha1.GrantPolicy) { p.MaxDurationSeconds = 7200 }), "role lead"},
		"no decision":                                {"kay", gives(listed("lead")), policy(func(p *v1alpha1.GrantPolicy) { p.WithoutDecision = []v1alpha1.DecisionBypass{"OnSubmission"} }), "role lead"},
		"more beneficiaries":                         {"kay", gives(listed("lead")), policy(func(p *v1alpha1.GrantPolicy) { p.Beneficiaries = append(p.Beneficiaries, v1alpha1.GrantToMembers) }), "role lead"},
		"no policy any more":                         {"kay", gives(listed("lead")), func(m *intake.Members) { m.Chains[0].Spec.GrantPolicy = nil }, ""},
		"another role":                               {"kay", gives(listed("clerk")), gives(listed("clerk", "lead")), "role lead"},
		"a role that is to come":                     {"kay", gives(listed("clerk")), gives(listed("clerk", "captain")), "roles that do not exist yet"},
		"a role that is to come, by a boss":          {"ben", gives(listed("clerk")), gives(listed("clerk", "captain")), ""},
		"all roles but one, by who gives all but it": {"kay", keeps, gives(except("chief")), ""},
		"all roles, by who gives all but one":        {"kay", keeps, gives(except()), "role chief"},
		"all roles but one that is to come":          {"kay", keeps, gives(except("captain")), "role chief"},
		"all roles but those of another":             {"kay", keeps, gives(except("auditor")), "role chief"},
		"a chain that another role joins": {"kay", gives(v1alpha1.GrantableRoles{From: "UpTo", UpToRoleRef: new(roleRef("clerk"))}), func(m *intake.Members) {
			roleOf(m, "clerk").Inherits = []v1alpha1.Inheritance{{RoleRef: roleRef("auditor")}}
		}, "let the role inherit auditor"},
		"a role without permission that is inherited": {"kay", addRoles(role("juror", nil, nil)), func(m *intake.Members) {
			roleOf(m, "clerk").Inherits = []v1alpha1.Inheritance{{RoleRef: roleRef("juror")}}
		}, "let the role inherit juror"},
		"a role without permission, for everyone": {"kay", addRoles(role("juror", nil, nil)), func(m *intake.Members) {
			m.Organization.Spec.DefaultGrants = []v1alpha1.Grant{given("juror", everywhere())}
		}, "give role juror to every user"},
		"a role without permission, for all, by boss": {"ben", addRoles(role("juror", nil, nil)), func(m *intake.Members) {
			m.Organization.Spec.DefaultGrants = []v1alpha1.Grant{given("juror", everywhere())}
		}, ""},
	})
}

// TestReach judges what makes grants reach further: windows, groups of units, labels, waivers, features, and what is to come.
func TestReach(t *testing.T) {
	tomorrow, yesterday := &metav1.Time{Time: clock.Add(24 * time.Hour)}, &metav1.Time{Time: clock.Add(-24 * time.Hour)}
	until := func(id string, at *metav1.Time) func(*intake.Members) {
		return func(m *intake.Members) { of(m, id).Grants[0].EndTime = at }
	}
	begin := func(id string, at *metav1.Time) func(*intake.Members) {
		return func(m *intake.Members) { of(m, id).Grants[0].StartTime = at }
	}
	water := func(units ...v1alpha1.UnitReference) func(*intake.Members) {
		return func(m *intake.Members) { m.Structures[0].Spec.UnitGroups[0].Units = units }
	}
	onWater := func(id, role string) func(*intake.Members) {
		return func(m *intake.Members) {
			of(m, id).Grants = []v1alpha1.Grant{given(role, &v1alpha1.Scope{UnitGroups: []v1alpha1.Name{"water"}})}
		}
	}
	auditors := all(give("tom", "auditor", everywhere()), give("sue", "auditor", everywhere()))
	constraint := func(m *intake.Members) *v1alpha1.Constraint { return &m.Structures[0].Spec.Constraints[0] }
	waiver := v1alpha1.Waiver{Name: "w", ConstraintRef: v1alpha1.ConstraintReference{Name: "buy-or-pay"}, AllUsers: &yes, EndTime: *tomorrow}
	label := func(m *intake.Members) {
		m.Organization = m.Organization.DeepCopy()
		m.Organization.Labels = map[string]string{"region": "east"}
	}
	operator := v1alpha1.AdministrationRule{Name: "r", Subscription: []v1alpha1.SubscriptionPart{"Labels", "Features", "Plan", "CatalogWaivers"}}
	giver := operator
	giver.UserActions, giver.Roles = allActions, &v1alpha1.AdministeredRoles{From: v1alpha1.AdministeredRolesAll}
	exporter := give("nan", "exporter", in("north"))
	export := addRoles(role("exporter", []v1alpha1.PermissionName{"export"}, nil))
	features := func(m *intake.Members) { m.Organization.Spec.Features = []v1alpha1.Name{"exports"} }
	errors := func(change func(*v1alpha1.RoleSpec)) func(*intake.Members) {
		return func(m *intake.Members) { change(roleOf(m, "clerk")) }
	}
	check(t, map[string]hidden{
		"a grant prolonged":                       {"wes", until("pia", tomorrow), until("pia", nil), ""},
		"a grant prolonged, of more":              {"kay", until("pia", tomorrow), until("pia", nil), "ranks above"},
		"one's own prolonged":                     {"wes", until("wes", tomorrow), until("wes", nil), "not warden"},
		"one's own prolonged, by who may give it": {"ben", until("ben", tomorrow), until("ben", nil), "nobody widens"},
		"authority that is over":                  {"wes", until("wes", yesterday), give("nan", "clerk", in("north")), "has administrationRules"},
		"authority that is to begin":              {"wes", begin("wes", tomorrow), give("nan", "clerk", in("north")), "has administrationRules"},
		"authority spread that is to begin":       {"ben", all(begin("ben", tomorrow), give("ben", "keeper", everywhere())), restoreAs("clerk", "warden"), "has no rule that reaches as far"},
		"a group of units":                        {"kay", onWater("pia", "lead"), water("pier", "south"), "gains pay"},
		"a group of units, of what one gives":     {"kay", onWater("pia", "clerk"), water("pier", "south"), ""},
		"an heir who leaves permissions out":      {"tom", all(addRoles(deputy()), give("tom", "deputy", in("north"))), give("nan", "lead", in("pier")), ""},
		"a group of units that is administered":   {"kay", onWater("wes", "warden"), water("pier", "south"), "wes gains authority"},
		"a group of units made smaller":           {"kay", onWater("wes", "warden"), water("mill"), "authority"},
		"a constraint removed":                    {"kay", auditors, func(m *intake.Members) { m.Structures[0].Spec.Constraints = nil }, "gains audit"},
		"a constraint that is shown only":         {"kay", auditors, func(m *intake.Members) { constraint(m).Enforcement = v1alpha1.Audit }, "gains audit"},
		"a constraint widened":                    {"kay", auditors, func(m *intake.Members) { constraint(m).Holders.AtMost = new(int32(2)) }, "gains audit"},
		"a constraint tightened":                  {"kay", auditors, func(m *intake.Members) { constraint(m).Holders.AtMost = new(int32(0)) }, "loses audit"},
		"a waiver":                                {"kay", auditors, func(m *intake.Members) { m.Structures[0].Spec.Waivers = []v1alpha1.Waiver{waiver} }, "gains audit"},
		"a waiver, by a boss":                     {"ben", auditors, func(m *intake.Members) { m.Structures[0].Spec.Waivers = []v1alpha1.Waiver{waiver} }, ""},
		"a waiver without rule for it":            {"wes", nothing, func(m *intake.Members) { m.Structures[0].Spec.Waivers = []v1alpha1.Waiver{waiver} }, "Constraints in resources"},
		"a label that picks the organization":     {"pat", operated(operator), label, "quinn gains pay"},
		"a label, by who gives such roles":        {"pat", operated(giver), label, ""},
		"a label, by a boss":                      {"ben", operated(operator), label, "Labels in subscription"},
		"a feature that roles wait for":           {"pat", all(operated(operator), export, exporter), features, "nan gains export"},
		"a feature, by who gives such roles":      {"pat", all(operated(giver), export, exporter), features, ""},
		"a plan that roles wait for":              {"pat", all(operated(operator), export, exporter), func(m *intake.Members) { m.Organization.Spec.Plan = "large" }, "nan gains export"},
		"a user brought in by a group":            {"kay", func(m *intake.Members) { m.Groups[0].Spec.Grants = nil }, func(m *intake.Members) { m.Groups[0].Spec.Members = []v1alpha1.UserID{"sue", "eve"} }, "Add in userActions"},
		"a user removed from their only group": {"kay", func(m *intake.Members) {
			m.Groups[0].Spec.Grants, m.Groups[0].Spec.Members = nil, []v1alpha1.UserID{"sue", "eve"}
		}, func(m *intake.Members) { m.Groups[0].Spec.Members = []v1alpha1.UserID{"sue"} }, "Remove in userActions"},
		"a permission that is to come":            {"kay", nothing, errors(func(r *v1alpha1.RoleSpec) { r.Rules[0].Permissions = append(r.Rules[0].Permissions, "launch") }), "any permission later"},
		"a permission that is to come, by a boss": {"ben", nothing, errors(func(r *v1alpha1.RoleSpec) { r.Rules[0].Permissions = append(r.Rules[0].Permissions, "launch") }), ""},
		"a permission on a condition that is to come": {"kay", nothing, errors(func(r *v1alpha1.RoleSpec) {
			r.Rules = append(r.Rules, v1alpha1.Rule{Permissions: []v1alpha1.PermissionName{"pay"}, Qualifiers: []v1alpha1.Name{"some"}})
		}), "any permission later"},
		"an inheritance that is to come": {"kay", nothing, errors(func(r *v1alpha1.RoleSpec) { r.Inherits = []v1alpha1.Inheritance{{RoleRef: roleRef("captain")}} }), "not captain"},
		"authority on a condition that is to come": {"ben", nothing, errors(func(r *v1alpha1.RoleSpec) {
			r.AdministrationRules[0].Qualifiers = []v1alpha1.Name{"some"}
		}), "any authority later"},
	})
}

func restoreAs(name, as string) func(*intake.Members) {
	return func(m *intake.Members) { roleOf(m, name).AdministrationRules = roleOf(shop(), as).AdministrationRules }
}

// TestDrawnIn judges changes by which users get into the reach of the writer's own rules.
func TestDrawnIn(t *testing.T) {
	const draws = "nobody draws users into their own authority"
	registers := func(id string) func(*intake.Members) {
		return all(addRoles(registrar()), give(id, "registrar", everywhere()))
	}
	above := func(m *intake.Members) {
		m.Catalog.Spec.Qualifiers = append(m.Catalog.Spec.Qualifiers,
			v1alpha1.Qualifier{Name: "above", Expression: "directory.isAbove(subject.id, resource.id)"},
			v1alpha1.Qualifier{Name: "team", Expression: "subject.properties.team == resource.properties.team"})
	}
	by := func(qualifier v1alpha1.Name) func(*intake.Members) {
		return func(m *intake.Members) {
			roleOf(m, "mentor").AdministrationRules[0].Qualifiers = []v1alpha1.Name{qualifier}
		}
	}
	manager := func(id string, manager v1alpha1.UserID) func(*intake.Members) {
		return func(m *intake.Members) { of(m, id).Profile.Manager = manager }
	}
	home := func(id string, unit v1alpha1.Name) func(*intake.Members) {
		return func(m *intake.Members) { of(m, id).Profile.HomeUnit = unit }
	}
	team := func(id, team string) func(*intake.Members) {
		return func(m *intake.Members) {
			of(m, id).Profile.Attributes = v1alpha1.Attributes{"team": apiextensionsv1.JSON{Raw: []byte(`"` + team + `"`)}}
		}
	}
	later := func(id string) func(*intake.Members) {
		return func(m *intake.Members) { of(m, id).Grants[0].StartTime = &metav1.Time{Time: clock.Add(time.Hour)} }
	}
	check(t, map[string]hidden{
		"a manager":             {"max", registers("max"), manager("tom", "max"), draws},
		"another manager":       {"max", registers("max"), manager("tom", "wes"), ""},
		"a manager who lets go": {"max", registers("max"), manager("nan", "wes"), ""},
		"a manager in between":  {"max", all(registers("max"), above, by("above"), manager("nan", "wes"), manager("pia", "nan")), manager("nan", "max"), "draw pia into rule reports"},
		"a manager who is added above": {"max", all(registers("max"), addRoles(recruiter()), give("max", "recruiter", everywhere()), above, by("above"), manager("pia", "gus")),
			addUser("gus", "north", "max"), "draw pia into rule reports"},
		"a manager, by a rule to begin":            {"max", all(registers("max"), later("max")), manager("tom", "max"), draws},
		"a home unit":                              {"wes", registers("wes"), home("sue", "pier"), draws},
		"a home unit elsewhere":                    {"wes", registers("wes"), home("sue", "shop"), ""},
		"a home unit that is given up":             {"wes", registers("wes"), home("nan", "south"), ""},
		"a home unit taken out of another's reach": {"wes", give("wes", "warden", in("south")), home("nan", ""), "draw nan into rule people"},
		"a home unit taken out, by a boss":         {"ben", nothing, home("nan", ""), ""},
		"an attribute":                             {"max", all(registers("max"), above, by("team"), team("max", "a"), team("tom", "b")), team("tom", "a"), "draw tom into rule reports"},
		"an attribute of one's own":                {"max", all(registers("max"), above, by("team"), team("max", "b"), team("tom", "a")), team("max", "a"), "draw tom into rule reports"},
		"a moved unit":                             {"wes", give("wes", "keeper", everywhere()), moveUnit("south", "north"), "draw sue into rule people"},
		"a moved unit of a rule to begin":          {"wes", all(give("wes", "keeper", everywhere()), later("wes")), moveUnit("south", "north"), "draw sue into rule people"},
		"a group of units that one is over": {"wes", all(give("wes", "keeper", everywhere()), give("wes", "warden", &v1alpha1.Scope{UnitGroups: []v1alpha1.Name{"water"}})), func(m *intake.Members) {
			m.Structures[0].Spec.UnitGroups[0].Units = []v1alpha1.UnitReference{"pier", "south"}
		}, "draw sue into rule people"},
	})
}
