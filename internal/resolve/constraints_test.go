// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"testing"
	"time"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// bindings are worlds with constraints: what is then not published, or ends earlier, and what is found of it at the clock.
var bindings = []struct {
	name string
	bind func(w *model.World)
	// lost is what is not published, and ends what is published with an end that is a waiver's.
	lost, ends []string
	found      []string
}{
	{
		"roles that no user has together", func(w *model.World) { bind(w, apart(false, "buyer", "payer")) }, nil, nil, nil,
	},
	{
		"roles that one user has, the newest of one object last", func(w *model.World) { bind(w, apart(false, "buyer", "closer")) },
		[]string{"ann UserAssignment/ann grants[b]"},
		nil, []string{"Error UserAssignment/ann spec.grants[b] SeparationOfDuties", "Warning Organization/shop SeparationOfDuties"},
	},
	{
		"the same, audited", func(w *model.World) { bind(w, audit(apart(false, "buyer", "closer"))) }, nil, nil,
		[]string{"Warning Organization/shop SeparationOfDuties", "Warning UserAssignment/ann spec.grants[b] SeparationOfDuties"},
	},
	{
		"the same, waived for the user", func(w *model.World) {
			bind(w, apart(false, "buyer", "closer"))
			waive(w, "four-eyes", 20, "ann", "eve")
		}, nil,
		[]string{"ann UserAssignment/ann grants[b] until 20"},
		[]string{"Info UserAssignment/ann spec.grants[b] ConstraintWaived"},
	},
	{
		"the same, waived twice: the longer counts", func(w *model.World) {
			bind(w, apart(false, "buyer", "closer"))
			waive(w, "four-eyes", 20, "ann")
			waive(w, "four-eyes", 30)
			waive(w, "four-eyes", 25, "ann")
		}, nil,
		[]string{"ann UserAssignment/ann grants[b] until 30"},
		[]string{"Info UserAssignment/ann spec.grants[b] ConstraintWaived"},
	},
	{
		"the same, waived for another", func(w *model.World) {
			bind(w, apart(false, "buyer", "closer"))
			waive(w, "four-eyes", 20, "ben")
		},
		[]string{"ann UserAssignment/ann grants[b]"},
		nil, []string{"Error UserAssignment/ann spec.grants[b] SeparationOfDuties", "Warning Organization/shop SeparationOfDuties"},
	},
	{
		"the same, waived without end: the waiver does nothing", func(w *model.World) {
			bind(w, apart(false, "buyer", "closer"))
			waive(w, "four-eyes", 20)
			w.Structures[0].Waivers[0].EndTime = time.Time{}
		},
		[]string{"ann UserAssignment/ann grants[b]"},
		nil, []string{
			"Error UserAssignment/ann spec.grants[b] SeparationOfDuties",
			"Warning Organization/shop SeparationOfDuties", "Warning OrganizationStructure/branches spec.waivers[for-now] WaiverExpired",
		},
	},
	{
		"the same, and the waiver has ended", func(w *model.World) {
			bind(w, apart(false, "buyer", "closer"))
			waive(w, "four-eyes", 0, "ann")
		}, nil,
		[]string{"ann UserAssignment/ann grants[b] until 0"},
		[]string{
			"Error UserAssignment/ann spec.grants[b] SeparationOfDuties",
			"Warning Organization/shop SeparationOfDuties", "Warning OrganizationStructure/branches spec.waivers[for-now] WaiverExpired",
		},
	},
	{
		"a constraint of the catalog", func(w *model.World) { w.Catalog.Constraints = []model.Constraint{apart(false, "buyer", "closer")} },
		[]string{"ann UserAssignment/ann grants[b]"},
		nil, []string{"Error UserAssignment/ann spec.grants[b] SeparationOfDuties", "Warning Organization/shop SeparationOfDuties"},
	},
	{
		"creation decides before names and places", func(w *model.World) {
			bind(w, apart(false, "buyer", "closer"))
			late := holding("ann", 1, given("buyer"))
			late.Name = "aaa"
			w.Assignments[0].Grants = w.Assignments[0].Grants[1:]
			w.Assignments = append(w.Assignments, late)
		},
		[]string{"ann UserAssignment/aaa grants[a]"},
		nil, []string{"Error UserAssignment/aaa spec.grants[a] SeparationOfDuties", "Warning Organization/shop SeparationOfDuties"},
	},
	{
		"names decide where creation does not", func(w *model.World) {
			bind(w, apart(false, "buyer", "closer"))
			other := holding("ann", 3, given("closer"))
			other.Name = "aaa"
			w.Assignments[0].Grants = w.Assignments[0].Grants[:1]
			w.Assignments = append(w.Assignments, other)
		},
		[]string{"ann UserAssignment/ann grants[a]"},
		nil, []string{"Error UserAssignment/ann spec.grants[a] SeparationOfDuties", "Warning Organization/shop SeparationOfDuties"},
	},
	{
		"grants count before overrides", func(w *model.World) {
			bind(w, apart(false, "/buy", "/pay"))
			w.Assignments[0].Overrides = []model.Override{{Permission: "pay", Scope: model.Scope{Everywhere: true}}}
		},
		[]string{"ann UserAssignment/ann overrides[a]"},
		nil, []string{"Error UserAssignment/ann spec.overrides[a] SeparationOfDuties", "Warning Organization/shop SeparationOfDuties"},
	},
	{
		"inherited roles count", func(w *model.World) {
			bind(w, apart(false, "buyer", "payer"))
			w.Roles[2].Inherits = []model.Inheritance{{Role: role("payer")}}
		},
		[]string{"ann UserAssignment/ann grants[b]"},
		nil, []string{"Error UserAssignment/ann spec.grants[b] SeparationOfDuties", "Warning Organization/shop SeparationOfDuties"},
	},
	{
		"permissions count under qualifiers, and not behind closed gates", func(w *model.World) {
			bind(w, apart(false, "/buy", "/pay", "/close"))
			w.Catalog.Qualifiers = []model.Qualifier{{Name: "own", Expression: "resource.properties.owner == subject.id"}}
			w.Roles[2].Rules = []model.Rule{
				{Selector: named("pay"), RequiredFeatures: []string{"online"}},
				{Selector: named("pay"), RequiredEntitlements: []string{"key"}},
			}
			w.Roles[1].Rules[0].Qualifiers = []string{"own"}
			w.Assignments[1].Grants = append(w.Assignments[1].Grants, given("buyer"))
		},
		[]string{"ben UserAssignment/ben grants[b]"},
		nil, []string{"Error UserAssignment/ben spec.grants[b] SeparationOfDuties", "Warning Organization/shop SeparationOfDuties"},
	},
	{
		"a permission that is denied everywhere and always does not count", func(w *model.World) {
			bind(w, apart(false, "/buy", "/close"))
			w.Assignments[0].Overrides = []model.Override{{Permission: "close", Deny: true}}
		}, nil, nil, nil,
	},
	{
		"one that is denied in a unit does", func(w *model.World) {
			bind(w, apart(false, "/buy", "/close"))
			w.Assignments[0].Overrides = []model.Override{{Permission: "close", Deny: true, Scope: model.Scope{Units: []string{"north"}}}}
		},
		[]string{"ann UserAssignment/ann grants[b]"},
		nil, []string{"Error UserAssignment/ann spec.grants[b] SeparationOfDuties", "Warning Organization/shop SeparationOfDuties"},
	},
	{
		"one that is denied for some values of a dimension does", func(w *model.World) {
			bind(w, apart(false, "/buy", "/close"))
			divide(w, "goods", "food", "tools")
			w.Assignments[0].Overrides = []model.Override{{Permission: "close", Deny: true, Scope: model.Scope{
				Dimensions: []model.DimensionScope{{Name: "goods", Values: []string{"food"}}},
			}}}
		},
		[]string{"ann UserAssignment/ann grants[b]"},
		nil, []string{"Error UserAssignment/ann spec.grants[b] SeparationOfDuties", "Warning Organization/shop SeparationOfDuties"},
	},
	{
		"one that is denied for a while does", func(w *model.World) {
			bind(w, apart(false, "/buy", "/close"))
			w.Assignments[0].Overrides = []model.Override{{Permission: "close", Deny: true, Window: model.Window{EndTime: day(20)}}}
		},
		[]string{"ann UserAssignment/ann grants[b]"},
		nil, []string{"Error UserAssignment/ann spec.grants[b] SeparationOfDuties", "Warning Organization/shop SeparationOfDuties"},
	},
	{
		"one that is denied for all values of a dimension does not", func(w *model.World) {
			bind(w, apart(false, "/buy", "/close"))
			divide(w, "goods", "food", "tools")
			w.Assignments[0].Overrides = []model.Override{{Permission: "close", Deny: true, Scope: model.Scope{
				Dimensions: []model.DimensionScope{{Name: "goods", All: true}},
			}}}
		}, nil, nil, nil,
	},
	{
		"per unit, in different units", func(w *model.World) {
			bind(w, apart(true, "buyer", "payer"))
			w.Assignments[1].Grants = append(w.Assignments[1].Grants, given("buyer", "north"))
		}, nil, nil, nil,
	},
	{
		"per unit, one below the other, by a group", func(w *model.World) {
			bind(w, apart(true, "buyer", "payer"))
			w.Structures[0].UnitGroups = []model.UnitGroup{{Name: "both", Units: []string{"north", "south"}}}
			w.Assignments[1].Grants = append(w.Assignments[1].Grants, model.Grant{Role: role("buyer"), Scope: model.Scope{Groups: []string{"both"}}})
		},
		[]string{"ben UserAssignment/ben grants[b]"},
		nil, []string{"Error UserAssignment/ben spec.grants[b] SeparationOfDuties", "Warning Organization/shop SeparationOfDuties"},
	},
	{
		"windows that meet only in the third", func(w *model.World) {
			bind(w, apart(false, "buyer", "payer"))
			w.Assignments[1].Grants = []model.Grant{during(given("payer"), 10, 20), during(given("buyer"), 20, 30), during(given("buyer"), 19, 21)}
		},
		[]string{"ben UserAssignment/ben grants[c]"},
		nil, []string{"Error UserAssignment/ben spec.grants[c] SeparationOfDuties", "Warning Organization/shop SeparationOfDuties"},
	},
	{
		"more holders than may be", func(w *model.World) {
			bind(w, limited("closer", 1))
			w.Assignments = append(w.Assignments, holding("cem", 9, given("closer", "north"), given("closer", "south")), holding("dia", 2, given("closer")))
		},
		[]string{"ann UserAssignment/ann grants[b]", "dia UserAssignment/dia grants[a]"},
		nil, []string{
			"Error UserAssignment/ann spec.grants[b] TooManyHolders", "Error UserAssignment/dia spec.grants[a] TooManyHolders",
			"Warning Organization/shop TooManyHolders",
		},
	},
	{
		"holders after each other, and waived ones", func(w *model.World) {
			bind(w, limited("closer", 1))
			w.Assignments[0].Grants[1] = during(given("closer"), -9, 30)
			w.Assignments = append(w.Assignments, holding("cem", 2, during(given("closer"), 30, 90)), holding("dia", 1, during(given("closer"), 20, 40)))
			waive(w, "few", 35, "dia")
		}, nil,
		[]string{"dia UserAssignment/dia grants[a] until 35"},
		[]string{"Info UserAssignment/dia spec.grants[a] ConstraintWaived"},
	},
	{
		"an older holder whose grant begins within the newer one's", func(w *model.World) {
			bind(w, limited("closer", 1))
			w.Assignments = append(w.Assignments, holding("cem", 9, during(given("closer"), 10, 20)))
		},
		[]string{"ann UserAssignment/ann grants[b]"},
		nil, []string{"Error UserAssignment/ann spec.grants[b] TooManyHolders", "Warning Organization/shop TooManyHolders"},
	},
	{
		"older holders whose grants begin one after the other within the newer one's", func(w *model.World) {
			bind(w, limited("closer", 2))
			w.Assignments = append(w.Assignments,
				holding("cem", 9, during(given("closer"), 10, 20)), holding("dia", 8, during(given("closer"), 19, 30)))
		},
		[]string{"ann UserAssignment/ann grants[b]"},
		nil, []string{"Error UserAssignment/ann spec.grants[b] TooManyHolders", "Warning Organization/shop TooManyHolders"},
	},
	{
		"older holders who never hold the role together", func(w *model.World) {
			bind(w, limited("closer", 2))
			w.Assignments = append(w.Assignments,
				holding("cem", 9, during(given("closer"), 10, 20)), holding("dia", 8, during(given("closer"), 20, 30)))
		}, nil, nil, nil,
	},
	{
		"suspended holders do not count", func(w *model.World) {
			bind(w, limited("closer", 1))
			w.Assignments = append(w.Assignments, holding("cem", 1, given("closer")))
			w.Assignments[0].Suspended = true
		}, nil, nil,
		[]string{"Info UserAssignment/ann spec.state SuspendedWithGrants"},
	},
	{
		"a suspended user breaks nothing", func(w *model.World) {
			bind(w, apart(false, "buyer", "closer"), presupposing("buyer", "payer", false))
			w.Assignments[0].Suspended = true
		}, nil, nil,
		[]string{"Info UserAssignment/ann spec.state SuspendedWithGrants"},
	},
	{
		"a role beyond the plan is not held by whom it is granted", func(w *model.World) {
			bind(w, limited("chief", 0), presupposing("payer", "chief", false))
			w.Catalog.Plans = []model.Plan{{Name: "small", CustomRolesLimit: new(3)}}
			w.Organization.Plan = "small"
			chief := trade("chief", "close")
			chief.Created = clock
			w.Roles = append(w.Roles, chief)
			w.Assignments[1].Grants = append(w.Assignments[1].Grants, given("chief"))
		},
		[]string{"ben UserAssignment/ben grants[a]"},
		nil, []string{
			"Error OrganizationStructure/branches spec.constraints[few].holders.roleRef PlanLimitExceeded",
			"Error OrganizationStructure/branches spec.constraints[first].prerequisite.requiredRoleRef PlanLimitExceeded",
			"Error Role/chief PlanLimitExceeded", "Error UserAssignment/ben spec.grants[a] PrerequisiteNotMet",
			"Error UserAssignment/ben spec.grants[b].roleRef PlanLimitExceeded", "Warning Organization/shop PrerequisiteNotMet",
		},
	},
	{
		"what one constraint withholds does not count in another", func(w *model.World) {
			other := apart(false, "closer", "payer")
			other.Name = "six-eyes"
			bind(w, apart(false, "buyer", "closer"), other)
			w.Assignments[0].Grants = append(w.Assignments[0].Grants, given("payer"))
		},
		[]string{"ann UserAssignment/ann grants[b]"},
		nil, []string{"Error UserAssignment/ann spec.grants[b] SeparationOfDuties", "Warning Organization/shop SeparationOfDuties"},
	},
	{
		"what a bound on holders withholds counts in no separation", func(w *model.World) {
			bind(w, apart(false, "closer", "payer"), limited("closer", 0))
			w.Assignments[0].Grants = append(w.Assignments[0].Grants, given("payer"))
		},
		[]string{"ann UserAssignment/ann grants[b]"},
		nil, []string{"Error UserAssignment/ann spec.grants[b] TooManyHolders", "Warning Organization/shop TooManyHolders"},
	},
	{
		"what is waived of one constraint counts in another", func(w *model.World) {
			other := apart(false, "closer", "payer")
			other.Name = "six-eyes"
			bind(w, apart(false, "buyer", "closer"), other)
			waive(w, "four-eyes", 20)
			w.Assignments[0].Grants = append(w.Assignments[0].Grants, given("payer"))
		},
		[]string{"ann UserAssignment/ann grants[c]"},
		[]string{"ann UserAssignment/ann grants[b] until 20"},
		[]string{
			"Error UserAssignment/ann spec.grants[c] SeparationOfDuties",
			"Warning Organization/shop SeparationOfDuties", "Info UserAssignment/ann spec.grants[b] ConstraintWaived",
		},
	},
	{
		"a group of too many members is one line", func(w *model.World) {
			bind(w, limited("closer", 1))
			w.Groups = []model.Group{{Object: object(model.KindGroup, "night"), Members: []string{"cem", "dia", "cem", "eva"}, Grants: []model.Grant{given("closer")}}}
		},
		[]string{"ann UserAssignment/ann grants[b]", "dia UserGroup/night grants[a]", "eva UserGroup/night grants[a]"},
		nil, []string{
			"Error UserAssignment/ann spec.grants[b] TooManyHolders", "Error UserGroup/night spec.grants[a] TooManyHolders",
			"Warning Organization/shop TooManyHolders",
		},
	},
	{
		"a group of too many members whose waiver has ended is one line as well", func(w *model.World) {
			bind(w, limited("closer", 0))
			w.Assignments[0].Grants = w.Assignments[0].Grants[:1]
			w.Groups = []model.Group{{Object: object(model.KindGroup, "night"), Members: []string{"cem", "dia"}, Grants: []model.Grant{given("closer")}}}
			waive(w, "few", -1)
		}, nil,
		[]string{"cem UserGroup/night grants[a] until -1", "dia UserGroup/night grants[a] until -1"},
		[]string{
			"Error UserGroup/night spec.grants[a] TooManyHolders",
			"Warning Organization/shop TooManyHolders", "Warning OrganizationStructure/branches spec.waivers[for-now] WaiverExpired",
		},
	},
	{
		"too few holders are only shown", func(w *model.World) {
			c := audit(limited("closer", 9))
			c.Holders.AtLeast = new(2)
			bind(w, c)
			w.Assignments[1].Grants = append(w.Assignments[1].Grants, during(given("closer"), 20, 30))
		}, nil, nil,
		[]string{"Warning Organization/shop TooFewHolders"},
	},
	{
		"a prerequisite that is not held", func(w *model.World) { bind(w, presupposing("payer", "buyer", false)) },
		[]string{"ben UserAssignment/ben grants[a]"},
		nil, []string{"Error UserAssignment/ben spec.grants[a] PrerequisiteNotMet", "Warning Organization/shop PrerequisiteNotMet"},
	},
	{
		"the same, audited", func(w *model.World) { bind(w, audit(presupposing("payer", "buyer", false))) }, nil, nil,
		[]string{"Warning Organization/shop PrerequisiteNotMet", "Warning UserAssignment/ben spec.grants[a] PrerequisiteNotMet"},
	},
	{
		"the same, waived", func(w *model.World) {
			bind(w, presupposing("payer", "buyer", false))
			waive(w, "first", 40)
		}, nil,
		[]string{"ben UserAssignment/ben grants[a] until 40"},
		[]string{"Info UserAssignment/ben spec.grants[a] ConstraintWaived"},
	},
	{
		"a prerequisite in another unit", func(w *model.World) {
			bind(w, presupposing("payer", "buyer", true))
			w.Assignments[1].Grants = append(w.Assignments[1].Grants, given("buyer", "north"))
		},
		[]string{"ben UserAssignment/ben grants[a]"},
		nil, []string{"Error UserAssignment/ben spec.grants[a] PrerequisiteNotMet", "Warning Organization/shop PrerequisiteNotMet"},
	},
	{
		"a prerequisite held above", func(w *model.World) {
			bind(w, presupposing("payer", "buyer", true))
			w.Assignments[1].Grants = append(w.Assignments[1].Grants, given("buyer", "all"))
		}, nil, nil, nil,
	},
	{
		"a prerequisite that ends before", func(w *model.World) {
			bind(w, presupposing("payer", "buyer", false))
			w.Assignments[1].Grants = append(w.Assignments[1].Grants, during(given("buyer"), -9, 90))
		},
		[]string{"ben UserAssignment/ben grants[a]"},
		nil, []string{"Error UserAssignment/ben spec.grants[a] PrerequisiteNotMet", "Warning Organization/shop PrerequisiteNotMet"},
	},
	{
		"a prerequisite held by one grant after another", func(w *model.World) {
			bind(w, presupposing("payer", "buyer", false))
			w.Assignments[1].Grants = []model.Grant{during(given("payer"), -5, 60), during(given("buyer"), -9, 30), during(given("buyer"), 30, 60)}
		}, nil, nil, nil,
	},
	{
		"what presupposes what is withheld goes too, and makes room for nobody", func(w *model.World) {
			bind(w, apart(false, "buyer", "closer"), presupposing("payer", "closer", false), limited("payer", 1))
			w.Assignments[0].Grants = append(w.Assignments[0].Grants, given("payer"))
		},
		[]string{"ann UserAssignment/ann grants[b]", "ann UserAssignment/ann grants[c]", "ben UserAssignment/ben grants[a]"},
		nil, []string{
			"Error UserAssignment/ann spec.grants[b] SeparationOfDuties", "Error UserAssignment/ann spec.grants[c] PrerequisiteNotMet",
			"Error UserAssignment/ben spec.grants[a] PrerequisiteNotMet",
			"Warning Organization/shop PrerequisiteNotMet", "Warning Organization/shop SeparationOfDuties",
		},
	},
	{
		"names that do not exist", func(w *model.World) {
			bind(w, apart(false, "boyer", "/bay"), limited("cluser", 0), presupposing("peyer", "boyer", true))
			waive(w, "five-eyes", 20)
			w.Catalog.Constraints = []model.Constraint{limited("auditor", 0)}
		}, nil, nil,
		[]string{
			"Error OrganizationStructure/branches spec.constraints[few].holders.roleRef UnknownRole",
			"Error OrganizationStructure/branches spec.constraints[first].prerequisite.requiredRoleRef UnknownRole",
			"Error OrganizationStructure/branches spec.constraints[first].prerequisite.roleRef UnknownRole",
			"Error OrganizationStructure/branches spec.constraints[four-eyes].separationOfDuties.duties[0].roleRefs[0] UnknownRole",
			"Error OrganizationStructure/branches spec.constraints[four-eyes].separationOfDuties.duties[1].permissions[0] UnknownPermission",
			"Error OrganizationStructure/branches spec.waivers[for-now].constraintRef.name UnknownConstraint",
		},
	},
	{
		"a constraint of an unknown type beside another", func(w *model.World) {
			bind(w, model.Constraint{Name: "later", Type: "Weekdays", Enforce: true}, limited("buyer", 0))
		},
		[]string{"ann UserAssignment/ann grants[a]"}, nil,
		[]string{
			"Error OrganizationStructure/branches spec.constraints[later].type UnknownType",
			"Error UserAssignment/ann spec.grants[a] TooManyHolders", "Warning Organization/shop TooManyHolders",
		},
	},
}

