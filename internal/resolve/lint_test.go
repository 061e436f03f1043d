// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"slices"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// tips are changes to the shop, and what is then found for one reason.
var tips = []struct {
	name, reason string
	change       func(w *model.World)
	found        []string
}{
	{"every role is held", resolve.ReasonUnusedRole, func(*model.World) {}, nil},
	{
		"a role is held by nobody", resolve.ReasonUnusedRole,
		func(w *model.World) { w.Roles = append(w.Roles, trade("guard", "buy", "close")) },
		[]string{"Info Role/guard UnusedRole"},
	},
	{"a role is held through another", resolve.ReasonUnusedRole, func(w *model.World) {
		w.Roles = append(w.Roles, trade("guard", "buy", "close"))
		w.Roles[1].Inherits = []model.Inheritance{{Role: role("guard")}}
	}, nil},
	{"a role is held by a group", resolve.ReasonUnusedRole, func(w *model.World) {
		w.Roles = append(w.Roles, trade("guard", "buy", "close"))
		w.Groups = []model.Group{{Object: object(model.KindGroup, "night"), Members: []string{"cem"}, Grants: []model.Grant{given("guard")}}}
	}, nil},
	{
		"a role is only withheld", resolve.ReasonUnusedRole,
		func(w *model.World) { bind(w, limited("closer", 0)) },
		[]string{"Info Role/closer UnusedRole"},
	},
	{"a role is beyond the plan", resolve.ReasonUnusedRole, func(w *model.World) {
		w.Roles = append(w.Roles, trade("guard", "buy", "close"))
		w.Roles[3].Created = clock
		w.Catalog.Plans = []model.Plan{{Name: "small", CustomRolesLimit: new(3)}}
		w.Organization.Plan = "small"
	}, nil},

	{"all roles differ", resolve.ReasonEquivalentRoles, func(*model.World) {}, nil},
	{
		"two roles hold the same, the newer one is told", resolve.ReasonEquivalentRoles,
		func(w *model.World) {
			w.Roles = append(w.Roles, trade("acheter", "buy"))
			w.Roles[3].Created = clock
		},
		[]string{"Warning Role/acheter EquivalentRoles"},
	},
	{
		"two roles hold the same, and one may change more", resolve.ReasonEquivalentRoles,
		func(w *model.World) {
			w.Roles = append(w.Roles, trade("acheter", "buy"))
			w.Roles[3].Created = clock
			w.Roles[3].AdministrationRules = []model.AdministrationRule{{Name: "units", Resources: []string{"Units"}}}
		},
		nil,
	},
	{"two roles hold the same words, of different permissions", resolve.ReasonEquivalentRoles, func(w *model.World) {
		for _, name := range []string{"own", "ownpay", "yearly"} {
			w.Catalog.Qualifiers = append(w.Catalog.Qualifiers, model.Qualifier{Name: name, Expression: "true"})
		}
		w.Roles[0].Rules = []model.Rule{
			{Selector: named("buy"), Qualifiers: []string{"own"}}, {Selector: named("pay"), Qualifiers: []string{"yearly"}},
		}
		w.Roles[1].Rules = []model.Rule{
			{Selector: named("buy"), Qualifiers: []string{"ownpay"}}, {Selector: named("buy"), Qualifiers: []string{"yearly"}},
		}
	}, nil},
	{
		"a role holds the same as a platform role", resolve.ReasonEquivalentRoles,
		func(w *model.World) {
			w.PlatformRoles = []model.Role{trade("standard", "pay")}
			w.PlatformRoles[0].Kind, w.PlatformRoles[0].Namespace = model.KindPlatformRole, ""
		},
		[]string{"Warning Role/payer EquivalentRoles"},
	},
	{"two roles hold a permission under either of two qualifiers, and under one of both names", resolve.ReasonEquivalentRoles, func(w *model.World) {
		w.Catalog.Qualifiers = []model.Qualifier{
			{Name: "a", Expression: "true"}, {Name: "b", Expression: "true"}, {Name: "ab", Expression: "true"},
		}
		w.Roles[0].Rules = []model.Rule{{Selector: named("pay"), Qualifiers: []string{"ab"}}}
		w.Roles[1].Rules = []model.Rule{
			{Selector: named("pay"), Qualifiers: []string{"a"}}, {Selector: named("pay"), Qualifiers: []string{"b"}},
		}
	}, nil},
	{"two roles differ in one of two alternatives", resolve.ReasonEquivalentRoles, func(w *model.World) {
		w.Catalog.Qualifiers = []model.Qualifier{
			{Name: "a", Expression: "true"}, {Name: "b", Expression: "true"}, {Name: "c", Expression: "true"},
		}
		either := func(other string) []model.Rule {
			return []model.Rule{{Selector: named("pay"), Qualifiers: []string{"a"}}, {Selector: named("pay"), Qualifiers: []string{other}}}
		}
		w.Roles[0].Rules, w.Roles[1].Rules = either("b"), either("c")
	}, nil},
	{"two roles hold nothing", resolve.ReasonEquivalentRoles, func(w *model.World) {
		w.Roles = append(w.Roles, trade("none"), trade("nothing"))
	}, nil},

	{"a role adds something", resolve.ReasonRedundantRole, func(*model.World) {}, nil},
	{
		"all holders of a role hold a larger one too", resolve.ReasonRedundantRole,
		func(w *model.World) {
			w.Roles[1].Rules[0].Permissions = []string{"pay", "close"}
			w.Assignments[0].Grants = append(w.Assignments[0].Grants, given("payer"))
		},
		[]string{"Info Role/closer RedundantRole"},
	},
	{
		"a holder of both holds a third role in more units", resolve.ReasonRedundantRole,
		func(w *model.World) {
			w.Roles[1].Rules[0].Permissions = []string{"pay", "close"}
			w.Assignments[0].Grants = []model.Grant{given("buyer"), given("closer", "north"), given("payer", "north")}
		},
		[]string{"Info Role/closer RedundantRole"},
	},
	{"a role of the platform is kept", resolve.ReasonRedundantRole, func(w *model.World) {
		w.PlatformRoles = []model.Role{trade("standard", "close")}
		w.PlatformRoles[0].Kind, w.PlatformRoles[0].Namespace = model.KindPlatformRole, ""
		w.Roles[1].Rules[0].Permissions = []string{"pay", "close"}
		standard := given("standard")
		standard.Role.Kind = model.KindPlatformRole
		w.Assignments[0].Grants = []model.Grant{given("buyer"), standard, given("payer")}
	}, nil},
	{"one holder has the larger only elsewhere", resolve.ReasonRedundantRole, func(w *model.World) {
		w.Roles[1].Rules[0].Permissions = []string{"pay", "close"}
		w.Assignments[0].Grants = append(w.Assignments[0].Grants, given("payer", "north"))
	}, nil},
	{"one holder has the larger only in the first of two units", resolve.ReasonRedundantRole, func(w *model.World) {
		w.Roles[1].Rules[0].Permissions = []string{"pay", "close"}
		w.Assignments[0].Grants = []model.Grant{given("closer", "north", "south"), given("payer", "north")}
	}, nil},
	{"a role holds nothing", resolve.ReasonRedundantRole, func(w *model.World) {
		w.Roles = append(w.Roles, model.Role{Object: object(model.KindRole, "idle")})
		w.Assignments[0].Grants = append(w.Assignments[0].Grants, given("idle"))
	}, nil},
	{"one holder has the larger only for a while", resolve.ReasonRedundantRole, func(w *model.World) {
		w.Roles[1].Rules[0].Permissions = []string{"pay", "close"}
		w.Assignments[0].Grants = append(w.Assignments[0].Grants, during(given("payer"), -9, 90))
	}, nil},
	{"one holder has the larger until later", resolve.ReasonRedundantRole, func(w *model.World) {
		w.Roles[1].Rules[0].Permissions = []string{"pay", "close"}
		w.Assignments[0].Grants = append([]model.Grant{during(given("closer"), -1, 9)}, during(given("payer"), -2, 8))
	}, nil},
	{
		"one holder has the larger for as long", resolve.ReasonRedundantRole,
		func(w *model.World) {
			w.Roles[1].Rules[0].Permissions = []string{"pay", "close"}
			w.Assignments[0].Grants = append([]model.Grant{during(given("closer"), -1, 9)}, during(given("payer"), -2, 9))
		},
		[]string{"Info Role/closer RedundantRole"},
	},
	{"one holder has the larger with another entitlement", resolve.ReasonRedundantRole, func(w *model.World) {
		w.Roles[1].Rules[0].Permissions = []string{"pay", "close"}
		w.Assignments[0].Grants = []model.Grant{given("closer"), given("payer")}
		w.Assignments[0].Grants[0].Entitlements, w.Assignments[0].Grants[1].Entitlements = []string{"card"}, []string{"key"}
	}, nil},
	{
		"one holder has the larger for the same values", resolve.ReasonRedundantRole,
		func(w *model.World) {
			w.Catalog.Dimensions = []model.Dimension{{Name: "goods", Values: []string{"food"}}}
			w.Roles[1].Rules[0].Permissions = []string{"pay", "close"}
			w.Assignments[0].Grants = []model.Grant{given("closer"), given("payer")}
			for i := range w.Assignments[0].Grants {
				w.Assignments[0].Grants[i].Scope.Dimensions = []model.DimensionScope{{Name: "goods", Values: []string{"food"}}}
			}
		},
		[]string{"Info Role/closer RedundantRole"},
	},
	{"one holder has the larger for requests of no value alone", resolve.ReasonRedundantRole, func(w *model.World) {
		w.Catalog.Dimensions = []model.Dimension{{Name: "goods", Values: []string{"food"}}}
		w.Roles[1].Rules[0].Permissions = []string{"pay", "close"}
		w.Assignments[0].Grants = []model.Grant{given("closer"), given("payer")}
		w.Assignments[0].Grants[0].Scope.Dimensions = []model.DimensionScope{{Name: "goods", All: true}}
		w.Assignments[0].Grants[1].Scope.Dimensions = []model.DimensionScope{{Name: "goods"}}
	}, nil},
	{"one holder has the larger for other values", resolve.ReasonRedundantRole, func(w *model.World) {
		w.Catalog.Dimensions = []model.Dimension{{Name: "goods", Values: []string{"food", "tools"}}}
		w.Roles[1].Rules[0].Permissions = []string{"pay", "close"}
		w.Assignments[0].Grants = []model.Grant{given("closer"), given("payer")}
		for i, value := range []string{"food", "tools"} {
			w.Assignments[0].Grants[i].Scope.Dimensions = []model.DimensionScope{{Name: "goods", Values: []string{value}}}
		}
	}, nil},
	{"one holder of a role without end has the larger until a day", resolve.ReasonRedundantRole, func(w *model.World) {
		w.Roles[1].Rules[0].Permissions = []string{"pay", "close"}
		w.Assignments[0].Grants = []model.Grant{given("closer"), given("payer")}
		w.Assignments[0].Grants[1].Window.EndTime = day(90)
	}, nil},
	{"a role that holds nothing is held beside another", resolve.ReasonRedundantRole, func(w *model.World) {
		w.Roles = append(w.Roles, trade("none"))
		w.Assignments[0].Grants = append(w.Assignments[0].Grants, given("none"))
	}, nil},
	{"a larger role is withheld where the role is held", resolve.ReasonRedundantRole, func(w *model.World) {
		bind(w, apart(true, "buyer", "payer"))
		w.Roles[1].Rules[0].Permissions = []string{"pay", "close"}
		w.Assignments[0].Grants = []model.Grant{given("buyer", "south"), given("payer", "north"), given("payer"), given("closer")}
	}, nil},
	{
		"a role is withheld where the larger is not held", resolve.ReasonRedundantRole,
		func(w *model.World) {
			bind(w, apart(true, "buyer", "closer"))
			w.Roles[1].Rules[0].Permissions = []string{"pay", "close"}
			w.Assignments[0].Grants = []model.Grant{given("buyer", "south"), given("payer", "north"), given("closer", "north"), given("closer")}
		},
		[]string{"Info Role/closer RedundantRole"},
	},
	{"one holder has it without the larger", resolve.ReasonRedundantRole, func(w *model.World) {
		w.Roles[1].Rules[0].Permissions = []string{"pay", "close"}
		w.Assignments[0].Grants = append(w.Assignments[0].Grants, given("payer"))
		w.Assignments[1].Grants = []model.Grant{given("closer")}
	}, nil},

	{"rules name permissions", resolve.ReasonWildcard, func(*model.World) {}, nil},
	{
		"rules name sections", resolve.ReasonWildcard,
		func(w *model.World) {
			w.Roles[0].Rules = append(w.Roles[0].Rules, model.Rule{Selector: model.Selector{Sections: []string{"money"}}}, model.Rule{Selector: model.Selector{Sections: []string{"*"}}})
		},
		[]string{"Info Role/buyer spec.rules[1].sections Wildcard", "Info Role/buyer spec.rules[2].sections Wildcard"},
	},
	{"a rule names a section that is not there, or has no permission", resolve.ReasonWildcard, func(w *model.World) {
		w.Catalog.Sections = append(w.Catalog.Sections, "goods")
		w.Roles[0].Rules = append(w.Roles[0].Rules, model.Rule{Selector: model.Selector{Sections: []string{"paper"}}}, model.Rule{Selector: model.Selector{Sections: []string{"goods"}}})
	}, nil},

	{"every permission is in a role", resolve.ReasonUnusedPermission, func(*model.World) {}, nil},
	{
		"no role has a permission", resolve.ReasonUnusedPermission,
		func(w *model.World) { w.Roles[2].Rules[0].Permissions = []string{"buy", "pay"} },
		[]string{"Info Organization/shop spec.catalogRef UnusedPermission"},
	},
	{"a platform role has it", resolve.ReasonUnusedPermission, func(w *model.World) {
		w.Roles[2].Rules[0].Permissions = []string{"buy", "pay"}
		w.PlatformRoles = []model.Role{trade("standard", "close")}
		w.PlatformRoles[0].Kind = model.KindPlatformRole
	}, nil},

	{"a role is granted everywhere", resolve.ReasonUnusedUnit, func(*model.World) {}, nil},
	{
		"nobody is in the north", resolve.ReasonUnusedUnit,
		func(w *model.World) { w.Assignments = w.Assignments[1:] },
		[]string{"Info OrganizationStructure/branches spec.units UnusedUnit"},
	},
	{
		"who is everywhere is suspended", resolve.ReasonUnusedUnit,
		func(w *model.World) { w.Assignments[0].Suspended = true },
		[]string{"Info OrganizationStructure/branches spec.units UnusedUnit"},
	},
	{
		"what is everywhere is withheld", resolve.ReasonUnusedUnit,
		func(w *model.World) {
			bind(w, limited("buyer", 0))
			w.Assignments[0].Grants = w.Assignments[0].Grants[:1]
		},
		[]string{"Info OrganizationStructure/branches spec.units UnusedUnit"},
	},
	{"a group of units is served", resolve.ReasonUnusedUnit, func(w *model.World) {
		w.Structures[0].UnitGroups = []model.UnitGroup{{Name: "both", Units: []string{"north", "south"}}}
		w.Assignments = []model.Assignment{holding("ann", 1, model.Grant{Role: role("buyer"), Scope: model.Scope{Groups: []string{"both"}}})}
	}, nil},

	{"an entitlement is asked for", resolve.ReasonUnusedEntitlement, func(w *model.World) {
		w.Roles[0].Rules[0].RequiredEntitlements = []string{"card"}
		w.Assignments[0].Grants[0].Entitlements = []string{"card"}
	}, nil},
	{
		"an entitlement is not asked for", resolve.ReasonUnusedEntitlement,
		func(w *model.World) { w.Assignments[0].Grants[0].Entitlements = []string{"card", "key"} },
		[]string{"Warning UserAssignment/ann spec.grants[a].entitlements[0] UnusedEntitlement", "Warning UserAssignment/ann spec.grants[a].entitlements[1] UnusedEntitlement"},
	},

	{"an entitlement of a role that is not there", resolve.ReasonUnusedEntitlement, func(w *model.World) {
		w.Assignments[0].Grants[0] = given("nothing")
		w.Assignments[0].Grants[0].Entitlements = []string{"card"}
	}, nil},

	{"the manager has an assignment", resolve.ReasonUnknownManager, func(w *model.World) { w.Assignments[0].Manager = "ben" }, nil},
	{
		"the manager has none", resolve.ReasonUnknownManager,
		func(w *model.World) { w.Assignments[0].Manager = "cem" },
		[]string{"Info UserAssignment/ann spec.profile.manager UnknownManager"},
	},

	{"ids that do not look alike", resolve.ReasonSimilarUsers, func(w *model.World) {
		w.Assignments[0].User, w.Assignments[1].User = "oidc:ann", "ad:ann"
	}, nil},
	{
		"ids that differ in case", resolve.ReasonSimilarUsers, func(w *model.World) { w.Assignments[0].User = "Ben" },
		[]string{"Info UserAssignment/ann spec.user SimilarUsers"},
	},
	{
		"ids that differ in case, neither in lower case", resolve.ReasonSimilarUsers,
		func(w *model.World) { w.Assignments[0].User, w.Assignments[1].User = "Ann", "ANN" },
		[]string{"Info UserAssignment/ann spec.user SimilarUsers"},
	},
	{
		"ids that Unicode writes in two ways", resolve.ReasonSimilarUsers,
		func(w *model.World) { w.Assignments[0].User, w.Assignments[1].User = "zoe\u0308", "zo\u00eb" },
		[]string{"Info UserAssignment/ann spec.user SimilarUsers"},
	},
	{
		"an id with the prefix of an issuer", resolve.ReasonSimilarUsers, func(w *model.World) { w.Assignments[0].User = "oidc:ben" },
		[]string{"Info UserAssignment/ann spec.user SimilarUsers"},
	},
	{
		"a member of groups whose id has an issuer and another case", resolve.ReasonSimilarUsers, func(w *model.World) {
			member := []string{"https://issuer.example#Ben"}
			w.Groups = []model.Group{{Object: object(model.KindGroup, "night"), Members: member}, {Object: object(model.KindGroup, "day"), Members: member}}
		},
		[]string{"Info UserGroup/day spec.members SimilarUsers"},
	},

	{"nobody is suspended", resolve.ReasonSuspendedWithGrants, func(*model.World) {}, nil},
	{
		"a user is suspended", resolve.ReasonSuspendedWithGrants,
		func(w *model.World) { w.Assignments[0].Suspended = true },
		[]string{"Info UserAssignment/ann spec.state SuspendedWithGrants"},
	},
	{"a suspended user's grant has not begun, or has ended", resolve.ReasonSuspendedWithGrants, func(w *model.World) {
		w.Assignments[0].Suspended = true
		w.Assignments[0].Grants = []model.Grant{during(given("buyer"), 1, 2), during(given("buyer"), -2, 0)}
	}, nil},
	{"a suspended member of a group", resolve.ReasonSuspendedWithGrants, func(w *model.World) {
		w.Assignments[1].Suspended = true
		w.Assignments[1].Grants = nil
		w.Groups = []model.Group{{Object: object(model.KindGroup, "night"), Members: []string{"ben"}, Grants: []model.Grant{given("buyer")}}}
	}, nil},

	{"a grant ends in eight days", resolve.ReasonGrantExpiring, func(w *model.World) { w.Assignments[0].Grants[0] = during(given("buyer"), -1, 8) }, nil},
	{
		"a grant ends in seven days", resolve.ReasonGrantExpiring,
		func(w *model.World) { w.Assignments[0].Grants[0] = during(given("buyer"), -1, 7) },
		[]string{"Info UserAssignment/ann spec.grants[a] GrantExpiring"},
	},
	{"a role that a request gave ends, in more than a tenth of its time", resolve.ReasonGrantExpiring, func(w *model.World) {
		requestDuring(w, -17, 2)
	}, nil},
	{
		"a role that a request gave ends, in a tenth of its time", resolve.ReasonGrantExpiring,
		func(w *model.World) { requestDuring(w, -20, 2) },
		[]string{"Info ApprovalRequest/stock spec.grant GrantExpiring"},
	},
	{"a role that a request gave has ended", resolve.ReasonGrantExpired, func(w *model.World) {
		requestDuring(w, -18, -1)
	}, nil},
	{"a role that a request gave has ended, and is not about to", resolve.ReasonGrantExpiring, func(w *model.World) {
		requestDuring(w, -18, -1)
	}, nil},
	{"a role that a request gave to a suspended user ends", resolve.ReasonGrantExpiring, func(w *model.World) {
		requestDuring(w, -20, 2)
		w.Assignments[1].Suspended = true
	}, nil},
	{"a grant that is withheld ends", resolve.ReasonGrantExpiring, func(w *model.World) {
		bind(w, limited("buyer", 0))
		w.Assignments[0].Grants[0] = during(given("buyer"), -1, 7)
	}, nil},
	{"a grant ends with a waiver", resolve.ReasonGrantExpiring, func(w *model.World) {
		bind(w, limited("buyer", 0))
		waive(w, "few", 2)
	}, nil},
	{
		"a grant of a group and an override end", resolve.ReasonGrantExpired,
		func(w *model.World) {
			w.Groups = []model.Group{{Object: object(model.KindGroup, "night"), Members: []string{"cem", "dia"}, Grants: []model.Grant{during(given("buyer"), -9, 0)}}}
			w.Assignments[0].Overrides = []model.Override{{Permission: "pay", Scope: model.Scope{Everywhere: true}, Window: model.Window{EndTime: day(-1)}}}
		},
		[]string{"Info UserAssignment/ann spec.overrides[a] GrantExpired", "Info UserGroup/night spec.grants[a] GrantExpired"},
	},
	{"a grant has not ended", resolve.ReasonGrantExpired, func(w *model.World) { w.Assignments[0].Grants[0] = during(given("buyer"), -1, 1) }, nil},

	{
		"a waiver has ended", resolve.ReasonWaiverExpired,
		func(w *model.World) {
			bind(w, limited("payer", 9))
			waive(w, "few", 0)
			waive(w, "few", 1)
		},
		[]string{"Warning OrganizationStructure/branches spec.waivers[for-now] WaiverExpired"},
	},
	{"a waiver lets nothing live", resolve.ReasonConstraintWaived, func(w *model.World) {
		bind(w, limited("payer", 9))
		waive(w, "few", 1)
	}, nil},
	{"as many holders as asked for", resolve.ReasonTooFewHolders, func(w *model.World) {
		bind(w, model.Constraint{Name: "some", Holders: &model.Holders{Role: role("payer"), AtLeast: new(1)}})
	}, nil},
	{
		"one holder is suspended", resolve.ReasonTooFewHolders,
		func(w *model.World) {
			bind(w, model.Constraint{Name: "some", Holders: &model.Holders{Role: role("payer"), AtLeast: new(1)}})
			w.Assignments[1].Suspended = true
		},
		[]string{"Warning Organization/shop TooFewHolders"},
	},

	{
		"the plan is unknown", resolve.ReasonUnknownPlan,
		func(w *model.World) { w.Organization.Plan = "huge" },
		[]string{"Error Organization/shop spec.plan UnknownPlan"},
	},
	{
		"without a known plan no custom role counts", resolve.ReasonPlanLimitExceeded,
		func(w *model.World) { w.Organization.Plan = "huge" },
		[]string{
			"Error Role/buyer PlanLimitExceeded", "Error Role/closer PlanLimitExceeded", "Error Role/payer PlanLimitExceeded",
			"Error UserAssignment/ann spec.grants[a].roleRef PlanLimitExceeded", "Error UserAssignment/ann spec.grants[b].roleRef PlanLimitExceeded",
			"Error UserAssignment/ben spec.grants[a].roleRef PlanLimitExceeded",
		},
	},
	{
		"the newest roles are beyond the plan", resolve.ReasonPlanLimitExceeded,
		func(w *model.World) {
			w.Catalog.Plans = []model.Plan{{Name: "small", CustomRolesLimit: new(1), Features: []string{"online"}}}
			w.Organization.Plan = "small"
			w.Roles[0].Created = clock
		},
		[]string{
			"Error Role/buyer PlanLimitExceeded", "Error Role/payer PlanLimitExceeded",
			"Error UserAssignment/ann spec.grants[a].roleRef PlanLimitExceeded", "Error UserAssignment/ben spec.grants[a].roleRef PlanLimitExceeded",
		},
	},
	{
		"a plan names an unknown feature", resolve.ReasonUnknownFeature,
		func(w *model.World) {
			w.Catalog.Plans = []model.Plan{{Name: "small", Features: []string{"online", "paper"}}}
		},
		[]string{"Error PermissionCatalog/trade spec.plans[0].features[1] UnknownFeature"},
	},
}

