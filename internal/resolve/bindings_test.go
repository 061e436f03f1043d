// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// support is a shop in which sam holds a role of the platform during some days.
func support(from, until int) *model.World {
	w := shop()
	watch := trade("watch", "close")
	watch.Kind, watch.Namespace, watch.Platform = model.KindPlatformRole, "", true
	w.Catalog.Permissions[2].Platform = true
	w.Roles[2].Rules[0].Permissions = []string{"buy", "pay"}
	w.PlatformRoles = []model.Role{watch}
	w.PlatformAssignments = []model.PlatformAssignment{{
		Object: model.Object{Ref: model.Ref{Kind: model.KindPlatformAssignment, Name: "sam"}}, User: "sam",
		Grants: []model.PlatformGrant{{Role: "watch", Picks: true, Window: during(model.Grant{}, from, until).Window}},
	}}
	return w
}

func TestGrantsOfThePlatformBeginAndEnd(t *testing.T) {
	grants := resolved(support(-1, 1)).Document.Users["sam"].Grants
	from, until := day(-1), day(1)
	if len(grants) != 1 || !reflect.DeepEqual(grants[0].Window, document.Window{StartTime: &from, EndTime: &until}) {
		t.Fatalf("got %+v, want one grant from %s until %s", grants, from, until)
	}
}

// TestOrderOfWhatGivesAUserRoles: the grants of a user stand in one order, whatever the order of the objects that give them.
func TestOrderOfWhatGivesAUserRoles(t *testing.T) {
	build := func(reverse bool) *document.Document {
		w := support(-1, 1)
		w.PlatformAssignments[0].User = "ann"
		w.Groups = []model.Group{
			{Object: object(model.KindGroup, "day"), Members: []string{"ann"}, Grants: []model.Grant{given("payer")}},
			{Object: object(model.KindGroup, "night"), Members: []string{"ann"}, Grants: []model.Grant{given("buyer")}},
		}
		w.Requested = []model.RequestedGrant{
			{Object: object(model.KindRequest, "first"), User: "ann", Role: role("payer"), Unit: "north"},
			{Object: object(model.KindRequest, "second"), User: "ann", Role: role("payer"), Unit: "south"},
		}
		w.Assignments = append(w.Assignments, holding("ann", 1, given("payer")))
		w.Assignments[len(w.Assignments)-1].Name = "another"
		if reverse {
			slices.Reverse(w.Groups)
			slices.Reverse(w.Requested)
			slices.Reverse(w.Assignments)
		}
		return resolve.Organization(identified(w)).Document
	}
	one, other := build(false).Users["ann"].Grants, build(true).Users["ann"].Grants
	if len(one) != 8 || !reflect.DeepEqual(one, other) {
		t.Errorf("%d grants:\n%+v\nthe other way round\n%+v", len(one), one, other)
	}
}

// TestScopeOfARequestedRole: it is the one that the request names, else the request's own unit and values, else the root.
func TestScopeOfARequestedRole(t *testing.T) {
	food := document.Values{Values: []string{"food"}}
	north := model.Scope{Units: []string{"north"}, Dimensions: []model.DimensionScope{{Name: "goods", Values: food.Values}}}
	in := func(unit string, goods document.Values) document.Scope {
		return document.Scope{Units: []string{unit}, Dimensions: map[string]document.Values{"goods": goods}}
	}
	for name, c := range map[string]struct {
		requested model.RequestedGrant
		want      document.Scope
	}{
		"its own":          {model.RequestedGrant{Scope: &north, Unit: "south"}, in("north", food)},
		"its unit":         {model.RequestedGrant{Unit: "south"}, in("south", document.Values{All: true})},
		"no unit":          {model.RequestedGrant{}, in("all", document.Values{All: true})},
		"its unit's goods": {model.RequestedGrant{Unit: "south", Attributes: model.Attributes{"goods": "food", "amount": 1.0}}, in("south", food)},
	} {
		w := shop()
		w.Catalog.Dimensions = []model.Dimension{{Name: "goods", Values: []string{"food"}}}
		c.requested.Object, c.requested.User, c.requested.Role = object(model.KindRequest, "r"), "ann", role("payer")
		w.Assignments[0].Grants = nil
		w.Requested = []model.RequestedGrant{c.requested}
		if got := resolved(identified(w)).Document.Users["ann"].Grants; len(got) != 1 || !reflect.DeepEqual(got[0].Scope, c.want) {
			t.Errorf("%s: got %+v, want the scope %+v", name, got, c.want)
		}
	}
}

