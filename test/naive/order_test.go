// SPDX-License-Identifier: Apache-2.0

package naive_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
)

// TestOrderOfObjects: in whatever order objects come, the same bytes and the same findings go out.
func TestOrderOfObjects(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world := drawWorld(t)
		other := copied(world)
		other.Structures = shuffled(t, other.Structures)
		other.Roles = shuffled(t, other.Roles)
		other.Assignments = shuffled(t, other.Assignments)
		other.Groups = shuffled(t, other.Groups)
		other.PlatformRoles = shuffled(t, other.PlatformRoles)
		other.PlatformAssignments = shuffled(t, other.PlatformAssignments)
		want, got := resolve.Organization(world), resolve.Organization(other)
		compareDocuments(t, want, got)
		wantFound, wantNext := want.At(clock)
		gotFound, gotNext := got.At(clock)
		if !slices.Equal(wantFound, gotFound) || !wantNext.Equal(gotNext) {
			t.Fatalf("findings until %s:\n%s\nand in another order until %s:\n%s", wantNext, lines(wantFound), gotNext, lines(gotFound))
		}
	})
}

// places are the numbers by which findings name a place in a list.
var places = regexp.MustCompile(`\[\d+\]`)

// TestOrderInsideObjects: the order of names within an object has no meaning either. Findings name the place in a list,
// and say the same otherwise.
func TestOrderInsideObjects(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world := drawWorld(t)
		other := copied(world)
		shuffleCatalog(t, other.Catalog)
		shuffleOrganization(t, other.Organization)
		for i := range other.Structures {
			shuffleStructure(t, &other.Structures[i])
		}
		for i := range other.Roles {
			shuffleRole(t, &other.Roles[i])
		}
		for i := range other.Assignments {
			shuffleAssignment(t, &other.Assignments[i])
		}
		for i := range other.PlatformRoles {
			shuffleRole(t, &other.PlatformRoles[i])
		}
		for i := range other.Groups {
			other.Groups[i].Members = shuffled(t, other.Groups[i].Members)
			other.Groups[i].Grants = shuffledGrants(t, other.Groups[i].Grants)
		}
		want, got := resolve.Organization(world), resolve.Organization(other)
		compareDocuments(t, want, got)
		wantFound, _ := want.At(clock)
		gotFound, _ := got.At(clock)
		wantLines, gotLines := sortedLines(wantFound), sortedLines(gotFound)
		if !slices.Equal(wantLines, gotLines) {
			t.Fatalf("findings:\n%s\nand in another order:\n%s", lines(wantLines), lines(gotLines))
		}
	})
}

func compareDocuments(t *rapid.T, want, got *resolve.Resolution) {
	t.Helper()
	if a, b := encoded(t, want.Document), encoded(t, got.Document); !bytes.Equal(a, b) {
		t.Fatalf("the document is\n%s\nand in another order\n%s", a, b)
	}
}

func sortedLines(findings []resolve.Finding) []string {
	sorted := make([]string, len(findings))
	for i, finding := range findings {
		sorted[i] = places.ReplaceAllString(finding.String(), "[]")
	}
	slices.Sort(sorted)
	return sorted
}

func lines[T any](list []T) string {
	var text bytes.Buffer
	for _, item := range list {
		fmt.Fprintln(&text, item)
	}
	return text.String()
}

func shuffled[T any](t *rapid.T, list []T) []T {
	if len(list) < 2 {
		return list
	}
	return rapid.Permutation(list).Draw(t, "order")
}

func shuffledSelector(t *rapid.T, selector model.Selector) model.Selector {
	return model.Selector{Permissions: shuffled(t, selector.Permissions), Sections: shuffled(t, selector.Sections)}
}

