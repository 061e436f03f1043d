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

// TestWhatIsFoundOfOrganizations: each of these is one line.
func TestWhatIsFoundOfOrganizations(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*model.World)
		reason string
		want   []string
	}{
		"a key that no ConfigMap gets": {func(w *model.World) { w.Organization.Unusable = []string{"spec.publishing.labels[x]"} },
			resolve.ReasonInvalidKey, []string{"Error Organization/shop spec.publishing.labels[x] InvalidKey"}},
		"a role like the second of the platform": {func(w *model.World) {
			one, two := trade("one", "buy"), trade("two", "close")
			one.Kind, two.Kind = model.KindPlatformRole, model.KindPlatformRole
			w.PlatformRoles = []model.Role{one, two}
		}, resolve.ReasonEquivalentRoles, []string{"Warning Role/buyer EquivalentRoles", "Warning Role/closer EquivalentRoles"}},
		"a branch without grants": {func(w *model.World) {
			w.Structures[0].Units = append(w.Structures[0].Units, model.Unit{Name: "den", Parent: "north"})
			w.Assignments = []model.Assignment{holding("ben", 2, given("payer", "south"))}
		}, resolve.ReasonUnusedUnit, []string{"Info OrganizationStructure/branches spec.units UnusedUnit"}},
		"a unit that an override names": {func(w *model.World) {
			w.Assignments = []model.Assignment{holding("ben", 2, given("payer", "south"))}
			w.Assignments[0].Overrides = []model.Override{{Name: "o", Permission: "buy", Scope: model.Scope{Units: []string{"north"}}}}
		}, resolve.ReasonUnusedUnit, nil},
		"a default grant that breaks a constraint for many": {func(w *model.World) {
			w.Organization.DefaultGrants = []model.Grant{given("closer")}
			w.Organization.DefaultGrants[0].Name = "a"
			w.Assignments = append(w.Assignments, holding("cem", 1, given("buyer")))
			bind(w, limited("closer", 1))
		}, resolve.ReasonTooManyHolders, []string{
			"Error Organization/shop spec.defaultGrants[a] TooManyHolders", "Warning Organization/shop TooManyHolders",
		}},
		"a grant of the platform that breaks a constraint": {func(w *model.World) {
			w.PlatformRoles = []model.Role{{Object: object(model.KindPlatformRole, "auditor"), Catalog: "trade", Platform: true, Rules: trade("x", "pay").Rules}}
			w.PlatformAssignments = []model.PlatformAssignment{{Object: object(model.KindPlatformAssignment, "ann"), User: "ann", Grants: []model.PlatformGrant{
				{Name: "p", Role: "auditor", Picks: true}, {Name: "q", Role: "ghost", Picks: true},
			}}}
			w.PlatformAssignments[0].Created = day(1)
			bind(w, apart(false, "buyer", "/pay"))
		}, resolve.ReasonSeparationOfDuties, []string{
			"Error PlatformAssignment/ann spec.grants[p] SeparationOfDuties", "Warning Organization/shop SeparationOfDuties",
		}},
	} {
		world := shop()
		c.change(world)
		same(t, name, found(world, c.reason), c.want)
	}
}

// TestAllValuesAndSome: all of them are covered, and no list says otherwise.
func TestAllValuesAndSome(t *testing.T) {
	world := shop()
	divide(world, "goods", "food", "fuel")
	world.Assignments[0].Grants[0].Scope.Dimensions[0].Values = []string{"food"}
	if got := resolved(world).Document.Users["ann"].Grants[0].Scope.Dimensions["goods"]; !got.All || got.Values != nil {
		t.Errorf("ann's grant covers %+v", got)
	}
}

// TestOverridesWithUnknownValues give and take nothing, also where some of their values are known.
func TestOverridesWithUnknownValues(t *testing.T) {
	for _, values := range [][]string{{"food"}, {"food", "gone"}, {"gone", "food"}} {
		world := shop()
		divide(world, "goods", "food", "fuel")
		world.Assignments[0].Overrides = []model.Override{{Name: "o", Permission: "pay", Scope: model.Scope{
			Everywhere: true, Dimensions: []model.DimensionScope{{Name: "goods", Values: values}},
		}}}
		if got := len(resolved(world).Document.Users["ann"].Overrides); (got == 1) != (len(values) == 1) {
			t.Errorf("of %v there are %d overrides", values, got)
		}
	}
}

