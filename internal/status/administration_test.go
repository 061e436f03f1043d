// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

// rulesOf writes the administration rules that a status lists.
func rulesOf(listed []v1alpha1.RoleAdministrationRule) []string {
	var written []string
	for _, rule := range listed {
		text := fmt.Sprintf("%s: %s %v", rule.Name, rule.Allows, rule.Qualifiers)
		if from := rule.InheritedFrom; from != nil {
			text += fmt.Sprintf(" from %s/%s", from.Kind, from.Name)
		}
		written = append(written, text)
	}
	return written
}

func giving(name string, roles v1alpha1.AdministeredRoles, qualifiers ...v1alpha1.Name) v1alpha1.AdministrationRule {
	return v1alpha1.AdministrationRule{
		Name: v1alpha1.Name(name), Qualifiers: qualifiers, UserActions: []v1alpha1.UserAction{v1alpha1.UserActionGiveRoles}, Roles: &roles,
	}
}

func adding(name string) v1alpha1.AdministrationRule {
	return v1alpha1.AdministrationRule{Name: v1alpha1.Name(name), UserActions: []v1alpha1.UserAction{v1alpha1.UserActionAdd}}
}

// TestRoleListsItsAdministrationRules: its own first, then what it inherits, without what takes no effect.
func TestRoleListsItsAdministrationRules(t *testing.T) {
	o := objects()
	o.Catalog.Spec.Qualifiers = []v1alpha1.Qualifier{{Name: "reports", Expression: "directory.isManager(subject.id, resource.id)"}}
	o.PlatformRoles = []v1alpha1.PlatformRole{{ObjectMeta: clusterScoped("base"), Spec: v1alpha1.PlatformRoleSpec{
		CatalogRef: v1alpha1.CatalogReference{Name: "orders"}, AssignableScope: v1alpha1.AssignableScopeOrganization,
		RoleDefinition: v1alpha1.RoleDefinition{AdministrationRules: []v1alpha1.AdministrationRule{adding("add")}},
	}}}
	o.Roles[0].Spec.AdministrationRules = []v1alpha1.AdministrationRule{
		giving("reports", v1alpha1.AdministeredRoles{From: v1alpha1.AdministeredRolesOwnRank}, "reports"),
		giving("unknown", v1alpha1.AdministeredRoles{From: v1alpha1.AdministeredRolesAll}, "unknown"),
	}
	chief := o.Roles[0].DeepCopy()
	chief.ObjectMeta = named("chief", 1)
	chief.Spec.Inherits = []v1alpha1.Inheritance{
		{RoleRef: v1alpha1.RoleReference{Name: "clerk"}}, {RoleRef: v1alpha1.RoleReference{Kind: "PlatformRole", Name: "base"}},
	}
	chief.Spec.AdministrationRules = []v1alpha1.AdministrationRule{giving("all", v1alpha1.AdministeredRoles{From: v1alpha1.AdministeredRolesAll})}
	o.Roles = append(o.Roles, *chief)
	view := status.NewView(snapshot.Build(key, o), revision(1), first)
	for i, want := range [][]string{
		{"reports: give roles up to their own [reports]"},
		{"all: give every role []", "add: add users [] from PlatformRole/base", "reports: give roles up to their own [reports] from Role/clerk"},
	} {
		if got := rulesOf(view.Role(&o.Roles[i]).AdministrationRules); !slices.Equal(got, want) {
			t.Errorf("%s has\n%q\nwant\n%q", o.Roles[i].Name, got, want)
		}
	}
}

func TestPlatformRoleListsItsAdministrationRules(t *testing.T) {
	o := platform()
	o.Roles[0].Spec.AdministrationRules = []v1alpha1.AdministrationRule{adding("own")}
	heir := o.Roles[0].DeepCopy()
	heir.ObjectMeta = clusterScoped("heir")
	heir.Spec.Inherits = []v1alpha1.Inheritance{{RoleRef: v1alpha1.RoleReference{Kind: "PlatformRole", Name: "nurse"}}}
	heir.Spec.AdministrationRules = nil
	for i := range 3 {
		heir.Spec.AdministrationRules = append(heir.Spec.AdministrationRules, adding(fmt.Sprintf("r%d", i)))
	}
	o.Roles = append(o.Roles, *heir)
	got := rulesOf(status.NewPlatformView(o, first).Role(&o.Roles[3]).AdministrationRules)
	want := []string{"r0: add users []", "r1: add users []", "r2: add users []", "own: add users [] from PlatformRole/nurse"}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

// TestAdministrationRulesStayWithinTheBounds: in number, and in the text of each.
func TestAdministrationRulesStayWithinTheBounds(t *testing.T) {
	long := v1alpha1.AdministeredRoles{From: v1alpha1.AdministeredRolesListed}
	for i := range 64 {
		long.RoleRefs = append(long.RoleRefs, v1alpha1.RoleReference{Name: strings.Repeat("n", 200) + fmt.Sprint(i)})
	}
	for name, test := range map[string]struct {
		rule v1alpha1.AdministrationRule
		rows int
	}{
		"many": {adding("add"), 70}, "long": {giving("long", long), 70},
	} {
		o := objects()
		for i := range test.rows {
			rule := test.rule
			rule.Name += v1alpha1.Name(fmt.Sprint(i))
			o.Roles[0].Spec.AdministrationRules = append(o.Roles[0].Spec.AdministrationRules, rule)
		}
		got := status.NewView(snapshot.Build(key, o), revision(1), first).Role(&o.Roles[0])
		if len(got.AdministrationRules) != 64 || *got.OmittedAdministrationRuleCount != int32(test.rows)-64 {
			t.Errorf("%s: %d rules, %v left out", name, len(got.AdministrationRules), got.OmittedAdministrationRuleCount)
		}
		for _, rule := range got.AdministrationRules {
			if n := utf8.RuneCountInString(string(rule.Allows)); n > 1024 {
				t.Errorf("%s: %q has %d characters", name, rule.Name, n)
			}
		}
	}
}