func shuffleCatalog(t *rapid.T, catalog *model.Catalog) {
	catalog.Sections = shuffled(t, catalog.Sections)
	catalog.Features = shuffled(t, catalog.Features)
	catalog.Entitlements = shuffled(t, catalog.Entitlements)
	catalog.Qualifiers = shuffled(t, catalog.Qualifiers)
	catalog.Permissions = shuffled(t, slices.Clone(catalog.Permissions))
	for i := range catalog.Permissions {
		catalog.Permissions[i].Implies = shuffled(t, catalog.Permissions[i].Implies)
		catalog.Permissions[i].RequiredFeatures = shuffled(t, catalog.Permissions[i].RequiredFeatures)
	}
	catalog.Prohibitions = shuffled(t, slices.Clone(catalog.Prohibitions))
	for i := range catalog.Prohibitions {
		catalog.Prohibitions[i].Selector = shuffledSelector(t, catalog.Prohibitions[i].Selector)
	}
	catalog.Plans = shuffled(t, slices.Clone(catalog.Plans))
	for i := range catalog.Plans {
		catalog.Plans[i].Features = shuffled(t, catalog.Plans[i].Features)
	}
	catalog.Constraints = shuffledConstraints(t, catalog.Constraints)
	catalog.Dimensions = shuffled(t, slices.Clone(catalog.Dimensions))
	for i := range catalog.Dimensions {
		catalog.Dimensions[i].Values = shuffled(t, catalog.Dimensions[i].Values)
	}
}

func shuffleOrganization(t *rapid.T, organization *model.Organization) {
	organization.Features = shuffled(t, organization.Features)
	organization.Waivers = shuffledWaivers(t, organization.Waivers)
	organization.DefaultGrants = shuffledGrants(t, slices.Clone(organization.DefaultGrants))
}

func shuffleStructure(t *rapid.T, structure *model.Structure) {
	structure.Units = shuffled(t, structure.Units)
	structure.Constraints = shuffledConstraints(t, structure.Constraints)
	structure.Waivers = shuffledWaivers(t, structure.Waivers)
	structure.UnitGroups = shuffled(t, slices.Clone(structure.UnitGroups))
	for i := range structure.UnitGroups {
		structure.UnitGroups[i].Units = shuffled(t, structure.UnitGroups[i].Units)
	}
}

func shuffledWaivers(t *rapid.T, waivers []model.Waiver) []model.Waiver {
	waivers = shuffled(t, slices.Clone(waivers))
	for i := range waivers {
		waivers[i].Users = shuffled(t, waivers[i].Users)
	}
	return waivers
}

func shuffleRole(t *rapid.T, role *model.Role) {
	role.Rules = shuffled(t, role.Rules)
	for i := range role.Rules {
		rule := &role.Rules[i]
		rule.Selector = shuffledSelector(t, rule.Selector)
		rule.Qualifiers = shuffled(t, rule.Qualifiers)
		rule.RequiredFeatures = shuffled(t, rule.RequiredFeatures)
		rule.RequiredEntitlements = shuffled(t, rule.RequiredEntitlements)
	}
	role.Inherits = shuffled(t, role.Inherits)
	for i := range role.Inherits {
		role.Inherits[i].Except = shuffledSelector(t, role.Inherits[i].Except)
	}
}

func shuffleAssignment(t *rapid.T, assignment *model.Assignment) {
	assignment.Grants = shuffledGrants(t, assignment.Grants)
	assignment.Overrides = shuffled(t, assignment.Overrides)
	for i := range assignment.Overrides {
		assignment.Overrides[i].Scope = shuffledScope(t, assignment.Overrides[i].Scope)
	}
}

func shuffledGrants(t *rapid.T, grants []model.Grant) []model.Grant {
	grants = shuffled(t, grants)
	for i := range grants {
		grants[i].Scope = shuffledScope(t, grants[i].Scope)
		grants[i].Entitlements = shuffled(t, grants[i].Entitlements)
	}
	return grants
}

// shuffledConstraints leaves duties in their places, in which findings tell them.
func shuffledConstraints(t *rapid.T, constraints []model.Constraint) []model.Constraint {
	constraints = shuffled(t, slices.Clone(constraints))
	for i := range constraints {
		if constraints[i].Separation == nil {
			continue
		}
		separation := *constraints[i].Separation
		separation.Duties = slices.Clone(separation.Duties)
		for j := range separation.Duties {
			separation.Duties[j].Roles = shuffled(t, separation.Duties[j].Roles)
			separation.Duties[j].Permissions = shuffled(t, separation.Duties[j].Permissions)
		}
		constraints[i].Separation = &separation
	}
	return constraints
}

func shuffledScope(t *rapid.T, scope model.Scope) model.Scope {
	scope.Units = shuffled(t, scope.Units)
	scope.Groups = shuffled(t, scope.Groups)
	scope.Dimensions = shuffled(t, slices.Clone(scope.Dimensions))
	for i := range scope.Dimensions {
		scope.Dimensions[i].Values = shuffled(t, scope.Dimensions[i].Values)
	}
	return scope
}
