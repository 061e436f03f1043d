// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestHospital: the whole document of a world without mistakes, and of the same world with several.
func TestHospital(t *testing.T) {
	golden(t, "hospital.golden.json", documentOf(t, hospital()))

	world := hospital()
	for _, m := range slices.Concat(ruleMistakes[:3], catalogMistakes[:1], placeMistakes[2:3], grantMistakes[2:3], profileMistakes[1:4]) {
		m.spoil(world)
	}
	golden(t, "spoilt.golden.json", documentOf(t, world))
	golden(t, "spoilt.findings.golden", report(resolved(world).Findings))
}

func documentOf(t *testing.T, world *model.World) string {
	t.Helper()
	text, err := publish.Text(resolved(world).Document)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func report(findings []resolve.Finding) string {
	var text strings.Builder
	for _, f := range findings {
		fmt.Fprintln(&text, f)
	}
	return text.String()
}

// TestMissing: without the organization or its catalog nothing may be published, and every object says what it waits for.
func TestMissing(t *testing.T) {
	world := hospital()
	world.Catalog = nil
	for _, name := range []string{"day", "night"} {
		world.Groups = append(world.Groups, model.Group{Object: object(model.KindGroup, name)})
		world.Chains = append(world.Chains, model.Chain{Object: object(model.KindChain, name)})
	}
	withoutCatalog := resolved(world)
	world.Organization = nil
	withoutOrganization := resolved(world)
	if withoutCatalog.Document != nil || withoutOrganization.Document != nil {
		t.Error("a document is made of nothing")
	}
	golden(t, "missing.findings.golden", "# the catalog is missing\n"+report(withoutCatalog.Findings)+
		"# the organization is missing\n"+report(withoutOrganization.Findings))
}

// TestCatalog: a catalog by itself is told the same as in an organization.
func TestCatalog(t *testing.T) {
	for _, m := range slices.Concat(ruleMistakes, catalogMistakes) {
		world := hospital()
		m.spoil(world)
		ofCatalog := func(f resolve.Finding) bool { return f.Object.Kind != model.KindCatalog }
		want := slices.DeleteFunc(resolved(world).Findings, ofCatalog)
		if got := resolve.Catalog(world.Catalog, world.PlatformRoles); !slices.Equal(got, want) {
			t.Errorf("%s: found\n%s\nwant\n%s", m.name, report(got), report(want))
		}
	}
}

// TestImplied: an implied permission needs the features of all permissions on the way, on any one way.
func TestImplied(t *testing.T) {
	world := hospital()
	world.Catalog.Features = []string{"f1", "f2", "f3", "ordering", "trials"}
	world.Catalog.Permissions = append(world.Catalog.Permissions,
		model.Permission{Name: "a", Section: "charts", Implies: []string{"b", "c", "c2"}},
		model.Permission{Name: "b", Section: "charts", Implies: []string{"d"}, RequiredFeatures: []string{"f1"}},
		model.Permission{Name: "c", Section: "charts", Implies: []string{"d", "b"}, RequiredFeatures: []string{"f2"}},
		model.Permission{Name: "c2", Section: "charts", Implies: []string{"b2"}, RequiredFeatures: []string{"f2"}},
		model.Permission{Name: "b2", Section: "charts", Implies: []string{"d"}, RequiredFeatures: []string{"f1"}},
		model.Permission{Name: "d", Section: "charts", Implies: []string{"a", "chart.read"}, RequiredFeatures: []string{"f3"}},
	)
	world.Roles = append(world.Roles, model.Role{Object: object(model.KindRole, "implier"), Rules: []model.Rule{{Selector: named("a")}}})
	held := resolved(world).Document.Roles["implier"].Permissions
	for name, want := range map[string]string{
		"a": "yes", "b": "feature:f1", "c": "feature:f2", "c2": "feature:f2", "b2": "feature:f1+feature:f2",
		"d": "feature:f1+feature:f3|feature:f2+feature:f3", "chart.read": "feature:f1+feature:f3|feature:f2+feature:f3",
	} {
		if got := alternatives(held[name]); got != want {
			t.Errorf("%s is held under %s, want %s", name, got, want)
		}
	}
	if len(held) != 7 {
		t.Errorf("the role holds %d permissions, want 7", len(held))
	}
}

// TestImpliedByALongerWay: of several ways to a permission the one without features counts, however long it is.
func TestImpliedByALongerWay(t *testing.T) {
	world := hospital()
	world.Catalog.Permissions = append(world.Catalog.Permissions,
		model.Permission{Name: "a", Section: "charts", Implies: []string{"b", "d"}},
		model.Permission{Name: "b", Section: "charts", Implies: []string{"c"}, RequiredFeatures: []string{"trials"}},
		model.Permission{Name: "c", Section: "charts"},
		model.Permission{Name: "d", Section: "charts", Implies: []string{"e"}},
		model.Permission{Name: "e", Section: "charts", Implies: []string{"c"}},
	)
	world.Roles = append(world.Roles, model.Role{Object: object(model.KindRole, "implier"), Rules: []model.Rule{{Selector: named("a")}}})
	world.Assignments[ben].Overrides = []model.Override{{Permission: "a", Scope: model.Scope{Everywhere: true, Dimensions: shifts()}}}
	doc := resolved(world).Document
	if got := alternatives(doc.Roles["implier"].Permissions["c"]); got != "yes" {
		t.Errorf("the role holds c under %s, want yes", got)
	}
	var given []string
	for _, o := range doc.Users["ben"].Overrides {
		given = append(given, strings.Join(append([]string{o.Permission}, o.RequiredFeatures...), " under "))
	}
	if want := []string{"a", "b under trials", "c", "d", "e"}; !slices.Equal(given, want) {
		t.Errorf("the override gives %q, want %q", given, want)
	}
}

// TestManagerApprovers: what a chain says of the role that a manager must hold is published.
func TestManagerApprovers(t *testing.T) {
	for exact, match := range map[bool]string{false: "", true: document.MatchExact} {
		approver := model.Approver{Type: model.ApproverTypeManagerWithRole, ManagerWithRole: &model.ManagerWithRoleApprover{
			LineOf: model.LineOfBeneficiary, Role: role("head"), Exact: exact, AboveLevel: 2,
		}}
		chain := resolve.Chain(&model.Chain{Steps: []model.Step{{Name: "one", Approvers: []model.Approver{approver}}}})
		want := document.ManagerWithRoleApprover{LineOf: document.LineOfBeneficiary, Role: "head", Match: match, AboveLevel: 2}
		if got := chain.Steps[0].Approvers[0].ManagerWithRole; got == nil || *got != want {
			t.Errorf("the approver is published as %+v, want %+v", got, want)
		}
	}
	byLevel := model.Approver{Type: model.ApproverTypeManager, Manager: &model.ManagerApprover{LineOf: model.LineOfRequester, Level: 2}}
	chain := resolve.Chain(&model.Chain{Steps: []model.Step{{Name: "one", Fallback: []model.Approver{byLevel}}}})
	if got := chain.Steps[0].Fallback[0].Manager; got == nil || *got != (document.ManagerApprover{Level: 2}) {
		t.Errorf("the approver of a level is published as %+v", got)
	}
}

func alternatives(list []document.Alternative) string {
	texts := make([]string, len(list))
	for i, a := range list {
		texts[i] = a.String()
	}
	return strings.Join(texts, "|")
}

// TestAlternatives: of several ways to hold a permission those that ask for more than another are left out, and of equal
// ones the nearest stays.
func TestAlternatives(t *testing.T) {
	world := hospital()
	rule := func(qualifiers, entitlements []string) model.Rule {
		return model.Rule{Selector: named("chart.sign"), Qualifiers: qualifiers, RequiredEntitlements: entitlements}
	}
	world.Roles = []model.Role{
		{Object: object(model.KindRole, "low"), Rules: []model.Rule{rule([]string{"own"}, nil), rule([]string{"above", "senior"}, nil), rule(nil, []string{"x"})}},
		{Object: object(model.KindRole, "mid"), Inherits: []model.Inheritance{{Role: role("low")}}, Rules: []model.Rule{rule([]string{"senior"}, nil)}},
		{
			Object:   object(model.KindRole, "top"),
			Inherits: []model.Inheritance{{Role: role("mid")}, {Role: role("low")}},
			Rules:    []model.Rule{rule([]string{"own", "senior"}, []string{"x"}), rule(nil, []string{"x", "y"})},
		},
	}
	doc := resolved(world).Document
	var got []string
	for _, a := range doc.Roles["top"].Permissions["chart.sign"] {
		got = append(got, a.String()+" via "+strings.Join(a.Via, ","))
	}
	if want := []string{"entitlement:x via low", "own via low", "senior via mid"}; !slices.Equal(got, want) {
		t.Errorf("held under %q, want %q", got, want)
	}
}

// TestAttributeBound: an attribute counts up to 4096 bytes of JSON, and is unknown beyond.
func TestAttributeBound(t *testing.T) {
	for name, test := range map[string]struct {
		value any
		fits  bool
	}{
		"a text of 4096 bytes with its quotes": {strings.Repeat("x", 4094), true},
		"a text of 4097 bytes with its quotes": {strings.Repeat("x", 4095), false},
		"a text that escapes make long":        {strings.Repeat("\x01", 683), false},
		"a short text that escapes make long":  {strings.Repeat("\x01", 682), true},
		"a list of 4096 bytes":                 {[]any{strings.Repeat("x", 4092)}, true},
		"a list of 4097 bytes":                 {[]any{strings.Repeat("x", 4093)}, false},
		"null":                                 {nil, true},
		"what is not JSON":                     {[]any{func() {}}, false},
	} {
		world := hospital()
		world.Assignments[ben].Attributes = model.Attributes{"it": test.value}
		world.Structures[0].Units[0].Attributes = model.Attributes{"it": test.value}
		resolution := resolved(world)
		_, ofUser := resolution.Document.Users["ben"].Attributes["it"]
		_, ofUnit := resolution.Document.Units["main"].Attributes["it"]
		if found := len(resolution.Findings); ofUser != test.fits || ofUnit != test.fits || (found == 0) != test.fits {
			t.Errorf("%s: of the user %v, of the unit %v, %d findings", name, ofUser, ofUnit, found)
		}
	}
}

func TestFindingWords(t *testing.T) {
	f := resolve.Finding{
		Reason: resolve.ReasonUnknownUnit, Severity: resolve.Warning, Field: "spec.profile.homeUnit", Message: "there is none",
		Object: model.Ref{Kind: model.KindAssignment, Namespace: "health", Name: "ann"},
	}
	if want := "Warning UserAssignment/ann spec.profile.homeUnit UnknownUnit: there is none"; f.String() != want {
		t.Errorf("%q, want %q", f, want)
	}
}

// TestNearestUnitKindOfApproversIsPublished: readers ask for holders over the nearest unit of that kind.
func TestNearestUnitKindOfApproversIsPublished(t *testing.T) {
	asked := &model.RoleApprover{Role: role("reader"), Exact: true, NearestUnitKind: "ward"}
	chain := resolve.Chain(&model.Chain{Steps: []model.Step{{Name: "one", Approvers: []model.Approver{{Type: model.ApproverTypeRole, Role: asked}}}}})
	if got := chain.Steps[0].Approvers[0].Role; got == nil || got.NearestUnitKind != "ward" || got.Match != document.MatchExact || got.Role != "reader" {
		t.Errorf("published is %+v", got)
	}
}
