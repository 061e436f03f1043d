// SPDX-License-Identifier: Apache-2.0

package status_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/internal/status"
)

// effectiveOf returns what the status of the first user lists.
func effectiveOf(o *intake.Members) v1alpha1.UserAssignmentStatus {
	return status.NewView(snapshot.Build(key, o), revision(1), first).Assignment(o.Assignments[0])
}

func TestEffectiveShowsScopeWindowAlternativesAndSources(t *testing.T) {
	o := objects()
	end := metav1.NewTime(time.Date(2030, 6, 1, 0, 0, 0, 0, time.UTC))
	o.Catalog.Spec.Dimensions = []v1alpha1.Dimension{{Name: "shift", Values: []v1alpha1.DimensionValue{"day", "night"}}, {Name: "ward", Values: []v1alpha1.DimensionValue{"icu"}}}
	o.Catalog.Spec.Qualifiers = []v1alpha1.Qualifier{{Name: "own", Expression: "true"}, {Name: "open", Expression: "true"}}
	o.Structures[0].Spec.UnitGroups = []v1alpha1.UnitGroup{{Name: "pilots", Units: []v1alpha1.UnitReference{"north"}}}
	o.Roles[0].Spec.Rules = []v1alpha1.Rule{
		{Permissions: []v1alpha1.PermissionName{"view"}}, {Permissions: []v1alpha1.PermissionName{"approve"}, Qualifiers: []v1alpha1.Name{"own", "open"}},
	}
	o.Assignments[0].Spec.Grants = []v1alpha1.Grant{{
		Name: "clerk", RoleRef: v1alpha1.RoleReference{Name: "clerk"}, Window: v1alpha1.Window{EndTime: &end},
		Scope: &v1alpha1.Scope{
			Units: []v1alpha1.Name{"north"}, UnitGroups: []v1alpha1.Name{"pilots"},
			Dimensions: []v1alpha1.DimensionScope{{Name: "shift", Values: []v1alpha1.DimensionValue{"day"}}, {Name: "ward", All: &yes}},
		},
	}}
	want := []v1alpha1.EffectiveScope{{
		Scope: v1alpha1.ObservedScope{
			Units: []v1alpha1.Observed{"north"}, UnitGroups: []v1alpha1.Observed{"pilots"},
			Dimensions: []v1alpha1.ObservedDimension{{Name: "shift", Values: []v1alpha1.Observed{"day"}}, {Name: "ward", All: &yes}},
		},
		Window: v1alpha1.Window{EndTime: &end},
		From: []v1alpha1.EffectiveSource{{
			Kind: "UserAssignment", Name: "anna", GrantName: "clerk", RoleRef: &v1alpha1.ObservedRole{Kind: "Role", Name: "clerk"},
		}},
		Permissions: []v1alpha1.EffectivePermission{
			{Name: "view"}, {Name: "approve", Alternatives: []v1alpha1.PermissionAlternative{{Qualifiers: []v1alpha1.Observed{"open", "own"}}}},
		},
	}}
	if got := effectiveOf(o).Effective; !sameStatus(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestRolesShowEveryConditionOfAnAlternative(t *testing.T) {
	o := objects()
	o.Catalog.Spec.Features = []v1alpha1.Feature{{Name: "export"}}
	o.Catalog.Spec.Entitlements = []v1alpha1.Entitlement{{Name: "reports"}}
	o.Catalog.Spec.Qualifiers = []v1alpha1.Qualifier{{Name: "own", Expression: "true"}}
	o.Roles[0].Spec.Rules = []v1alpha1.Rule{
		{
			Permissions: []v1alpha1.PermissionName{"view"}, Qualifiers: []v1alpha1.Name{"own"},
			RequiredFeatures: []v1alpha1.Name{"export"}, RequiredEntitlements: []v1alpha1.Name{"reports"},
		},
		{Permissions: []v1alpha1.PermissionName{"approve"}},
	}
	got := status.NewView(snapshot.Build(key, o), revision(1), first).Role(&o.Roles[0]).Permissions
	want := []v1alpha1.RolePermission{
		{Name: "view", Alternatives: []v1alpha1.PermissionAlternative{{
			Qualifiers: []v1alpha1.Observed{"own"}, RequiredFeatures: []v1alpha1.Observed{"export"}, RequiredEntitlements: []v1alpha1.Observed{"reports"},
		}}},
		{Name: "approve"},
	}
	if !sameStatus(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestLargeScopesAndManySourcesAreCountedAndStayWithinTheBounds(t *testing.T) {
	o := objects()
	long := strings.Repeat("u", 50)
	var units []v1alpha1.Name
	for i := range 200 {
		unit := v1alpha1.Name(fmt.Sprintf("%s-%03d", long, i))
		o.Structures[0].Spec.Units = append(o.Structures[0].Spec.Units, v1alpha1.Unit{Name: unit, Parent: "all"})
		units = append(units, unit)
	}
	var values []v1alpha1.DimensionValue
	for i := range 200 {
		values = append(values, v1alpha1.DimensionValue(fmt.Sprintf("%s-%03d", strings.Repeat("é", 100), i)))
	}
	o.Catalog.Spec.Dimensions = []v1alpha1.Dimension{{Name: "shift", Values: values}}
	var grants []v1alpha1.Grant
	for i := range 60 {
		grants = append(grants, v1alpha1.Grant{
			Name: v1alpha1.EntryName(fmt.Sprintf("same-%d", i)), RoleRef: v1alpha1.RoleReference{Name: "clerk"},
			Scope: &v1alpha1.Scope{Units: units, Dimensions: []v1alpha1.DimensionScope{{Name: "shift", Values: values}}},
		})
	}
	o.Assignments[0].Spec.Grants = grants
	got := effectiveOf(o)
	if len(got.Effective) != 1 || got.OmittedPermissionCount != nil {
		t.Fatalf("there are %d entries", len(got.Effective))
	}
	scope := got.Effective[0].Scope
	if len(scope.Units) != 64 || *scope.OmittedUnitCount != 136 || len(scope.Dimensions[0].Values) != 64 || *scope.Dimensions[0].OmittedValueCount != 136 {
		t.Errorf("%d units and %d values are listed", len(scope.Units), len(scope.Dimensions[0].Values))
	}
	if len(got.Effective[0].From) != 32 {
		t.Errorf("%d sources are listed", len(got.Effective[0].From))
	}

	// Scopes that differ are too large together.
	for i := range grants {
		grants[i].Scope = &v1alpha1.Scope{Units: units[i:], Dimensions: grants[i].Scope.Dimensions}
	}
	got = effectiveOf(o)
	encoded, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if len(encoded) > 512<<10 || len(got.Effective) < 8 || int(*got.OmittedPermissionCount) != 2*(60-len(got.Effective)) {
		t.Errorf("%d entries take %d bytes; %v permissions are left out", len(got.Effective), len(encoded), got.OmittedPermissionCount)
	}
}