// TestRequestedRoleForValuesThatAreNone: a value that is no text covers nothing.
func TestRequestedRoleForValuesThatAreNone(t *testing.T) {
	for _, value := range []any{1.0, true, nil, []any{"food"}, "paper"} {
		w := shop()
		w.Catalog.Dimensions = []model.Dimension{{Name: "goods", Values: []string{"food"}}}
		w.Assignments[0].Grants = nil
		w.Requested = []model.RequestedGrant{{
			Object: object(model.KindRequest, "r"), User: "ann", Role: role("payer"), Unit: "south", Attributes: model.Attributes{"goods": value},
		}}
		if got := resolved(identified(w)).Document.Users["ann"].Grants; len(got) != 0 {
			t.Errorf("goods %v: got %+v", value, got)
		}
	}
}

// TestGrantThatCoversNothing: it is not published.
func TestGrantThatCoversNothing(t *testing.T) {
	w := shop()
	w.Assignments[0].Grants = []model.Grant{given("buyer", "nowhere"), {Role: role("buyer"), Scope: model.Scope{Groups: []string{"none"}}}}
	if got := resolved(w).Document.Users["ann"].Grants; len(got) != 0 {
		t.Errorf("got %+v", got)
	}
}

// TestOrderOfAlternatives: those that ask least come first; of equal ones from two parents the first by name is published,
// whichever parent is named first.
func TestOrderOfAlternatives(t *testing.T) {
	build := func(parents ...string) []document.Alternative {
		w := shop()
		w.Catalog.Qualifiers = []model.Qualifier{
			{Name: "a", Expression: "true"}, {Name: "b", Expression: "true"}, {Name: "z", Expression: "true"},
		}
		top := model.Role{Object: object(model.KindRole, "top"), Rules: []model.Rule{{Selector: named("pay"), Qualifiers: []string{"a", "b"}}}}
		for _, name := range parents {
			parent := model.Role{Object: object(model.KindRole, name), Rules: []model.Rule{{Selector: named("pay"), Qualifiers: []string{"z"}}}}
			w.Roles = append(w.Roles, parent)
			top.Inherits = append(top.Inherits, model.Inheritance{Role: role(name)})
		}
		w.Roles = append(w.Roles, top)
		return resolve.Organization(w).Document.Roles["top"].Permissions["pay"]
	}
	one, other := build("left", "right"), build("right", "left")
	if !reflect.DeepEqual(one, other) {
		t.Errorf("got %+v, and in the other order %+v", one, other)
	}
	if len(one) != 2 || !slices.Equal(one[0].Qualifiers, []string{"z"}) || !slices.Equal(one[1].Qualifiers, []string{"a", "b"}) {
		t.Errorf("got %+v, want what asks for one qualifier first", one)
	}
	if !slices.Equal(one[0].Via, []string{"left"}) {
		t.Errorf("it comes by %v", one[0].Via)
	}
}

// TestAuditedConstraintWithholdsNothing: what breaks it counts in the enforced ones as if it did not.
func TestAuditedConstraintWithholdsNothing(t *testing.T) {
	w := shop()
	audited := apart(false, "buyer", "payer")
	audited.Name, audited.Enforce = "audited", false
	bind(w, audited, apart(false, "payer", "closer"))
	older, newer := holding("eve", 9, given("buyer"), given("payer")), holding("eve", 1, given("closer"))
	newer.Name = "eve-too"
	w.Assignments = append(w.Assignments, older, newer)
	var held []string
	for _, g := range resolved(w).Document.Users["eve"].Grants {
		held = append(held, g.Role)
	}
	if !slices.Equal(held, []string{"buyer", "payer"}) {
		t.Errorf("eve holds %v, want buyer and payer: closer breaks the enforced constraint", held)
	}
}

