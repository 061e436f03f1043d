// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
)

// mistake is one thing that is wrong with a hospital in which all else is right.
type mistake struct {
	name   string
	spoil  func(w *model.World)
	found  []string // severity, object, field and reason of every finding, in order
	losses []string // the probes that are no longer answered yes; all others are
}

var everything = []string{
	"ann reads", "ann writes her own", "ann signs ben's", "ann purges", "ann enters orders by day",
	"ben reads", "ben writes his own", "ben audits ann's", "ben enters orders", "ben signs ann's in bay",
}

// Places in the lists of the hospital.
const (
	reader, writer, head, clerk = 0, 1, 2, 3
	ann, annMore, ben           = 0, 1, 2
)

var ruleMistakes = []mistake{
	{
		"a rule names an unknown permission",
		func(w *model.World) { w.Roles[head].Rules[0].Permissions = []string{"chart.sign", "chart.burn"} },
		[]string{"Error Role/head spec.rules[0].permissions[1] UnknownPermission"},
		[]string{"ann signs ben's"},
	},
	{
		"a rule names an unknown section",
		func(w *model.World) { w.Roles[clerk].Rules[0].Sections = []string{"orders", "wards"} },
		[]string{"Error Role/clerk spec.rules[0].sections[1] UnknownSection"},
		[]string{"ann enters orders by day"},
	},
	{
		"a rule names an unknown qualifier",
		func(w *model.World) { w.Roles[writer].Rules[0].Qualifiers = []string{"own", "his"} },
		[]string{"Error Role/writer spec.rules[0].qualifiers[1] UnknownQualifier"},
		[]string{"ann writes her own", "ben writes his own"},
	},
	{
		"a rule names an unknown feature",
		func(w *model.World) { w.Roles[writer].Rules[1].RequiredFeatures = []string{"ordering", "paper"} },
		[]string{"Error Role/writer spec.rules[1].requiredFeatures[1] UnknownFeature"},
		[]string{"ben enters orders"},
	},
	{
		"a rule names an unknown entitlement",
		func(w *model.World) { w.Roles[clerk].Rules[0].RequiredEntitlements = []string{"badge", "bagde"} },
		[]string{"Error Role/clerk spec.rules[0].requiredEntitlements[1] UnknownEntitlement"},
		[]string{"ann enters orders by day"},
	},
	{
		"a grant carries an unknown entitlement beside the right one",
		func(w *model.World) { w.Assignments[annMore].Grants[0].Entitlements = []string{"badge", "bagde"} },
		[]string{"Error UserAssignment/ann-more spec.grants[a].entitlements[1] UnknownEntitlement"},
		nil,
	},
	{
		"a grant carries only an unknown entitlement",
		func(w *model.World) { w.Assignments[annMore].Grants[0].Entitlements = []string{"bagde"} },
		[]string{"Error UserAssignment/ann-more spec.grants[a].entitlements[0] UnknownEntitlement"},
		[]string{"ann enters orders by day"},
	},
	{
		"an entitlement is gone from the catalog",
		func(w *model.World) { w.Catalog.Entitlements = nil },
		[]string{
			"Error Role/clerk spec.rules[0].requiredEntitlements[0] UnknownEntitlement",
			"Error UserAssignment/ann-more spec.grants[a].entitlements[0] UnknownEntitlement",
		},
		[]string{"ann enters orders by day"},
	},
	{
		"a permission requires two features, and one is off",
		func(w *model.World) { w.Catalog.Permissions[0].RequiredFeatures = []string{"ordering", "trials"} },
		nil,
		[]string{"ann reads", "ben reads"},
	},
	{
		"a permission is of an unknown level",
		func(w *model.World) { w.Catalog.Permissions[0].UnknownLevel = "Galaxy" },
		[]string{
			"Error PermissionCatalog/care spec.permissions[0].level UnknownType",
			"Error Role/reader spec.rules[0].permissions[0] UnknownType",
		},
		[]string{"ann reads", "ben reads"},
	},
	{
		"a rule names a permission of level Platform",
		func(w *model.World) { w.Roles[head].Rules[0].Permissions = []string{"chart.sign", "tenant.drop"} },
		[]string{"Error Role/head spec.rules[0].permissions[1] LevelMismatch"},
		[]string{"ann signs ben's"},
	},
	{
		"a qualifier does not compile",
		func(w *model.World) { w.Catalog.Qualifiers[0].Expression = "resource.properties.owner ==" },
		[]string{
			"Error PermissionCatalog/care spec.qualifiers[0].expression InvalidExpression",
			"Error Role/writer spec.rules[0].qualifiers[0] InvalidExpression",
		},
		[]string{"ann writes her own", "ben writes his own"},
	},
	{
		"a role inherits a missing role",
		func(w *model.World) { w.Roles[writer].Inherits[0].Role.Name = "raeder" },
		[]string{"Error Role/writer spec.inherits[0].roleRef UnknownRole"},
		[]string{"ann reads", "ben reads"},
	},
	{
		"a role inherits a role of the platform",
		func(w *model.World) { w.Roles[writer].Inherits[0].Role.Kind = "PlatformRole" },
		[]string{"Error Role/writer spec.inherits[0].roleRef UnknownRole"},
		[]string{"ann reads", "ben reads"},
	},
	{
		"an except names an unknown permission",
		func(w *model.World) { w.Roles[head].Inherits[0].Except.Permissions = []string{"chart.burn"} },
		[]string{"Error Role/head spec.inherits[0].except.permissions[0] UnknownPermission"},
		[]string{"ann reads", "ann writes her own"},
	},
	{
		"an except names an unknown section",
		func(w *model.World) { w.Roles[head].Inherits[0].Except.Sections = []string{"wards"} },
		[]string{"Error Role/head spec.inherits[0].except.sections[0] UnknownSection"},
		[]string{"ann reads", "ann writes her own"},
	},
	{
		"roles inherit each other in a circle",
		func(w *model.World) {
			w.Roles[reader].Inherits = []model.Inheritance{{Role: role("clerk")}, {Role: role("head")}}
		},
		[]string{
			"Error Role/head spec.inherits[0].roleRef InheritanceCycle",
			"Error Role/reader spec.inherits[1].roleRef InheritanceCycle",
			"Error Role/writer spec.inherits[0].roleRef InheritanceCycle",
		},
		[]string{"ann reads", "ann writes her own", "ben reads"},
	},
	{
		"a role inherits itself alone",
		func(w *model.World) {
			w.Roles[reader].Inherits = []model.Inheritance{{Role: role("reader")}}
		},
		[]string{"Error Role/reader spec.inherits[0].roleRef InheritanceCycle"},
		nil,
	},
	{
		"a role inherits itself",
		func(w *model.World) {
			w.Roles[writer].Inherits = append(w.Roles[writer].Inherits, model.Inheritance{Role: role("writer")})
		},
		[]string{"Error Role/writer spec.inherits[1].roleRef InheritanceCycle"},
		nil,
	},
}