// TestOverridesMakeUpDuties where they give the permission, with the features that it needs.
func TestOverridesMakeUpDuties(t *testing.T) {
	for name, c := range map[string]struct {
		override model.Override
		broken   bool
	}{
		"the permission":              {model.Override{Permission: "pay", Scope: model.Scope{Everywhere: true}}, true},
		"another":                     {model.Override{Permission: "close", Scope: model.Scope{Everywhere: true}}, false},
		"in the unit of the other":    {model.Override{Permission: "pay", Scope: model.Scope{Units: []string{"north"}}}, true},
		"in another unit":             {model.Override{Permission: "pay", Scope: model.Scope{Units: []string{"south"}}}, false},
		"without the feature of it":   {model.Override{Permission: "gated", Scope: model.Scope{Everywhere: true}}, false},
		"in a group that is in order": {model.Override{Permission: "pay", Scope: model.Scope{Groups: []string{"all"}}}, true},
	} {
		world := shop()
		world.Structures[0].UnitGroups = []model.UnitGroup{{Name: "all", Units: []string{"north"}}}
		world.Catalog.Permissions = append(world.Catalog.Permissions, model.Permission{Name: "gated", RequiredFeatures: []string{"online"}})
		world.Assignments = []model.Assignment{holding("ann", 3, given("buyer", "north"))}
		c.override.Name = "o"
		world.Assignments[0].Overrides = []model.Override{c.override}
		bind(world, apart(true, "buyer", "/pay", "/gated"))
		if got := found(world, resolve.ReasonSeparationOfDuties); (len(got) > 0) != c.broken {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestDocumentHoldsWhatCounts: plans without limit, groups, and what roles inherit through several parents.
func TestDocumentHoldsWhatCounts(t *testing.T) {
	world := shop()
	world.Catalog.Plans = []model.Plan{{Name: "open", Features: []string{"online"}}}
	world.Organization.Plan = "open"
	world.Groups = []model.Group{{Object: object(model.KindGroup, "board"), Members: []string{"ben", "ann"}, Default: "x"}}
	world.Roles = append(world.Roles, model.Role{
		Object: object(model.KindRole, "chief"), Inherits: []model.Inheritance{{Role: role("buyer")}, {Role: role("closer")}},
	})
	world.Roles[1].Rules = append(world.Roles[1].Rules, model.Rule{Selector: named("buy"), RequiredEntitlements: []string{"ghost"}})
	doc := resolved(world).Document
	if got := doc.Roles["chief"].Inherits; !slices.Equal(got, []string{"buyer", "closer"}) {
		t.Errorf("the chief inherits %v", got)
	}
	if got := doc.Groups["board"]; !slices.Equal(got.Members, []string{"ann", "ben"}) {
		t.Errorf("the board is %+v", got)
	}
	if _, held := doc.Roles["payer"].Permissions["buy"]; held || len(doc.Roles["payer"].Permissions["pay"]) != 1 {
		t.Errorf("the payer holds %+v", doc.Roles["payer"].Permissions)
	}
	if !slices.Equal(doc.Features, []string{"online"}) {
		t.Errorf("the features are %v", doc.Features)
	}
}

// TestWhoseEntriesChange: those who are gone, too.
func TestWhoseEntriesChange(t *testing.T) {
	world := lettered(shop())
	first, everything := resolve.Update(nil, world, model.Everything(), byUser(world.Assignments))
	if !everything.IsEverything() {
		t.Errorf("at first, %v is changed", everything)
	}
	first, nothing := resolve.Update(first, world, model.Difference{}, byUser(world.Assignments))
	if !nothing.IsEmpty() {
		t.Errorf("without a change, %v is changed", nothing)
	}
	gone := model.OfUsers(slices.Values([]string{"ben"}))
	second, difference := resolve.Update(first, world, gone, byUser(world.Assignments[:1]))
	if changed := slices.Collect(difference.Users()); !slices.Equal(changed, []string{"ben"}) {
		t.Errorf("changed are %v", changed)
	}
	world.Assignments = world.Assignments[:1]
	fresh := resolve.Organization(world)
	if got, want := report(second.Findings), report(fresh.Findings); got != want || second.Holders["payer"] != 0 || second.Holders["buyer"] != 1 {
		t.Errorf("without ben the findings are\n%s\nwant\n%s", got, want)
	}
	if _, still := second.Document.Users["ben"]; still || len(second.Document.Users) != len(first.Document.Users)-1 {
		t.Errorf("the users are %v", second.Document.Users)
	}
}

// TestRolesThatAPolicyGives: the warning names those that its approvers may lack.
func TestRolesThatAPolicyGives(t *testing.T) {
	byRole := func(name string) model.Approver {
		return model.Approver{Type: model.ApproverTypeRole, Role: &model.RoleApprover{Role: role(name)}}
	}
	above := model.Approver{Type: model.ApproverTypeManagerWithRole, ManagerWithRole: &model.ManagerWithRoleApprover{Role: role("chief"), LineOf: model.LineOfRequester}}
	upTo := func(name string) *model.GrantPolicy {
		ref := role(name)
		return &model.GrantPolicy{Roles: model.RoleSelection{From: document.RolesUpTo, UpTo: &ref}}
	}
	for name, c := range map[string]struct {
		policy    *model.GrantPolicy
		approvers []model.Approver
		want      string
	}{
		"up to the approver's":        {upTo("chief"), []model.Approver{byRole("chief")}, ""},
		"up to more":                  {upTo("chief"), []model.Approver{byRole("buyer")}, "(chief)"},
		"up to a manager's":           {upTo("chief"), []model.Approver{above}, ""},
		"up to no role":               {&model.GrantPolicy{Roles: model.RoleSelection{From: document.RolesUpTo}}, []model.Approver{byRole("buyer")}, ""},
		"up to one that is not there": {upTo("ghost"), []model.Approver{byRole("buyer")}, ""},
		"a role that is not there":    {upTo("chief"), []model.Approver{byRole("ghost")}, ""},
		"a manager with a lesser role": {upTo("chief"), []model.Approver{above, {
			Type: model.ApproverTypeManagerWithRole, ManagerWithRole: &model.ManagerWithRoleApprover{Role: role("buyer"), LineOf: model.LineOfRequester},
		}}, "(chief)"},
		"all of them": {&model.GrantPolicy{Roles: model.RoleSelection{From: document.RolesAll}}, []model.Approver{byRole("chief")}, "(closer)"},
	} {
		world := shop()
		world.Roles = append(world.Roles, model.Role{
			Object: object(model.KindRole, "chief"), Inherits: []model.Inheritance{{Role: role("buyer")}}, Rules: trade("", "pay").Rules,
		})
		world.Chains = []model.Chain{asking("a", "", c.approvers...)}
		world.Chains[0].GrantPolicy = c.policy
		c.policy.Max = 1
		got := ""
		for _, f := range resolved(world).Findings {
			if f.Reason == resolve.ReasonApproversOutranked {
				_, got, _ = strings.Cut(f.Message, "may lack ")
				got, _, _ = strings.Cut(got, ":")
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestPlatformRolesOfSeveralCatalogs: each is resolved, and each that belongs to none is found.
func TestPlatformRolesOfSeveralCatalogs(t *testing.T) {
	other := shop().Catalog
	other.Name = "travel"
	of := func(catalog, name string, platform bool, inherits ...model.Inheritance) model.Role {
		r := shipped(name, platform, "pay")
		r.Catalog, r.Inherits = catalog, inherits
		return r
	}
	resolved := resolve.Platform([]*model.Catalog{shop().Catalog, other}, []model.Role{
		of("trade", "one", false), of("travel", "two", false), of("gone", "three", false), of("gone", "four", false),
		of("trade", "high", true), of("trade", "higher", true, model.Inheritance{Role: shippedRef("high")}),
	}, nil)
	for _, name := range []string{"one", "two", "higher"} {
		if len(resolved.Roles[shippedRef(name).Key()].Permissions["pay"]) != 1 {
			t.Errorf("%s holds %+v", name, resolved.Roles[shippedRef(name).Key()].Permissions)
		}
	}
	same(t, "found", briefly(resolved.Findings), []string{
		"Error PlatformRole/four spec.catalogRef.name UnknownCatalog", "Error PlatformRole/three spec.catalogRef.name UnknownCatalog",
	})
}

// TestPlatformGrantsCoverEverything: every value of every dimension.
func TestPlatformGrantsCoverEverything(t *testing.T) {
	world := shop()
	world.Catalog.Dimensions = []model.Dimension{{Name: "color", Values: []string{"red"}}, {Name: "size", Values: []string{"s"}}}
	world.PlatformRoles = []model.Role{shipped("auditor", true, "pay")}
	world.PlatformAssignments = []model.PlatformAssignment{overall("una", model.PlatformGrant{Name: "p", Role: "auditor", Picks: true})}
	want := map[string]document.Values{"color": {All: true}, "size": {All: true}}
	if grants := resolved(world).Document.Users["una"].Grants; len(grants) != 1 || !grants[0].Everywhere || !reflect.DeepEqual(grants[0].Dimensions, want) {
		t.Errorf("una holds %+v", grants)
	}
}

// TestRulesThatAskForWhatIsNotThere give nothing.
func TestRulesThatAskForWhatIsNotThere(t *testing.T) {
	for reason, rule := range map[string]model.Rule{
		resolve.ReasonUnknownFeature:     {Selector: named("buy"), RequiredFeatures: []string{"ghost", "online"}},
		resolve.ReasonUnknownEntitlement: {Selector: named("buy"), RequiredEntitlements: []string{"ghost", "key"}},
		resolve.ReasonUnknownQualifier:   {Selector: named("buy"), Qualifiers: []string{"ghost"}},
	} {
		world := shop()
		world.Roles[1].Rules = append(world.Roles[1].Rules, rule)
		if lines := found(world, reason); len(lines) != 1 {
			t.Errorf("%s: found are %v", reason, lines)
		}
		if _, held := resolved(world).Document.Roles["payer"].Permissions["buy"]; held {
			t.Errorf("%s: the rule gives buy", reason)
		}
	}
}

// TestDenialsTakeEveryValueOfWhatTheyDoNotName, of each dimension.
func TestDenialsTakeEveryValueOfWhatTheyDoNotName(t *testing.T) {
	world := shop()
	for _, name := range []string{"color", "shape", "size"} {
		world.Catalog.Dimensions = append(world.Catalog.Dimensions, model.Dimension{Name: name, Values: []string{"a", "b"}})
	}
	world.Assignments[0].Overrides = []model.Override{{Name: "o", Permission: "buy", Deny: true, Scope: model.Scope{
		Everywhere: true, Dimensions: []model.DimensionScope{{Name: "shape", Values: []string{"a"}}},
	}}}
	want := map[string]document.Values{"color": {All: true}, "shape": {Values: []string{"a"}}, "size": {All: true}}
	overrides := resolved(world).Document.Users["ann"].Overrides
	if len(overrides) != 1 || !reflect.DeepEqual(overrides[0].Dimensions, want) {
		t.Errorf("ann is denied %+v", overrides)
	}
}

// TestEachIsCountedOnce: a user who holds a role twice, and the topmost unit of a branch that no grant covers.
func TestEachIsCountedOnce(t *testing.T) {
	world := shop()
	world.Structures[0].Units = append(world.Structures[0].Units, model.Unit{Name: "den", Parent: "north"})
	world.Assignments = []model.Assignment{holding("ben", 2, given("payer", "south"), during(given("payer", "south"), 1, 2))}
	resolution := resolved(world)
	if got := resolution.Holders["payer"]; got != 1 {
		t.Errorf("%d users hold the role", got)
	}
	for _, f := range resolution.Findings {
		if f.Reason == resolve.ReasonUnusedUnit && !strings.HasPrefix(f.Message, "no grant covers north:") {
			t.Errorf("found is %q", f.Message)
		}
	}
}

// TestConstraintsOfEveryStructureCount, not those of the first alone.
func TestConstraintsOfEveryStructureCount(t *testing.T) {
	world := shop()
	second := structured("more", 1)
	second.Constraints = []model.Constraint{apart(false, "buyer", "closer")}
	world.Structures = append(world.Structures, second)
	if got := found(world, resolve.ReasonSeparationOfDuties); len(got) != 2 {
		t.Errorf("found are %v", got)
	}
	// Nor do the waivers of the first alone.
	world.Structures[1].Waivers = []model.Waiver{
		{Name: "for-now", Constraint: "four-eyes", AllUsers: true, Owner: "eve", Reason: "year end", EndTime: day(9)},
	}
	if got := found(world, resolve.ReasonSeparationOfDuties); len(got) != 0 {
		t.Errorf("although it is waived, found are %v", got)
	}
}

// TestApproversWithoutTheFieldOfTheirType name nobody, which is found.
func TestApproversWithoutTheFieldOfTheirType(t *testing.T) {
	for _, kind := range []model.ApproverType{
		model.ApproverTypeRole, model.ApproverTypePermission, model.ApproverTypeGroup, model.ApproverTypeManager, model.ApproverTypeManagerWithRole,
	} {
		world := shop()
		world.Chains = []model.Chain{asking("a", "", model.Approver{Type: model.ApproverTypeUsers, Users: []string{"ann"}}, model.Approver{Type: kind})}
		same(t, string(kind), found(world, resolve.ReasonUnknownType), []string{"Error ApprovalChain/a spec.steps[one].approvers[1].type UnknownType"})
	}
}