// TestAdvice: each is found where it applies, not found where it does not, and not shown, unless it is an error, where it is
// ignored.
func TestAdvice(t *testing.T) {
	of := func(w *model.World, reason string) []string {
		findings, _ := resolved(w).At(clock)
		return briefly(slices.DeleteFunc(findings, func(f resolve.Finding) bool { return f.Reason != reason }))
	}
	for _, tip := range tips {
		t.Run(tip.reason+": "+tip.name, func(t *testing.T) {
			world := shop()
			tip.change(world)
			same(t, "found", of(world, tip.reason), tip.found)
			world.Organization.Ignored = []string{tip.reason}
			errors := slices.DeleteFunc(slices.Clone(tip.found), func(f string) bool { return f[:5] != "Error" })
			same(t, "found although ignored", of(world, tip.reason), errors)
		})
	}
}

// TestNextMoment: findings tell when they may next be others, and until then they are not.
func TestNextMoment(t *testing.T) {
	world := shop()
	world.Assignments[0].Grants = []model.Grant{during(given("buyer"), -5, 30), given("closer")}
	world.Assignments = append(world.Assignments, holding("cem", 1, during(given("payer"), 5, 10)))
	world.Assignments[2].Suspended = true
	bind(world, limited("closer", 0), model.Constraint{Name: "some", Holders: &model.Holders{Role: role("buyer"), AtLeast: new(1)}})
	waive(world, "few", 40)
	resolution := resolved(world)

	var days []int
	for now := day(-9); ; {
		findings, next := resolution.At(now)
		if next.IsZero() {
			break
		}
		before, _ := resolution.At(next.Add(-1))
		same(t, "until "+next.String(), briefly(before), briefly(findings))
		days = append(days, int(next.Sub(clock).Hours())/24)
		now = next
	}
	if want := []int{-5, 5, 10, 23, 30, 40}; !slices.Equal(days, want) {
		t.Errorf("findings may change on the days %v, want %v", days, want)
	}
	requestDuring(world, -30, 20) // from 15 on it is about to end
	days = nil
	for now := day(11); ; {
		_, next := resolved(world).At(now)
		if next.After(day(23)) {
			break
		}
		days = append(days, int(next.Sub(clock).Hours())/24)
		now = next
	}
	if want := []int{15, 20, 23}; !slices.Equal(days, want) {
		t.Errorf("with the role of a request findings may change on the days %v, want %v", days, want)
	}
	world.Organization = nil
	if _, next := resolved(world).At(clock); !next.IsZero() {
		t.Errorf("what is missing changes at %v", next)
	}
}

// requestDuring has a request give ben a role from one day until another.
func requestDuring(w *model.World, from, until int) {
	w.Requested = []model.RequestedGrant{{
		Object: object(model.KindRequest, "stock"), User: "ben", Role: role("closer"), Scope: &model.Scope{Everywhere: true},
		Window: model.Window{StartTime: day(from), EndTime: day(until)},
	}}
	identified(w)
}