var catalogMistakes = []mistake{
	{
		"a prohibition does not compile",
		func(w *model.World) { w.Catalog.Prohibitions[0].Expression = "resource.owner == subject.id" },
		[]string{
			"Error PermissionCatalog/care spec.prohibitions[0].expression InvalidExpression",
			"Error Role/head spec.rules[0].permissions[0] InvalidExpression",
			"Error UserAssignment/ben spec.overrides[b].permission InvalidExpression",
		},
		[]string{"ann signs ben's", "ben signs ann's in bay"},
	},
	{
		"a prohibition names something unknown",
		func(w *model.World) {
			w.Catalog.Prohibitions[0].Selector = model.Selector{Permissions: []string{"chart.burn"}, Sections: []string{"wards"}}
		},
		[]string{
			"Error PermissionCatalog/care spec.prohibitions[0].permissions[0] UnknownPermission",
			"Error PermissionCatalog/care spec.prohibitions[0].sections[0] UnknownSection",
		},
		nil,
	},
	{
		"a permission implies an unknown one",
		func(w *model.World) { w.Catalog.Permissions[0].Implies = []string{"chart.burn"} },
		[]string{"Error PermissionCatalog/care spec.permissions[0].implies[0] UnknownPermission"},
		nil,
	},
	{
		"a permission implies one of level Platform",
		func(w *model.World) { w.Catalog.Permissions[0].Implies = []string{"tenant.drop"} },
		[]string{"Error PermissionCatalog/care spec.permissions[0].implies[0] LevelMismatch"},
		nil,
	},
	{
		"a permission requires an unknown feature",
		func(w *model.World) { w.Catalog.Permissions[0].RequiredFeatures = []string{"paper"} },
		[]string{
			"Error PermissionCatalog/care spec.permissions[0].requiredFeatures[0] UnknownFeature",
			"Error Role/reader spec.rules[0].permissions[0] UnknownFeature",
		},
		[]string{"ann reads", "ben reads"},
	},
	{
		"a permission of an override requires an unknown feature",
		func(w *model.World) { w.Catalog.Permissions[2].RequiredFeatures = []string{"paper"} },
		[]string{
			"Error PermissionCatalog/care spec.permissions[2].requiredFeatures[0] UnknownFeature",
			"Error Role/head spec.rules[0].permissions[0] UnknownFeature",
			"Error UserAssignment/ben spec.overrides[b].permission UnknownFeature",
		},
		[]string{"ann signs ben's", "ben signs ann's in bay"},
	},
	{
		"a permission requires an unknown feature that is turned on",
		func(w *model.World) {
			w.Catalog.Permissions[0].RequiredFeatures = []string{"paper"}
			w.Organization.Features = []string{"ordering", "paper"}
		},
		[]string{
			"Error Organization/hospital spec.features[1] UnknownFeature",
			"Error PermissionCatalog/care spec.permissions[0].requiredFeatures[0] UnknownFeature",
			"Error Role/reader spec.rules[0].permissions[0] UnknownFeature",
		},
		[]string{"ann reads", "ben reads"},
	},
	{
		"a permission is in an unknown section",
		func(w *model.World) { w.Catalog.Permissions[0].Section = "wards" },
		[]string{"Error PermissionCatalog/care spec.permissions[0].section UnknownSection"},
		nil,
	},
	{
		"a permission is gone from the catalog",
		func(w *model.World) {
			w.Catalog.Permissions = slices.DeleteFunc(w.Catalog.Permissions, func(p model.Permission) bool { return p.Name == "chart.sign" })
		},
		[]string{
			"Error PermissionCatalog/care spec.prohibitions[0].permissions[0] UnknownPermission",
			"Error Role/head spec.rules[0].permissions[0] UnknownPermission",
			"Error UserAssignment/ben spec.overrides[b].permission UnknownPermission",
		},
		[]string{"ann signs ben's", "ben signs ann's in bay"},
	},
}