// TestAttributeOfAUnitThatIsTooLarge: it is unknown, so that no caller says what it is.
func TestAttributeOfAUnitThatIsTooLarge(t *testing.T) {
	w := shop()
	w.Structures[0].Units[1].Attributes = model.Attributes{"open": true, "plan": strings.Repeat("x", 5000)}
	unit := resolve.Organization(w).Document.Units["north"]
	if !reflect.DeepEqual(unit.Attributes, map[string]any{"open": true}) || !slices.Equal(unit.UnknownAttributes, []string{"plan"}) {
		t.Errorf("the attributes are %v, unknown are %v", unit.Attributes, unit.UnknownAttributes)
	}
}

// TestWhatIsPublishedOfSeveral: all dimensions are, and of a plan's features those that the catalog has.
func TestWhatIsPublishedOfSeveral(t *testing.T) {
	w := shop()
	w.Catalog.Dimensions = []model.Dimension{{Name: "goods", Values: []string{"tools", "food"}}, {Name: "shift", Values: []string{"day"}}}
	w.Catalog.Plans = []model.Plan{{Name: "small", Features: []string{"paper", "online"}}}
	w.Organization.Plan = "small"
	doc := resolve.Organization(w).Document
	if want := map[string][]string{"goods": {"food", "tools"}, "shift": {"day"}}; !reflect.DeepEqual(doc.Dimensions, want) {
		t.Errorf("the dimensions are %v, want %v", doc.Dimensions, want)
	}
	if !slices.Equal(doc.Features, []string{"online"}) {
		t.Errorf("the features are %v: no catalog has paper", doc.Features)
	}
}

// TestSecondGroupDecides: a chain may name any group of the organization.
func TestSecondGroupDecides(t *testing.T) {
	w := shop()
	w.Groups = []model.Group{
		{Object: object(model.KindGroup, "day"), Members: []string{"ann"}}, {Object: object(model.KindGroup, "night"), Members: []string{"ben"}},
	}
	w.Chains = []model.Chain{asking("offers", "", model.Approver{Group: "night"})}
	same(t, "found", found(w, resolve.ReasonUnknownUserGroup), nil)
}

// TestDenialOfEveryDimension: a denial that names no dimension is published for all values of each.
func TestDenialOfEveryDimension(t *testing.T) {
	w := shop()
	w.Catalog.Dimensions = []model.Dimension{{Name: "goods", Values: []string{"food"}}, {Name: "shift", Values: []string{"day"}}}
	w.Assignments[0].Overrides = []model.Override{{Name: "no", Permission: "buy", Deny: true}}
	overrides := resolve.Organization(w).Document.Users["ann"].Overrides
	all := map[string]document.Values{"goods": {All: true}, "shift": {All: true}}
	if len(overrides) != 1 || !overrides[0].Deny || !overrides[0].Scope.Everywhere || !reflect.DeepEqual(overrides[0].Scope.Dimensions, all) {
		t.Errorf("got %+v, want a denial everywhere, for %v", overrides, all)
	}
}

// TestEveryFurtherRootIsFound: of the roots of several structures that of the oldest counts, and each other is named.
func TestEveryFurtherRootIsFound(t *testing.T) {
	w := shop()
	for _, name := range []string{"second", "third"} {
		w.Structures = append(w.Structures, model.Structure{Object: object(model.KindStructure, name), Units: []model.Unit{{Name: "top-" + name}}})
	}
	same(t, "found", found(w, resolve.ReasonInvalidUnitTree), []string{
		"Error OrganizationStructure/second spec.units[top-second].parent InvalidUnitTree",
		"Error OrganizationStructure/third spec.units[top-third].parent InvalidUnitTree",
	})
}
