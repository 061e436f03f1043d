// SPDX-License-Identifier: Apache-2.0

package resolve_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// TestEffective: what each of the staff holds, grouped by scope and by what gives it.
func TestEffective(t *testing.T) {
	world := hospital()
	world.Assignments = append(world.Assignments,
		model.Assignment{
			Object: object(model.KindAssignment, "cem"), User: "cem",
			Grants: []model.Grant{
				// Two roles in one scope, a gate that stays closed, and the widest scope last.
				{Role: role("reader"), Scope: model.Scope{Units: []string{"er"}, Dimensions: shifts()}},
				{Role: role("writer"), Scope: model.Scope{Units: []string{"er"}, Dimensions: shifts()}},
				{Role: role("clerk"), Scope: model.Scope{Everywhere: true, Dimensions: shifts()}},
				{Role: role("reader"), Scope: model.Scope{Everywhere: true, Dimensions: shifts()}},
			},
			Overrides: []model.Override{
				{Permission: "chart.audit", Deny: true},
				{Permission: "chart.write", Deny: true, Window: model.Window{EndTime: clock}},
				{Permission: "chart.purge", Scope: model.Scope{Everywhere: true, Dimensions: shifts()}},
			},
		},
		model.Assignment{Object: object(model.KindAssignment, "dia"), User: "dia"},
		model.Assignment{Object: object(model.KindAssignment, "eve"), User: "eve", Suspended: true, Grants: world.Assignments[ben].Grants},
	)
	doc := resolved(world).Document
	var text strings.Builder
	for _, user := range []string{"ann", "ben", "cem", "dia", "eve", "nobody"} {
		fmt.Fprintf(&text, "# %s\n", user)
		for _, scope := range resolve.Effective(doc, user) {
			fmt.Fprintf(&text, "%s %s\n", scope.Scope, scope.Window)
			for _, from := range scope.From {
				fmt.Fprintf(&text, "  from %+v\n", from)
			}
			for _, held := range scope.Permissions {
				fmt.Fprintf(&text, "    %s when %s\n", held.Name, held.Alternatives)
			}
			if len(scope.Denied) > 0 {
				fmt.Fprintf(&text, "    denied %q\n", scope.Denied)
			}
		}
	}
	golden(t, "effective.golden", text.String())
}

// TestEffectiveOfRefused: what is refused to everybody is nobody's.
func TestEffectiveOfRefused(t *testing.T) {
	world := hospital()
	world.Catalog.Prohibitions[0].Expression = "("
	for _, scope := range resolve.Effective(resolved(world).Document, "ann") {
		for _, held := range scope.Permissions {
			if held.Name == "chart.sign" {
				t.Errorf("ann holds %s", held.Name)
			}
		}
	}
}

// TestEffectiveOfOverrideWithoutFeature: an override gives nothing while the organization lacks the feature.
func TestEffectiveOfOverrideWithoutFeature(t *testing.T) {
	world := hospital()
	world.Organization.Features = nil
	world.Assignments[ben].Grants = nil
	world.Assignments[ben].Overrides = []model.Override{{Permission: "order.enter", Scope: model.Scope{Everywhere: true, Dimensions: shifts()}}}
	doc := resolved(world).Document
	if got := resolve.Effective(doc, "ben"); len(got) > 0 {
		t.Errorf("ben holds %+v", got)
	}
	if len(doc.Users["ben"].Overrides) != 1 {
		t.Error("the override is not in the document")
	}
	if want := (document.Counts{Units: 4, Roles: 4, Users: 2, Grants: 2}); doc.Counts() != want {
		t.Errorf("counts are %+v, want %+v", doc.Counts(), want)
	}
}

// TestEffectiveUnderEitherQualifier: what a role gives under either of two qualifiers is held under both.
func TestEffectiveUnderEitherQualifier(t *testing.T) {
	world := hospital()
	world.Roles[0].Rules = []model.Rule{
		{Selector: named("chart.read"), Qualifiers: []string{"own"}}, {Selector: named("chart.read"), Qualifiers: []string{"senior"}},
	}
	world.Assignments[ben].Grants = []model.Grant{{Role: role("reader"), Scope: model.Scope{Everywhere: true, Dimensions: shifts()}}}
	world.Assignments[ben].Overrides = nil
	var got []string
	for _, scope := range resolve.Effective(resolved(world).Document, "ben") {
		for _, held := range scope.Permissions {
			got = append(got, fmt.Sprintf("%s when %s", held.Name, held.Alternatives))
		}
	}
	same(t, "ben holds", got, []string{"chart.read when [own senior]"})
}