var placeMistakes = []mistake{
	{
		"no unit is the root",
		func(w *model.World) { w.Structures[0].Units[0].Parent = "er" },
		[]string{
			"Error OrganizationStructure/sites spec.unitGroups[acute].units[0] UnknownUnit",
			"Error OrganizationStructure/sites spec.unitGroups[acute].units[1] UnknownUnit",
			"Error OrganizationStructure/sites spec.units InvalidUnitTree",
			"Error UserAssignment/ann spec.grants[a].scope.units[0] UnknownUnit",
			"Error UserAssignment/ann spec.profile.homeUnit UnknownUnit",
			"Error UserAssignment/ann-more spec.grants[a].scope.unitGroups[0] UnknownUnit",
			"Error UserAssignment/ben spec.overrides[a].scope.units[0] UnknownUnit",
			"Error UserAssignment/ben spec.overrides[b].scope.units[0] UnknownUnit",
		},
		everything,
	},
	{
		"there are two roots",
		func(w *model.World) { w.Structures[0].Units = append(w.Structures[0].Units, model.Unit{Name: "annex"}) },
		[]string{
			"Error OrganizationStructure/sites spec.unitGroups[acute].units[0] UnknownUnit",
			"Error OrganizationStructure/sites spec.unitGroups[acute].units[1] UnknownUnit",
			"Error OrganizationStructure/sites spec.units InvalidUnitTree",
			"Error UserAssignment/ann spec.grants[a].scope.units[0] UnknownUnit",
			"Error UserAssignment/ann spec.profile.homeUnit UnknownUnit",
			"Error UserAssignment/ann-more spec.grants[a].scope.unitGroups[0] UnknownUnit",
			"Error UserAssignment/ben spec.overrides[a].scope.units[0] UnknownUnit",
			"Error UserAssignment/ben spec.overrides[b].scope.units[0] UnknownUnit",
		},
		everything,
	},
	{
		"a unit's parent is missing",
		func(w *model.World) { w.Structures[0].Units[3].Parent = "annex" },
		[]string{
			"Error OrganizationStructure/sites spec.unitGroups[acute].units[1] UnknownUnit",
			"Error OrganizationStructure/sites spec.units[er].parent UnknownUnit",
			"Error UserAssignment/ann-more spec.grants[a].scope.unitGroups[0] UnknownUnit",
			"Error UserAssignment/ben spec.overrides[a].scope.units[0] UnknownUnit",
		},
		[]string{"ann enters orders by day", "ben enters orders"},
	},
	{
		"units lie below each other in a circle",
		func(w *model.World) { w.Structures[0].Units[1].Parent = "bay" },
		[]string{
			"Error OrganizationStructure/sites spec.unitGroups[acute].units[0] UnknownUnit",
			"Error OrganizationStructure/sites spec.units[bay].parent InvalidUnitTree",
			"Error UserAssignment/ann spec.grants[a].scope.units[0] UnknownUnit",
			"Error UserAssignment/ann spec.profile.homeUnit UnknownUnit",
			"Error UserAssignment/ann-more spec.grants[a].scope.unitGroups[0] UnknownUnit",
			"Error UserAssignment/ben spec.overrides[b].scope.units[0] UnknownUnit",
		},
		[]string{"ann reads", "ann writes her own", "ann signs ben's", "ann purges", "ben enters orders", "ben signs ann's in bay"},
	},
	{
		"a group names a missing unit",
		func(w *model.World) { w.Structures[0].UnitGroups[0].Units = []string{"er", "annex"} },
		[]string{
			"Error OrganizationStructure/sites spec.unitGroups[acute].units[1] UnknownUnit",
			"Error UserAssignment/ann-more spec.grants[a].scope.unitGroups[0] UnknownUnit",
		},
		nil,
	},
	{
		"an unknown feature is turned on",
		func(w *model.World) { w.Organization.Features = []string{"ordering", "paper"} },
		[]string{"Error Organization/hospital spec.features[1] UnknownFeature"},
		nil,
	},
	{
		"a unit's attribute is too large",
		func(w *model.World) {
			w.Structures[0].Units[1].Attributes = model.Attributes{"beds": 12.0, "map": []any{strings.Repeat("x", 5000)}}
		},
		[]string{"Error OrganizationStructure/sites spec.units[icu].attributes.map InvalidAttribute"},
		nil,
	},
}

