// SPDX-License-Identifier: Apache-2.0

package intake_test

import (
	"reflect"
	"testing"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
)

// TestConstraints: each kind of constraint keeps all that it says, and a bound that is not written is none.
func TestConstraints(t *testing.T) {
	ref := func(name string) v1alpha1.RoleReference { return v1alpha1.RoleReference{Kind: "Role", Name: name} }
	role := func(name string) model.RoleRef { return model.RoleRef{Kind: model.KindRole, Name: name} }
	structure := &v1alpha1.OrganizationStructure{}
	structure.Spec.Constraints = []v1alpha1.Constraint{
		{Name: "always-one", Enforcement: v1alpha1.Enforce, Type: v1alpha1.ConstraintHolders, Holders: &v1alpha1.Holders{RoleRef: ref("head"), AtLeast: 1}},
		{Name: "never-many", Enforcement: v1alpha1.Audit, Type: v1alpha1.ConstraintHolders, Holders: &v1alpha1.Holders{RoleRef: ref("head"), AtMost: new(int32(2))}},
		{Name: "trained", Enforcement: v1alpha1.Audit, Type: v1alpha1.ConstraintPrerequisite, Prerequisite: &v1alpha1.Prerequisite{RoleRef: ref("head"), RequiredRoleRef: ref("nurse"), PerUnit: new(true)}},
		{Name: "apart", Enforcement: v1alpha1.Audit, Type: v1alpha1.ConstraintSeparationOfDuties, SeparationOfDuties: &v1alpha1.SeparationOfDuties{
			Duties: []v1alpha1.Duty{
				{Name: "order", RoleRefs: []v1alpha1.RoleReference{ref("clerk"), ref("head")}},
				{Name: "pay", Permissions: []v1alpha1.PermissionName{"bill.pay"}},
			},
			AtMost: 1, PerUnit: new(true),
		}},
		// A rule counts only if it is the one that the type names.
		{Name: "later", Enforcement: v1alpha1.Audit, Type: "Weekdays"},
		{Name: "untyped", Enforcement: v1alpha1.Audit, Holders: &v1alpha1.Holders{RoleRef: ref("head"), AtMost: new(int32(0))}},
		{Name: "another", Enforcement: v1alpha1.Audit, Type: v1alpha1.ConstraintPrerequisite, Holders: &v1alpha1.Holders{RoleRef: ref("head"), AtMost: new(int32(0))}},
	}
	want := []model.Constraint{
		{Name: "always-one", Type: "Holders", Enforce: true, Holders: &model.Holders{Role: role("head"), AtLeast: new(1)}},
		{Name: "never-many", Type: "Holders", Holders: &model.Holders{Role: role("head"), AtMost: new(2)}},
		{Name: "trained", Type: "Prerequisite", Prerequisite: &model.Prerequisite{Role: role("head"), RequiredRole: role("nurse"), PerUnit: true}},
		{Name: "apart", Type: "SeparationOfDuties", Separation: &model.Separation{
			Duties: []model.Duty{
				{Name: "order", Roles: []model.RoleRef{role("clerk"), role("head")}},
				{Name: "pay", Permissions: []string{"bill.pay"}},
			},
			AtMost: 1, PerUnit: true,
		}},
		{Name: "later", Type: "Weekdays"}, {Name: "untyped"}, {Name: "another", Type: "Prerequisite"},
	}
	got := intake.Structure(structure).Constraints
	if len(got) != len(want) {
		t.Fatalf("%d constraints, want %d", len(got), len(want))
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("constraint %s is\n%+v\nwant\n%+v", want[i].Name, got[i], want[i])
		}
	}
}