// TestConstraints: what each constraint withholds, lets live and shows. The messages are in testdata/constraints.golden.
func TestConstraints(t *testing.T) {
	var messages string
	for _, b := range bindings {
		t.Run(b.name, func(t *testing.T) {
			bound := shop()
			b.bind(bound)
			free := *bound
			catalog, structure := *bound.Catalog, bound.Structures[0]
			structure.Constraints, structure.Waivers, catalog.Constraints = nil, nil, nil
			free.Catalog, free.Structures = &catalog, []model.Structure{structure}

			all, left := published(&free), published(bound)
			same(t, "withheld", minus(sources(all), sources(left)), b.lost)
			same(t, "ending", minus(left, all), b.ends)
			findings, _ := resolved(bound).At(clock)
			same(t, "found", briefly(findings, advice...), b.found)
			messages += "# " + b.name + "\n"
			for _, f := range findings {
				if len(briefly([]resolve.Finding{f}, advice...)) > 0 {
					messages += f.String() + "\n"
				}
			}
		})
	}
	golden(t, "constraints.golden", messages)
}

// advice are the reasons of findings that have tests of their own.
var advice = []string{
	resolve.ReasonUnusedRole, resolve.ReasonEquivalentRoles, resolve.ReasonRedundantRole, resolve.ReasonWildcard, resolve.ReasonUnusedPermission,
	resolve.ReasonUnusedUnit, resolve.ReasonUnusedEntitlement, resolve.ReasonGrantExpiring, resolve.ReasonUnknownFeature,
}