var grantMistakes = []mistake{
	{
		"a grant names a missing role",
		func(w *model.World) { w.Assignments[ben].Grants[0].Role.Name = "wirter" },
		[]string{"Error UserAssignment/ben spec.grants[a].roleRef UnknownRole"},
		[]string{"ben reads", "ben writes his own", "ben audits ann's", "ben enters orders"},
	},
	{
		"a grant names a role of the platform",
		func(w *model.World) { w.Assignments[annMore].Grants[0].Role.Kind = "PlatformRole" },
		[]string{"Error UserAssignment/ann-more spec.grants[a].roleRef UnknownRole"},
		[]string{"ann enters orders by day"},
	},
	{
		"a grant names a missing unit beside a unit",
		func(w *model.World) { w.Assignments[ann].Grants[0].Scope.Units = []string{"annex", "icu"} },
		[]string{"Error UserAssignment/ann spec.grants[a].scope.units[0] UnknownUnit"},
		nil,
	},
	{
		"a grant names a missing unit alone",
		func(w *model.World) { w.Assignments[ann].Grants[0].Scope.Units = []string{"annex"} },
		[]string{"Error UserAssignment/ann spec.grants[a].scope.units[0] UnknownUnit"},
		[]string{"ann reads", "ann writes her own", "ann signs ben's", "ann purges"},
	},
	{
		"a grant names a missing group beside a group",
		func(w *model.World) { w.Assignments[annMore].Grants[0].Scope.Groups = []string{"acute", "chronic"} },
		[]string{"Error UserAssignment/ann-more spec.grants[a].scope.unitGroups[1] UnknownUnitGroup"},
		nil,
	},
	{
		"a grant names a missing value beside a value",
		func(w *model.World) { w.Assignments[annMore].Grants[0].Scope.Dimensions = shifts("day", "dusk") },
		[]string{"Error UserAssignment/ann-more spec.grants[a].scope.dimensions[0].values[1] UnknownDimensionValue"},
		nil,
	},
	{
		"a grant names a missing value alone",
		func(w *model.World) { w.Assignments[annMore].Grants[0].Scope.Dimensions = shifts("dusk") },
		[]string{"Error UserAssignment/ann-more spec.grants[a].scope.dimensions[0].values[0] UnknownDimensionValue"},
		[]string{"ann enters orders by day"},
	},
	{
		"a grant names a missing dimension",
		func(w *model.World) {
			w.Assignments[ben].Grants[0].Scope.Dimensions = append(shifts(), model.DimensionScope{Name: "phase", All: true})
		},
		[]string{"Error UserAssignment/ben spec.grants[a].scope.dimensions[1].name UnknownDimension"},
		[]string{"ben reads", "ben writes his own", "ben audits ann's", "ben enters orders"},
	},
	{
		"a grant names no place",
		func(w *model.World) { w.Assignments[ben].Grants[0].Scope.Everywhere = false },
		[]string{"Error UserAssignment/ben spec.grants[a].scope EmptyScope"},
		[]string{"ben reads", "ben writes his own", "ben audits ann's", "ben enters orders"},
	},
	{
		"a grant says nothing of a dimension",
		func(w *model.World) { w.Assignments[ben].Grants[0].Scope.Dimensions = nil },
		[]string{"Error UserAssignment/ben spec.grants[a].scope.dimensions EmptyScope"},
		[]string{"ben reads", "ben writes his own", "ben audits ann's", "ben enters orders"},
	},
	{
		"an allowing override names a missing permission",
		func(w *model.World) { w.Assignments[ben].Overrides[1].Permission = "chart.burn" },
		[]string{"Error UserAssignment/ben spec.overrides[b].permission UnknownPermission"},
		[]string{"ben signs ann's in bay"},
	},
	{
		"an allowing override names a missing unit beside a unit",
		func(w *model.World) { w.Assignments[ben].Overrides[1].Scope.Units = []string{"bay", "annex"} },
		[]string{"Error UserAssignment/ben spec.overrides[b].scope.units[1] UnknownUnit"},
		[]string{"ben signs ann's in bay"},
	},
	{
		"an allowing override gives a permission of level Platform",
		func(w *model.World) { w.Assignments[ben].Overrides[1].Permission = "tenant.drop" },
		[]string{"Error UserAssignment/ben spec.overrides[b].permission LevelMismatch"},
		[]string{"ben signs ann's in bay"},
	},
	{
		"a denying override names a missing permission",
		func(w *model.World) { w.Assignments[ben].Overrides[0].Permission = "order.entre" },
		[]string{"Error UserAssignment/ben spec.overrides[a].permission UnknownPermission"},
		nil,
	},
	{
		"a denying override names a missing unit beside a unit",
		func(w *model.World) { w.Assignments[ben].Overrides[0].Scope.Units = []string{"er", "annex"} },
		[]string{"Error UserAssignment/ben spec.overrides[a].scope.units[1] UnknownUnit"},
		[]string{"ben enters orders"},
	},
	{
		"a denying override names a missing value",
		func(w *model.World) { w.Assignments[ben].Overrides[0].Scope.Dimensions = shifts("dusk") },
		[]string{"Error UserAssignment/ben spec.overrides[a].scope.dimensions[0].values[0] UnknownDimensionValue"},
		[]string{"ben enters orders"},
	},
	{
		"a denying override names a missing dimension",
		func(w *model.World) {
			w.Assignments[ben].Overrides[0].Scope.Dimensions = []model.DimensionScope{{Name: "phase", All: true}}
		},
		[]string{"Error UserAssignment/ben spec.overrides[a].scope.dimensions[0].name UnknownDimension"},
		[]string{"ben enters orders"},
	},
}

var profileMistakes = []mistake{
	{
		"assignments disagree on the manager",
		func(w *model.World) { w.Assignments[annMore].Manager = "ann" },
		[]string{
			"Error UserAssignment/ann spec.profile.manager ConflictingProfile",
			"Error UserAssignment/ann-more spec.profile.manager ConflictingProfile",
		},
		[]string{"ben audits ann's"},
	},
	{
		"assignments disagree on the name that people see",
		func(w *model.World) {
			w.Assignments[0].DisplayName, w.Assignments[annMore].DisplayName = "Ann Lee", "Ann Li"
		},
		[]string{
			"Error UserAssignment/ann spec.profile.displayName ConflictingProfile",
			"Error UserAssignment/ann-more spec.profile.displayName ConflictingProfile",
		},
		nil,
	},
	{
		"assignments disagree on the home unit",
		func(w *model.World) { w.Assignments[annMore].HomeUnit = "er" },
		[]string{
			"Error UserAssignment/ann spec.profile.homeUnit ConflictingProfile",
			"Error UserAssignment/ann-more spec.profile.homeUnit ConflictingProfile",
		},
		nil,
	},
	{
		"assignments disagree on an attribute",
		func(w *model.World) { w.Assignments[annMore].Attributes = model.Attributes{"level": "2"} },
		[]string{
			"Error UserAssignment/ann spec.profile.attributes.level ConflictingProfile",
			"Error UserAssignment/ann-more spec.profile.attributes.level ConflictingProfile",
		},
		[]string{"ann purges"},
	},
	{
		"an attribute has a name that none may have",
		func(w *model.World) { w.Assignments[annMore].Attributes["desk number"] = "7" },
		[]string{"Error UserAssignment/ann-more spec.profile.attributes InvalidAttribute"},
		nil,
	},
	{
		"an attribute holds a number that would be rounded",
		func(w *model.World) {
			w.Assignments[annMore].Attributes["desk"] = map[string]any{"numbers": []any{1.0, json.Number("9007199254740993")}}
		},
		[]string{"Error UserAssignment/ann-more spec.profile.attributes.desk InvalidAttribute"},
		nil,
	},
	{
		"an attribute is too large",
		func(w *model.World) { w.Assignments[annMore].Attributes["desk"] = strings.Repeat("A", 5000) },
		[]string{"Error UserAssignment/ann-more spec.profile.attributes.desk InvalidAttribute"},
		nil,
	},
	{
		"the home unit is missing",
		func(w *model.World) { w.Assignments[ann].HomeUnit = "annex" },
		[]string{"Error UserAssignment/ann spec.profile.homeUnit UnknownUnit"},
		nil,
	},
	{
		"the manager has no assignment",
		func(w *model.World) { w.Assignments[ben].Manager = "cem" },
		[]string{"Info UserAssignment/ben spec.profile.manager UnknownManager"},
		nil,
	},
	{
		"one of two assignments is suspended",
		func(w *model.World) { w.Assignments[annMore].Suspended = true },
		nil,
		[]string{"ann reads", "ann writes her own", "ann signs ben's", "ann purges", "ann enters orders by day"},
	},
}

// TestFailClosed: each mistake takes what it spoils and nothing else, and is named where it is written. The messages are
// in testdata/findings.golden.
func TestFailClosed(t *testing.T) {
	for name, yes := range answers(t, hospital()) {
		if !yes {
			t.Fatalf("%s: not answered yes from the start", name)
		}
	}
	if found := resolved(hospital()).Findings; len(found) > 0 {
		t.Fatalf("something is wrong from the start: %v", found)
	}
	var messages strings.Builder
	for _, m := range slices.Concat(ruleMistakes, catalogMistakes, placeMistakes, grantMistakes, profileMistakes) {
		t.Run(m.name, func(t *testing.T) {
			world := hospital()
			m.spoil(world)
			fmt.Fprintf(&messages, "# %s\n", m.name)
			var found []string
			for _, f := range resolved(world).Findings {
				found = append(found, fmt.Sprintf("%s %s %s %s", f.Severity, f.Object, f.Field, f.Reason))
				fmt.Fprintln(&messages, f)
			}
			if !slices.Equal(found, m.found) {
				t.Errorf("found\n%s\nwant\n%s", strings.Join(found, "\n"), strings.Join(m.found, "\n"))
			}
			for name, yes := range answers(t, world) {
				if lost := slices.Contains(m.losses, name); yes == lost {
					t.Errorf("%s: answered %v", name, yes)
				}
			}
		})
	}
	golden(t, "findings.golden", messages.String())
}
